package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.home.Opening;
import mirrorneuron.cli.view.Key;
import org.junit.jupiter.api.Test;

/**
 * Commands that are drawn again and again: {@code run list --follow}, {@code runtime top} and
 * {@code operation watch}.
 */
final class LiveCommandsTest {

    private final CommandRun mn = new CommandRun();
    private final FakeRuntime.FakeJob job = mn.runtime.job("demo-1", "demo");

    private FakeScreen onTerminal(Integer... keys) {
        var screen = new FakeScreen(80, 24, List.of(keys));
        mn.screen = screen;
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.put("TERM", "xterm");
        mn.environment.put("NO_COLOR", "1");
        return screen;
    }

    @Test
    void a_watched_list_is_drawn_in_place_and_its_last_frame_stays() {
        var screen = onTerminal(Key.NONE, (int) 'q');

        assertThat(mn.run("run", "list", "--follow")).isZero();
        assertThat(screen.frames.getFirst()).anyMatch(line -> line.startsWith("▸   demo-1 "));
        assertThat(screen.left)
                .anyMatch(line -> line.startsWith("    demo-1 "))
                .noneMatch(line -> line.contains("q leave"));
        assertThat(mn.out()).isEmpty();
        assertThat(mn.err()).isEqualTo("→ stopped; mn run list --follow goes on\n");
        assertThat(mn.runtime.opened).containsOnly(Opening.Intent.READ);
    }

    @Test
    void enter_shows_the_run_until_its_reader_comes_back_also_when_it_has_ended() {
        job.happened("job_running", Optional.empty(), JsonObject.empty());
        job.completed(Json.parse("7"));
        var screen =
                onTerminal(
                        Key.NONE, Key.ENTER, Key.NONE, Key.NONE, Key.NONE, (int) 'q', Key.NONE,
                        (int) 'q');

        assertThat(mn.run("blueprint", "monitor", "--follow")).isZero();
        assertThat(screen.frames)
                .anyMatch(frame -> frame.getFirst().matches("demo .*\\| completed"));
        assertThat(screen.frames.getLast().getFirst()).startsWith("runs ");
        assertThat(mn.out()).isEmpty();
        assertThat(mn.err()).isEqualTo("→ stopped; mn blueprint monitor --follow goes on\n");
    }

    @Test
    void ctrl_c_stops_a_list_with_a_note_and_no_error() {
        onTerminal();
        mn.presses = List.of(0, 0, 1);
        assertThat(mn.run("run", "list", "--follow")).isZero();
        assertThat(mn.err()).isEqualTo("→ stopped; mn run list --follow goes on\n");
    }

    @Test
    void a_list_whose_runtime_stays_away_ends_with_the_reason() {
        var screen = onTerminal();
        mn.environment.put("MN_JOB_MONITOR_RETRY_ATTEMPTS", "1");
        mn.runtime.openingFails = Optional.of(new RuntimeUnavailableException("refused"));
        assertThat(mn.run("run", "list", "--follow")).isEqualTo(1);
        assertThat(screen.frames.stream().flatMap(List::stream))
                .contains("! runtime temporarily unavailable; retrying (1 of 1)");
        assertThat(screen.closed).isTrue();
        assertThat(mn.err()).startsWith("× Error: (MN_RUNTIME_UNAVAILABLE) refused\n");
    }

    @Test
    void an_operation_is_drawn_until_it_is_over() {
        mn.runtime.operations.fates.put("demo-1", "failed");
        mn.run("job", "cancel-all", "--yes");
        var screen = onTerminal();
        assertThat(mn.run("operation", "watch", "op-0000000000000001")).isEqualTo(1);
        assertThat(screen.left)
                .contains(
                        "Operation:  op-0000000000000001",
                        "Finished:   1/1",
                        "Items:      succeeded 0, deferred 0, failed 1",
                        "demo-1:     failed: out of order");
        assertThat(mn.out() + mn.err()).isEmpty();
    }

    @Test
    void an_operation_that_goes_on_is_left_with_q_or_ctrl_c() {
        mn.runtime.operations.fates.put("demo-1", "cancellation_pending");
        mn.run("job", "cancel-all", "--yes");
        var screen = onTerminal(Key.NONE, (int) 'q');
        assertThat(mn.run("operation", "watch", "op-0000000000000001")).isZero();
        assertThat(screen.frames.getFirst()).contains("Status:     waiting", "q leave");
        assertThat(screen.left).contains("Status:     waiting").doesNotContain("q leave");
        assertThat(mn.err())
                .isEqualTo("Operation op-0000000000000001 goes on without this command.\n");

        onTerminal();
        mn.presses = List.of(0, 1);
        assertThat(mn.run("operation", "watch", "op-0000000000000001")).isZero();
        assertThat(mn.err()).contains("goes on without this command.");
        assertThat(mn.run("operation", "watch", "op-0000000000000009")).isEqualTo(2);
    }

    @Test
    void top_is_drawn_until_q() {
        var screen = onTerminal(Key.NONE, (int) 'q');
        assertThat(mn.run("runtime", "top")).isZero();
        assertThat(String.join("\n", screen.left))
                .contains("✓ local  healthy", "default", "1/4 in use", "demo-1", "nothing waits");
        assertThat(mn.out() + mn.err()).isEmpty();
    }

    @Test
    void top_in_a_pipe_is_one_look_without_escapes() {
        assertThat(mn.run("runtime", "top")).isZero();
        assertThat(mn.out())
                .contains("Node\tStatus\t", "local\thealthy\tyes\tdefault\t1\t4\t0", "demo-1\t")
                .doesNotContain("\u001b", "q leave");
    }

    @Test
    void top_as_a_document_and_as_records() {
        assertThat(mn.run("runtime", "top", "--json")).isZero();
        var document = (JsonObject) Json.parse(mn.out());
        assertThat(document.object("data").object("jobs").array("listed").size()).isEqualTo(1);
        assertThat(document.object("data").has("rates")).isFalse();

        mn.presses = List.of(0, 1);
        assertThat(mn.run("runtime", "top", "--json", "--follow")).isZero();
        assertThat(mn.out().lines().map(line -> ((JsonObject) Json.parse(line)).string("type")))
                .containsExactly(
                        Optional.of("snapshot"), Optional.of("snapshot"), Optional.of("complete"));
    }

    @Test
    void an_interval_of_nothing_is_refused() {
        for (var line : List.of("runtime top", "run list", "run tail demo-1")) {
            // No number is no interval either: looking without a pause would never end.
            assertThat(mn.run((line + " --interval NaN").split(" "))).as(line).isEqualTo(2);
            assertThat(mn.err()).contains("--interval", "at least 0.");
        }
        assertThat(mn.run("runtime", "top", "--interval", "0")).isEqualTo(2);
        assertThat(mn.err()).startsWith("× Error: (MN_USAGE_ERROR) --interval has to be");
    }
}
