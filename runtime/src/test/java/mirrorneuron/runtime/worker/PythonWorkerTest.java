package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Python worker can do with the module that the runtime brings, with a real Python. */
@Timeout(60)
class PythonWorkerTest {

    @TempDir Path home;
    private Workers workers;

    @BeforeEach
    void open() throws Exception {
        workers = Workers.at(home);
    }

    @AfterEach
    void close() {
        workers.close();
    }

    private Workers.Spec python(String program) throws IOException {
        Files.writeString(
                workers.payloads.resolve("work.py"),
                "from mirrorneuron_worker import step\n" + program,
                UTF_8);
        return Workers.direct("python3", "work.py")
                .upload("work.py", "work.py")
                .message(
                        message ->
                                message.withHeaders(
                                        (JsonObject)
                                                Json.parse(
                                                        """
                                                        {"mn.workflow.step_id":"draft",
                                                         "mn.workflow.attempt":2,
                                                         "mn.human.note":"shorter"}
                                                        """)));
    }

    private StructuredResult result(String program) throws IOException {
        return workers.succeed(python(program)).result().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 200_000})
    void it_reads_the_configuration_however_large_it_is(int length) throws Exception {
        var outcome =
                workers.succeed(
                        python("print(len(step.config['text']))")
                                .with(
                                        s ->
                                                s.configuration =
                                                        JsonObject.of(
                                                                "text",
                                                                new JsonString(
                                                                        "x".repeat(length)))));
        assertThat(outcome.stdout()).isEqualTo(length + "\n");
    }

    @Test
    void it_reads_its_input_and_finishes_with_an_output_whatever_it_prints() throws Exception {
        var outcome =
                workers.succeed(
                        python(
                                """
                                print("hello {")
                                step.finish({"n": step.input["n"] + 1, "who": step.id,
                                             "attempt": step.attempt, "note": step.note})
                                """));
        assertThat(outcome.stdout()).isEqualTo("hello {\n");
        assertThat(outcome.result().flatMap(StructuredResult::completeStep))
                .contains(
                        Json.parse(
                                "{\"n\":2,\"who\":\"draft\",\"attempt\":2,\"note\":\"shorter\"}"));
        assertThat(outcome.stepResult().map(result -> result.object("outputs").names().size()))
                .contains(4);
    }

    @Test
    void an_output_is_never_lost_in_a_truth_value() throws Exception {
        assertThat(result("step.finish(False)").completeStep())
                .contains(Json.parse("{\"value\":false}"));
        assertThat(result("step.finish()").completeStep()).contains(JsonObject.empty());
        assertThat(result("step.finish([1])").completeStep()).contains(Json.parse("[1]"));
    }

    @Test
    void it_branches_scatters_asks_and_tells() throws Exception {
        var events =
                result(
                                """
                                step.branch("a", "b")
                                step.scatter([1, 2], "c", max_concurrency=4)
                                step.ask("May I?", timeout_seconds=60, default_action="reject")
                                step.notice("look")
                                step.partial({"half": 1}, "no more")
                                step.skip("not needed", downstream=True)
                                """)
                        .events();
        assertThat(events.toString())
                .isEqualTo(
                        """
                        [Note[type=workflow_step_branch, payload={"branches":["a","b"]}], \
                        Note[type=workflow_step_scatter, payload={"targets":["c"],"items":[1,2],"max_concurrency":4}], \
                        Note[type=human_input_requested, payload={"prompt":"May I?","title":"May I?","timeout_seconds":60,"default_action":"reject"}], \
                        Note[type=human_notice, payload={"message":"look","severity":"info"}], \
                        Note[type=workflow_step_partial, payload={"output":{"half":1},"reason":"no more"}], \
                        Note[type=workflow_step_skipped, payload={"reason":"not needed","skip_downstream":true}]]""");
    }

    @Test
    void a_failure_that_it_reports_ends_it() throws Exception {
        var result = result("step.fail('no such customer', retryable=False)\nstep.finish(1)");
        assertThat(result.completeStep()).isEmpty();
        assertThat(result.events().toString())
                .contains("{\"error\":\"no such customer\",\"retryable\":false}");
    }

    @Test
    void it_may_ask_for_another_try() throws Exception {
        var outcome = workers.fail(python("step.finish(1)\nstep.try_again('busy')"));
        assertThat(outcome.cause()).isEqualTo(Cause.EXIT_STATUS);
        assertThat(outcome.exitCode()).isEqualTo(OptionalInt.of(75));
        assertThat(outcome.stderr()).isEqualTo("busy\n");
    }

    @Test
    void signs_of_life_and_messages_leave_while_it_runs() throws Exception {
        var heard =
                workers.start(
                        python(
                                """
                                step.beacon("half way", done=5)
                                step.emit("part", {"n": 1}, now=True)
                                step.emit("rest", {"n": 2}, to="other")
                                step.finish()
                                """));
        heard.outcome();
        assertThat(heard.beacons).hasSize(1);
        assertThat(heard.beacons.getFirst().string("message")).contains("half way");
        assertThat(heard.beacons.getFirst().integer("done")).hasValue(5);
        assertThat(heard.progress.getFirst().emissions().getFirst().type()).contains("part");
        var succeeded = (mirrorneuron.engine.worker.WorkerOutcome.Succeeded) heard.outcome();
        assertThat(succeeded.result().orElseThrow().emissions().getFirst().to().orElseThrow())
                .hasToString("other");
        assertThat(succeeded.stdout()).isEmpty();
    }

    @Test
    void an_authors_own_path_comes_first() throws Exception {
        Files.createDirectories(home.resolve("own"));
        Files.writeString(home.resolve("own/mirrorneuron_worker.py"), "step = 'mine'\n");
        var outcome =
                workers.succeed(
                        python("print(step)")
                                .with(
                                        spec ->
                                                spec.environment =
                                                        Map.of(
                                                                "PYTHONPATH",
                                                                home.resolve("own").toString())));
        assertThat(outcome.stdout()).isEqualTo("mine\n");
    }

    // Functions as steps

    private Optional<mirrorneuron.api.json.JsonValue> run(String handler, String module)
            throws IOException {
        Files.createDirectories(workers.payloads.resolve("reports"));
        Files.writeString(workers.payloads.resolve("reports/weekly.py"), module);
        return workers.succeed(
                        Workers.direct("python3", "-m", "mn_step_runner", handler)
                                .upload("reports", "reports"))
                .result()
                .flatMap(StructuredResult::completeStep);
    }

    @Test
    void the_runner_gives_what_a_function_returns() throws Exception {
        assertThat(run("reports.weekly", "def run(context):\n    return {'n': context.input['n']}"))
                .contains(Json.parse("{\"n\":1}"));
        assertThat(run("reports.weekly", "def run():\n    print('x')\n    return 7"))
                .contains(Json.parse("7"));
        assertThat(run("reports.weekly", "async def run(context):\n    return 8"))
                .contains(Json.parse("8"));
        assertThat(run("reports.weekly:build", "def build():\n    return 9"))
                .contains(Json.parse("9"));
        assertThat(run("reports.weekly", "def run(step):\n    step.skip('none')")).isEmpty();
    }

    @Test
    void a_module_without_the_function_fails_and_says_so() throws Exception {
        Files.writeString(workers.payloads.resolve("empty.py"), "");
        var outcome =
                workers.fail(
                        Workers.direct("python3", "-m", "mn_step_runner", "empty")
                                .upload("empty.py", "empty.py"));
        assertThat(outcome.stderr()).isEqualTo("handler: empty has no function run\n");
    }

    // Lines for people

    private static final String ASKS =
            """
            import json, os
            def line(**what):
                with open(os.path.join(os.environ["MN_RUN_DIR"], "human.jsonl"), "a") as file:
                    file.write(json.dumps(what) + "\\n")
            """;

    @Test
    void what_it_appends_for_people_becomes_events_once() throws Exception {
        var result =
                result(
                        ASKS
                                + """
                                line(type="human_input_requested", request_id="r1", prompt="May I?")
                                line(type="human_notice", payload={"message": "look"})
                                line(type="human_input_received", request_id="r1", decision="approve")
                                line(nothing="of this")
                                step.finish({"n": 1})
                                """);
        assertThat(result.events().toString())
                .isEqualTo(
                        """
                        [Note[type=human_input_requested, payload={"request_id":"r1","prompt":"May I?"}], \
                        Note[type=human_notice, payload={"message":"look"}], \
                        Note[type=human_input_received, payload={"request_id":"r1","decision":"approve"}]]""");
        assertThat(result.completeStep()).isPresent();
        assertThat(workers.succeed(python("pass")).result()).isEmpty();
    }

    @Test
    void a_command_that_fails_has_told_people_what_it_told_them() throws Exception {
        var outcome =
                workers.fail(
                        python(
                                ASKS
                                        + """
                                        line(type="human_notice", notice_id="n1", message="look")
                                        step.finish({"n": 1})
                                        raise SystemExit(3)
                                        """));
        assertThat(outcome.notices().toString())
                .isEqualTo(
                        "[Note[type=human_notice, payload={\"notice_id\":\"n1\",\"message\":\"look\"}]]");
        assertThat(workers.fail(python("raise SystemExit(3)")).notices()).isEmpty();
    }

    @Test
    void a_line_for_another_step_is_left_to_that_step() throws Exception {
        var result =
                workers.succeed(
                                python(
                                        ASKS
                                                + """
                                                line(type="human_notice", message="a", step_id="x")
                                                line(type="human_notice", message="b", step_id="draft")
                                                """))
                        .result()
                        .orElseThrow();
        assertThat(result.events()).hasSize(1);
        assertThat(result.events().getFirst().payload().string("message")).contains("b");
    }

    @Test
    void a_file_of_lines_that_is_a_link_is_not_read() throws Exception {
        Files.writeString(
                home.resolve("secret"), "{\"type\":\"human_notice\",\"message\":\"secret\"}\n");
        var outcome =
                workers.succeed(
                        python(
                                "import os\nos.symlink('"
                                        + home.resolve("secret")
                                        + "', os.environ['MN_RUN_DIR'] + '/human.jsonl')"));
        assertThat(outcome.result()).isEmpty();
    }
}
