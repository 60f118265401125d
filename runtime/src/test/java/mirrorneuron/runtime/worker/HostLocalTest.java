package mirrorneuron.runtime.worker;

import static mirrorneuron.runtime.worker.Workers.direct;
import static mirrorneuron.runtime.worker.Workers.sh;
import static mirrorneuron.runtime.worker.Workers.shell;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plain host processes, really started. */
@Timeout(60)
class HostLocalTest {

    @TempDir Path home;
    private Workers workers;

    @BeforeEach
    void open() throws Exception {
        workers = Workers.at(home);
    }

    @AfterEach
    void close() throws Exception {
        workers.close();
        try (var left = Files.list(home.resolve("workers/attempts"))) {
            assertThat(left).as("records left behind").isEmpty();
        }
    }

    // --- what comes out -----------------------------------------------------------------------

    @Test
    void plain_text_is_plain_text() {
        var outcome = workers.succeed(direct("/bin/echo", "hello"));
        assertThat(outcome.stdout()).isEqualTo("hello\n");
        assertThat(outcome.stderr()).isEmpty();
        assertThat(outcome.result()).isEmpty();
        assertThat(outcome.stepResult()).isEmpty();
        assertThat(outcome.sandboxName()).isEqualTo("host-local-job-graph-1");
    }

    @Test
    void stderr_is_kept_apart_and_does_not_spoil_a_result() {
        var outcome = workers.succeed(sh("echo noise >&2; echo '{\"complete_step\":true}'"));
        assertThat(outcome.stderr()).isEqualTo("noise\n");
        assertThat(outcome.result())
                .get()
                .extracting(r -> r.completeStep().get())
                .isEqualTo(JsonBool.TRUE);
    }

    @Test
    void a_log_line_and_json_are_plain_text() {
        assertThat(workers.succeed(sh("echo log; echo '{\"events\":[]}'")).result()).isEmpty();
    }

    @Test
    void a_step_result_is_told_apart() {
        var outcome = workers.succeed(sh("echo '{\"outputs\":{\"a\":1},\"status\":\"ok\"}'"));
        assertThat(outcome.stepResult())
                .get()
                .hasToString("{\"outputs\":{\"a\":1},\"status\":\"ok\"}");
    }

    @Test
    void the_result_file_wins_over_stdout() {
        var outcome =
                workers.succeed(
                        sh(
                                "echo '{\"next_state\":1}' >\"$MN_STEP_RESULT_FILE\"; echo"
                                        + " '{\"next_state\":2}'"));
        assertThat(outcome.result().get().nextState()).get().hasToString("1");
        assertThat(outcome.stdout()).isEqualTo("{\"next_state\":2}\n");
    }

    @Test
    void a_result_file_without_json_is_passed_over() {
        var outcome =
                workers.succeed(
                        sh("echo oops >\"$MN_STEP_RESULT_FILE\"; echo '{\"next_state\":2}'"));
        assertThat(outcome.result().get().nextState()).get().hasToString("2");
    }

    @Test
    void a_result_file_that_is_a_link_is_not_followed() throws Exception {
        Files.writeString(home.resolve("other.json"), "{\"next_state\":\"stolen\"}");
        var outcome =
                workers.succeed(
                        sh("ln -s " + home.resolve("other.json") + " \"$MN_STEP_RESULT_FILE\""));
        assertThat(outcome.result()).isEmpty();
    }

    @Test
    void json_lines_are_applied_while_the_command_runs() throws Exception {
        var first = new CountDownLatch(1);
        var gate = home.resolve("gate");
        var heard = new Workers.Heard();
        heard.whenProgress = _ -> first.countDown();
        workers.host.start(
                sh("echo '{\"mn\":{\"emit_messages\":[{\"type\":\"t\",\"body\":1}]}}';"
                                + " while [ ! -e "
                                + gate
                                + " ]; do sleep 0.01; done; echo rest")
                        .request(workers),
                heard);
        assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(heard.outcomes).isEmpty();
        Files.createFile(gate);
        var outcome = heard.outcome();
        assertThat(outcome.stdout()).isEqualTo("rest\n");
        assertThat(heard.progress.getFirst().emissions().getFirst().type()).contains("t");
    }

    @Test
    void the_marks_around_a_result_separate_it_from_noise() {
        var outcome =
                workers.succeed(
                        sh(
                                "echo noise; echo __MN_RESULT_START__; echo '{\"next_state\":7}'; echo"
                                        + " __MN_RESULT_END__; echo bye"));
        assertThat(outcome.stdout()).isEqualTo("{\"next_state\":7}\n");
        assertThat(outcome.result()).isPresent();
        assertThat(
                        workers.succeed(
                                        sh(
                                                "echo noise; echo __MIRROR_NEURON_RESULT_START__; echo a;"
                                                        + " echo __MIRROR_NEURON_RESULT_END__"))
                                .stdout())
                .isEqualTo("a\n");
    }

    @Test
    void output_that_is_not_utf_8_is_decoded_with_replacement() {
        assertThat(workers.succeed(sh("printf 'a\\377b'")).stdout()).isEqualTo("a\uFFFDb");
    }

    @Test
    void the_last_64_kib_of_stderr_are_kept() {
        var outcome =
                workers.succeed(sh("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo END >&2"));
        assertThat(outcome.stderr()).hasSize(64 * 1024).endsWith("xEND\n");
    }

    // --- how it fails -------------------------------------------------------------------------

    @Test
    void another_status_than_zero_fails_the_attempt() {
        var outcome = workers.fail(sh("echo out; echo err >&2; exit 3"));
        assertThat(outcome.cause()).isEqualTo(Cause.EXIT_STATUS);
        assertThat(outcome.exitCode()).isEqualTo(OptionalInt.of(3));
        assertThat(outcome.error()).isEqualTo("command exited with status 3");
        assertThat(outcome.stdout()).isEqualTo("out\n");
        assertThat(outcome.stderr()).isEqualTo("err\n");
    }

    @Test
    void a_signal_shows_as_128_and_its_number() {
        assertThat(workers.fail(sh("kill -9 $$")).error())
                .isEqualTo("command exited with status 137");
    }

    @Test
    void a_command_that_does_not_exist_is_named() {
        var outcome = workers.fail(direct("no-such-program", "x"));
        assertThat(outcome.cause()).isEqualTo(Cause.START_FAILED);
        assertThat(outcome.error()).isEqualTo("command not found: no-such-program");
        assertThat(workers.fail(direct("/no/such", "x")).error())
                .isEqualTo("command not found: /no/such");
    }

    @Test
    void a_file_that_is_not_executable_is_named() throws Exception {
        Files.writeString(workers.payloads.resolve("a.txt"), "text");
        var outcome = workers.fail(direct("./a.txt").upload("a.txt", "a.txt"));
        assertThat(outcome.cause()).isEqualTo(Cause.START_FAILED);
        assertThat(outcome.error()).isEqualTo("command is not executable: ./a.txt");
    }

    @Test
    void a_script_whose_interpreter_is_missing_did_not_start() throws Exception {
        var script = workers.payloads.resolve("s.sh");
        Files.writeString(script, "#!/no/such/interpreter\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        var outcome = workers.fail(direct("./s.sh").upload("s.sh", "s.sh"));
        assertThat(outcome.cause()).isEqualTo(Cause.START_FAILED);
        assertThat(outcome.error())
                .isEqualTo(
                        "command cannot be started: ./s.sh: it, or the interpreter that it names, does not exist");
    }

    @Test
    void a_status_of_127_of_the_command_itself_is_its_status() {
        assertThat(workers.fail(sh("exit 127")).cause()).isEqualTo(Cause.EXIT_STATUS);
        assertThat(workers.fail(sh("no-such-program")).cause()).isEqualTo(Cause.EXIT_STATUS);
    }

    @Test
    void a_command_that_is_too_long_is_refused() {
        var outcome = workers.fail(direct("/bin/echo", "x".repeat(40_000)));
        assertThat(outcome.cause()).isEqualTo(Cause.START_FAILED);
        assertThat(outcome.error())
                .isEqualTo("command: 40010 characters (expected: at most 32768)");
    }

    @Test
    void fifty_megabytes_of_output_end_the_attempt_early() {
        var outcome =
                workers.fail(
                        sh("head -c 50000000 /dev/zero | tr '\\0' y; echo done >&2; sleep 100"));
        assertThat(outcome.cause()).isEqualTo(Cause.OUTPUT_OVERFLOW);
        assertThat(outcome.error())
                .isEqualTo("stdout: more than 1048576 bytes (expected: at most max_output_bytes)");
        assertThat(outcome.stdout()).hasSize(1 << 20);
    }

    @Test
    void fifty_megabytes_of_lines_end_the_attempt_early() {
        var outcome = workers.fail(sh("yes line"));
        assertThat(outcome.cause()).isEqualTo(Cause.OUTPUT_OVERFLOW);
        assertThat(outcome.stdout().length()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void output_of_exactly_the_bound_is_allowed() {
        var spec = sh("head -c 1000 /dev/zero | tr '\\0' x").with(s -> s.maxOutputBytes = 1000);
        assertThat(workers.succeed(spec).stdout()).hasSize(1000);
    }

    @Test
    void a_command_that_never_ends_times_out() {
        var outcome = workers.fail(sh("sleep 1000").with(s -> s.timeoutMs = OptionalLong.of(300)));
        assertThat(outcome.cause()).isEqualTo(Cause.TIMED_OUT);
        assertThat(outcome.error()).isEqualTo("command timed out after 0.3 s");
    }

    @Test
    void a_command_may_tidy_up_when_its_time_is_over() {
        var outcome =
                workers.fail(
                        sh("trap 'echo tidy; exit 0' TERM; while :; do sleep 0.01; done")
                                .with(s -> s.timeoutMs = OptionalLong.of(300)));
        assertThat(outcome.cause()).isEqualTo(Cause.TIMED_OUT);
        assertThat(outcome.stdout()).isEqualTo("tidy\n");
    }

    @Test
    void a_command_that_ignores_term_is_killed_after_the_grace() {
        long before = System.nanoTime();
        var outcome =
                workers.fail(
                        sh("trap '' TERM; while :; do sleep 0.05; done")
                                .with(s -> s.timeoutMs = OptionalLong.of(200)));
        assertThat(outcome.cause()).isEqualTo(Cause.TIMED_OUT);
        assertThat(System.nanoTime() - before)
                .isBetween(
                        TimeUnit.MILLISECONDS.toNanos(5_000), TimeUnit.MILLISECONDS.toNanos(7_000));
    }

    // --- how it ends --------------------------------------------------------------------------

    @Test
    void children_do_not_outlive_the_command_and_do_not_hold_it_up() throws Exception {
        long before = System.nanoTime();
        var outcome = workers.succeed(sh("sleep 1000 & echo $!"));
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertGone(outcome.stdout().strip());
    }

    @Test
    void a_child_that_left_the_group_is_found_when_it_holds_the_output() throws Exception {
        long before = System.nanoTime();
        var outcome = workers.succeed(sh("setsid sleep 1000 & echo $!; sleep 0.1"));
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertGone(outcome.stdout().strip());
    }

    @Test
    void stop_ends_the_whole_group() throws Exception {
        var pids = home.resolve("pids");
        var spec = sh("sleep 1000 & echo $! >" + pids + "; wait");
        var heard = workers.start(spec);
        awaitFile(pids);
        workers.host.stop(spec.attemptId);
        var outcome = (WorkerOutcome.Failed) heard.outcome();
        assertThat(outcome.cause()).isEqualTo(Cause.STOPPED);
        assertThat(outcome.cause().infrastructure()).isTrue();
        assertGone(Files.readString(pids).strip());
    }

    @Test
    void stopping_what_is_not_there_changes_nothing() {
        workers.host.stop("nobody");
    }

    @Test
    void close_ends_everything_and_later_starts_are_refused() {
        var heard = workers.start(sh("sleep 1000"));
        workers.host.close();
        assertThat(((WorkerOutcome.Failed) heard.outcome()).cause()).isEqualTo(Cause.STOPPED);
        var late = (WorkerOutcome.Failed) workers.run(sh("true"));
        assertThat(late.error()).isEqualTo("the worker host is closed");
    }

    @Test
    void every_attempt_hears_of_its_end_exactly_once() {
        var heard = workers.start(sh("true"));
        heard.outcome();
        workers.host.close();
        assertThat(heard.outcomes).hasSize(1);
    }

    @Test
    void stdin_is_at_its_end() {
        assertThat(workers.succeed(direct("/bin/cat")).stdout()).isEmpty();
    }

    @Test
    void a_command_leads_its_own_session_and_inherits_no_descriptor() {
        // No pipe and no exec: the shell would show descriptors of its own making.
        var outcome = workers.succeed(sh("ps -o sid= -p $$; echo $$; ls /proc/$$/fd; :"));
        var lines = outcome.stdout().lines().map(String::strip).toList();
        assertThat(lines.get(0)).isEqualTo(lines.get(1));
        assertThat(lines.subList(2, lines.size())).containsExactly("0", "1", "2");
    }

    // --- signs of life ------------------------------------------------------------------------

    @Test
    void beacons_of_the_agent_are_taken_out_of_the_output() {
        var spec =
                sh(
                        "echo a; echo '__MN_AGENT_BEACON__{\"status\":\"busy\",\"message\":\"m\",\"job_id\":\"lie\",\"done\":3}';"
                                + " echo b");
        var heard = workers.start(spec);
        assertThat(heard.outcome().stdout()).isEqualTo("a\nb\n");
        assertThat(heard.beacons).hasSize(1);
        var beacon = heard.beacons.getFirst();
        assertThat(beacon.names())
                .containsExactly(
                        "schema",
                        "job_id",
                        "agent_id",
                        "step",
                        "attempt",
                        "source",
                        "status",
                        "sequence",
                        "message",
                        "interval_ms",
                        "timeout_ms",
                        "elapsed_ms",
                        "ms_since_last_agent_beacon",
                        "emitted_at",
                        "done");
        assertThat(beacon.string("schema")).contains("mn.agent.beacon.v1");
        assertThat(beacon.string("job_id")).contains("graph-1");
        assertThat(beacon.string("source")).contains("agent");
        assertThat(beacon.string("status")).contains("busy");
        assertThat(beacon.at("done")).hasToString("3");
    }

    @Test
    void a_beacon_may_come_as_an_event_of_a_line() {
        var heard =
                workers.start(
                        sh(
                                "echo '{\"mn\":{\"events\":[{\"type\":\"agent_beacon\",\"payload\":{\"status\":\"busy\"}}]}}';"
                                        + " echo '{\"mn\":{\"events\":[{\"type\":\"agent_beacon\"},{\"type\":\"rows\",\"payload\":{}}]}}'"));
        assertThat(heard.outcome().stdout()).isEmpty();
        assertThat(heard.beacons.stream().map(beacon -> beacon.at("status").toString()))
                .containsExactly("\"busy\"", "\"alive\"");
        assertThat(heard.progress.stream().map(increment -> increment.events().toString()))
                .containsExactly("[Note[type=rows, payload={}]]");
    }

    @Test
    void the_runtime_beacons_while_the_command_lives() throws Exception {
        var gate = home.resolve("gate");
        var alive = new CountDownLatch(2);
        var heard = new Workers.Heard();
        heard.whenBeacon =
                beacon -> {
                    if (beacon.string("status").get().equals("alive")) {
                        alive.countDown();
                    }
                };
        workers.host.start(
                sh("while [ ! -e " + gate + " ]; do sleep 0.01; done")
                        .with(s -> s.beacon = new Behaviour.Beacon(true, false, 20, 45_000))
                        .request(workers),
                heard);
        assertThat(alive.await(10, TimeUnit.SECONDS)).isTrue();
        Files.createFile(gate);
        heard.outcome();
        assertThat(heard.beacons.getFirst().string("status")).contains("started");
        assertThat(heard.beacons.getLast().string("status")).contains("completed");
        assertThat(heard.beacons).allMatch(b -> b.string("source").get().equals("runtime"));
        assertThat(heard.beacons.getFirst().at("ms_since_last_agent_beacon").isNull()).isTrue();
    }

    @Test
    void a_required_beacon_that_is_missing_ends_the_attempt() {
        var outcome =
                workers.fail(
                        sh("sleep 1000")
                                .with(
                                        s ->
                                                s.beacon =
                                                        new Behaviour.Beacon(
                                                                false, true, 1_000, 200)));
        assertThat(outcome.cause()).isEqualTo(Cause.BEACON_MISSED);
        assertThat(outcome.error()).isEqualTo("agent beacon deadline exceeded: none for 200 ms");
    }

    @Test
    void a_required_beacon_keeps_the_attempt_alive() {
        workers.succeed(
                sh("for i in 1 2 3 4 5 6; do sleep 0.2; echo __MN_AGENT_BEACON__{}; done")
                        .with(s -> s.beacon = new Behaviour.Beacon(false, true, 1_000, 900)));
    }

    // --- workspace ----------------------------------------------------------------------------

    @Test
    void the_workspace_has_the_documented_files() {
        var outcome =
                workers.succeed(
                        sh("cat \"$MN_INPUT_FILE\"; echo; cat \"$MN_MESSAGE_FILE\"; echo; cat"
                                        + " \"$MN_CONTEXT_FILE\"; echo; cat \"$MN_BODY_FILE\"; echo;"
                                        + " cat mirror_neuron_body_meta.json; echo; ls")
                                .with(s -> s.state = new JsonString("before"))
                                .message(
                                        m ->
                                                m.withHeaders(
                                                        JsonObject.of(
                                                                "mn.workflow.step_id",
                                                                new JsonString("s1")))));
        var lines = outcome.stdout().lines().toList();
        assertThat(lines.get(0)).isEqualTo("{\"n\":1}");
        var message = (JsonObject) Json.parse(lines.get(1));
        assertThat(message.object("envelope").string("message_id")).contains("m-1");
        var context = (JsonObject) Json.parse(lines.get(2));
        assertThat(context.names())
                .containsExactly(
                        "job_id",
                        "agent_id",
                        "agent_type",
                        "template_type",
                        "agent_state",
                        "workflow",
                        "timestamp");
        assertThat(context.string("agent_type")).contains("executor");
        assertThat(context.string("agent_state")).contains("before");
        assertThat(context.object("workflow").string("step_id")).contains("s1");
        assertThat(lines.get(3)).isEqualTo("{\"n\":1}");
        assertThat(lines.get(4))
                .isEqualTo(
                        "{\"content_type\":\"application/json\",\"content_encoding\":\"identity\"}");
        assertThat(lines.subList(5, lines.size()))
                .containsExactly(
                        "mirror_neuron_body.bin",
                        "mirror_neuron_body_meta.json",
                        "mirror_neuron_context.json",
                        "mirror_neuron_input.json",
                        "mirror_neuron_message.json");
    }

    @Test
    void a_body_of_five_megabytes_arrives() {
        var body = new JsonString("ä".repeat(2_500_000));
        var outcome =
                workers.succeed(sh("wc -c <\"$MN_INPUT_FILE\"").message(m -> m.withBody(body)));
        assertThat(outcome.stdout().strip()).isEqualTo("5000002");
    }

    @Test
    void the_workspace_is_fresh_and_removed_afterwards() {
        var seen =
                workers.succeed(sh("pwd; mkdir -p a/b; chmod 000 a; ln -s /etc here"))
                        .stdout()
                        .strip();
        assertThat(Path.of(seen)).doesNotExist();
        assertThat(workers.fail(sh("pwd; exit 1")).stdout().strip())
                .satisfies(path -> assertThat(Path.of(path)).doesNotExist());
        assertThat(Path.of("/etc/passwd")).exists();
    }

    @Test
    void files_and_folders_are_uploaded() throws Exception {
        Files.createDirectories(workers.payloads.resolve("lib/deep"));
        Files.writeString(workers.payloads.resolve("lib/deep/x.txt"), "deep");
        Files.writeString(workers.payloads.resolve("run.sh"), "echo ran");
        var outcome =
                workers.succeed(
                        sh("cat vendor/deep/x.txt top/run.sh")
                                .upload("lib", "vendor")
                                .upload("run.sh", "/sandbox/job/top/run.sh"));
        assertThat(outcome.stdout()).isEqualTo("deepecho ran");
    }

    @Test
    void a_missing_upload_is_named() {
        var outcome = workers.fail(sh("true").upload("nope.py", "nope.py"));
        assertThat(outcome.cause()).isEqualTo(Cause.STAGING_FAILED);
        assertThat(outcome.error()).isEqualTo("upload.source_missing: nope.py");
    }

    @Test
    void uploads_stay_inside() throws Exception {
        Files.writeString(home.resolve("bundle/secret"), "x");
        Files.createSymbolicLink(workers.payloads.resolve("link"), home.resolve("bundle/secret"));
        Files.createDirectories(workers.payloads.resolve("d"));
        Files.createSymbolicLink(workers.payloads.resolve("d/link"), Path.of("/etc/passwd"));
        Files.writeString(workers.payloads.resolve("ok"), "x");
        assertThat(workers.fail(sh("true").upload("../secret", "x")).error())
                .isEqualTo(
                        "upload.source_unsafe: \"../secret\" (expected: a relative path without ..)");
        assertThat(workers.fail(sh("true").upload("/etc/passwd", "x")).error())
                .startsWith("upload.source_unsafe");
        assertThat(workers.fail(sh("true").upload("link", "x")).error())
                .isEqualTo("upload.source_outside: link");
        assertThat(workers.fail(sh("true").upload("d", "d")).error())
                .isEqualTo("upload.not_a_file: d/link (expected: a file or a folder)");
        assertThat(workers.fail(sh("true").upload("ok", "../../x")).error())
                .startsWith("upload.target_unsafe");
        assertThat(workers.fail(sh("true").upload("ok", "/etc/x")).error())
                .startsWith("upload.target_unsafe");
    }

    @Test
    void workdirs_are_mapped_into_the_workspace() throws Exception {
        assertThat(pwd("/sandbox/job")).doesNotEndWith("job");
        assertThat(pwd("/sandbox/job/a/b")).endsWith("/a/b");
        assertThat(pwd("sub")).endsWith("/sub");
        assertThat(workers.fail(sh("pwd").with(s -> s.workdir = Optional.of("/etc"))).error())
                .isEqualTo("workdir: /etc (expected: inside the workspace)");
        assertThat(workers.fail(sh("pwd").with(s -> s.workdir = Optional.of("../x"))).cause())
                .isEqualTo(Cause.STAGING_FAILED);
    }

    private String pwd(String workdir) {
        return workers.succeed(
                        sh("pwd; [ \"$PWD\" = \"$MN_WORKDIR\" ]")
                                .with(s -> s.workdir = Optional.of(workdir)))
                .stdout()
                .strip();
    }

    @Test
    void placeholders_are_filled_in() {
        assertThat(
                        workers.succeed(
                                        direct(
                                                "/bin/sh",
                                                "-c",
                                                "[ \"$1\" = \"$MN_INPUT_FILE\" ] && [ \"$2\" = \"$PWD\" ] &&"
                                                        + " echo $3 $4 $5",
                                                "x",
                                                "{input_file}",
                                                "{workdir}",
                                                "{job_id}",
                                                "{agent_id}",
                                                "{other}"))
                                .stdout())
                .isEqualTo("graph-1 agent-1 {other}\n");
    }

    @Test
    void placeholders_in_a_shell_line_are_quoted() {
        var outcome =
                workers.succeed(
                        shell("echo {job_id}; cat {input_file}; cat {body_file} >/dev/null")
                                .with(s -> s.job = "a'; rm -rf / #"));
        assertThat(outcome.stdout()).isEqualTo("a'; rm -rf / #\n{\"n\":1}");
    }

    @Test
    void body_bytes_follow_type_and_encoding() {
        assertThat(body("application/x-ndjson", "identity", "[1,{\"a\":2}]"))
                .isEqualTo("1\n{\"a\":2}\n");
        assertThat(body("application/jsonl", "identity", "\"as is\"")).isEqualTo("as is");
        assertThat(body("application/ndjson", "identity", "{}")).isEqualTo("{}\n");
        assertThat(body("application/octet-stream", "identity", "\"raw\"")).isEqualTo("raw");
        assertThat(body("application/octet-stream", "identity", "{\"body_base64\":\"aGk=\"}"))
                .isEqualTo("hi");
        assertThat(body("text/json", "identity", "\"q\"")).isEqualTo("\"q\"");
        assertThat(
                        workers.succeed(
                                        sh("zcat \"$MN_BODY_FILE\"")
                                                .message(m -> typed(m, "application/json", "gzip")))
                                .stdout())
                .isEqualTo("{\"n\":1}");
        assertThat(
                        workers.fail(sh("true").message(m -> typed(m, "application/json", "br")))
                                .error())
                .isEqualTo("content_encoding: br (expected: identity or gzip)");
    }

    private String body(String type, String encoding, String json) {
        return workers.succeed(
                        sh("cat \"$MN_BODY_FILE\"")
                                .message(m -> typed(m.withBody(Json.parse(json)), type, encoding)))
                .stdout();
    }

    private static Message typed(Message m, String type, String encoding) {
        return new Message(
                m.messageId(),
                m.from(),
                m.to(),
                m.type(),
                m.messageClass(),
                m.timestamp(),
                m.correlationId(),
                m.causationId(),
                m.attempt(),
                m.priority(),
                m.ttlMs(),
                type,
                encoding,
                m.headers(),
                m.body(),
                m.artifacts(),
                m.stream());
    }

    @Test
    void two_jobs_may_use_the_same_attempt_id() throws Exception {
        var one = workers.start(sh("sleep 0.3; pwd").with(s -> s.attemptId = "same"));
        var two =
                workers.start(
                        sh("sleep 0.3; pwd")
                                .with(s -> s.attemptId = "same")
                                .with(s -> s.job = "other"));
        assertThat(one.outcome().stdout()).isNotEqualTo(two.outcome().stdout());
    }

    @Test
    void a_program_is_found_on_the_path_of_the_command() throws Exception {
        var tool = workers.payloads.resolve("my-tool");
        Files.writeString(tool, "echo mine");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        var spec =
                direct("my-tool")
                        .upload("my-tool", "bin/my-tool")
                        .with(s -> s.environment = Map.of("PATH", "bin:/usr/bin:/bin"));
        // Without a first line that names an interpreter it is the shell's.
        assertThat(workers.succeed(spec).stdout()).isEqualTo("mine\n");
    }

    @Test
    void an_unknown_runner_is_refused() {
        assertThat(workers.fail(sh("true").with(s -> s.runner = "magic")).error())
                .isEqualTo("runner: magic (expected: host_local, sandbox or docker)");
        assertThat(workers.host.unavailable("docker")).contains("container engine");
        assertThat(workers.host.unavailable("host_local")).isEmpty();
        assertThat(workers.host.levels().object("host_local").bool("available")).contains(true);
    }

    // --- help ---------------------------------------------------------------------------------

    private static void assertGone(String pid) {
        Awaitility.await()
                .until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty() || isZombie(pid));
    }

    private static boolean isZombie(String pid) {
        try {
            return Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
        } catch (IOException gone) {
            return true;
        }
    }

    private static void awaitFile(Path file) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(file) && Files.size(file) > 0);
    }
}
