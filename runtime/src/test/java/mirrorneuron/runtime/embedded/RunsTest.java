package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RunId;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.runtime.run.RunAccess;
import mirrorneuron.runtime.run.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of real workers, read as an edge reads them. */
@Timeout(60)
class RunsTest {

    private static final Optional<Instant> ANY_TIME = Optional.empty();

    @TempDir Path home;

    @Test
    void a_run_leaves_its_result_its_log_and_its_files() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            complete(
                    mn,
                    "full",
                    """
                    echo hello from the worker
                    echo careful >&2
                    mkdir -p "$MN_RUN_DIR/charts"
                    printf '# Report\\n' > "$MN_RUN_DIR/report.md"
                    printf 'a,b\\n' > "$MN_RUN_DIR/charts/one.csv"
                    ln -s /etc/passwd "$MN_RUN_DIR/leak.txt"
                    printf hidden > "$MN_RUN_DIR/.hidden"
                    """);

            var result = runs.result("full");
            assertThat(result.string("status")).contains("completed");
            assertThat(result.string("job_id")).contains("job-full");
            assertThat(result.string("completed_at")).isPresent();
            assertThat(result.has("failure")).isFalse();
            assertThat(runs.finalArtifact("full").string("type")).contains("run_result");

            var logs = data(runs.logs("full", 0, ANY_TIME, Optional.empty()));
            assertThat(logs)
                    .anySatisfy(
                            line -> {
                                assertThat(line.string("message"))
                                        .contains("hello from the worker");
                                assertThat(line.string("component")).contains("executor");
                                assertThat(line.string("level")).contains("INFO");
                                assertThat(line.string("agent_id")).contains("door");
                            })
                    .anySatisfy(
                            line -> {
                                assertThat(line.string("message")).contains("careful");
                                assertThat(line.string("level")).contains("WARN");
                            })
                    .anySatisfy(
                            line -> assertThat(line.string("message")).contains("Job completed"));
            assertThat(data(runs.logs("full", 0, ANY_TIME, Optional.of("warn"))))
                    .extracting(line -> line.string("message").orElse(""))
                    .containsExactly("careful");

            var artifacts = runs.artifacts("full");
            assertThat(artifacts.at("data")).isEqualTo(artifacts.at("artifacts"));
            var listed = objects(artifacts, "artifacts");
            assertThat(listed)
                    .extracting(artifact -> artifact.string("artifact_id").orElse(""))
                    .contains(
                            "events_jsonl",
                            "logs_jsonl",
                            "errors_jsonl",
                            "timeline_jsonl",
                            "timeline_json",
                            "observability_summary_json",
                            "result_json",
                            "final_artifact_json",
                            "run_json",
                            "job_json",
                            "resource_samples_jsonl",
                            "report_md",
                            "charts_one_csv")
                    .doesNotContain("leak_txt", "hidden");
            assertThat(listed)
                    .extracting(artifact -> artifact.string("relative_path").orElse(""))
                    .isSorted();
            var report = runs.artifact("full", "report.md");
            assertThat(report.contentType()).isEqualTo("text/markdown; charset=utf-8");
            assertThat(Files.readString(report.file().file())).isEqualTo("# Report\n");
            assertThat(runs.artifact("full", "charts_one_csv").name()).isEqualTo("one.csv");
            for (var artifact : listed) {
                var opened = runs.artifact("full", artifact.string("path").orElseThrow());
                assertThat(opened.sha256()).isEqualTo(artifact.string("sha256").orElseThrow());
                assertThat(opened.size()).isEqualTo(artifact.integer("size").orElseThrow());
                assertThat(artifact.string("url").orElseThrow())
                        .isEqualTo(
                                "/api/v1/runs/full/artifacts/"
                                        + artifact.string("path").orElseThrow());
            }

            var summary = runs.summary("full");
            assertThat(summary.object("counts").integer("errors")).hasValue(0);
            assertThat(summary.object("counts").integer("warnings")).hasValue(1);
            assertThat(summary.integer("duration_ms").orElseThrow()).isPositive();
            assertThat(
                            summary.object("resource_peaks")
                                    .number("max_memory_rss_mb")
                                    .orElseThrow()
                                    .asDouble())
                    .isPositive();
            assertThat(summary.string("status")).contains("completed");

            var events = data(runs.events("full", 0, ANY_TIME, Optional.empty()));
            assertThat(events).allSatisfy(RunsTest::assertNothingIsNull);
            // Without the run's own course: its beginning, its inputs and its end.
            var numbered = events.subList(2, events.size() - 1);
            for (int i = 0; i < numbered.size(); i++) {
                assertThat(numbered.get(i).integer("seq")).hasValue(i + 1);
            }
            assertThat(data(runs.events("full", 2, ANY_TIME, Optional.empty())))
                    .isEqualTo(events.subList(events.size() - 2, events.size()));
            var timeline = data(runs.timeline("full", 500, ANY_TIME));
            assertThat(timeline.getFirst().string("type")).contains("run_started");
            assertThat(timeline.getLast().string("type")).contains("run_completed");

            var resources = runs.resources("full", "24h", "1h");
            assertThat(resources.integer("sample_count").orElseThrow()).isPositive();
            assertThat(resources.at("latest")).isInstanceOf(JsonObject.class);

            var ui = runs.ui("full", 200);
            assertThat(ui.object("ui").string("adapter")).contains("json-render");
            assertThat(ui.array("events").size()).isEqualTo(events.size());
            assertThat(ui.object("run").string("status")).contains("completed");
            assertThat(ui.object("job").string("job_id")).contains("job-full");
        }
    }

    @Test
    void a_failed_run_has_an_error_and_a_result() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            var job =
                    mn.jobs()
                            .submit(
                                    new BundleSource.Inline(
                                            """
                                            {"manifest_version":"1.0","graph_id":"broken","entrypoints":["door"],
                                             "nodes":[{"node_id":"door","agent_type":"executor",
                                               "config":{"runner_module":"host_local","command":["sh","work.sh"],
                                                 "upload_path":"work.sh","max_attempts":1}}],
                                             "edges":[],
                                             "policies":{"restart":{"attempts":0,"mode":"fail"}}}
                                            """,
                                            Map.of(
                                                    "work.sh",
                                                    "echo no good >&2; exit 3".getBytes(UTF_8))),
                                    SubmitOptions.defaults().withRunId(RunId.of("broken")))
                            .orThrow();
            mn.jobs().await(job, Duration.ofSeconds(30));

            assertThat(runs.result("broken").string("status")).contains("failed");
            assertThat(runs.result("broken").object("failure").string("schema_version"))
                    .contains("mn.error.v1");
            refuses(ErrorCode.ARTIFACT_NOT_FOUND, () -> runs.finalArtifact("broken"));
            assertThat(runs.summary("broken").object("counts").integer("errors").orElseThrow())
                    .isGreaterThanOrEqualTo(1);
            assertThat(runs.summary("broken").string("failed_agent_id")).contains("door");
            assertThat(data(runs.logs("broken", 0, ANY_TIME, Optional.of("ERROR")))).isNotEmpty();
            var errors = Files.readAllLines(home.resolve("runs/broken/errors.jsonl"));
            assertThat(errors)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("\"error\":{"));
        }
    }

    @Test
    void outputs_come_from_what_the_run_names_and_stay_inside() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            complete(
                    mn,
                    "out",
                    """
                    printf one > "$MN_RUN_DIR/one.txt"
                    printf two > "$MN_RUN_DIR/two.txt"
                    ln -s /etc/hostname "$MN_RUN_DIR/host.txt"
                    cat > "$MN_RUN_DIR/final_artifact.json" <<END
                    {"output_files":["one.txt",{"path":"two.txt","kind":"the second"},"one.txt",
                      "/etc/passwd","../../secret","host.txt"]}
                    END
                    """);

            var outputs = objects(runs.outputs("out"), "outputs");
            assertThat(outputs)
                    .extracting(output -> output.string("artifact_id").orElse(""))
                    .containsExactly("output_0_output", "output_1_the_second");
            assertThat(outputs.get(1).string("url")).contains("/api/v1/runs/out/outputs/1");
            assertThat(outputs.get(1).string("source")).contains("post_launch_output");
            assertThat(Files.readString(runs.output("out", 1).file().file())).isEqualTo("two");
            refuses(ErrorCode.OUTPUT_NOT_FOUND, () -> runs.output("out", 2));
            refuses(ErrorCode.OUTPUT_NOT_FOUND, () -> runs.output("out", -1));
            assertThat(runs.finalArtifact("out").has("type")).isFalse();
            assertThat(objects(runs.artifacts("out"), "data"))
                    .extracting(artifact -> artifact.string("artifact_id").orElse(""))
                    .endsWith("output_0_output", "output_1_the_second");
        }
    }

    @Test
    void the_final_artifact_in_a_workers_own_result_is_the_runs() throws Exception {
        try (var mn = open()) {
            complete(
                    mn,
                    "answer",
                    "echo '{\"final_artifact\":{\"recommended_action\":\"buy\"}}' > \"$MN_RUN_DIR/result.json\"");
            assertThat(runs(mn).finalArtifact("answer").toString())
                    .isEqualTo("{\"recommended_action\":\"buy\"}");
            complete(mn, "said", "echo '{\"final_artifact\":{\"recommended_action\":\"sell\"}}'");
            assertThat(runs(mn).finalArtifact("said").string("recommended_action"))
                    .contains("sell");
        }
    }

    @Test
    void the_blueprint_that_a_manifest_declares_is_named_everywhere() throws Exception {
        try (var mn = open()) {
            var job =
                    mn.jobs()
                            .submit(
                                    new BundleSource.Inline(
                                            """
                                            {"apiVersion":"mn.workflow/v1","kind":"Workflow","metadata":{"blueprint_id":"tea"},
                                             "workflow":{"workflow_id":"w","steps":[{"id":"work","run":"work"}]},
                                             "agents":{"nodes":[{"node_id":"work","agent_type":"executor","config":{
                                               "runner_module":"host_local","command":["sh","-c","echo of $MN_BLUEPRINT_ID"]}}]}}
                                            """,
                                            Map.of()),
                                    SubmitOptions.defaults().withRunId(RunId.of("of-tea")))
                            .orThrow();
            mn.jobs().await(job, Duration.ofSeconds(20));
            var runs = runs(mn);
            assertThat(runs.run("of-tea").string("blueprint_id")).contains("tea");
            assertThat(mn.jobs().inspect(job).orElseThrow().raw().string("blueprint_id"))
                    .contains("tea");
            var logs = data(runs.logs("of-tea", 0, ANY_TIME, Optional.empty()));
            assertThat(logs)
                    .allSatisfy(line -> assertThat(line.string("blueprint_id")).contains("tea"));
            assertThat(logs.toString()).contains("of tea");
            assertThat(
                            data(runs.events("of-tea", 0, ANY_TIME, Optional.empty())).stream()
                                    .filter(line -> line.integer("seq").orElse(0) == 0)
                                    .map(line -> line.string("type").orElse("")))
                    .containsExactly("run_started", "inputs_loaded", "run_completed");
        }
    }

    @Test
    void no_path_leads_out_of_a_run() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            complete(mn, "closed", "ln -s / \"$MN_RUN_DIR/root\"");
            Files.writeString(home.resolve("runs/secret.txt"), "mine");

            for (var path :
                    List.of(
                            "../secret.txt",
                            "..",
                            ".",
                            "",
                            "/etc/passwd",
                            "root/etc/passwd",
                            "..\\secret.txt",
                            ".recording.json",
                            "charts/../../secret.txt",
                            "nothing.txt")) {
                refuses(ErrorCode.ARTIFACT_NOT_FOUND, () -> runs.artifact("closed", path));
            }
            for (var id : List.of("..", ".", "", "a/b", "a:b", "%2e%2e")) {
                refuses(ErrorCode.INVALID_ID, () -> runs.result(id));
            }
            refuses(ErrorCode.RUN_NOT_FOUND, () -> runs.result("nobody"));
            refuses(
                    ErrorCode.INVALID_QUERY,
                    () -> runs.events("closed", -1, ANY_TIME, Optional.empty()));
            refuses(
                    ErrorCode.INVALID_QUERY,
                    () -> runs.logs("closed", 1, ANY_TIME, Optional.of("LOUD")));
            refuses(ErrorCode.INVALID_QUERY, () -> runs.resources("closed", "1x", "1h"));
            refuses(ErrorCode.INVALID_QUERY, () -> runs.resources("closed", "", "1h"));
        }
    }

    @Test
    void a_run_that_goes_on_is_read_up_to_the_last_commit() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            var job =
                    mn.jobs()
                            .submit(
                                    Workflows.waiting(3),
                                    SubmitOptions.defaults().withRunId(RunId.of("open")))
                            .orThrow();
            for (int n = 0; n < 2; n++) {
                mn.jobs().send(job, Workflows.DOOR, Workflows.knock(n));
                var seen = data(runs.events("open", 0, ANY_TIME, Optional.empty()));
                assertThat(seen.stream().filter(e -> e.at("type").toString().contains("sensor")))
                        .hasSize(n + 1);
            }
            assertThat(runs.summary("open").string("status")).contains("running");
            assertThat(runs.summary("open").at("ended_at")).isEqualTo(JsonNull.NULL);
            refuses(ErrorCode.RESULT_NOT_FOUND, () -> runs.result("open"));
            assertThat(
                            runs.page(
                                            "open",
                                            new RunFiles.Filter(
                                                    Set.of("events"), Optional.empty(), ANY_TIME),
                                            "")
                                    .ended())
                    .isFalse();
        }
    }

    @Test
    void a_stream_resumes_after_any_record_without_gap_or_repeat() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            complete(mn, "stream", "for i in 1 2 3 4 5; do echo line $i; done");

            var channels = Set.of("events", "logs", "resources", "timeline", "human");
            var whole =
                    runs.page(
                            "stream",
                            new RunFiles.Filter(channels, Optional.empty(), ANY_TIME),
                            "");
            assertThat(whole.ended()).isTrue();
            assertThat(whole.status()).isEqualTo("completed");
            assertThat(whole.records())
                    .extracting(record -> record.string("ts").orElse(""))
                    .isSorted();
            for (int i = 0; i < whole.records().size(); i++) {
                var record = whole.records().get(i);
                var rest =
                        runs.page(
                                "stream",
                                new RunFiles.Filter(channels, Optional.empty(), ANY_TIME),
                                record.string("id").orElseThrow());
                assertThat(rest.records())
                        .extracting(RunsTest::withoutId)
                        .isEqualTo(
                                whole.records().subList(i + 1, whole.records().size()).stream()
                                        .map(RunsTest::withoutId)
                                        .toList());
            }
            assertThat(
                            runs.page(
                                            "stream",
                                            new RunFiles.Filter(
                                                    channels, Optional.empty(), ANY_TIME),
                                            whole.cursor())
                                    .records())
                    .isEmpty();
            assertThat(
                            runs.page(
                                            "stream",
                                            new RunFiles.Filter(
                                                    channels, Optional.empty(), ANY_TIME),
                                            "rubbish")
                                    .records())
                    .hasSameSizeAs(whole.records());
            refuses(
                    ErrorCode.INVALID_QUERY,
                    () ->
                            runs.page(
                                    "stream",
                                    new RunFiles.Filter(Set.of("x"), Optional.empty(), ANY_TIME),
                                    ""));
        }
    }

    @Test
    void a_worker_asks_and_hears_the_answer() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            var job =
                    mn.jobs()
                            .submit(
                                    Workflows.command(
                                            """
                                            echo '{"type":"human_input_requested","payload":{"request_id":"r1","prompt":"go on?","allowed_decisions":["approve","reject"]}}' >> "$MN_RUN_DIR/human.jsonl"
                                            echo '{"type":"human_notice","payload":{"notice_id":"n1","message":"look here"}}' >> "$MN_RUN_DIR/human.jsonl"
                                            until grep -q human_input_received "$MN_RUN_DIR/human.jsonl"; do sleep 0.05; done
                                            """,
                                            false),
                                    SubmitOptions.defaults().withRunId(RunId.of("asking")))
                            .orThrow();
            while (data(runs.human("asking", Optional.of("pending"))).size() < 2) {
                Thread.onSpinWait();
            }
            var pending = data(runs.human("asking", Optional.of("pending")));
            assertThat(pending.getFirst().string("run_id")).contains("asking");
            assertThat(pending.getFirst().string("channel")).contains("human");
            assertThat(pending.getFirst().object("payload").string("prompt")).contains("go on?");

            refuses(
                    ErrorCode.VALIDATION_FAILED,
                    () -> runs.respond("asking", "r1", JsonObject.empty()));
            refuses(
                    ErrorCode.VALIDATION_FAILED,
                    () -> runs.respond("asking", "r1", json("decision", "perhaps")));
            refuses(
                    ErrorCode.HUMAN_REQUEST_NOT_FOUND,
                    () -> runs.respond("asking", "r9", json("decision", "approve")));
            var seen = runs.acknowledge("asking", "r1", JsonObject.empty());
            assertThat(seen.string("type")).contains("human_notice_acknowledged");
            assertThat(data(runs.human("asking", Optional.of("pending")))).hasSize(2);

            var answer = runs.respond("asking", "r1", json("decision", "yes"));
            assertThat(answer.string("type")).contains("human_input_received");
            assertThat(answer.object("payload").string("request_id")).contains("r1");
            assertThat(answer.object("payload").bool("approved")).contains(true);
            assertThat(answer.object("payload").object("response").string("decision"))
                    .contains("yes");
            refuses(
                    ErrorCode.ALREADY_RESPONDED,
                    () -> runs.respond("asking", "r1", json("decision", "approve")));

            var ack = runs.acknowledge("asking", "n1", json("reviewer", "ada"));
            assertThat(ack.object("payload").toString())
                    .isEqualTo("{\"acknowledged_by\":\"ada\",\"notice_id\":\"n1\"}");
            assertThat(runs.acknowledge("asking", "n1", JsonObject.empty())).isEqualTo(ack);
            refuses(
                    ErrorCode.HUMAN_NOTICE_NOT_FOUND,
                    () -> runs.acknowledge("asking", "n9", JsonObject.empty()));
            assertThat(data(runs.human("asking", Optional.of("pending")))).isEmpty();

            mn.jobs().await(job, Duration.ofSeconds(20));
            // The runtime heard the worker's lines too; nothing is in the list twice.
            var all = data(runs.human("asking", Optional.empty()));
            assertThat(all)
                    .extracting(
                            record ->
                                    record.at("type")
                                            + " "
                                            + record.object("payload").at("request_id")
                                            + record.object("payload").at("notice_id"))
                    .doesNotHaveDuplicates();
            assertThat(all).hasSize(5);
        }
    }

    @Test
    void a_gate_is_answered_through_its_job() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            var job =
                    mn.jobs()
                            .submit(
                                    new BundleSource.Inline(
                                            """
                                            {"apiVersion":"mn.workflow/v1","kind":"Workflow",
                                             "workflow":{"workflow_id":"w","steps":[{"id":"work","run":"work",
                                               "control":{"approval":{"title":"Look","blocked_actions":["send"]}}}]},
                                             "agents":{"nodes":[{"node_id":"work","agent_type":"executor","config":{
                                               "runner_module":"host_local","command":["python3","work.py"],
                                               "upload_path":"work.py"}}]}}
                                            """,
                                            Map.of(
                                                    "work.py",
                                                    """
                                                    from mirrorneuron_worker import step
                                                    step.usage(input_tokens=10, output_tokens=5, model="m")
                                                    step.usage(input_tokens=1, output_tokens=1)
                                                    step.ask("Publish it?", title="Publish", request_id="r1")
                                                    step.finish({"n": 1})
                                                    """
                                                            .getBytes(UTF_8))),
                                    SubmitOptions.defaults().withRunId(RunId.of("gate")))
                            .orThrow();
            var pending = new ArrayList<JsonObject>();
            while (pending.isEmpty()) {
                pending.addAll(data(runs.human("gate", Optional.of("pending"))));
            }
            assertThat(pending).as("the worker's question and its gate are one").hasSize(1);
            var asked = pending.getFirst().object("payload");
            assertThat(asked.string("prompt")).contains("Publish it?");
            assertThat(asked.array("allowed_decisions").size()).isPositive();
            assertThat(asked.array("blocked_actions").values()).hasToString("[\"send\"]");
            assertThat(asked.string("mode")).contains("approval_required");
            assertThat(runs.run("gate").string("status")).contains("waiting_for_human");

            var approved =
                    JsonObject.builder()
                            .put("decision", "approved")
                            .put("reviewer", "ada")
                            .put("version", 1)
                            .put("decision_id", "mine-1")
                            .build();
            var answer = runs.respond("gate", "r1", approved); // as the worker called it

            assertThat(mn.jobs().humanRequests(job).getFirst().decision().orElseThrow())
                    .extracting(HumanDecision::decisionId)
                    .isEqualTo("mine-1");
            var again = runs.respond("gate", "r1", approved);
            assertThat(again.object("payload").at("approved"))
                    .isEqualTo(answer.object("payload").at("approved"));
            refuses(
                    ErrorCode.ALREADY_RESPONDED,
                    () ->
                            runs.respond(
                                    "gate",
                                    "r1",
                                    approved.with("decision", JsonString.of("reject"))));
            refuses(
                    ErrorCode.ALREADY_RESPONDED,
                    () -> runs.respond("gate", "r1", approved.without("decision_id")));
            assertThat(answer.object("payload").bool("approved")).contains(true);
            assertThat(answer.object("payload").string("reviewer")).contains("ada");
            mn.jobs().await(job, Duration.ofSeconds(20));
            var settled = data(runs.human("gate", Optional.empty())).getFirst().object("payload");
            assertThat(settled.string("status")).contains("answered");
            var event =
                    mn.jobs().events(job, EventQuery.all()).stream()
                            .filter(one -> one.type().equals("human_input_received"))
                            .findFirst()
                            .orElseThrow()
                            .payload();
            assertThat(event.bool("approved")).contains(true);
            assertThat(event.object("response").toString())
                    .isEqualTo(
                            "{\"decision\":\"approve\",\"reviewer\":\"ada\",\"decision_id\":\"mine-1\"}");
            assertThat(runs.result("gate").string("status")).contains("completed");
            var tokens = runs.summary("gate").object("token_totals");
            assertThat(tokens.integer("total_tokens")).hasValue(17);
            assertThat(tokens.integer("calls")).hasValue(2);
            assertThat(
                            runs.resources("gate", "1d", "60")
                                    .object("token_totals")
                                    .integer("input_tokens"))
                    .hasValue(11);
            assertThat(data(runs.timeline("gate", 0, ANY_TIME)))
                    .extracting(line -> line.string("type").orElse(""))
                    .contains("step_started", "human_requested", "step_completed");
        }
    }

    @Test
    void a_video_is_served_from_the_run_alone() throws Exception {
        try (var mn = open()) {
            var runs = runs(mn);
            complete(
                    mn,
                    "video",
                    """
                    printf film > "$MN_RUN_DIR/clip.mp4"
                    echo '{"title":"mine","components":[{"type":"video","source":"clip.mp4"}]}' > "$MN_RUN_DIR/ui.json"
                    """);
            var video = runs.video("video");
            assertThat(video.contentType()).isEqualTo("video/mp4");
            assertThat(video.size()).isEqualTo(4);
            assertThat(runs.ui("video", 0).object("ui").string("title")).contains("mine");

            var ui = home.resolve("runs/video/ui.json");
            Files.writeString(
                    ui, "{\"components\":[{\"type\":\"video\",\"source\":\"/etc/passwd\"}]}");
            refuses(ErrorCode.PERMISSION_DENIED, () -> runs.video("video"));
            Files.writeString(ui, "{\"components\":[]}");
            refuses(ErrorCode.VIDEO_NOT_FOUND, () -> runs.video("video"));
        }
    }

    @Test
    void what_the_recorder_had_not_written_is_written_after_a_restart() throws Exception {
        try (var mn = MirrorNeuron.embedded().home(home).recordRuns(false).start()) {
            complete(mn, "late", "echo hi");
            assertThat(home.resolve("runs/late/events.jsonl")).doesNotExist();
        }
        try (var mn = open()) {
            assertThat(runs(mn).result("late").string("status")).contains("completed");
            assertThat(runs(mn).rebuild("late").events()).isPositive();
        }
    }

    @Test
    void runs_that_a_dead_process_left_behind_are_found_without_being_read() throws Exception {
        try (var mn = open()) {
            complete(mn, "first", "true");
        }
        try (var mn = MirrorNeuron.embedded().home(home).recordRuns(false).start()) {
            complete(mn, "ended", "echo hi");
            mn.jobs()
                    .submit(
                            Workflows.waiting(1),
                            SubmitOptions.defaults().withRunId(RunId.of("unfinished")))
                    .orThrow();
            assertThat(home.resolve("runs/ended/events.jsonl")).doesNotExist();
        }
        try (var mn = open()) {
            assertThat(mn.jobs()).isNotNull();
        }
        assertThat(home.resolve("runs/ended/result.json")).exists();
        assertThat(home.resolve("runs/unfinished/events.jsonl")).isNotEmptyFile();
    }

    @Test
    void runs_of_more_jobs_than_a_page_that_ended_at_one_moment_are_all_found() throws Exception {
        var noon = InstantSource.fixed(Instant.parse("2026-05-01T12:00:00Z"));
        var jobs = new ArrayList<JobId>();
        try (var mn = MirrorNeuron.embedded().home(home).clock(noon).recordRuns(false).start()) {
            for (int n = 0; n < 600; n++) {
                jobs.add(mn.jobs().submit(Workflows.instant(), SubmitOptions.defaults()).orThrow());
            }
            for (var job : jobs) {
                mn.jobs().await(job, Duration.ofSeconds(20));
            }
        }
        try (var mn = MirrorNeuron.embedded().home(home).clock(noon).start()) {
            assertThat(mn.jobs()).isNotNull();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(jobs)
                                            .allSatisfy(
                                                    job ->
                                                            assertThat(
                                                                            home.resolve(
                                                                                    "runs/"
                                                                                            + job
                                                                                            + "/result.json"))
                                                                    .exists()));
        }
    }

    @Test
    void closing_drains_the_recorder_and_a_deleted_job_leaves_its_run() throws Exception {
        var jobs = new ArrayList<JobId>();
        try (var mn = open()) {
            for (int n = 0; n < 40; n++) {
                jobs.add(mn.jobs().submit(Workflows.instant(), SubmitOptions.defaults()).orThrow());
            }
            for (var job : jobs) {
                mn.jobs().await(job, Duration.ofSeconds(20));
            }
        }
        for (var job : jobs) {
            assertThat(home.resolve("runs").resolve(job.value()).resolve("result.json")).exists();
        }
        try (var mn = open()) {
            mn.jobs().cleanup(false);
            var left = jobs.getFirst().value();
            assertThat(runs(mn).result(left).string("status")).contains("completed");
            assertThat(runs(mn).jobOf(left)).isEmpty();
            refuses(ErrorCode.JOB_NOT_FOUND, () -> runs(mn).rebuild(left));
            assertThat(runs(mn).delete(left)).isTrue();
            refuses(ErrorCode.RUN_NOT_FOUND, () -> runs(mn).result(left));
        }
    }

    @Test
    void a_run_that_was_deleted_does_not_come_back_with_the_end_of_its_job() throws Exception {
        var deleted = JobId.of("deleted");
        var readAgain = JobId.of("read-again");
        var kept = JobId.of("kept");
        try (var mn = open()) {
            for (var job : List.of(deleted, readAgain, kept)) {
                mn.jobs()
                        .submit(Workflows.instant(), SubmitOptions.defaults().withJobId(job))
                        .orThrow();
                mn.jobs().await(job, Duration.ofSeconds(20));
            }
            assertThat(runs(mn).delete(deleted.value())).isTrue();
            assertThat(runs(mn).delete(readAgain.value())).isTrue();
            assertThat(folder(deleted)).doesNotExist();
            assertThat(runs(mn).result(readAgain.value()).string("status")).contains("completed");
        }
        // The next process looks through the jobs that ended lately.
        try (var mn = open()) {
            mn.jobs().cleanup(false);
        }
        assertThat(folder(deleted)).doesNotExist();
        assertThat(folder(readAgain)).isDirectory();
        assertThat(folder(kept)).isDirectory();
    }

    private Path folder(JobId job) {
        return home.resolve("runs").resolve(job.value());
    }

    private static JsonObject withoutId(JsonObject record) {
        return record.without("id");
    }

    private static void assertNothingIsNull(JsonObject event) {
        for (var name : List.of("agent_id", "error", "failure", "step_id")) {
            assertThat(event.get(name)).as(name).isNotEqualTo(Optional.of(JsonNull.NULL));
        }
        assertThat(event.at("payload")).isInstanceOf(JsonObject.class);
    }

    private static JsonObject json(String name, String value) {
        return JsonObject.builder().put(name, value).build();
    }

    private static void refuses(
            ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MirrorNeuronException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static void complete(MirrorNeuron mn, String run, String script) throws Exception {
        var job =
                mn.jobs()
                        .submit(
                                Workflows.command(script, false),
                                SubmitOptions.defaults()
                                        .withJobId(JobId.of("job-" + run))
                                        .withRunId(RunId.of(run)))
                        .orThrow();
        mn.jobs().await(job, Duration.ofSeconds(30));
    }

    private static List<JsonObject> data(JsonObject list) {
        return objects(list, "data");
    }

    private static List<JsonObject> objects(JsonObject list, String name) {
        Stream<JsonValue> values = list.array(name).stream();
        return values.map(JsonObject.class::cast).toList();
    }

    private static Runs runs(MirrorNeuron mn) {
        return ((RunAccess) mn).runs();
    }

    private MirrorNeuron open() {
        return MirrorNeuron.embedded().home(home).start();
    }
}
