package mirrorneuron.runtime.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import mirrorneuron.api.JobId;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.OverloadedException;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

/** OperationDesk: what they record, how they end, and what a restart makes of them. */
class OperationDeskTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MemoryStore store = new MemoryStore();

    /** Targets that do what the test says. */
    private static final class Jobs implements OperationDesk.Targets {

        private final List<JobId> all;
        private final Map<JobId, AtomicInteger> acted = new ConcurrentHashMap<>();
        private final CountDownLatch opened = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        Jobs(int count) {
            this.all = IntStream.range(0, count).mapToObj(i -> JobId.of("job-" + i)).toList();
        }

        @Override
        public List<JobId> choose(OperationKind kind) {
            return all;
        }

        @Override
        public ItemOutcome act(OperationKind kind, JobId job) {
            acted.computeIfAbsent(job, _ -> new AtomicInteger()).incrementAndGet();
            return switch (job.value()) {
                case "job-1" -> throw new RuntimeUnavailableException("out of order");
                case "job-2" -> new ItemOutcome.Deferred();
                case "job-99" -> throw new IllegalStateException("a mistake");
                default -> new ItemOutcome.Done("cancelled");
            };
        }

        @Override
        public ItemOutcome await(JobId job) throws InterruptedException {
            opened.countDown();
            ended.await();
            return new ItemOutcome.Done("cancelled");
        }
    }

    private OperationDesk operations(OperationDesk.Targets targets) {
        return new OperationDesk(store, targets, CLOCK);
    }

    private static JsonObject start(OperationDesk operations) {
        return operations.start(OperationKind.CANCEL_ALL_JOBS, JsonObject.empty());
    }

    private static String id(JsonObject operation) {
        return operation.string("operation_id").orElseThrow();
    }

    private static JsonObject finished(OperationDesk operations, String id)
            throws InterruptedException {
        long after = 0;
        while (!operations.isRead(id, after)) {
            assertThat(operations.awaitAfter(id, after, LONG, () -> false)).isTrue();
            after = operations.eventsAfter(id, 0).size();
        }
        return operations.document(id);
    }

    @Test
    void nothing_to_do_is_done_at_once() throws InterruptedException {
        var operations = operations(new Jobs(0));
        var done = finished(operations, id(start(operations)));
        assertThat(done.string("status")).contains("completed");
        assertThat(done.object("counters").integer("total")).hasValue(0);
    }

    @Test
    void an_item_that_fails_is_told_and_the_others_go_on() throws InterruptedException {
        var jobs = new Jobs(2);
        var operations = operations(jobs);
        var done = finished(operations, id(start(operations)));
        assertThat(done.string("status")).contains("completed_with_failures");
        var item = done.object("items").object("job-1");
        assertThat(item.string("status")).contains("failed");
        assertThat(item.string("error")).contains("out of order");
        assertThat(done.object("counters").integer("succeeded")).hasValue(1);
        assertThat(done.object("counters").integer("failed")).hasValue(1);
    }

    @Test
    void an_item_that_breaks_has_failed_and_the_others_go_on() throws InterruptedException {
        // More than are dealt with at a time, and the broken one before the others of its lane.
        var jobs = new Jobs(120);
        jobs.ended.countDown();
        var operations = operations(jobs);
        var done = finished(operations, id(start(operations)));
        assertThat(done.string("status")).contains("completed_with_failures");
        var broken = done.object("items").object("job-99");
        assertThat(broken.string("status")).contains("failed");
        assertThat(broken.string("error")).contains("internal error: IllegalStateException");
        assertThat(done.object("counters").integer("succeeded")).hasValue(118);
        assertThat(done.object("counters").integer("failed")).hasValue(2);
    }

    @Test
    void what_was_deferred_is_waited_for_across_a_restart() throws InterruptedException {
        var jobs = new Jobs(3);
        var first = operations(jobs);
        var id = id(start(first));
        jobs.opened.await();
        var waiting = first.awaitPass(id, LONG);
        assertThat(waiting.string("status")).contains("waiting");
        assertThat(waiting.object("counters").integer("deferred")).hasValue(1);
        assertThat(waiting.object("items").object("job-2").string("status"))
                .contains("cancellation_pending");
        first.stop();

        var again = new Jobs(3);
        again.ended.countDown();
        var second = operations(again);
        second.takeUp();
        var done = finished(second, id);
        assertThat(done.string("status")).contains("completed_with_failures");
        assertThat(done.object("counters").integer("deferred")).hasValue(0);
        // What was finished before is not done again.
        assertThat(again.acted).isEmpty();
        var events = second.eventsAfter(id, 0);
        assertThat(events.stream().map(event -> event.integer("sequence").orElse(0)))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
    }

    @Test
    void many_events_are_read_back_as_they_were() throws InterruptedException {
        var targets =
                new OperationDesk.Targets() {
                    @Override
                    public List<JobId> choose(OperationKind kind) {
                        return new Jobs(200).all;
                    }

                    @Override
                    public ItemOutcome act(OperationKind kind, JobId job) {
                        return new ItemOutcome.Done("cleared");
                    }

                    @Override
                    public ItemOutcome await(JobId job) {
                        throw new AssertionError("nothing is deferred");
                    }
                };
        var operations = operations(targets);
        var id = id(start(operations));
        var done = finished(operations, id);
        var events = operations.eventsAfter(id, 0);
        assertThat(events).hasSize(402);
        var later = operations(targets);
        assertThat(later.document(id)).isEqualTo(done);
        assertThat(later.eventsAfter(id, 0)).isEqualTo(events);
        assertThat(later.eventsAfter(id, 400)).isEqualTo(events.subList(400, 402));
    }

    @Test
    void the_oldest_that_is_over_gives_way() throws InterruptedException {
        var operations = operations(new Jobs(1));
        var first = id(start(operations));
        finished(operations, first);
        for (int i = 1; i < OperationFiles.SLOTS; i++) {
            finished(operations, id(start(operations)));
        }
        assertThat(operations.document(first)).isNotNull();
        var next = id(start(operations));
        finished(operations, next);
        assertThat(operations.eventsAfter(next, 0).getFirst().string("operation_id"))
                .contains(next);
        assertThatThrownBy(() -> operations.document(first))
                .isInstanceOf(NoSuchEntityException.class)
                .hasMessage("Operation " + first + " was not found");
    }

    @Test
    void a_place_is_refused_when_all_are_under_way() {
        var jobs = new Jobs(3);
        var operations = operations(jobs);
        for (int i = 0; i < OperationFiles.SLOTS; i++) {
            start(operations);
        }
        assertThatThrownBy(() -> start(operations)).isInstanceOf(OverloadedException.class);
        operations.stop();
        assertThatThrownBy(() -> start(operations)).isInstanceOf(RuntimeUnavailableException.class);
    }
}
