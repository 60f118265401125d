package mirrorneuron.runtime.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.runtime.Race;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

class RepliesTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final MemoryStore store = new MemoryStore();
    private final Replies replies = new Replies(store, () -> now);
    private final AtomicInteger done = new AtomicInteger();

    private JsonObject act() {
        return JsonObject.of("n", JsonNumber.of(done.incrementAndGet()));
    }

    /** As long as an action takes that is worth a key. */
    private JsonObject actLong() {
        LockSupport.parkNanos(100_000);
        return act();
    }

    @Test
    void a_repeated_request_gets_the_first_reply_and_nothing_is_done_again() {
        var first = replies.once("upload", "k", "d", this::act);
        var again = new Replies(store, () -> now).once("upload", "k", "d", this::act);
        assertThat(first.repeated()).isFalse();
        assertThat(again.repeated()).isTrue();
        assertThat(again.document()).isEqualTo(first.document());
        assertThat(done).hasValue(1);
    }

    @Test
    void the_same_key_for_another_request_is_a_conflict() {
        replies.once("upload", "k", "d", this::act);
        assertThatThrownBy(() -> replies.once("upload", "k", "other", this::act))
                .isInstanceOf(ConflictException.class);
        assertThat(replies.once("replay", "k", "other", this::act).repeated()).isFalse();
        assertThat(done).hasValue(2);
    }

    @Test
    void a_reply_is_forgotten_after_a_day() {
        replies.once("upload", "k", "d", this::act);
        now = now.plus(Duration.ofHours(25));
        assertThat(replies.once("upload", "k", "d", this::act).repeated()).isFalse();
    }

    @Test
    void an_action_that_failed_may_be_tried_again() {
        assertThatThrownBy(
                        () ->
                                replies.once(
                                        "upload",
                                        "k",
                                        "d",
                                        () -> {
                                            throw new IllegalStateException("no");
                                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(replies.once("upload", "k", "d", this::act).repeated()).isFalse();
    }

    @Test
    void ten_thousand_keys_are_kept_and_more_do_not_grow_the_store() {
        for (int i = 0; i < 10_000; i++) {
            replies.once("upload", "k" + i, "d", this::act);
        }
        long known =
                IntStream.range(0, 10_000)
                        .filter(i -> replies.once("upload", "k" + i, "d", this::act).repeated())
                        .count();
        assertThat(known).isGreaterThan(9_500);
    }

    @Test
    void what_is_too_large_is_not_remembered() {
        var large = JsonObject.of("text", new JsonString("x".repeat(70_000)));
        replies.once("upload", "k", "d", () -> large);
        assertThat(replies.once("upload", "k", "d", () -> large).repeated()).isFalse();
    }

    @Test
    void of_many_requests_at_once_each_key_is_carried_out_once() throws Exception {
        int keys = 100 * Race.SCALE;
        Set<JsonObject> given = ConcurrentHashMap.newKeySet();
        var together = new CyclicBarrier(4);
        Race.of(
                4,
                (_, _) -> {
                    for (int i = 0; i < keys; i++) {
                        together.await();
                        given.add(replies.once("upload", "k" + i, "d", this::actLong).document());
                    }
                });
        assertThat(done).hasValue(keys);
        assertThat(given).hasSize(keys);
    }
}
