package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps whose workers are Python programs, from the manifest to the result. */
@Timeout(60)
class PythonStepsTest {

    private static final JobId JOB = JobId.of("job-1");
    private static final String STEP =
            """
            {"apiVersion":"mn.workflow/v1","kind":"Workflow",
             "workflow":{"workflow_id":"w","steps":[{"id":"work","run":"work"}]},
             "agents":{"nodes":[{"node_id":"work","agent_type":"executor","config":{
               "runner_module":"host_local","command":["python3","work.py"],
               "upload_path":"work.py"}}]}}
            """;

    @TempDir Path home;

    private static BundleSource program(String manifest, String name, String text) {
        return new BundleSource.Inline(manifest, Map.of(name, text.getBytes(UTF_8)));
    }

    private static String block(String document, String language) {
        var found =
                Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL).matcher(document);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @Test
    void the_example_of_the_documentation_gives_what_it_says() throws Exception {
        var document = Files.readString(Path.of("../docs/python.md"));
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            assertThat(
                            output(
                                    runtime,
                                    program(
                                            block(document, "json"),
                                            "total.py",
                                            block(document, "python")),
                                    JsonObject.empty()))
                    .isEqualTo(Json.parse("{\"total\":6}"));
        }
    }

    private static JsonValue output(MirrorNeuron runtime, BundleSource source, JsonObject inputs)
            throws InterruptedException {
        var jobs = runtime.jobs();
        jobs.submit(source, SubmitOptions.defaults().withJobId(JOB).withInputs(inputs));
        jobs.await(JOB, Duration.ofSeconds(30));
        var record = jobs.inspect(JOB).orElseThrow();
        assertThat(record.status()).as(record.toString()).isEqualTo(JobStatus.COMPLETED);
        return record.output();
    }

    @Test
    void the_inputs_of_a_run_reach_the_step() throws Exception {
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            var given = JsonObject.of("topic", Json.parse("\"tea\""));
            assertThat(
                            output(
                                    runtime,
                                    program(
                                            STEP,
                                            "work.py",
                                            "from mirrorneuron_worker import step\n"
                                                    + "step.finish(step.inputs)\n"),
                                    given))
                    .isEqualTo(given);
        }
    }

    @Test
    void a_line_in_the_runs_folder_opens_a_gate_and_a_notice_is_noted() throws Exception {
        var lines =
                """
                import os
                from mirrorneuron_worker import step
                with open(os.environ["MN_RUN_DIR"] + "/human.jsonl", "a") as file:
                    file.write('{"type":"human_input_requested","request_id":"r1","prompt":"May I?"}\\n')
                    file.write('{"type":"human_notice","notice_id":"n1","message":"look"}\\n')
                step.finish({"n": 1})
                """;
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            var jobs = runtime.jobs();
            jobs.submit(program(STEP, "work.py", lines), SubmitOptions.defaults().withJobId(JOB));
            List<HumanRequest> requests = List.of();
            while (requests.isEmpty()) {
                assertThat(jobs.await(JOB, Duration.ofMillis(20))).isNotNull();
                requests = jobs.humanRequests(JOB);
            }
            var request = requests.getFirst();
            assertThat(request.title()).isEqualTo("May I?");
            assertThat(request.output()).isEqualTo(Json.parse("{\"n\":1}"));
            assertThat(jobs.events(JOB, EventQuery.all()).toString())
                    .contains("human_notice")
                    .contains("\"notice_id\":\"n1\"");
            jobs.respond(JOB, request.requestId(), new HumanDecision("d1", "approve", "ada", ""));
            jobs.await(JOB, Duration.ofSeconds(30));
            assertThat(jobs.inspect(JOB).orElseThrow().output()).isEqualTo(Json.parse("{\"n\":1}"));
        }
    }

    @Test
    void a_question_that_was_answered_is_not_asked_again() throws Exception {
        var asks =
                """
                import json, os, sys, time
                from mirrorneuron_worker import step
                human = os.environ["MN_RUN_DIR"] + "/human.jsonl"
                with open(human, "a") as file:
                    file.write('{"type":"human_input_requested","request_id":"q1","prompt":"Go on?","options":["yes","no"]}\\n')
                said = None
                while said is None:
                    time.sleep(0.02)
                    for line in open(human):
                        line = json.loads(line)
                        if line["type"] == "human_input_received":
                            said = line["payload"]["decision"]
                if not os.path.exists(os.environ["MN_RUN_DIR"] + "/second"):
                    open(os.environ["MN_RUN_DIR"] + "/second", "w").close()
                    step.try_again("once more")
                step.finish({"said": said})
                """;
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            var jobs = runtime.jobs();
            jobs.submit(
                            program(
                                    STEP.replace(
                                            "\"run\":\"work\"",
                                            "\"run\":\"work\",\"control\":{\"retry\":"
                                                    + "{\"max_attempts\":2,\"backoff_seconds\":0}}"),
                                    "work.py",
                                    asks),
                            SubmitOptions.defaults().withJobId(JOB))
                    .orThrow();
            var runs = runtime.runFiles();
            while (runs.human(JOB.value(), Optional.of("pending")).array("data").isEmpty()) {
                assertThat(jobs.await(JOB, Duration.ofMillis(20))).isNotNull();
            }
            runs.respond(JOB.value(), "q1", (JsonObject) Json.parse("{\"decision\":\"yes\"}"));
            jobs.await(JOB, Duration.ofSeconds(30));
            assertThat(jobs.humanRequests(JOB)).isEmpty();
            assertThat(jobs.inspect(JOB).orElseThrow().output())
                    .isEqualTo(Json.parse("{\"said\":\"yes\"}"));
            assertThat(
                            jobs.events(JOB, EventQuery.all()).stream()
                                    .map(event -> event.type())
                                    .filter(type -> type.startsWith("human_")))
                    .as("asked and answered once, whatever the attempts")
                    .containsExactly("human_input_requested", "human_input_received");
        }
    }

    @Test
    void a_step_done_in_part_is_not_said_to_have_failed() throws Exception {
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            output(
                    runtime,
                    program(
                            STEP,
                            "work.py",
                            "from mirrorneuron_worker import step\n"
                                    + "step.partial({'half': 1}, 'no more paper')\n"),
                    JsonObject.empty());
            var explanation = runtime.monitor().explainStep(JOB, "work").orElseThrow();
            assertThat(explanation.sentence()).isEqualTo("It was done in part: no more paper.");
        }
    }

    @Test
    void functions_of_a_source_run_as_steps() throws Exception {
        var document = Files.readString(Path.of("../docs/manifest.md"));
        var source = Pattern.compile("```json\n(\\{[^`]*WorkflowSource[^`]*)```").matcher(document);
        assertThat(source.find()).isTrue();
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            var output =
                    output(
                            runtime,
                            new BundleSource.Inline(
                                    source.group(1),
                                    Map.of(
                                            "steps/collect.py",
                                            "def run():\n    return {'notes': 3}\n".getBytes(UTF_8),
                                            "steps/write.py",
                                            """
                                            def run(context):
                                                return {"wrote": context.output_of("collect")["notes"]}
                                            """
                                                    .getBytes(UTF_8))),
                            JsonObject.empty());
            assertThat(output.toString()).contains("\"outputs\":{\"wrote\":3}");
        }
    }

    @Test
    void a_large_output_reaches_the_next_step_the_variables_the_person_and_the_result_whole()
            throws Exception {
        var manifest =
                """
                {"apiVersion":"mn.workflow/v1","kind":"Workflow",
                 "workflow":{"workflow_id":"w","state":{"pages":""},"steps":[
                   {"id":"read","run":"read","out":{"pages":"$state.pages"},
                    "control":{"approval":{"title":"Good?"}}},
                   {"id":"count","run":"count","in":{"pages":"$state.pages"}}],
                   "edges":[{"from":"read","to":"count"}]},
                 "agents":{"nodes":[
                   {"node_id":"read","agent_type":"executor","config":{"output_message_type":null,
                     "runner_module":"host_local","command":["python3","work.py"],"upload_path":"work.py"}},
                   {"node_id":"count","agent_type":"executor","config":{"output_message_type":null,
                     "runner_module":"host_local","command":["python3","work.py"],"upload_path":"work.py"}}]}}
                """;
        var work =
                """
                from mirrorneuron_worker import step
                if step.id == "read":
                    step.finish({"pages": "p" * 100_000})
                else:
                    told = step.output_of("read")["pages"]
                    step.finish({"equal": told == step.values["pages"], "pages": told})
                """;
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            var jobs = runtime.jobs();
            jobs.submit(
                    program(manifest, "work.py", work), SubmitOptions.defaults().withJobId(JOB));
            List<HumanRequest> requests = List.of();
            while (requests.isEmpty()) {
                assertThat(jobs.await(JOB, Duration.ofMillis(20))).isNotNull();
                requests = jobs.humanRequests(JOB);
            }
            assertThat(((JsonObject) requests.getFirst().output()).string("pages"))
                    .contains("p".repeat(100_000));
        }
        // The next process knows the output only from where it was kept.
        try (var runtime = MirrorNeuron.embedded().home(home).start()) {
            var jobs = runtime.jobs();
            jobs.respond(JOB, "read", new HumanDecision("d1", "approve", "ada", ""));
            jobs.await(JOB, Duration.ofSeconds(30));
            var record = jobs.inspect(JOB).orElseThrow();
            assertThat(record.status()).as(record.toString()).isEqualTo(JobStatus.COMPLETED);
            assertThat(record.output())
                    .isEqualTo(
                            Json.parse(
                                    "{\"equal\":true,\"pages\":\"" + "p".repeat(100_000) + "\"}"));
            assertThat(jobs.events(JOB, EventQuery.all()).toString())
                    .doesNotContain("p".repeat(70_000));
        }
    }
}
