package mirrorneuron.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.RunId;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.home.Opening;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code mn blueprint run}. */
final class BlueprintRunTest {

    @TempDir Path folder;

    private final CommandRun mn = new CommandRun();
    private FakeRuntime.FakeJob job = mn.runtime.job("demo-1", "demo");

    @BeforeEach
    void a_blueprint() throws Exception {
        mn.directory = folder;
        Files.createDirectories(folder.resolve("demo/payloads"));
        Files.writeString(folder.resolve("demo/manifest.json"), "{}");
        job.happened("job_running", Optional.empty(), JsonObject.empty());
    }

    private void completesWith(String json) {
        job.script.add(() -> job.completed(Json.parse(json)));
    }

    @Test
    void prints_the_job_id_first_and_the_result_last() {
        completesWith("{\"primes\":148933}");

        int exit = mn.run("blueprint", "run", "--folder", "demo");

        assertThat(exit).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Job ID: demo-1
                        Status: completed
                        Result:
                        {
                          "primes": 148933
                        }
                        """);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        ✓ resolve source     0.1 s
                        ✓ load config        0.1 s
                        ✓ validate           0.1 s
                        ✓ package            0.1 s  0 files, 0 B
                        ✓ submit             0.1 s
                        → Job submitted: Bundle: demo, Job ID: demo-1, Mode: batch, Payloads: 0 files, 0 B, Follow: until the job ends
                        → 12:00:01.000 job_running
                        → 12:00:02.000 job_completed
                        → 9.0 s  0 messages, 100 %
                        """);
        assertThat(mn.runtime.opened).containsExactly(Opening.Intent.WORK);
        assertThat(mn.runtime.closed).isTrue();
    }

    @Test
    void with_json_writes_one_record_a_line_and_ends_with_complete() {
        completesWith("7");

        int exit = mn.run("blueprint", "run", "--folder", "demo", "--json");

        assertThat(exit).isZero();
        var records = mn.out().lines().map(line -> (JsonObject) Json.parse(line)).toList();
        assertThat(records)
                .extracting(record -> record.string("type").orElse(""))
                .containsExactly("snapshot", "event", "event", "complete");
        assertThat(records)
                .extracting(record -> record.integer("sequence").orElse(0))
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(records.getFirst().object("data").string("job_id")).contains("demo-1");
        assertThat(records.getLast().object("data").toString())
                .isEqualTo(
                        "{\"job_id\":\"demo-1\",\"status\":\"completed\",\"followed_to_end\":true,\"result\":7}");
        assertThat(mn.err()).isEmpty();
    }

    @Test
    void a_stream_of_records_whose_runtime_goes_away_ends_with_an_error() {
        for (int i = 0; i < 9; i++) {
            mn.runtime.looksFail.add(new RuntimeUnavailableException("connection refused"));
        }

        assertThat(mn.run("blueprint", "run", "--folder", "demo", "--json")).isEqualTo(1);
        var records = mn.out().lines().map(line -> (JsonObject) Json.parse(line)).toList();
        assertThat(records.getLast().string("type")).contains("error");
        assertThat(records.getLast().object("error").string("code"))
                .contains("MN_RUNTIME_UNAVAILABLE");
        assertThat(mn.err()).isEmpty();
    }

    @Test
    void waiting_with_json_writes_one_document() {
        completesWith("7");

        mn.run("blueprint", "run", "--folder", "demo", "--wait", "--json");

        var document = (JsonObject) Json.parse(mn.out());
        assertThat(document.bool("ok")).contains(true);
        assertThat(document.object("data").integer("result")).hasValue(7);
        assertThat(document.object("meta").string("command")).contains("mn blueprint run");
    }

    @Test
    void a_long_result_is_cut_and_says_where_the_rest_is() {
        var many =
                JsonArray.of(
                        java.util.stream.LongStream.range(0, 100)
                                .mapToObj(JsonNumber::of)
                                .toList());
        completesWith(many.toString());

        mn.run("blueprint", "run", "--folder", "demo");

        assertThat(mn.out()).endsWith("… 62 more lines: mn job result demo-1\n");
    }

    @Test
    void a_failed_job_says_why_and_keeps_exit_code_zero_unless_asked() {
        var failure =
                Failure.of(
                        "runtime.job.failed",
                        "Agent worker failed: command exited with status 3",
                        JsonObject.of("message", Json.parse("\"no such table\"")),
                        Instant.EPOCH,
                        "Mend the command and submit again.");
        job.script.add(() -> job.failed(failure));

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(mn.out()).isEqualTo("Job ID: demo-1\nStatus: failed\n");
        assertThat(mn.err())
                .endsWith(
                        """
                        × Job failed: (runtime.job.failed) Agent worker failed: command exited with status 3
                          no such table
                        ! Hint: Mend the command and submit again.
                        ! Hint: mn job status demo-1 shows agents and events
                        """);

        job.status = JobStatus.FAILED;
        assertThat(mn.run("blueprint", "run", "--folder", "demo", "--exit-status")).isEqualTo(1);
    }

    @Test
    void what_a_failed_command_printed_cannot_steer_the_terminal() {
        var hostile = "a\u001b]0;title\u0007b\u009b2Jc\u202ed\u001b[8m";
        var failure =
                Failure.of(
                        "runtime.job.failed",
                        "Agent worker failed: " + hostile,
                        JsonObject.of("message", new JsonString(hostile)),
                        Instant.EPOCH,
                        "Mend " + hostile);
        job.script.add(() -> job.failed(failure));

        for (var form : List.of("table", "plain", "json", "yaml")) {
            mn.run("blueprint", "run", "--folder", "demo", "--output", form, "--color", "always");

            assertThat((mn.out() + mn.err()).replaceAll("\u001b\\[[0-9]{1,2}m", ""))
                    .as(form)
                    .contains("Agent worker failed: a")
                    .doesNotContain("\u001b", "\u0007", "\u009b", "\u202e");
            assertThat(mn.out() + mn.err()).as(form).doesNotContain("\u001b[8m");
        }
    }

    @Test
    void a_job_that_stands_still_is_left_with_the_reason() {
        job.agents =
                List.of(
                        FakeRuntime.agent("worker", "executor", AgentStatus.READY, 5, 0),
                        FakeRuntime.agent("collector", "aggregator", AgentStatus.READY, 5, 0));
        job.explanation =
                Optional.of(
                        FakeRuntime.explanation(
                                "only_dead_letters",
                                "Nothing is left to do but 1 dead letter.",
                                "mn job dead-letters demo-1 --replay 0"));

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(mn.out()).isEqualTo("Job ID: demo-1\nStatus: running\n");
        assertThat(mn.err())
                .endsWith(
                        """
                        ! Nothing is left to do but 1 dead letter.
                          mn job dead-letters demo-1 --replay 0
                        → the job is left for later; it keeps its place: mn job monitor demo-1
                        """);

        assertThat(mn.run("blueprint", "run", "--folder", "demo", "--exit-status")).isEqualTo(1);
    }

    @Test
    void a_job_with_waiting_messages_does_not_stand_still() {
        job.agents = List.of(FakeRuntime.agent("worker", "executor", AgentStatus.QUEUED, 0, 3));
        job.explanation =
                Optional.of(
                        FakeRuntime.explanation("waiting_for_lease", "It waits for a slot.", ""));
        for (int i = 0; i < 40; i++) {
            job.script.add(() -> {});
        }
        completesWith("1");

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(mn.out()).contains("Status: completed");
    }

    @Test
    void leaves_the_job_for_later_after_the_time_to_follow() {
        int exit = mn.run("blueprint", "run", "--folder", "demo", "--follow-seconds", "2");

        assertThat(exit).isZero();
        assertThat(mn.out()).isEqualTo("Job ID: demo-1\nStatus: running\n");
        assertThat(mn.err())
                .endsWith(
                        "→ the time to follow is over; it keeps its place: mn job monitor demo-1\n");
    }

    @Test
    void ctrl_c_in_a_pipe_leaves_the_job_and_exits_with_130() {
        mn.presses = List.of(0, 0, 1);

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isEqualTo(130);
        assertThat(mn.err())
                .endsWith(
                        "→ the job is left for later; it keeps its place: mn job monitor demo-1\n");
        assertThat(mn.runtime.calls).isEmpty();
    }

    @Test
    void ctrl_c_in_a_pipe_leaves_a_monitor_with_0() {
        mn.presses = List.of(0, 0, 1);
        assertThat(mn.run("job", "monitor", "demo-1")).isZero();
        assertThat(mn.run("job", "events", "demo-1", "--follow")).isZero();
        assertThat(mn.run("job", "monitor", "demo-1", "--json")).isZero();
        assertThat(mn.runtime.calls).isEmpty();
        mn.presses = List.of();
        mn.terminated = true;
        assertThat(mn.run("job", "monitor", "demo-1")).isEqualTo(130);
    }

    @Test
    void a_request_to_end_the_process_leaves_the_job() {
        mn.terminated = true;

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isEqualTo(130);
        assertThat(mn.runtime.calls).isEmpty();
    }

    @Test
    void ctrl_c_on_a_terminal_leaves_the_job_and_says_how_to_come_back() {
        var screen = onTerminal(List.of());
        mn.environment.put("NO_COLOR", "1");
        mn.presses = List.of(0, 1);

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(screen.closed).isTrue();
        assertThat(screen.left).noneMatch(line -> line.contains("q leave"));
        assertThat(mn.runtime.calls).isEmpty();
        assertThat(mn.err())
                .contains(
                        """
                        → the job is left for later; it keeps its place: mn job monitor demo-1
                        ── Job left ────────────────────────────────────────────────────────────────────
                        Job ID:      demo-1
                        Events seen: 1
                        Take up:     mn job monitor demo-1
                        Look:        mn job status demo-1
                        End:         mn job cancel demo-1
                        """);
    }

    @Test
    void q_leaves_a_job_that_a_server_runs_and_says_that_it_goes_on() {
        onTerminal(List.of(-2, -2, (int) 'q'));
        mn.runtime.remote = true;

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(mn.err())
                .contains(
                        "the job is left for later; it goes on without a reader: mn job monitor"
                                + " demo-1");
        assertThat(mn.runtime.calls).isEmpty();
    }

    @Test
    void c_and_then_y_cancel_and_p_pauses() {
        onTerminal(List.of(-2, -2, (int) 'p', -2, (int) 'c', (int) 'n', (int) 'c', (int) 'y'));

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(mn.runtime.calls).containsExactly("pause demo-1", "cancel demo-1");
        assertThat(mn.out()).contains("cancelled");
    }

    @Test
    void a_job_that_a_server_runs_is_followed_for_a_while() {
        mn.runtime.remote = true;
        for (int i = 0; i < 400; i++) {
            job.script.add(() -> {});
        }

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(mn.err())
                .contains("Follow: for 30.0 s")
                .endsWith(
                        "→ the time to follow is over; it goes on without a reader: mn job monitor"
                                + " demo-1\n");
        mn.environment.put("MN_RUN_DETACH_LOG_SECONDS", "2");
        mn.run("blueprint", "run", "--folder", "demo");
        assertThat(mn.err()).contains("Follow: for 2.0 s");
        mn.environment.put("MN_RUN_DETACH_LOG_SECONDS", "soon");
        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isEqualTo(2);
        assertThat(mn.err())
                .contains("MN_RUN_DETACH_LOG_SECONDS: \"soon\" (expected: seconds, >= 0)");
    }

    @Test
    void who_uses_the_view_is_not_sent_away() {
        onTerminal(List.of(-2, (int) '?'));
        mn.runtime.remote = true;
        for (int i = 0; i < 400; i++) {
            job.script.add(() -> {});
        }
        completesWith("1");

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(mn.out()).contains("completed");
    }

    @Test
    void who_asks_for_the_end_is_not_sent_away_before_it() {
        mn.runtime.remote = true;
        for (int i = 0; i < 400; i++) {
            job.script.add(() -> {});
        }
        completesWith("1");

        assertThat(mn.run("blueprint", "run", "--folder", "demo", "--exit-status")).isZero();
        assertThat(mn.err()).contains("Follow: until the job ends");
    }

    @Test
    void phases_on_a_terminal_say_what_is_being_done() {
        onTerminal(List.of());
        mn.environment.put("NO_COLOR", "1");
        completesWith("1");
        mn.run("blueprint", "run", "--folder", "demo");
        assertThat(mn.err())
                .startsWith("… resolve source\r\u001b[K✓ resolve source     0.1 s\n… load config\r")
                .contains("── Job submitted ──")
                .contains("Payloads: 0 files, 0 B\n");
        mn.run("blueprint", "run", "--folder", "nope");
        assertThat(mn.err()).contains("× resolve source     0.1 s\n× Error: (MN_NOT_FOUND)");
    }

    @Test
    void a_standstill_on_a_terminal_stays_in_view() {
        job.agents = List.of(FakeRuntime.agent("worker", "executor", AgentStatus.READY, 5, 0));
        job.explanation =
                Optional.of(
                        FakeRuntime.explanation("only_dead_letters", "1 dead letter is left.", ""));
        var screen = onTerminal(List.of());
        for (int i = 0; i < 60; i++) {
            job.script.add(() -> {});
        }
        completesWith("1");

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isZero();
        assertThat(screen.frames.stream().flatMap(List::stream))
                .anyMatch(line -> line.contains("1 dead letter is left."));
        assertThat(mn.out()).contains("Result:");
    }

    private FakeScreen onTerminal(List<Integer> keys) {
        var screen = new FakeScreen(80, 24, keys);
        mn.screen = screen;
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.put("TERM", "xterm");
        return screen;
    }

    @Test
    void ci_and_dumb_terminals_get_plain_lines() {
        for (var name : List.of("CI", "GITHUB_ACTIONS", "MN_RUN_DISABLE_LIVE_SCREEN")) {
            var screen = onTerminal(List.of());
            mn.environment.put(name, "true");
            job.status = JobStatus.COMPLETED;

            mn.run("blueprint", "run", "--folder", "demo");

            assertThat(screen.frames).isEmpty();
            mn.environment.remove(name);
        }
        var screen = onTerminal(List.of());
        mn.environment.put("TERM", "dumb");
        mn.run("blueprint", "run", "--folder", "demo");
        assertThat(screen.frames).isEmpty();
        assertThat(mn.out() + mn.err()).doesNotContain("\u001b");
    }

    @Test
    void detached_submits_and_says_how_to_go_on() {
        mn.run("blueprint", "run", "--folder", "demo", "-d");

        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job submit successful.
                        Status: pending
                        Job ID: demo-1
                        Next: mn job monitor demo-1
                        """);
        mn.run("blueprint", "run", "--folder", "demo", "-d", "-q");
        assertThat(mn.out()).isEqualTo("demo-1\n");
    }

    @Test
    void hands_on_settings_inputs_and_id() {
        mn.runtime.validation = Optional.of(FakeRuntime.valid("intake", "side"));
        mn.run(
                "blueprint",
                "run",
                "--folder",
                "demo",
                "-d",
                "--set",
                "sweep.limit=1000",
                "--set",
                "sweep.name=small",
                "--input",
                "{\"n\":3}",
                "--job-id",
                "mine",
                "--force");

        var options = mn.runtime.submitted;
        assertThat(options.configOverrides().toString())
                .isEqualTo("{\"sweep\":{\"limit\":1000,\"name\":\"small\"}}");
        assertThat(options.inputs().toString())
                .isEqualTo("{\"intake\":{\"body\":{\"n\":3}},\"side\":{\"body\":{\"n\":3}}}");
        assertThat(options.jobId().orElseThrow().value()).isEqualTo("mine");
        assertThat(options.force()).isTrue();

        mn.stdin = "{\"side\":[{\"body\":1}]}";
        mn.run("blueprint", "run", "--folder", "demo", "-d", "--input", "-");
        assertThat(mn.runtime.submitted.inputs().toString()).isEqualTo("{\"side\":[{\"body\":1}]}");
    }

    @Test
    void a_setting_reaches_into_lists_and_keeps_their_other_elements() throws Exception {
        configured();
        assertThat(overriding("a.c[1]=20", "a.c.2=30", "a.rows[0].n=7", "a.c[0]=[1]"))
                .isEqualTo("{\"a\":{\"c\":[[1],20,30],\"rows\":[{\"n\":7,\"m\":2}]}}");
        // What --config gives is part of what a setting changes.
        mn.run(
                "blueprint",
                "run",
                "--folder",
                "demo",
                "-d",
                "--config",
                "{\"a\":{\"c\":[9,9]}}",
                "--set",
                "a.c[1]=8");
        assertThat(mn.runtime.submitted.configOverrides().toString())
                .isEqualTo("{\"a\":{\"c\":[9,8]}}");
        // A member may be a number's name, and what is not there yet becomes an object.
        assertThat(overriding("by.1=x", "new.part=1"))
                .isEqualTo("{\"by\":{\"1\":\"x\"},\"new\":{\"part\":1}}");
    }

    @Test
    void a_setting_reaches_into_the_configuration_of_an_archive() throws Exception {
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("demo.zip")))) {
            zip.putNextEntry(new ZipEntry("demo/manifest.json"));
            zip.write("{}".getBytes(UTF_8));
            zip.putNextEntry(new ZipEntry("demo/config/default.json"));
            zip.write("{\"c\":[1,2]}".getBytes(UTF_8));
        }
        mn.run("blueprint", "run", "--folder", "demo.zip", "-d", "--set", "c[0]=5");
        assertThat(mn.runtime.submitted.configOverrides().toString()).isEqualTo("{\"c\":[5,2]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lay.x=1       | lay is \"flat\" (expected: an object or a list)",
                "a.c[0].x=1    | a.c[0] is 1 (expected: an object or a list)",
                "a.c[3]=1      | a.c is a list of 3, and '3' is none of its indexes",
                "a.c.x=1       | a.c is a list of 3, and 'x' is none of its indexes",
                "a[0]=1        | a is no list, so it has no element 0",
                "new[0]=1      | new is no list, so it has no element 0",
                "a.c[x]=1      | c[x] is no part of a path (expected: name or name[0])",
                "a..c=1        | a part of the path is empty"
            })
    void a_setting_that_would_replace_what_it_goes_through_is_refused(String setting, String why)
            throws Exception {
        configured();
        assertThat(mn.run("blueprint", "run", "--folder", "demo", "-d", "--set", setting))
                .isEqualTo(2);
        assertThat(mn.err())
                .contains("(MN_USAGE_ERROR) --set " + setting.replaceFirst("=.*", "") + ": " + why);
    }

    private void configured() throws Exception {
        Files.createDirectories(folder.resolve("demo/config"));
        Files.writeString(
                folder.resolve("demo/config/default.json"),
                "{\"lay\":\"flat\",\"a\":{\"c\":[1,2],\"rows\":[{\"n\":1,\"m\":2}]},\"by\":{\"0\":1}}");
        Files.writeString(folder.resolve("demo/config/overwrite.json"), "{\"a\":{\"c\":[1,2,3]}}");
    }

    private String overriding(String... settings) {
        var words = new ArrayList<>(List.of("blueprint", "run", "--folder", "demo", "-d"));
        for (var setting : settings) {
            words.addAll(List.of("--set", setting));
        }
        mn.run(words.toArray(String[]::new));
        return mn.runtime.submitted.configOverrides().toString();
    }

    @Test
    void a_configuration_comes_from_a_file_and_settings_go_before_it() throws Exception {
        mn.directory = folder;
        Files.writeString(
                folder.resolve("small.json"), "{\"sweep\":{\"limit\":10,\"name\":\"small\"}}");
        mn.run(
                "blueprint run --folder demo -d --config small.json --set sweep.limit=20 --run-id r-1"
                        .split(" "));
        assertThat(mn.runtime.submitted.configOverrides().toString())
                .isEqualTo("{\"sweep\":{\"limit\":20,\"name\":\"small\"}}");
        assertThat(mn.runtime.submitted.runId()).contains(RunId.of("r-1"));

        assertThat(mn.run("blueprint run --folder demo --config [1]".split(" "))).isEqualTo(2);
        assertThat(mn.err()).contains("--config: another JSON value (expected: an object)");
        assertThat(mn.run("blueprint run --folder demo --config nowhere.json".split(" ")))
                .isEqualTo(2);
        assertThat(mn.err()).contains("--config: there is no file");
        assertThat(mn.run("blueprint run --folder demo --config - --input -".split(" ")))
                .isEqualTo(2);
        assertThat(mn.err()).contains("--config and --input cannot both read stdin");
    }

    @Test
    void the_environment_goes_before_the_blueprint_and_behind_options() throws Exception {
        configured();
        Files.writeString(
                folder.resolve("site.json"), "{\"a\":{\"c\":[7,8]},\"site\":1,\"by\":null}");
        mn.environment.put("MN_BLUEPRINT_CONFIG_PATH", "site.json");
        assertThat(overriding("a.c[1]=9"))
                .isEqualTo("{\"a\":{\"c\":[7,9]},\"site\":1,\"by\":null}");

        mn.environment.put("MN_BLUEPRINT_CONFIG_JSON", "{\"site\":2,\"more\":2}");
        mn.run("blueprint", "run", "--folder", "demo", "-d", "--config", "{\"more\":3}");
        assertThat(mn.runtime.submitted.configOverrides().toString())
                .isEqualTo("{\"a\":{\"c\":[7,8]},\"site\":2,\"by\":null,\"more\":3}");

        mn.environment.put("MN_BLUEPRINT_CONFIG_PATH", " ");
        mn.environment.put("MN_BLUEPRINT_CONFIG_JSON", "");
        assertThat(overriding()).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "MN_BLUEPRINT_CONFIG_PATH | nowhere.json | there is no file",
                "MN_BLUEPRINT_CONFIG_PATH | demo         | there is no file",
                "MN_BLUEPRINT_CONFIG_PATH | list.json    | another JSON value (expected: an object)",
                "MN_BLUEPRINT_CONFIG_JSON | 7            | another JSON value (expected: an object)",
                "MN_BLUEPRINT_CONFIG_JSON | {\"a\":       | is not JSON"
            })
    void a_configuration_of_the_environment_that_cannot_be_used_is_refused(
            String variable, String value, String why) throws Exception {
        Files.writeString(folder.resolve("list.json"), "[1]");
        mn.environment.put(variable, value);

        assertThat(mn.run("blueprint", "run", "--folder", "demo", "-d")).isEqualTo(2);
        assertThat(mn.err())
                .contains("× Error: (MN_VALIDATION_FAILED) " + variable)
                .contains(why)
                .contains("! Hint: correct the variable, or unset it");
        assertThat(mn.run("blueprint", "run", "--folder", "demo", "--dry-run")).isEqualTo(2);
        assertThat(mn.runtime.submitted).isEqualTo(SubmitOptions.defaults());
    }

    @Test
    void hooks_that_are_not_run_are_named() throws Exception {
        var warning = "! Warning: scripts/pre-launch.sh is not run: this release runs no hooks";
        mn.run("blueprint", "run", "--folder", "demo", "-d");
        assertThat(mn.err()).doesNotContain("launch.sh");

        Files.createDirectories(folder.resolve("demo/scripts"));
        Files.writeString(folder.resolve("demo/scripts/pre-launch.sh"), "exit 1");
        for (var word : List.of("-d", "--dry-run", "--wait")) {
            completesWith("7");
            assertThat(mn.run("blueprint", "run", "--folder", "demo", word)).isZero();
            assertThat(mn.err()).contains(warning).doesNotContain("post-launch.sh");
        }
        assertThat(mn.run("blueprint", "validate", "demo", "--strict")).isZero();
        assertThat(mn.err()).contains(warning);

        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("demo.zip")))) {
            zip.putNextEntry(new ZipEntry("demo/manifest.json"));
            zip.write("{}".getBytes(UTF_8));
            zip.putNextEntry(new ZipEntry("demo/scripts/post-launch.sh"));
        }
        mn.run("blueprint", "run", "--folder", "demo.zip", "-d", "--json");
        assertThat(mn.out()).contains("scripts/post-launch.sh is not run");
    }

    @Test
    void an_input_that_mixes_entrypoints_and_others_is_refused() {
        int exit =
                mn.run(
                        "blueprint",
                        "run",
                        "--folder",
                        "demo",
                        "--input",
                        "{\"intake\":{},\"intaek\":{}}");

        assertThat(exit).isEqualTo(2);
        assertThat(mn.err())
                .contains(
                        "× Error: (MN_USAGE_ERROR) --input names entrypoints and other words: [intake, intaek] (entrypoints: [intake])\n");
    }

    @Test
    void an_input_that_is_not_json_names_the_byte() {
        assertThat(mn.run("blueprint", "run", "--folder", "demo", "--input", "{\"a\":"))
                .isEqualTo(2);
        assertThat(mn.err()).contains("× Error: (MN_VALIDATION_FAILED) --input is not JSON: ");
    }

    @Test
    void an_invalid_blueprint_is_listed_in_full() {
        mn.runtime.validation = Optional.of(new Validation.Invalid(twoIssues()));

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isEqualTo(2);
        assertThat(mn.out()).isEmpty();
        assertThat(mn.err())
                .contains("nodes[0].node_id")
                .contains("edges[1].to_node")
                .endsWith(
                        """
                        × Error: (MN_VALIDATION_FAILED) The blueprint is not valid: 2 problems
                        ! Hint: mend the places named above and run it again
                        """);
    }

    static List<Issue> twoIssues() {
        return List.of(
                new Issue(
                        "node.id_required",
                        "Expected a node_id, but found none",
                        Optional.of("Give the node an id."),
                        Severity.ERROR,
                        new IssueLocation(
                                "manifest", "nodes[0].node_id", "/manifest/nodes/0/node_id"),
                        Optional.empty(),
                        Optional.empty()),
                new Issue(
                        "edge.to_unknown",
                        "Expected a node, but found 'snik'",
                        Optional.empty(),
                        Severity.ERROR,
                        new IssueLocation(
                                "manifest", "edges[1].to_node", "/manifest/edges/1/to_node"),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void unmet_requirements_are_a_precondition_not_a_bad_input() {
        mn.runtime.submission =
                Optional.of(
                        new Submission.Rejected(
                                Submission.Rejected.Reason.REQUIREMENTS_NOT_MET, twoIssues()));

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isEqualTo(1);
        assertThat(mn.err())
                .contains("× Error: (MN_PRECONDITION_FAILED) This machine does not offer");
    }

    @ParameterizedTest
    @CsvSource({
        "run_exists,      Run r-1 exists already, 'choose another --run-id, or none'",
        "job.id_duplicate, Job j-1 exists already, 'choose another --job-id, or none'"
    })
    void an_id_that_is_taken_is_a_bad_input(String code, String message, String hint) {
        mn.runtime.submission =
                Optional.of(
                        new Submission.Rejected(
                                Submission.Rejected.Reason.DUPLICATE,
                                List.of(
                                        new Issue(
                                                code,
                                                message,
                                                Optional.empty(),
                                                Severity.ERROR,
                                                new IssueLocation("validator", "id", "/id"),
                                                Optional.empty(),
                                                Optional.empty()))));
        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isEqualTo(2);
        assertThat(mn.err())
                .endsWith(
                        "× Error: (MN_VALIDATION_FAILED) " + message + "\n! Hint: " + hint + "\n");
    }

    @Test
    void problems_are_rows_without_rules_where_nobody_looks_at_a_terminal() {
        mn.runtime.submission =
                Optional.of(
                        new Submission.Rejected(
                                Submission.Rejected.Reason.INVALID_MANIFEST, twoIssues()));
        mn.environment.put("COLUMNS", "40");
        mn.run("blueprint", "run", "--folder", "demo");
        assertThat(mn.err())
                .contains(
                        "\nSeverity\tLocation\tCode\tMessage\tHelp\nerror\tnodes[0].node_id\tnode.id_required\t")
                .doesNotContain("─");
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.put("COLUMNS", "100");
        mn.environment.put("MN_RUN_DISABLE_LIVE_SCREEN", "1");
        mn.run("blueprint", "run", "--folder", "demo");
        assertThat(mn.err()).contains("─");
    }

    @Test
    void the_run_is_named_wherever_the_job_is() {
        mn.runtime.submission =
                Optional.of(
                        new Submission.Accepted(
                                job.id,
                                JobStatus.PENDING,
                                Optional.of(RunId.of("r-1")),
                                List.of(),
                                false));
        mn.run("blueprint", "run", "--folder", "demo", "-d");
        assertThat(mn.out()).contains("Job ID: demo-1\nRun ID: r-1\n");
        mn.run("blueprint", "run", "--folder", "demo", "-d", "--json");
        assertThat(((JsonObject) Json.parse(mn.out())).object("data").toString())
                .isEqualTo("{\"job_id\":\"demo-1\",\"run_id\":\"r-1\",\"status\":\"pending\"}");
    }

    @Test
    void a_home_in_use_is_said_in_one_sentence() {
        mn.runtime.openingFails =
                Optional.of(
                        new ConflictException(
                                ErrorCode.HOME_IN_USE,
                                "Expected to open /home/ada/.mn, but process 4711 has it open",
                                null));

        assertThat(mn.run("blueprint", "run", "--folder", "demo")).isEqualTo(1);
        assertThat(mn.err())
                .endsWith(
                        """
                        × Error: (MN_HOME_IN_USE) Expected to open /home/ada/.mn, but process 4711 has it open
                        ! Hint: wait for that process or end it, or choose another home with --home or MN_HOME
                        """);
    }

    @Test
    void a_folder_that_is_not_there_is_said_before_anything_is_opened() {
        assertThat(mn.run("blueprint", "run", "--folder", "nope")).isEqualTo(2);
        assertThat(mn.err()).startsWith("× Error: (MN_NOT_FOUND) There is no folder ");
        assertThat(mn.runtime.opened).isEmpty();
    }

    @Test
    void a_path_given_as_id_is_pointed_to_the_option() {
        assertThat(mn.run("blueprint", "run", "demo")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_USAGE_ERROR) 'demo' is a path, and an id was expected
                        ! Hint: mn blueprint run --folder demo
                        """);
    }
}
