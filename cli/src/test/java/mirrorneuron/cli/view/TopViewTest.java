package mirrorneuron.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.PoolStats;
import mirrorneuron.cli.FakeRuntime;
import mirrorneuron.cli.Golden;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a runtime does, as text. */
final class TopViewTest {

    private static final Instant NOW = FakeRuntime.BEGIN.plusSeconds(64);

    private static TopState.Job job(String id, JobStatus status, int percent, long sequence) {
        return new TopState.Job(
                id,
                "demo",
                status,
                percent < 0 ? OptionalInt.empty() : OptionalInt.of(percent),
                FakeRuntime.BEGIN,
                sequence);
    }

    private static TopState busy() {
        var nodes =
                List.of(
                        new TopState.Node(
                                "build-host-17",
                                "healthy",
                                true,
                                List.of(
                                        Map.entry("gpu", new PoolStats(1, 0, 1, 2, 1)),
                                        Map.entry("default", new PoolStats(8, 5, 3, 0, 3)))),
                        new TopState.Node("spare", "healthy", false, List.of()));
        return TopState.unseen()
                .seeing(
                        NOW.minusSeconds(2),
                        nodes,
                        Map.of(JobStatus.RUNNING, 3L, JobStatus.COMPLETED, 6L),
                        List.of(job("sweep-1", JobStatus.RUNNING, 10, 100)))
                .seeing(
                        NOW,
                        nodes,
                        Map.of(
                                JobStatus.RUNNING,
                                2L,
                                JobStatus.PAUSED,
                                1L,
                                JobStatus.COMPLETED,
                                7L),
                        List.of(
                                job("sweep-1", JobStatus.RUNNING, 62, 125),
                                job("claims-2", JobStatus.PAUSED, 36, 0),
                                job(
                                        "prime_sweep-1750000000000-0123456789ab",
                                        JobStatus.RUNNING,
                                        -1,
                                        0)));
    }

    private static List<String> frame(TopState state, int width, int height) {
        return TopView.frame(state, ZoneOffset.UTC, new Size(Page.plain(width), height), true);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void a_busy_runtime(int width) {
        var lines = frame(busy(), width, 18);
        assertThat(lines).hasSize(18).allMatch(line -> Text.width(line) <= width);
        Golden.assertSame("top-" + width, lines);
    }

    @Test
    void rates_are_of_what_changed_between_two_looks() {
        var rates = busy().rates().orElseThrow();
        assertThat(rates.eventsPerSecond()).isEqualTo(12.5);
        assertThat(rates.endedPerMinute()).isEqualTo(30);
        assertThat(TopState.unseen().seeing(NOW, List.of(), Map.of(), List.of()).rates()).isEmpty();
    }

    @Test
    void records_that_are_cleared_away_are_no_negative_rate() {
        var cleared = busy().seeing(NOW.plusSeconds(2), List.of(), Map.of(), List.of());
        assertThat(cleared.rates().orElseThrow().endedPerMinute()).isZero();
    }

    @Test
    void the_document_holds_the_same() {
        var document = busy().toJson();
        assertThat(document.object("jobs").integer("unfinished")).hasValue(3);
        assertThat(document.object("jobs").array("listed").size()).isEqualTo(3);
        assertThat(document.object("queue").integer("worker_slots")).hasValue(2);
        assertThat(document.object("rates").number("events_per_second").orElseThrow().asDouble())
                .isEqualTo(12.5);
        assertThat(document.array("nodes").objects().getFirst().object("executor_pools"))
                .satisfies(pools -> assertThat(pools.object("gpu").integer("queued")).hasValue(2));
    }

    @Test
    void more_jobs_than_lines_are_counted_and_no_size_is_too_small() {
        var many =
                IntStream.range(0, 50)
                        .mapToObj(i -> job("job-" + i, JobStatus.RUNNING, i, 0))
                        .toList();
        var state = TopState.unseen().seeing(NOW, List.of(), Map.of(JobStatus.RUNNING, 80L), many);
        assertThat(frame(state, 80, 20)).anyMatch(line -> line.matches("  … \\d+ more"));
        for (int width = 40; width <= 120; width++) {
            for (int height : List.of(8, 12, 40)) {
                int columns = width;
                for (var each : List.of(state, busy(), TopState.unseen())) {
                    assertThat(frame(each, width, height))
                            .hasSize(height)
                            .allMatch(line -> Text.width(line) <= columns);
                }
            }
        }
    }

    @Test
    void q_leaves_and_other_keys_do_nothing() {
        assertThat(busy().press('q').left()).isTrue();
        assertThat(busy().press(Key.CTRL_C).left()).isTrue();
        assertThat(busy().press('x')).isEqualTo(busy());
    }
}
