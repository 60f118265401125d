package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mn run …} and the same reads below {@code mn blueprint}. */
final class RunCommandsTest {

    @TempDir Path folder;
    private final CommandRun mn = new CommandRun();
    private FakeRuns.FakeRun run = new FakeRuns.FakeRun();

    @BeforeEach
    void a_completed_run() {
        mn.runtime.job("demo-1", "demo");
        run = mn.runtime.runs.add("demo-1", "completed");
        run.summary =
                object(
                        """
                        {"duration_ms":65000,"retry_count":1,
                         "counts":{"events":12,"logs":3,"errors":0},
                         "token_totals":{"total_tokens":420}}
                        """);
        for (int n = 1; n <= 5; n++) {
            run.record(
                    "events",
                    "{\"ts\":\"2026-03-01T12:00:0"
                            + n
                            + ".000Z\",\"id\":\"c"
                            + n
                            + "\",\"type\":\"agent_message_received\",\"agent_id\":\"worker\",\"payload\":{\"n\":"
                            + n
                            + "}}");
        }
        run.record(
                "logs",
                "{\"ts\":\"2026-03-01T12:00:06.000Z\",\"level\":\"WARN\",\"component\":\"executor\",\"message\":\"low ink, token=abcdefgh\"}");
    }

    private static JsonObject object(String json) {
        return (JsonObject) Json.parse(json);
    }

    @Test
    void tail_shows_the_last_events_under_either_noun() {
        for (var noun : List.of("run", "blueprint")) {
            assertThat(mn.run(noun, "tail", "demo-1", "--lines", "2")).isZero();
            assertThat(mn.out())
                    .isEqualTo(
                            """
                            12:00:04.000 agent_message_received worker n=4
                            12:00:05.000 agent_message_received worker n=5
                            """);
        }
    }

    @Test
    void logs_hide_secrets_and_their_json_has_no_cursor() {
        mn.run("run", "logs", "demo-1");
        assertThat(mn.out())
                .startsWith("12:00:06.000 WARN  executor low ink")
                .doesNotContain("abcd");
        mn.run("run", "tail", "demo-1", "--json");
        var data = object(mn.out()).array("data");
        assertThat(data.size()).isEqualTo(5);
        assertThat(((JsonObject) data.get(0)).has("id")).isFalse();
    }

    @Test
    void following_ends_with_the_run_and_says_so_in_json() {
        assertThat(mn.run("run", "stream", "demo-1", "--follow", "--json")).isZero();
        var lines = mn.out().lines().map(RunCommandsTest::object).toList();
        assertThat(lines).hasSize(7);
        assertThat(lines.getLast().string("type")).contains("complete");
        assertThat(lines.getLast().object("data").toString())
                .isEqualTo("{\"run_id\":\"demo-1\",\"status\":\"completed\",\"ended\":true}");
    }

    @Test
    void ctrl_c_leaves_a_run_that_goes_on() {
        run.ended = false;
        mn.presses = List.of(0, 1);
        assertThat(mn.run("run", "tail", "demo-1", "--follow")).isZero();
        assertThat(mn.out().lines()).hasSize(5);
        assertThat(mn.err()).contains("mn run tail demo-1 --follow shows the rest");
    }

    @Test
    void numbers_out_of_range_are_refused() {
        assertThat(mn.run("run", "tail", "demo-1", "--lines", "0")).isEqualTo(2);
        assertThat(mn.err()).contains("--lines: 0 (expected: 1 to 100000)");
        assertThat(mn.run("run", "tail", "demo-1", "--interval", "0")).isEqualTo(2);
        assertThat(mn.run("run", "list", "--max-runs", "0")).isEqualTo(2);
    }

    @Test
    void an_unknown_run_names_those_that_are_near() {
        assertThat(mn.run("run", "status", "demo-2")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_NOT_FOUND) There is no run 'demo-2' in this home; did you mean demo-1?
                        ! Hint: mn run list shows the runs of this home
                        """);
    }

    @Test
    void status_shows_counts_and_times() {
        mn.run("run", "status", "demo-1");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Status: completed
                        Run ID: demo-1
                        Job ID: demo-1
                        Workflow: demo
                        Started: 2026-03-01T12:00:00.000Z
                        Duration: 1 m 05 s
                        Events: 12
                        Log records: 3
                        Errors: 0
                        Retries: 1
                        Tokens: 420
                        """);
    }

    @Test
    void list_shows_runs_of_jobs_and_follows_changes() {
        mn.run("run", "list");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Run ID\tJob ID\tStatus\tEnded\tBlueprint
                        demo-1\tdemo-1\trunning\t\tdemo
                        """);
        mn.presses = List.of(0, 1);
        assertThat(mn.run("blueprint", "monitor", "--follow")).isZero();
        assertThat(mn.out()).isEqualTo("demo-1\tdemo-1\trunning\t\tdemo\n");
        mn.presses = List.of();
        mn.run("run", "list", "--blueprint", "other");
        assertThat(mn.out()).isEqualTo("No runs found\n");
    }

    @Test
    void resources_are_a_row_for_each_bucket() {
        mn.run("run", "resources", "demo-1");
        assertThat(mn.out()).isEqualTo("Nothing was measured in this time\n");
        run.resources =
                object(
                        """
                        {"buckets":[{"start":"2026-03-01T12:00:00.000Z","samples":3,"cpu_pct_avg":12.5,
                          "cpu_pct_max":99.0,"memory_rss_mb_max":20.25,"total_tokens":420}]}
                        """);
        mn.run("run", "resources", "demo-1", "--window", "1h");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        From\tSamples\tCPU % avg\tCPU % max\tMemory MB\tTokens
                        2026-03-01T12:00:00.000Z\t3\t12.5\t99\t20.3\t420
                        """);
    }

    @Test
    void people_are_shown_and_answer() {
        run.human =
                List.of(
                        object(
                                """
                                {"ts":"2026-03-01T12:00:01.000Z","type":"human_input_requested",
                                 "payload":{"request_id":"q1","title":"Ship it?","allowed_decisions":["approve","reject"]}}
                                """));
        mn.run("run", "human", "demo-1");
        assertThat(object(mn.out()).object("payload").string("request_id")).contains("q1");
        assertThat(mn.run("run", "human", "list", "demo-1")).isZero();
        assertThat(object(mn.out()).object("payload").string("request_id")).contains("q1");
        assertThat(mn.run("run", "human", "list", "demo-1", "q1")).isEqualTo(2);
        assertThat(mn.run("run", "human", "respond", "demo-1", "q1", "--decision", "aprove"))
                .isEqualTo(2);
        assertThat(mn.err())
                .contains(
                        "Request q1 allows approve, reject, but not 'aprove'; did you mean approve?");
        assertThat(mn.runtime.runs.answers).isEmpty();
        assertThat(
                        mn.run(
                                "run",
                                "human",
                                "respond",
                                "demo-1",
                                "q1",
                                "--decision",
                                "approve",
                                "--notes",
                                "go"))
                .isZero();
        assertThat(mn.run("blueprint", "human", "ack", "demo-1", "n1")).isZero();
        assertThat(mn.runtime.runs.answers)
                .containsExactly(
                        "respond demo-1 q1 {\"decision\":\"approve\",\"reviewer\":\"cli\",\"notes\":\"go\"}",
                        "ack demo-1 n1 {\"reviewer\":\"cli\"}");
        assertThat(mn.run("run", "human", "respnd", "demo-1", "q1")).isEqualTo(2);
        assertThat(mn.err()).contains("did you mean respond?");
    }

    @Test
    void runs_whose_jobs_were_deleted_are_listed_from_their_folders(@TempDir Path store)
            throws Exception {
        mn.environment.put("MN_RUNS_ROOT", store.toString());
        Files.createDirectories(store.resolve("old-1"));
        Files.writeString(
                store.resolve("old-1/run.json"),
                "{\"run_id\":\"old-1\",\"job_id\":\"gone-1\",\"status\":\"completed\",\"blueprint_id\":\"tea\",\"ended_at\":\"2026-02-01T12:00:00.000Z\"}");
        Files.createDirectories(store.resolve("demo-1"));
        Files.writeString(store.resolve("demo-1/run.json"), "{\"run_id\":\"demo-1\"}");
        Files.createDirectories(store.resolve("no-run"));
        mn.run("run", "list");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Run ID\tJob ID\tStatus\tEnded\tBlueprint
                        demo-1\tdemo-1\trunning\t\tdemo
                        old-1\tgone-1\tcompleted\t2026-02-01T12:00:00.000Z\ttea
                        """);
        mn.run("blueprint", "monitor", "--blueprint-id", "tea", "-q");
        assertThat(mn.out()).isEqualTo("old-1\n");
        mn.run("run", "list", "--max-runs", "1", "-q");
        assertThat(mn.out()).isEqualTo("demo-1\n");
        mn.run("run", "list", "--target", "far:1", "-q");
        assertThat(mn.out()).as("another machine's are not here").isEqualTo("demo-1\n");
    }

    @Test
    void a_run_whose_job_was_deleted_still_has_its_result() {
        var old = mn.runtime.runs.add("old-1", "completed");
        old.result =
                Optional.of(
                        object(
                                "{\"job_id\":\"old-1\",\"status\":\"completed\",\"result\":{\"n\":1}}"));
        assertThat(mn.run("run", "result", "old-1")).isZero();
        assertThat(mn.out()).contains("\"n\": 1");
        assertThat(mn.run("run", "watch", "old-1")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_NOT_FOUND) The job of run old-1 is not kept any more; the run is completed
                        ! Hint: mn run status old-1 and mn run result old-1 read what it left
                        """);
    }

    @Test
    void what_people_were_asked_is_a_table_of_how_it_stands() {
        run.human =
                List.of(
                        object(
                                "{\"ts\":\"2026-03-01T12:00:01.000Z\",\"type\":\"human_input_requested\",\"payload\":{\"request_id\":\"q1\",\"prompt\":\"Ship it?\",\"status\":\"answered\"}}"),
                        object(
                                "{\"ts\":\"2026-03-01T12:00:02.000Z\",\"type\":\"human_input_received\",\"payload\":{\"request_id\":\"q1\",\"decision\":\"yes\"}}"),
                        object(
                                "{\"ts\":\"2026-03-01T12:00:03.000Z\",\"type\":\"human_input_requested\",\"payload\":{\"request_id\":\"q2\",\"title\":\"And now?\"}}"),
                        object(
                                "{\"ts\":\"2026-03-01T12:00:04.000Z\",\"type\":\"human_notice\",\"payload\":{\"notice_id\":\"n1\",\"message\":\"Look\"}}"),
                        object(
                                "{\"ts\":\"2026-03-01T12:00:05.000Z\",\"type\":\"human_notice_acknowledged\",\"payload\":{\"notice_id\":\"n1\",\"acknowledged_by\":\"ada\"}}"),
                        object(
                                "{\"ts\":\"2026-03-01T12:00:06.000Z\",\"type\":\"human_input_timeout\",\"payload\":{\"request_id\":\"g1\",\"default_action\":\"reject\"}}"));
        mn.environment.put("COLUMNS", "120");
        mn.run("blueprint", "human", "demo-1", "-o", "table");
        assertThat(
                        mn.out()
                                .lines()
                                .skip(2)
                                .map(line -> line.replaceAll("^\\S+ +| {2,}", " ").strip()))
                .containsExactly(
                        "human_input_requested q1 Ship it? answered",
                        "human_input_received q1 yes",
                        "human_input_requested q2 And now? pending",
                        "human_notice n1 Look acknowledged",
                        "human_notice_acknowledged n1 by ada",
                        "human_input_timeout g1 reject");
    }

    @Test
    void compare_marks_what_differs() {
        run.finalArtifact =
                Optional.of(object("{\"type\":\"run_result\",\"content\":{\"sum\":1}}"));
        var other = mn.runtime.runs.add("demo-2", "failed");
        other.summary = run.summary;
        mn.run("run", "compare", "demo-1", "demo-2");
        assertThat(mn.out())
                .contains("*\tStatus\tcompleted\tfailed\n")
                .contains("\tDuration\t1 m 05 s\t1 m 05 s\n")
                .contains("*\tFinal artifact\trun_result\tnone\n")
                .contains("*\tartifact.content.sum\t1\t\n");
        mn.run("run", "compare", "demo-1", "demo-2", "--json");
        var rows = (JsonArray) object(mn.out()).at("data");
        assertThat(((JsonObject) rows.get(1)).toString())
                .isEqualTo(
                        "{\"field\":\"Status\",\"a\":\"completed\",\"b\":\"failed\",\"differs\":true}");
    }

    @Test
    void delete_asks_and_keeps_what_goes_on() {
        assertThat(mn.run("run", "delete", "demo-1")).isEqualTo(2);
        assertThat(mn.err()).contains("MN_CONFIRMATION_REQUIRED");
        run.ended = false;
        assertThat(mn.run("run", "delete", "demo-1", "--yes")).isEqualTo(1);
        assertThat(mn.err()).contains("has not ended, so its files stay");
        run.ended = true;
        assertThat(mn.run("run", "delete", "demo-1", "--yes")).isZero();
        assertThat(mn.runtime.runs.all).isEmpty();
    }

    @Test
    void a_run_is_steered_through_its_job() {
        assertThat(mn.run("run", "pause", "demo-1")).isZero();
        assertThat(mn.out()).contains("Run pause", "Run ID: demo-1");
        assertThat(mn.run("run", "cancel", "demo-1")).isZero();
    }

    @Test
    void a_report_is_one_page_that_shows_nothing_secret_and_runs_nothing() throws Exception {
        run.finalArtifact =
                Optional.of(
                        object(
                                "{\"content\":{\"note\":\"<script>x</script>\",\"api_key\":\"sk-1\"}}"));
        run.record(
                "timeline",
                "{\"ts\":\"2026-03-01T12:00:01.000Z\",\"type\":\"agent_started\",\"agent_id\":\"<b>\",\"status\":\"running\"}");
        run.record(
                "timeline",
                "{\"ts\":\"2026-03-01T12:00:03.000Z\",\"type\":\"agent_completed\",\"agent_id\":\"<b>\",\"status\":\"completed\"}");
        mn.directory = folder;
        assertThat(mn.run("run", "export", "demo-1", "--format", "html", "--out", "a/r.html"))
                .isZero();
        assertThat(mn.out()).contains("Run export successful", "a/r.html");
        var html = java.nio.file.Files.readString(folder.resolve("a/r.html"));
        assertThat(html)
                .contains("&lt;script&gt;x&lt;/script&gt;", "&lt;b&gt;", "2.0 s", "1 m 05 s")
                .contains("class=\"s-completed\"", "<path class=\"edge\"", "collect")
                .doesNotContain("<script", "sk-1", "http:", "https:");
        assertThat(html.lines().filter(line -> line.contains("class=\"s-"))).hasSize(1);
    }

    @Test
    void a_page_goes_into_the_folder_of_its_run_and_through_no_link() throws Exception {
        mn.environment.put("MN_HOME", folder.toString());
        var own = Files.createDirectories(folder.resolve("runs/demo-1"));
        var precious = Files.writeString(folder.resolve("precious"), "mine");
        Files.createSymbolicLink(own.resolve("report.html"), precious);
        assertThat(mn.run("run", "export", "demo-1", "--format", "web")).isZero();
        assertThat(mn.out()).contains("URL: file://", "/runs/demo-1/report.html");
        assertThat(own.resolve("report.html")).content().startsWith("<!");
        assertThat(precious).hasContent("mine");
    }

    @Test
    void a_report_comes_as_json_and_as_markdown() throws Exception {
        mn.environment.put("MN_HOME", folder.toString());
        var own = Files.createDirectories(folder.resolve("runs/demo-1"));
        Files.writeString(own.resolve("config.json"), "{\"limit\":10,\"api_key\":\"k-12345678\"}");
        var secret = Files.writeString(folder.resolve("secret.json"), "{\"mine\":1}");
        Files.createSymbolicLink(own.resolve("inputs.json"), secret);
        run.result = Optional.of(object("{\"sum\":1}"));
        run.finalArtifact = Optional.of(object("{\"content\":{\"sum\":1}}"));
        mn.run("blueprint", "export", "demo-1");
        var report = object(mn.out());
        assertThat(report.names())
                .containsExactly(
                        "schema_version",
                        "run",
                        "summary",
                        "config",
                        "inputs",
                        "result",
                        "final_artifact",
                        "steps",
                        "graph",
                        "timeline",
                        "warnings",
                        "events",
                        "logs",
                        "human",
                        "resources");
        assertThat(report.object("config").toString())
                .isEqualTo("{\"limit\":10,\"api_key\":\"[redacted]\"}");
        assertThat(report.at("inputs").isNull()).isTrue();
        assertThat(report.array("logs")).isNotEmpty();
        mn.run("run", "export", "demo-1", "--format", "md");
        assertThat(mn.out())
                .startsWith("# demo\n\n|  |  |\n| --- | --- |\n| Status | completed |\n")
                .contains("## Graph\n\n```mermaid\nflowchart LR\n")
                .contains("## Warnings\n\n```text\n12:00:06.000 WARN  executor low ink")
                .contains("\"sum\": 1")
                .contains("## Configuration\n\n```json\n", "\"limit\": 10")
                .contains("## Last events\n\n```text\n")
                .doesNotContain("abcdefgh", "k-12345678", "mine");
        assertThat(mn.run("run", "export", "demo-1", "--format", "pdf")).isEqualTo(2);
    }

    @Test
    void a_run_is_shown_watched_and_saved_by_its_own_id() throws Exception {
        var named = mn.runtime.runs.add("monday", "completed");
        named.run = named.run.with("job_id", new JsonString("demo-1"));
        mn.runtime.jobs.values().iterator().next().completed(new JsonString("42"));
        mn.run("run", "status", "monday");
        var status = mn.out();
        mn.run("run", "show", "monday");
        assertThat(mn.out()).isEqualTo(status).contains("monday");
        assertThat(mn.run("run", "watch", "monday")).isZero();
        assertThat(mn.out()).contains("job_completed");
        assertThat(mn.run("run", "result", "monday")).isZero();
        assertThat(mn.out()).contains("42");
        var results = folder.resolve("results");
        assertThat(mn.run("run", "result", "monday", "-o", results.toString(), "-q")).isZero();
        assertThat(mn.out()).isEqualTo(results.resolve("result.json") + "\n");
        assertThat(Files.readString(results.resolve("result.json"))).isEqualTo("\"42\"\n");
        assertThat(mn.run("run", "result", "tuesday")).isEqualTo(2);
    }
}
