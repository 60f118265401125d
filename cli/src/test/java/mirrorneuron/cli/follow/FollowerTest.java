package mirrorneuron.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.FakeRuntime;
import mirrorneuron.cli.view.Moment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A runtime that goes away and comes back, or does not, while a job is followed. */
final class FollowerTest {

    private final FakeRuntime runtime = new FakeRuntime();
    private final FakeRuntime.FakeJob job = runtime.job("demo-1", "demo");
    private final List<String> seen = new ArrayList<>();
    private final AtomicLong millis = new AtomicLong();

    private final FollowSink sink =
            new FollowSink() {
                @Override
                public void event(RuntimeEvent event) {
                    seen.add(event.type());
                }

                @Override
                public void state(Moment moment) {}

                @Override
                public void trouble(String sentence) {
                    seen.add(sentence.isEmpty() ? "well again" : sentence);
                }

                @Override
                public void close() {}
            };

    private final Interrupts nobody =
            new Interrupts() {
                @Override
                public int pressed() {
                    return 0;
                }

                @Override
                public boolean terminated() {
                    return false;
                }

                @Override
                public boolean await(Duration limit) {
                    return false;
                }

                @Override
                public void close() {}
            };

    private Follower follower(int attempts) {
        return new Follower(
                runtime,
                job.id,
                sink,
                nobody,
                () -> Instant.ofEpochMilli(millis.getAndAdd(50)),
                new Retries(attempts, Duration.ofMillis(250)),
                Optional.empty());
    }

    @BeforeEach
    void a_job_with_an_event() {
        job.happened("job_running", Optional.empty(), JsonObject.empty());
    }

    private void happens(String type) {
        job.script.add(() -> job.happened(type, Optional.empty(), JsonObject.empty()));
    }

    @Test
    void a_stream_that_breaks_goes_on_where_it_was() throws Exception {
        happens("one");
        job.script.add(() -> runtime.streamBreaks = true);
        happens("two");
        job.script.add(() -> job.completed(Json.parse("1")));

        var follower = follower(3);
        var end = follower.follow(FollowOptions.fromStart());

        assertThat(end).isInstanceOf(FollowEnd.Ended.class);
        assertThat(seen)
                .containsExactly(
                        "job_running",
                        "one",
                        "runtime temporarily unavailable; retrying (1 of 3)",
                        "well again",
                        "two",
                        "job_completed");
        assertThat(runtime.followedAfter).containsExactly(0L, 2L);
        assertThat(follower.events()).isEqualTo(4);
    }

    @Test
    void a_look_that_fails_is_repeated_as_often_as_the_retries_say() throws Exception {
        for (int i = 0; i < 2; i++) {
            runtime.looksFail.add(new RuntimeUnavailableException("connection refused"));
        }
        job.script.add(() -> {});
        job.script.add(() -> job.completed(Json.parse("1")));

        assertThat(follower(3).follow(FollowOptions.fromStart()))
                .isInstanceOf(FollowEnd.Ended.class);
        assertThat(seen)
                .contains(
                        "runtime temporarily unavailable; retrying (1 of 3)",
                        "runtime temporarily unavailable; retrying (2 of 3)",
                        "well again");
        assertThat(seen).filteredOn("job_completed"::equals).hasSize(1);
    }

    @Test
    void a_runtime_that_stays_away_ends_with_its_own_error() {
        for (int i = 0; i < 9; i++) {
            runtime.looksFail.add(new RuntimeUnavailableException("connection refused"));
        }
        assertThatThrownBy(() -> follower(3).follow(FollowOptions.fromStart()))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessage("connection refused");
        assertThat(seen)
                .contains("runtime temporarily unavailable; retrying (3 of 3)")
                .doesNotContain("well again");
    }

    @Test
    void the_wait_grows_with_each_retry() {
        var retries = new Retries(3, Duration.ofMillis(250));
        var now = Instant.EPOCH;
        for (int attempt = 1; attempt <= 3; attempt++) {
            retries.failed(new RuntimeUnavailableException("gone"), now);
            assertThat(retries.isDue(now.plusMillis(250L * attempt - 1))).isFalse();
            now = now.plusMillis(250L * attempt);
            assertThat(retries.isDue(now)).isTrue();
        }
        var last = now;
        assertThatThrownBy(() -> retries.failed(new RuntimeUnavailableException("gone"), last))
                .hasMessage("gone");
    }

    @Test
    void an_answer_that_another_question_would_not_change_is_not_asked_for_again() {
        var no = new NoSuchJobException("there is no such job");
        assertThatThrownBy(() -> new Retries(3, Duration.ofMillis(1)).failed(no, Instant.EPOCH))
                .isSameAs(no);
    }
}
