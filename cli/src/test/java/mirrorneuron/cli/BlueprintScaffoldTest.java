package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.Store;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.cli.home.RuntimeDoor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code mn blueprint init} and {@code mn blueprint graph}. */
final class BlueprintScaffoldTest {

    @TempDir Path folder;

    private final CommandRun mn = new CommandRun();

    private void at(Path directory) {
        mn.directory = directory;
        mn.environment.put("MN_HOME", directory.resolve("home").toString());
    }

    @ParameterizedTest
    @CsvSource({"steps, coffee", "agents, Grace"})
    void what_is_written_is_valid_and_runs(String template, String inResult) throws Exception {
        at(folder);
        assertThat(mn.run("blueprint", "init", "My flow", "--template", template)).isZero();
        assertThat(mn.out())
                .contains("Status: written", "Next: mn blueprint run --folder 'My flow'");
        var written = folder.resolve("My flow");
        assertThat(Files.readString(written.resolve("README.md"))).startsWith("# my_flow\n");
        try (var runtime =
                MirrorNeuron.embedded()
                        .home(folder.resolve("home"))
                        .store(new Store.Memory())
                        .start()) {
            var validation = runtime.jobs().validate(BundleSource.folder(written));
            assertThat(validation).isInstanceOf(Validation.Valid.class);
            assertThat(validation.issues()).isEmpty();
            var options = SubmitOptions.defaults().withTimeout(Duration.ofSeconds(60));
            var ran =
                    (RunOutcome.Ran)
                            runtime.jobs()
                                    .run(
                                            BundleSource.folder(written),
                                            template.equals("steps")
                                                    ? options.withInputs(
                                                            mirrorneuron.api.json.JsonObject.of(
                                                                    "topic",
                                                                    new mirrorneuron.api.json
                                                                            .JsonString("coffee")))
                                                    : options);
            var completed = (WaitOutcome.Completed) ran.outcome();
            assertThat(completed.result().toString()).contains(inResult);
        }
    }

    @Test
    void nothing_is_overwritten() throws Exception {
        at(folder);
        Files.createDirectories(folder.resolve("full"));
        Files.writeString(folder.resolve("full/notes.txt"), "mine");
        assertThat(mn.run("blueprint", "init", "full")).isEqualTo(1);
        assertThat(mn.err()).contains("'full' has files in it");
        assertThat(mn.run("blueprint", "init", "full/notes.txt")).isEqualTo(2);
        assertThat(mn.run("blueprint", "init", "other", "--template", "stpes")).isEqualTo(2);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("full"));
        }
    }

    @Test
    void steps_and_agents_are_drawn_in_three_languages() {
        at(folder);
        mn.run("blueprint", "init", "steps");
        mn.run("blueprint", "init", "agents", "--template", "agents");
        mn.door = RuntimeDoor.ofProcess();
        mn.run("blueprint", "graph", "--folder", "steps");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ● collect (step)
                          └─▶ write
                        ● write (step)
                        """);
        mn.run("blueprint", "graph", "--folder", "agents");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ● intake (router)
                          └─▶ worker
                        ● worker (executor)
                          └─▶ collector
                        ● collector (aggregator)
                        """);
        mn.run("blueprint", "graph", "--folder", "agents", "--format", "mermaid");
        assertThat(mn.out()).startsWith("flowchart LR\n").contains("    n0 --> n1\n");
        mn.run("blueprint", "graph", "--folder", "agents", "--format", "dot");
        assertThat(mn.out()).startsWith("digraph \"agents\" {").contains("n1 -> n2;");
        mn.run("blueprint", "graph", "--folder", "agents", "--json");
        assertThat(mn.out()).contains("\"source\": \"intake\"", "\"edge_count\": 2");
    }

    @Test
    void what_is_not_valid_is_not_drawn() throws Exception {
        at(folder);
        Files.createDirectories(folder.resolve("bad"));
        Files.writeString(folder.resolve("bad/manifest.json"), "{}");
        mn.door = RuntimeDoor.ofProcess();
        assertThat(mn.run("blueprint", "graph", "--folder", "bad")).isEqualTo(2);
        assertThat(mn.err()).contains("bad is not valid");
        assertThat(mn.run("blueprint", "graph", "--folder", "nowhere")).isEqualTo(2);
    }
}
