package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The process is gone: what may run again, and what a person decides. */
class RecoveryTest extends JobSpec {

    @Test
    void an_idle_job_is_simply_taken_up() {
        given("a: router");
        crash();
        recover();
        then("job_recovery_started", "job_recovered");
        assertThat(payload("job_recovered"))
                .isEqualTo(
                        object("{'previous_status': 'running', 'node': 'node-2', 'agents': []}"));
        assertThat(job.node).isEqualTo("node-2");
    }

    @Test
    void a_job_that_had_not_begun_begins() {
        submitted("a: module");
        crash();
        recover();
        thenAmongOthers("job_scheduled", "job_running", "message_dispatched(a)");
    }

    /** The cells of the safety table: flags, what the agent was doing, and what follows. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                     | running | review
                    {}                                     | lease   | again
                    {}                                     | retry   | again
                    {}                                     | queued  | again
                    {'idempotent': true}                   | running | again
                    {'safe_to_retry': true}                | running | again
                    {'idempotency_key': 'k'}               | running | again
                    {'recovery_idempotency_key': 'k'}      | running | again
                    {'idempotent': false}                  | running | review
                    {'safe_to_retry': false}               | running | review
                    {'idempotent': true, 'unsafe': true}   | running | review
                    {'requires_approval': true}            | running | review
                    {'side_effects': 'write'}              | running | review
                    {'side_effects': true}                 | lease   | again
                    {'side_effects': 'read', 'idempotent': true} | running | again
                    {'manual_review_on_recovery': true}    | running | review
                    {'manual_review_on_recovery': true}    | lease   | review
                    {'manual_review_on_recovery': true}    | retry   | review
                    {'manual_review_on_recovery': true}    | queued  | review
                    {'manual_review_on_recovery': true}    | idle    | again
                    """)
    void what_a_command_was_doing_and_says_of_itself_decides(
            String flags, String doing, String outcome) {
        var config =
                flags.equals("{}")
                        ? "{'max_attempts': 2}"
                        : "{'max_attempts': 2, " + flags.substring(1);
        var text = "x: executor " + config + "\n";
        if (doing.equals("queued")) {
            givenQuiet(text);
            pauseDraining();
            send("x", "go", "{}");
            // The process dies between the two: the resumption is durable, what follows it is not.
            var resumed = new JobEvent.Resumed(now, 0);
            var turn = new Turn(job, now);
            turn.take(new JobCommand.Resume());
            assertThat(EventCodec.readForViews(turn.facts()).getFirst().event()).isEqualTo(resumed);
            var decision = JobEngine.decide(job, new JobCommand.Recover("node-2"), now);
            assertThat(kindOf(decision)).isEqualTo(outcome);
            return;
        }
        if (doing.equals("idle")) {
            givenQuiet(text);
        } else {
            given(text);
        }
        if (doing.equals("running") || doing.equals("retry")) {
            grant("x");
        }
        if (doing.equals("retry")) {
            fail("x", 1);
        }
        crash();
        assertThat(kindOf(recover())).isEqualTo(outcome);
        thenStatus(outcome.equals("review") ? JobStatus.PAUSED : JobStatus.RUNNING);
    }

    private static String kindOf(Decision decision) {
        var facts = ((Decision.Accepted) decision).events();
        return switch (facts.getFirst()) {
            case JobEvent.Recovered _ -> "again";
            case JobEvent.PausedForReview _ -> "review";
            default -> facts.toString();
        };
    }

    @Test
    void a_review_names_the_agents_and_resume_runs_them_again() {
        given("x: executor\ny: executor {'idempotent': true}\nentrypoints: x, y");
        grant("x");
        grant("y");
        crash();
        recover();
        then("job_recovery_started", "job_paused_for_manual_restart");
        assertThat(payload("job_paused_for_manual_restart"))
                .isEqualTo(
                        object(
                                "{'reason': 'the process ended while x may have acted on the outside, and nothing says that running it again is safe', 'agents': ['x', 'y']}"));
        assertThat(explain().cause()).isEqualTo("paused_for_review");
        var record = JobViews.record(job, object("{}"));
        assertThat(record.string("recovery_status")).contains("paused_for_review");
        assertThat(record.bool("recovery_requires_review")).contains(true);
        crash();
        recover();
        thenUnchanged(JobStatus.PAUSED);
        resume();
        then("job_resumed", "executor_lease_requested(x)", "executor_lease_requested(y)");
        assertThat(JobViews.record(job, object("{}")).at("recovery_status").isNull()).isTrue();
    }

    @Test
    void a_command_whose_start_was_not_recorded_never_ran_and_uses_no_delivery() {
        given("x: executor");
        crash();
        recover();
        then(
                "job_recovery_started",
                "agent_recovery_started(x)",
                "agent_recovered(x)",
                "job_recovered",
                "executor_lease_requested(x)");
        grant("x");
        succeed("x", "");
        assertThat(agent("x").processed).isEqualTo(1);
    }

    @Test
    void java_code_is_called_again_with_the_state_before() {
        given("a: module\nb: module\na -> b: x\n");
        handle("a", with("{'n': 1}").build());
        send("a", "go", "{}");
        crashAndReadSnapshot();
        recover();
        then(
                "job_recovery_started",
                "agent_recovery_started(a)",
                "agent_recovered(a)",
                "job_recovered",
                "message_dispatched(a)");
        assertThat(payload("agent_recovered").string("node")).contains("node-2");
        var call = effect(Effect.CallModule.class);
        assertThat(call.state()).isEqualTo(json("{'n': 1}"));
        assertThat(call.attempt()).isEqualTo(2);
        assertThat(call.invocation()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'unsafe': true", "'idempotent': false", "'requires_approval': true"})
    void java_code_that_calls_itself_unsafe_is_reviewed(String flag) {
        given("a: module {" + flag + "}");
        crash();
        recover();
        thenAmongOthers("job_paused_for_manual_restart");
    }

    @Test
    void a_message_that_outlives_ten_crashes_is_a_dead_letter() {
        given("x: executor {'idempotent': true}\nb: module\n");
        for (int i = 1; i <= 10; i++) {
            grant("x");
            crashAndReadSnapshot();
            recover();
        }
        then(
                "job_recovery_started",
                "agent_recovery_started(x)",
                "agent_recovered(x)",
                "job_recovered",
                "dead_letter(x)");
        assertThat(letter(0).reason()).isEqualTo("attempts_exhausted");
        assertThat(letter(0).error())
                .isEqualTo("the process ended while the message was being handled");
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void manual_recover_always_asks_a_person() {
        given("a: module\npolicies: {'recovery_mode': 'manual_recover'}");
        crash();
        recover();
        thenAmongOthers("job_paused_for_manual_restart");
        assertThat(payload("job_paused_for_manual_restart").string("reason"))
                .contains("recovery mode manual_recover: an operator resumes the job");
        resume();
        then("job_resumed", "message_dispatched(a)");
    }

    @Test
    void retries_and_restarts_keep_their_times() {
        given(
                "x: executor {'max_attempts': 2, 'retry_backoff_ms': 4000}\nf: executor\nentrypoints: x, f");
        grant("x");
        fail("x", 1);
        grant("f");
        fail("f", 1);
        crashAndReadSnapshot();
        now += 500;
        recover();
        then("job_recovery_started", "job_recovered", "agent_policy_action_restored(f)");
        assertThat(payload("agent_policy_action_restored"))
                .isEqualTo(
                        object(
                                "{'next_action': 'restart', 'next_eligible_at': '2026-01-01T00:00:01.000Z', 'reason': 'command exited with status 1', 'node': 'node-2'}"));
        assertThat(job.nextWake()).hasValue(T0 + 1_000);
        advanceToWake();
        then("agents_restarted(f)");
        advanceToWake();
        then("executor_lease_requested(x)");
        assertThat(now).isEqualTo(T0 + 4_000);
    }

    @Test
    void a_drain_that_a_crash_cut_short_ends_paused() {
        given("a: module");
        pauseDraining();
        crash();
        recover();
        then(
                "job_recovery_started",
                "agent_recovery_started(a)",
                "agent_recovered(a)",
                "job_recovered",
                "job_paused");
        resume();
        then("job_resumed", "message_dispatched(a)");
    }

    @Test
    void a_result_of_the_process_before_is_not_believed() {
        given("x: executor {'idempotent': true}");
        grant("x");
        crash();
        recover();
        when(new JobCommand.WorkerFinished(AgentId.of("x"), "x-a1", success("ghost")));
        thenRefused(
                ErrorCode.CONFLICT,
                "Expected a result of the attempt in hand, but x-a1 is not it any more");
        assertThat(attempt("x")).isEqualTo("x-a2");
    }

    @Test
    void aggregates_and_joins_survive() {
        givenQuiet("c: aggregator {'complete_after': 3}");
        send("c", "x", "1");
        send("c", "x", "2");
        crash();
        recover();
        send("c", "x", "3");
        assertThat(output())
                .isEqualTo(json("{'messages': [1, 2, 3], 'count': 3, 'last_message': 3}"));
    }
}
