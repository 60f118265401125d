package mirrorneuron.runtime.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.runtime.Race;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One operation, recorded and read by many threads. */
@Timeout(60)
class RunningOperationTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
    private static final Duration LONG = Duration.ofSeconds(20);

    private final OperationFiles files = new OperationFiles(new MemoryStore());
    private final List<JobId> items =
            IntStream.range(0, 150 * Race.SCALE).mapToObj(i -> JobId.of("job-" + i)).toList();

    private RunningOperation operation() {
        var now = CLOCK.instant().toString();
        var head =
                OperationState.head(
                        "op-1", OperationKind.CANCEL_ALL_JOBS, JsonObject.empty(), items, now);
        files.writeHead(0, head);
        return new RunningOperation(files, CLOCK, 0, head, List.of());
    }

    @Test
    void each_item_is_dealt_with_once_and_readers_see_every_event_in_order() throws Exception {
        var operation = operation();
        operation.record("operation_started", "running");
        Map<JobId, AtomicInteger> acted = new ConcurrentHashMap<>();
        var targets =
                new OperationDesk.Targets() {
                    @Override
                    public List<JobId> choose(OperationKind kind) {
                        return items;
                    }

                    @Override
                    public ItemOutcome act(OperationKind kind, JobId job) {
                        acted.computeIfAbsent(job, _ -> new AtomicInteger()).incrementAndGet();
                        return new ItemOutcome.Done("cancelled");
                    }

                    @Override
                    public ItemOutcome await(JobId job) {
                        throw new IllegalStateException("nothing was deferred");
                    }
                };
        // The start, two for each item, and the end.
        long last = 2L * items.size() + 2;
        Race.of(
                3,
                (lane, _) -> {
                    if (lane == 0) {
                        new Pass(operation, targets, () -> false).run();
                        operation.record("operation_completed", "completed");
                        return;
                    }
                    var seen = new ArrayList<Long>();
                    while (seen.size() < last) {
                        assertThat(operation.awaitAfter(seen.size(), LONG, () -> false)).isTrue();
                        operation
                                .eventsAfter(seen.size())
                                .forEach(event -> seen.add(event.integer("sequence").orElse(0)));
                    }
                    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
                });
        assertThat(acted).hasSize(items.size());
        assertThat(acted.values()).allMatch(times -> times.get() == 1);
        assertThat(files.events(0, "op-1")).hasSize((int) last);
    }
}
