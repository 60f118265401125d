package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.cli.view.Key;
import org.junit.jupiter.api.Test;

/** Looking again and again. */
final class WatchTest {

    private final CommandRun mn = new CommandRun();

    @Test
    void in_a_pipe_looks_are_separated_by_their_time() {
        mn.runtime.job("demo-1", "demo");
        mn.presses = List.of(0, 0, 1);
        assertThat(mn.run("job", "list", "--quiet", "--watch=0.5")).isZero();
        assertThat(mn.out())
                .matches("demo-1\n→ 2026-03-01T\\S+Z\ndemo-1\n→ 2026-03-01T\\S+Z\ndemo-1\n");
        assertThat(mn.runtime.opened).hasSize(3);
    }

    @Test
    void a_word_behind_watch_is_an_argument_of_the_command() {
        mn.runtime.job("demo-1", "demo");
        mn.presses = List.of(1);
        assertThat(mn.run("job", "status", "--watch", "demo-1", "-o", "plain")).isZero();
        assertThat(mn.out()).contains("demo-1");
    }

    @Test
    void with_json_each_look_is_a_record_and_the_last_one_says_complete() {
        mn.runtime.job("demo-1", "demo");
        mn.presses = List.of(0, 1);
        assertThat(mn.run("job", "list", "--watch", "--json")).isZero();
        var lines = mn.out().lines().toList();
        assertThat(lines).hasSize(3).allMatch(line -> line.contains("mn.cli.stream/v1"));
        assertThat(lines.get(0)).contains("\"type\":\"snapshot\",\"sequence\":1", "demo-1");
        assertThat(lines.get(1)).contains("\"type\":\"snapshot\",\"sequence\":2");
        assertThat(lines.get(2)).contains("\"type\":\"complete\",\"sequence\":3", "\"looks\":2");
    }

    @Test
    void a_failure_that_stays_ends_the_records() {
        assertThat(mn.run("job", "status", "nobody", "--watch", "--json")).isEqualTo(2);
        assertThat(mn.out().lines()).hasSize(1);
        assertThat(mn.out()).contains("\"type\":\"error\"", "MN_NOT_FOUND");
        assertThat(mn.err()).isEmpty();
    }

    @Test
    void a_runtime_that_is_gone_for_a_moment_is_looked_at_again() {
        mn.runtime.job("demo-1", "demo");
        mn.presses = List.of(0, 0, 1);
        mn.runtime.onOpen =
                times ->
                        mn.runtime.openingFails =
                                times == 2
                                        ? Optional.of(new RuntimeUnavailableException("away"))
                                        : Optional.empty();
        assertThat(mn.run("job", "list", "--quiet", "--watch")).isZero();
        assertThat(mn.out()).contains("demo-1\n→ ").endsWith("Z\ndemo-1\n");
    }

    @Test
    void a_runtime_that_is_not_there_at_first_is_an_error() {
        mn.runtime.openingFails = Optional.of(new RuntimeUnavailableException("away"));
        assertThat(mn.run("job", "list", "--watch")).isEqualTo(1);
        assertThat(mn.err()).contains("MN_RUNTIME_UNAVAILABLE");
    }

    @Test
    void on_a_terminal_the_view_is_redrawn_and_fits() {
        for (int i = 0; i < 30; i++) {
            mn.runtime.job("demo-" + i, "demo");
        }
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.put("NO_COLOR", "1");
        var screen = new FakeScreen(60, 12, List.of(Key.NONE, (int) ' ', (int) 'q'));
        mn.screen = screen;
        mn.runtime.onOpen =
                times ->
                        mn.runtime.jobs.values().iterator().next().status =
                                times == 1 ? JobStatus.RUNNING : JobStatus.PAUSED;
        assertThat(mn.run("job", "list", "--watch=60")).isZero();
        assertThat(screen.frames).hasSize(2);
        assertThat(screen.frames)
                .allSatisfy(
                        frame -> {
                            assertThat(frame).hasSize(11);
                            assertThat(frame.getFirst()).startsWith("every 60.0 s: mn job list");
                            assertThat(frame.getLast()).matches("… \\d+ more lines");
                            assertThat(frame).allMatch(line -> line.length() < 60);
                        });
        assertThat(screen.frames.get(1)).isNotEqualTo(screen.frames.get(0));
        assertThat(screen.closed).isTrue();
        assertThat(mn.out()).isEmpty();
    }

    @Test
    void what_does_more_than_look_cannot_be_watched() {
        mn.runtime.job("demo-1", "demo");
        for (var line :
                List.of(
                        "job events demo-1 --follow --watch",
                        "job human demo-1 --respond r --decision approve --watch",
                        "run human respond demo-1 r --decision approve --watch")) {
            assertThat(mn.run(line.split(" "))).as(line).isEqualTo(2);
            assertThat(mn.err()).contains("--watch looks again and again");
        }
        assertThat(mn.run("job", "list", "--watch=0")).isEqualTo(2);
        assertThat(mn.err()).contains("expected at least 0.1 seconds");
        assertThat(mn.run("job", "pause", "demo-1", "--watch")).isEqualTo(2);
    }
}
