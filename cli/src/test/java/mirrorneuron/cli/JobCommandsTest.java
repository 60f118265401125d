package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.home.Opening;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mn job …} and {@code mn node list}. */
final class JobCommandsTest {

    private final CommandRun mn = new CommandRun();
    private final FakeRuntime.FakeJob job = mn.runtime.job("demo-1", "demo");

    @BeforeEach
    void a_running_job() {
        job.agents =
                List.of(
                        FakeRuntime.agent("intake", "router", AgentStatus.READY, 6, 0),
                        FakeRuntime.agent(
                                "worker",
                                "executor",
                                AgentStatus.ERROR,
                                4,
                                1,
                                Optional.of("command exited with status 1")));
        job.happened("job_running", Optional.empty(), JsonObject.empty());
        job.happened(
                "dead_letter",
                Optional.of("worker"),
                JsonObject.builder().put("reason", "handler_rejected").put("index", 0).build());
    }

    private void onTerminal(int columns) {
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.put("COLUMNS", Integer.toString(columns));
        mn.environment.put("NO_COLOR", "1");
    }

    @Test
    void list_is_tab_separated_in_a_pipe() {
        assertThat(mn.run("job", "list")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Job ID\tWorkflow ID\tStatus\tRecovery\tSubmitted At
                        demo-1\tdemo\trunning\tlocal_restart\t2026-03-01T12:00:00Z
                        """);
        assertThat(mn.runtime.opened).containsExactly(Opening.Intent.READ);
    }

    @Test
    void list_is_a_table_on_a_terminal_of_80_columns() {
        onTerminal(80);
        mn.run("job", "list");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Job ID  Workflow ID  Status   Recovery       Submitted At
                        ──────  ───────────  ───────  ─────────────  ────────────────────
                        demo-1  demo         running  local_restart  2026-03-01T12:00:00Z
                        """);
    }

    @Test
    void list_leaves_columns_out_on_40_columns_and_becomes_cards_for_long_ids() {
        onTerminal(40);
        mn.run("job", "list");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Job ID  Status   Submitted At
                        ──────  ───────  ────────────────────
                        demo-1  running  2026-03-01T12:00:00Z
                        """);
        mn.runtime.job("prime_sweep-1750000000000-0123456789ab", "prime_sweep");
        mn.run("job", "list");
        assertThat(mn.out())
                .endsWith(
                        """
                        ────────────────────────────────────────
                        Job ID:       prime_sweep-1750000000000-
                                      0123456789ab
                        Status:       running
                        Submitted At: 2026-03-01T12:00:00Z
                        """);
    }

    @Test
    void list_as_json_has_the_envelope() {
        mn.run("job", "list", "--json");
        var document = (JsonObject) Json.parse(mn.out());
        assertThat(document.names()).containsExactly("schema", "ok", "data", "warnings", "meta");
        assertThat(document.string("schema")).contains("mn.cli/v1");
        assertThat(((JsonObject) document.array("data").get(0)).string("job_id"))
                .contains("demo-1");
        assertThat(document.object("meta").toString())
                .isEqualTo(
                        "{\"command\":\"mn job list\",\"timestamp\":\"2026-03-01T12:00:00.100Z\",\"duration_ms\":100}");
    }

    @Test
    void a_variable_drops_the_envelope() {
        mn.environment.put("MN_CLI_JSON", "bare");
        mn.run("job", "list", "--json");
        assertThat(Json.parse(mn.out())).isInstanceOf(JsonArray.class);
    }

    @Test
    void list_as_yaml_holds_the_same_data() {
        mn.run("job", "list", "-o", "yaml");
        assertThat(mn.out())
                .startsWith(
                        """
                        schema: mn.cli/v1
                        ok: true
                        data:
                          - job_id: demo-1
                            graph_id: demo
                            status: running
                            submitted_at: "2026-03-01T12:00:00.000Z"
                        """);
    }

    @Test
    void an_empty_list_says_so() {
        mn.runtime.jobs.clear();
        mn.run("job", "list");
        assertThat(mn.out()).isEqualTo("No jobs found\n");
    }

    @Test
    void a_mistyped_status_names_the_near_ones() {
        assertThat(mn.run("job", "list", "--status", "runing")).isEqualTo(2);
        assertThat(mn.err())
                .startsWith(
                        "× Error: (MN_USAGE_ERROR) --status: 'runing' is not a status; did you mean running?\n");
    }

    @Test
    void quiet_prints_ids_only() {
        mn.run("job", "list", "-q");
        assertThat(mn.out()).isEqualTo("demo-1\n");
    }

    @Test
    void status_is_the_bare_document_in_a_pipe_with_secrets_taken_out() {
        mn.run("job", "status", "demo-1");
        var document = (JsonObject) Json.parse(mn.out());
        assertThat(document.names()).containsExactly("job", "api_token");
        assertThat(document.string("api_token")).contains("[redacted]");
    }

    @Test
    void status_is_readable_on_a_terminal() {
        onTerminal(80);
        mn.run("job", "status", "demo-1");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Job ID:    demo-1
                        Name:      demo
                        Status:    running
                        Submitted: 2026-03-01T12:00:00.000Z
                        Updated:   2026-03-01T12:00:09.000Z
                        Handled:   10 of 11 known messages
                        Recovery:  local_restart
                        Next:      mn job monitor demo-1

                        Agent   Type      Status  Handled  Waiting  Last error
                        ──────  ────────  ──────  ───────  ───────  ────────────────────────────
                        intake  router    ready   6        0
                        worker  executor  error   4        1        command exited with status 1

                        Last events
                        12:00:01.000 job_running
                        12:00:02.000 dead_letter worker reason=handler_rejected index=0
                        """);
    }

    @Test
    void an_unknown_job_names_those_that_begin_alike() {
        assertThat(mn.run("job", "status", "dem")).isEqualTo(2);
        assertThat(mn.out()).isEmpty();
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_NOT_FOUND) There is no job 'dem' in this home; did you mean demo-1?
                        ! Hint: mn job list shows the jobs of this home
                        """);
    }

    @Test
    void an_error_as_json_is_one_document_on_stdout() {
        assertThat(mn.run("job", "status", "zzzzzz", "--json")).isEqualTo(2);
        var document = (JsonObject) Json.parse(mn.out());
        assertThat(document.bool("ok")).contains(false);
        assertThat(document.object("error").string("code")).contains("MN_NOT_FOUND");
        assertThat(document.object("error").string("hint"))
                .contains("mn job list shows the jobs of this home");
        assertThat(mn.err()).isEmpty();
    }

    @Test
    void result_of_a_completed_job_is_printed_whole() {
        job.completed(Json.parse("{\"primes\":148933}"));
        mn.run("job", "result", "demo-1");
        assertThat(mn.out()).isEqualTo("{\n  \"primes\": 148933\n}\n");
    }

    @Test
    void result_of_an_unfinished_job_says_how_to_get_there() {
        assertThat(mn.run("job", "result", "demo-1")).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_PRECONDITION_FAILED) Expected job demo-1 to be completed, but it is running
                        ! Hint: mn job monitor demo-1 takes it to its end
                        """);
    }

    @Test
    void result_can_be_saved(@TempDir Path folder) throws Exception {
        job.completed(Json.parse("[1]"));
        mn.directory = folder;
        mn.run("job", "result", "demo-1", "--out", "saved");
        assertThat(Files.readString(folder.resolve("saved/result.json"))).isEqualTo("[\n  1\n]\n");
        assertThat(mn.out()).contains("File: " + folder.resolve("saved/result.json"));
    }

    private void aDeadLetter() {
        job.deadLetters.add(
                new DeadLetter(
                        0,
                        2,
                        AgentId.of("worker"),
                        "handler_rejected",
                        "command exited with status 1",
                        3,
                        Instant.parse("2026-03-01T12:00:02Z"),
                        JsonObject.of("body", Json.parse("{\"item\":5,\"password\":\"hunter22\"}")),
                        0,
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void dead_letters_on_a_terminal() {
        aDeadLetter();
        onTerminal(120);
        mn.run("job", "dead-letters", "demo-1");
        assertThat(mn.out())
                .contains("Index  Agent   Reason")
                .contains("{\"item\":5,\"password\":\"[re")
                .doesNotContain("hunter22");
        assertThat(mn.out().lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void dead_letters_are_bare_json_in_a_pipe_and_lines_when_plain_is_named() {
        aDeadLetter();
        mn.run("job", "dead-letters", "demo-1");
        assertThat(Json.parse(mn.out())).isInstanceOf(JsonArray.class);
        mn.run("job", "dead-letters", "demo-1", "-o", "plain");
        assertThat(mn.out()).startsWith("Index\tAgent\tReason\t");
    }

    @Test
    void a_dead_letter_is_replayed_and_the_next_command_named() {
        aDeadLetter();
        assertThat(mn.run("job", "dead-letters", "demo-1", "--replay", "0", "--force")).isZero();
        assertThat(mn.runtime.calls).containsExactly("replay demo-1 0 forced");
        assertThat(mn.runtime.opened).containsExactly(Opening.Intent.WORK);
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Dead letter replay successful.
                        Status: delivered
                        Job ID: demo-1
                        Index: 0
                        Message ID: msg-1
                        Next: mn job monitor demo-1
                        """);
        assertThat(mn.run("job", "dead-letters", "demo-1", "--replay", "7")).isEqualTo(2);
        assertThat(mn.err())
                .startsWith("× Error: (MN_NOT_FOUND) Job demo-1 has no dead letter 7 (it has 1)\n");
    }

    @Test
    void a_second_replay_is_refused_in_the_runtimes_words() {
        aDeadLetter();
        mn.runtime.delivery = new Delivery.NotReplayable("dead letter 0 was replayed before");
        assertThat(mn.run("job", "dead-letters", "demo-1", "--replay", "0")).isEqualTo(1);
        assertThat(mn.err())
                .startsWith(
                        "× Error: (MN_PRECONDITION_FAILED) dead letter 0 was replayed before\n");
    }

    @Test
    void pause_resume_and_repeating_them() {
        mn.run("job", "pause", "demo-1");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job pause successful.
                        Status: paused
                        Job ID: demo-1
                        Next: mn job resume demo-1
                        """);
        mn.run("job", "pause", "demo-1");
        assertThat(mn.out()).startsWith("✓ Job pause confirmed.\n");
        mn.run("job", "resume", "demo-1");
        assertThat(mn.out()).contains("Status: running");
        assertThat(mn.runtime.opened).containsOnly(Opening.Intent.WORK);
    }

    @Test
    void a_runs_files_are_written_again() {
        mn.runtime.runs.add("demo-1", "completed");
        assertThat(mn.run("run", "rebuild", "demo-1")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Run rebuild successful.
                        Run ID: demo-1
                        Job ID: demo-1
                        Events: 12
                        Next: mn job status demo-1
                        """);
        assertThat(mn.runtime.opened).containsOnly(Opening.Intent.READ);

        assertThat(mn.run("run", "rebuild", "demo-1", "--json")).isZero();
        assertThat(mn.out()).contains("\"run_id\"", "\"events\"").contains("12");

        assertThat(mn.run("run", "rebuild", "nobody")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_NOT_FOUND) Run nobody was not found
                        ! Hint: mn run list shows the runs of this home
                        """);
    }

    @Test
    void cancel_of_one_job_needs_no_yes_where_nobody_can_be_asked() {
        assertThat(mn.run("job", "cancel", "demo-1")).isZero();
        assertThat(mn.out()).contains("Status: cancelled");
        assertThat(job.status).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void cancel_of_one_job_as_json_asks_nobody_on_a_terminal_either() {
        onTerminal(80);
        assertThat(mn.run("job", "cancel", "demo-1", "--json")).isZero();
        assertThat(job.status).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void cancel_of_several_jobs_needs_a_yes_where_nobody_can_be_asked() {
        assertThat(mn.run("job", "cancel", "demo-1", "demo-2")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_CONFIRMATION_REQUIRED) Cancel 2 jobs? Nobody can be asked here.
                        ! Hint: add --yes
                        """);
        assertThat(mn.runtime.opened).isEmpty();
    }

    @Test
    void cancel_asks_on_a_terminal_and_no_is_the_default() {
        onTerminal(80);
        mn.stdin = "\n";
        assertThat(mn.run("job", "cancel", "demo-1")).isZero();
        assertThat(mn.err()).isEqualTo("Cancel job demo-1? [y/N] Nothing was changed.\n");
        mn.stdin = "y\n";
        mn.run("job", "cancel", "demo-1");
        assertThat(job.status).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void a_hint_names_the_job_that_is_meant() {
        mn.runtime.looksFail.add(
                new mirrorneuron.api.ConflictException(
                        mirrorneuron.api.ErrorCode.JOB_TERMINAL, "It is completed", null));
        mn.run("job", "agents", "demo-1");
        assertThat(mn.err()).endsWith("! Hint: mn job status demo-1 shows where the job stands\n");
    }

    @Test
    void a_server_that_does_not_answer_is_named_in_the_sentence() {
        mn.runtime.openingFails =
                Optional.of(new mirrorneuron.api.RuntimeUnavailableException("connection refused"));
        assertThat(mn.run("job", "list", "--target", "far:55051")).isEqualTo(1);
        assertThat(mn.err())
                .startsWith(
                        "× Error: (MN_RUNTIME_UNAVAILABLE) connection refused (far:55051)\n! Hint: ");
    }

    @Test
    void cancelling_a_finished_job_is_refused() {
        job.completed(Json.parse("1"));
        assertThat(mn.run("job", "cancel", "demo-1", "-y")).isEqualTo(1);
        assertThat(mn.err())
                .startsWith(
                        "× Error: (MN_PRECONDITION_FAILED) Expected to cancel job demo-1, but it is completed\n");
    }

    @Test
    void explain_shows_cause_evidence_and_what_to_do() {
        job.explanation =
                Optional.of(
                        FakeRuntime.explanation(
                                "only_dead_letters", "Nothing moves.", "Replay it."));
        onTerminal(80);
        mn.run("job", "explain", "demo-1");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Subject:    job demo-1
                        State:      running
                        Cause:      only_dead_letters
                        Why:        Nothing moves.
                        What to do: Replay it.
                        Evidence:
                          1 dead letter
                          collector holds 5 of 6
                        """);
        assertThat(mn.run("job", "explain", "demo-1", "workre")).isEqualTo(2);
        assertThat(mn.err()).contains("has no agent 'workre'; did you mean worker?");
    }

    @Test
    void events_can_be_filtered() {
        mn.run("job", "events", "demo-1", "--type", "dead_letter");
        assertThat(mn.out())
                .isEqualTo("12:00:02.000 dead_letter worker reason=handler_rejected index=0\n");
        mn.run("job", "events", "demo-1", "--since", "2026-03-01T12:00:02Z", "-o", "json");
        assertThat(((JsonObject) Json.parse(mn.out())).array("data").size()).isEqualTo(1);
        assertThat(mn.run("job", "events", "demo-1", "--since", "yesterday")).isEqualTo(2);
    }

    @Test
    void agents_are_listed() {
        mn.run("job", "agents", "demo-1");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Agent\tType\tStatus\tHandled\tWaiting\tNode\tLast error
                        intake\trouter\tready\t6\t0\tlocal\t
                        worker\texecutor\terror\t4\t1\tlocal\tcommand exited with status 1
                        """);
    }

    @Test
    void send_takes_a_message_or_a_body() {
        mn.run("job", "send", "demo-1", "intake", "{\"type\":\"go\",\"body\":{\"n\":1}}");
        mn.run("job", "send", "demo-1", "intake", "[1,2]", "--type", "list");
        mn.run("job", "send", "demo-1", "intake", "{\"type\":\"invoice\",\"total\":3}");
        mn.run(
                "job",
                "send",
                "demo-1",
                "intake",
                "{\"envelope\":{\"type\":\"q\",\"message_id\":\"m-1\",\"ttl_ms\":9},\"body\":5}");
        assertThat(mn.runtime.calls)
                .containsExactly(
                        "send demo-1 intake go {\"n\":1}",
                        "send demo-1 intake list [1,2]",
                        "send demo-1 intake invoice {\"total\":3}",
                        "send demo-1 intake q 5 m-1");
        mn.runtime.delivery = new Delivery.Backpressure(java.time.Duration.ofMillis(250));
        assertThat(mn.run("job", "send", "demo-1", "intake", "{}")).isEqualTo(1);
        assertThat(mn.err()).contains("MN_RESOURCE_OVERLOADED").contains("try again in 250 ms");
    }

    @Test
    void monitor_takes_the_job_up_and_prints_each_event() {
        job.script.add(() -> job.completed(Json.parse("7")));
        assertThat(mn.run("job", "monitor", "demo-1")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        12:00:03.000 job_completed
                        Status: completed
                        Result:
                        7
                        """);
        assertThat(mn.runtime.opened).containsExactly(Opening.Intent.WORK);
    }

    @Test
    void node_list_is_bare_json_in_a_pipe_and_a_table_on_a_terminal() {
        mn.run("node", "list");
        assertThat(((JsonObject) Json.parse(mn.out())).names())
                .containsExactly("nodes", "unfinished_jobs");
        onTerminal(80);
        mn.run("node", "list");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Name   Status   Eligible  Pools (in use/capacity)  Jobs
                        ─────  ───────  ────────  ───────────────────────  ────
                        local  healthy  yes       default 1/4              1
                        """);
    }

    @Test
    void validate_reports_every_problem(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("demo"));
        mn.directory = folder;
        assertThat(mn.run("blueprint", "validate", "demo")).isZero();
        assertThat(mn.out()).isEqualTo("demo is valid (1 agent)\n");
        assertThat(mn.runtime.opened).containsExactly(Opening.Intent.CHECK);

        mn.runtime.validation =
                Optional.of(new mirrorneuron.api.Validation.Invalid(BlueprintRunTest.twoIssues()));
        assertThat(mn.run("blueprint", "validate", "demo")).isEqualTo(2);
        assertThat(mn.out())
                .isEqualTo(
                        """
                        demo is not valid: 2 problems
                        Severity\tLocation\tCode\tMessage\tHelp
                        error\tnodes[0].node_id\tnode.id_required\tExpected a node_id, but found none\tGive the node an id.
                        error\tedges[1].to_node\tedge.to_unknown\tExpected a node, but found 'snik'\t
                        """);
        mn.run("blueprint", "validate", "demo", "-o", "json");
        var document = (JsonObject) Json.parse(mn.out());
        assertThat(document.bool("ok")).contains(false);
        assertThat(document.has("data")).isFalse();
        var error = document.object("error");
        assertThat(error.string("code")).contains("MN_VALIDATION_FAILED");
        assertThat(error.string("message")).contains("demo is not valid: 2 problems");
        assertThat(error.object("details").string("version")).contains("validation.report/v1");
        mn.environment.put("MN_CLI_JSON", "bare");
        mn.run("blueprint", "validate", "demo", "-o", "json");
        assertThat(((JsonObject) Json.parse(mn.out())).string("version"))
                .contains("validation.report/v1");
    }
}
