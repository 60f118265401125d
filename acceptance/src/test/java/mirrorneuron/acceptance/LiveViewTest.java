package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees and does in a real terminal while a job runs on a server. */
@Tag("slow")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveViewTest {

    /** Two steps side by side wait for a file; one of them says how far it is. */
    private static final String MANIFEST =
            """
            {"apiVersion":"mn.workflow/v1","kind":"Workflow","id":"gate","name":"Gate",
             "manifest_version":"1.0","job_name":"gate-watch","contract":{"inputs":{},
              "outputs":{"primary":{"path":"final_artifact.json"}}},
             "workflow":{"schema":"mn.workflow.problem_graph/v1","workflow_id":"gate",
              "mode":"static_dag","entrypoint":"intake","source":"intake","sink":"merge",
              "steps":[{"id":"intake","run":"intake"},{"id":"left","run":"left"},
               {"id":"right","run":"right"},{"id":"merge","run":"merge"}],
              "edges":[{"id":"a","from":"intake","to":"left"},{"id":"b","from":"intake","to":"right"},
               {"id":"c","from":"left","to":"merge"},{"id":"d","from":"right","to":"merge"}]},
             "agents":{"schema":"mn.agents.communication_graph/v1","entrypoints":["intake"],
              "nodes":[NODE(intake,quick),NODE(left,slow),NODE(right,slow),NODE(merge,quick)],
              "edges":[EDGE(1,intake,left),EDGE(2,intake,right),EDGE(3,left,merge),
               EDGE(4,right,merge)]},
             "runtime":{"bindings":{}}}
            """
                    .replaceAll(
                            "NODE\\((\\w+),(\\w+)\\)",
                            "{\"node_id\":\"$1\",\"agent_type\":\"executor\",\"config\":{"
                                    + "\"runner_module\":\"host_local\",\"safe_to_retry\":true,"
                                    + "\"command\":[\"sh\",\"$2.sh\"],\"upload_path\":\"$2.sh\","
                                    + "\"output_message_type\":\"next\"}}")
                    .replaceAll(
                            "EDGE\\((\\d),(\\w+),(\\w+)\\)",
                            "{\"edge_id\":\"e$1\",\"from_node\":\"$2\",\"to_node\":\"$3\","
                                    + "\"message_type\":\"next\"}");

    private static final String SLOW =
            """
            echo '{"mn":{"events":[{"type":"agent_beacon","payload":{"progress":0.4,\
            "working_on":"page 12","tokens_used":120,"token_budget":500}}]}}'
            until [ -e GATE ]; do sleep 0.2; done
            echo '{"done":true}'
            """;

    @TempDir Path folder;

    private Path home;
    private Path gate;
    private ServerLives server;
    private int terminals;

    @BeforeEach
    void a_server() throws Exception {
        home = folder.resolve("home");
        gate = folder.resolve("gate");
        server =
                new ServerLives(
                        home,
                        folder.resolve("server.log"),
                        Map.of("MN_GRPC_PORT", Integer.toString(Product.freePort())));
        server.start();
    }

    @AfterEach
    void no_server_stays() throws Exception {
        server.close();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> Product.serversOf(home).stream().noneMatch(Product::runs));
    }

    private Path bundle() throws Exception {
        var bundle = folder.resolve("gate-bundle");
        Files.createDirectories(bundle.resolve("payloads"));
        Files.writeString(bundle.resolve("manifest.json"), MANIFEST);
        Files.writeString(bundle.resolve("payloads/quick.sh"), "echo '{}'\n");
        Files.writeString(
                bundle.resolve("payloads/slow.sh"), SLOW.replace("GATE", gate.toString()));
        return bundle;
    }

    /** A job of which two steps run until the gate opens. */
    private String waitingJob() throws Exception {
        var run =
                Product.run(home, "blueprint", "run", "--folder", bundle().toString(), "-d", "-q");
        assertThat(run.exit()).as(run.toString()).isZero();
        return run.out().strip();
    }

    private String status(String job) throws Exception {
        var run = Product.run(home, "job", "status", job, "--json");
        return ((JsonObject) Json.parse(run.out()))
                .object("data")
                .object("job")
                .string("status")
                .orElse("");
    }

    private TerminalSession terminal(int width, int height, String... arguments) throws Exception {
        return terminal(width, height, Map.of(), arguments);
    }

    private TerminalSession terminal(
            int width, int height, Map<String, String> variables, String... arguments)
            throws Exception {
        return TerminalSession.start(
                folder.resolve("terminal-" + ++terminals),
                width,
                height,
                Product.mn(home, variables, arguments));
    }

    private static int lineWith(List<String> lines, String text) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i;
            }
        }
        throw new AssertionError("no '" + text + "' in\n" + String.join("\n", lines));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void the_view_fills_terminals_of_any_width_and_follows_them(int width) throws Exception {
        var job = waitingJob();
        try (var terminal = terminal(width, 24, "job", "monitor", job)) {
            var lines =
                    terminal.shows(
                            "two steps at work",
                            shown ->
                                    shown.stream().filter(line -> line.contains("● ")).count() > 1);
            assertThat(lines.getFirst()).startsWith("gate-watch ").contains("1/4 steps |");
            assertThat(lines.getFirst()).endsWith("| running").hasSize(width);
            assertThat(lines.get(1)).matches("━+─+ \\d\\d %").hasSize(width);
            assertThat(lineWith(lines, "✓ intake")).isLessThan(lineWith(lines, "┌● left"));
            assertThat(lineWith(lines, "┌● left")).isLessThan(lineWith(lines, "└● right"));
            assertThat(lineWith(lines, "└● right")).isLessThan(lineWith(lines, "· merge"));
            boolean beside = lines.get(lineWith(lines, "✓ intake")).contains(" │ ");
            assertThat(beside).isEqualTo(width >= 72);
            assertThat(lines.getLast()).endsWith("? help  q leave");

            // Narrower and lower, then wider: nothing is left over of the frame before.
            terminal.resize(44, 16);
            var narrow =
                    terminal.shows(
                            "a frame of 44 columns",
                            shown ->
                                    shown.size() == 16
                                            && shown.getFirst().length() == 44
                                            && shown.getLast().endsWith("q leave"));
            assertThat(narrow).filteredOn(line -> line.contains("gate-w")).hasSize(1);
            assertThat(narrow).filteredOn(line -> line.contains("q leave")).hasSize(1);
            terminal.resize(100, 30);
            var wide =
                    terminal.shows(
                            "a frame of 100 columns",
                            shown ->
                                    shown.size() == 30
                                            && shown.getFirst().length() == 100
                                            && shown.getLast().endsWith("q leave"));
            assertThat(wide).filteredOn(line -> line.contains("gate-watch ")).hasSize(1);
            assertThat(terminal.painted()).doesNotContain("\u001b[7m");

            terminal.press("q");
            assertThat(terminal.ended()).isZero();
        }
        assertThat(status(job)).isEqualTo("running");
    }

    @Test
    void keys_open_a_card_and_the_help_pause_resume_and_cancel() throws Exception {
        var job = waitingJob();
        try (var terminal = terminal(80, 24, "job", "monitor", job)) {
            terminal.shows("▸┌● left");
            terminal.press("Down");
            terminal.shows("▸└● right");
            terminal.press("Enter");
            assertThat(terminal.shows("Progress:"))
                    .anyMatch(line -> line.matches("Agent: +right"))
                    .anyMatch(line -> line.matches("Node: +local"))
                    .anyMatch(line -> line.matches("Resources: +pool default, 1 slot"));
            terminal.press("BSpace");
            terminal.shows("▸└● right");
            terminal.press("?");
            terminal.shows("cancel the job, after a question");
            terminal.press("?");
            terminal.press("e");
            terminal.shows("workflow_step_completed");
            terminal.press("l");
            terminal.shows("Step intake completed");
            terminal.press("BSpace");

            terminal.press("p");
            terminal.shows("| paused");
            terminal.shows("p resume");
            assertThat(status(job)).isEqualTo("paused");
            terminal.press("p");
            terminal.shows("| running");

            terminal.press("c");
            terminal.shows("[y] cancel it");
            terminal.press("n");
            terminal.shows("q leave");
            assertThat(status(job)).isEqualTo("running");
            terminal.press("c");
            terminal.shows("[y] cancel it");
            terminal.press("y");
            assertThat(terminal.ended()).isZero();
            // The last frame stays, and the prompt comes after it.
            assertThat(terminal.everything())
                    .anyMatch(line -> line.startsWith("gate-watch") && line.endsWith("| cancelled"))
                    .anyMatch(line -> line.startsWith("Status: cancelled"))
                    .noneMatch(line -> line.contains("q leave"));
        }
        assertThat(status(job)).isEqualTo("cancelled");
    }

    @Test
    void a_job_that_is_run_shows_its_phases_and_leaving_it_says_how_to_come_back()
            throws Exception {
        try (var terminal =
                terminal(100, 40, "blueprint", "run", "--folder", bundle().toString())) {
            terminal.shows("┌● left");
            terminal.press("C-c");
            assertThat(terminal.ended()).isZero();
            var lines = terminal.everything();
            for (var phase : List.of("resolve source", "load config", "validate", "submit")) {
                assertThat(lines).anyMatch(line -> line.matches("✓ " + phase + " +\\d.* s"));
            }
            assertThat(lines)
                    .anyMatch(line -> line.matches("✓ package .*  2 files, \\d+ B"))
                    .anyMatch(line -> line.startsWith("── Job submitted ─"))
                    .anyMatch(line -> line.startsWith("── Job left ─"))
                    .anyMatch(line -> line.matches("Follow: +mn job monitor gate-.*"));
        }
    }

    @Test
    void a_server_that_is_killed_is_said_and_its_events_go_on_when_it_is_back() throws Exception {
        var job = waitingJob();
        var patient = new HashMap<String, String>();
        patient.put("MN_JOB_MONITOR_RETRY_ATTEMPTS", "40");
        try (var terminal = terminal(80, 24, patient, "job", "monitor", job, "--exit-status")) {
            terminal.shows("▸┌● left");
            server.kill();
            terminal.shows("! runtime temporarily unavailable; retrying");
            server.start();
            terminal.shows(
                    "a view without a warning",
                    lines ->
                            lines.getFirst().endsWith("| running")
                                    && lines.stream().noneMatch(line -> line.startsWith("!")));
            Files.createFile(gate);
            assertThat(terminal.ended()).isZero();
            assertThat(terminal.everything())
                    .anyMatch(line -> line.contains("4/4 steps") && line.endsWith("| completed"))
                    .anyMatch(line -> line.startsWith("Status: completed"));
        }
    }

    @Test
    void a_server_that_stays_away_ends_the_view_with_a_code_and_a_hint() throws Exception {
        var job = waitingJob();
        try (var terminal = terminal(80, 24, "job", "monitor", job)) {
            terminal.shows("▸┌● left");
            server.kill();
            assertThat(terminal.ended()).isEqualTo(1);
            assertThat(String.join("\n", terminal.lines()))
                    .contains("× Error: (MN_RUNTIME_UNAVAILABLE)")
                    .contains("! Hint: ")
                    .contains("mn runtime start");
        }
    }

    @Test
    void a_pipe_gets_every_event_once_although_the_server_is_killed() throws Exception {
        var job = waitingJob();
        var out = folder.resolve("records");
        var process =
                Product.mn(
                                home,
                                Map.of("MN_JOB_MONITOR_RETRY_ATTEMPTS", "40"),
                                "job",
                                "monitor",
                                job,
                                "--json",
                                "--from-start")
                        .redirectOutput(out.toFile())
                        .redirectError(folder.resolve("records.err").toFile())
                        .start();
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(out).contains("workflow_step_completed"));
            server.kill();
            server.start();
            Files.createFile(gate);
            assertThat(process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        var text = Files.readString(out);
        assertThat(text).doesNotContain("\u001b");
        var records = text.lines().map(line -> (JsonObject) Json.parse(line)).toList();
        var sequences =
                records.stream()
                        .filter(record -> record.string("type").orElse("").equals("event"))
                        .map(record -> record.object("data").integer("seq").orElse(-1))
                        .toList();
        for (int i = 0; i < sequences.size(); i++) {
            assertThat(sequences.get(i)).isEqualTo(i + 1);
        }
        assertThat(records.getLast().string("type")).contains("complete");
        assertThat(records.getLast().object("data").string("status")).contains("completed");
    }

    @Test
    void top_and_the_list_of_runs_are_drawn_and_left() throws Exception {
        var job = waitingJob();
        try (var terminal = terminal(80, 24, "runtime", "top")) {
            terminal.shows("in use");
            terminal.shows("gate-");
            terminal.press("q");
            assertThat(terminal.ended()).isZero();
        }
        try (var terminal = terminal(80, 24, "run", "list", "--follow", "--interval", "3")) {
            terminal.shows("▸   gate-");
            var second = waitingJob();
            terminal.shows("+  " + second.substring(0, 8));
            terminal.press("Enter");
            terminal.shows("| running");
            terminal.press("q");
            terminal.shows("Enter open");
            terminal.press("C-c");
            assertThat(terminal.ended()).isZero();
            terminal.shows("→ stopped; mn run list --follow goes on");
        }
        assertThat(status(job)).isEqualTo("running");
    }

    @Test
    void where_the_screen_is_refused_there_are_lines() throws Exception {
        var job = waitingJob();
        Files.createFile(gate);
        var refusing = Map.of("MN_RUN_DISABLE_LIVE_SCREEN", "1");
        try (var terminal = terminal(80, 24, refusing, "job", "monitor", job)) {
            assertThat(terminal.ended()).isZero();
            assertThat(terminal.everything())
                    .contains("Status: completed")
                    .anyMatch(line -> line.contains("job_completed"))
                    .noneMatch(line -> line.startsWith("gate-watch"));
        }
    }
}
