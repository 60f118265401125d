package mirrorneuron.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import mirrorneuron.api.JobStatus;
import mirrorneuron.cli.FakeRuntime;
import mirrorneuron.cli.Golden;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list of runs that is watched: what changed, what is chosen, what it looks like. */
final class RunsViewTest {

    private static final Instant NOW = FakeRuntime.BEGIN;

    private static RunsState.Run run(int number, JobStatus status) {
        var id = "prime_sweep-175000000000" + number + "-0123456789ab";
        return new RunsState.Run(
                id,
                id,
                status,
                status.terminal() ? Optional.of(NOW.minusSeconds(60)) : Optional.empty(),
                "prime_sweep");
    }

    /** Three runs; then one is new, and one has ended. */
    private static RunsState changing() {
        return RunsState.unseen()
                .seeing(
                        List.of(
                                run(3, JobStatus.RUNNING),
                                run(2, JobStatus.RUNNING),
                                run(1, JobStatus.COMPLETED)),
                        NOW.minusSeconds(2))
                .seeing(
                        List.of(
                                run(4, JobStatus.PENDING),
                                run(3, JobStatus.FAILED),
                                run(2, JobStatus.RUNNING),
                                run(1, JobStatus.COMPLETED)),
                        NOW);
    }

    private static List<String> frame(RunsState state, int width, int height) {
        return RunsView.frame(state, ZoneOffset.UTC, new Size(Page.plain(width), height), true);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void new_and_changed_runs_are_marked(int width) {
        var lines = frame(changing(), width, 12);
        assertThat(lines).hasSize(12).allMatch(line -> Text.width(line) <= width);
        Golden.assertSame("runs-" + width, lines);
    }

    @Test
    void marks_last_for_one_cycle_and_the_first_look_has_none() {
        var first = RunsState.unseen().seeing(List.of(run(1, JobStatus.RUNNING)), NOW);
        assertThat(first.fresh()).isEmpty();
        var second = changing();
        assertThat(second.fresh()).containsExactly(run(4, JobStatus.PENDING).id());
        assertThat(second.changed()).containsExactly(run(3, JobStatus.FAILED).id());
        var third = second.seeing(second.runs(), NOW.plusSeconds(2));
        assertThat(third.fresh()).isEmpty();
        assertThat(third.changed()).isEmpty();
    }

    @Test
    void the_chosen_run_stays_chosen_when_others_come() {
        var chosen = changing().press(Key.DOWN);
        assertThat(chosen.run()).contains(run(3, JobStatus.FAILED));
        var more = new ArrayList<>(List.of(run(5, JobStatus.PENDING)));
        more.addAll(chosen.runs());
        assertThat(chosen.seeing(more, NOW).run()).contains(run(3, JobStatus.FAILED));
    }

    @Test
    void enter_opens_and_q_leaves() {
        assertThat(changing().press(Key.ENTER).opened()).isTrue();
        assertThat(changing().press(Key.ENTER).closed().opened()).isFalse();
        assertThat(RunsState.unseen().press(Key.ENTER).opened()).isFalse();
        assertThat(changing().press('q').left()).isTrue();
        assertThat(changing().press('x')).isEqualTo(changing());
    }

    @Test
    void a_list_longer_than_the_terminal_keeps_the_chosen_run_in_sight() {
        var many = IntStream.range(0, 9).mapToObj(i -> run(i, JobStatus.RUNNING)).toList();
        var state = RunsState.unseen().seeing(many, NOW).press(Key.LAST);
        var lines = frame(state, 80, 8);
        assertThat(lines).hasSize(8).anyMatch(line -> line.startsWith("▸") && line.contains("8-0"));
        assertThat(lines).anyMatch(line -> line.contains("… 5 above"));
    }

    @Test
    void no_runs_and_a_runtime_that_is_away_are_said() {
        var lines = frame(RunsState.unseen().seeing(List.of(), NOW).withTrouble("away"), 40, 10);
        assertThat(lines).contains("  No runs found", "! away");
    }
}
