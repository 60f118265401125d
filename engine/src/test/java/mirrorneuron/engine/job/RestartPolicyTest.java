package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.JobStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An agent that failed starts again, waits, or takes its job with it. */
class RestartPolicyTest extends JobSpec {

    private void given(String type, String restart) {
        submitted(
                """
                x: executor
                y: executor
                type: %s
                policies: {'restart': {%s}}
                """
                        .formatted(type, restart));
        when(new JobCommand.Start(NODE));
        for (int i = 1; i <= 9; i++) {
            send("x", "go", Integer.toString(i));
        }
    }

    private void crashAgent() {
        grant("x");
        fail("x", 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    constant    | 100 | 100 | 100 | 100 | 100 | 100
                    exponential | 100 | 200 | 400 | 800 | 900 | 900
                    fibonacci   | 100 | 100 | 200 | 300 | 500 | 800
                    """)
    void the_delay_grows_as_the_policy_says(
            String function, long a, long b, long c, long d, long e, long f) {
        given(
                "batch",
                "'attempts': 9, 'delay_ms': 100, 'max_delay_ms': 900, 'delay_function': '%s'"
                        .formatted(function));
        int attempt = 1;
        for (long delay : new long[] {a, b, c, d, e, f}) {
            crashAgent();
            thenAmongOthers("dead_letter(x)", "agent_restart_scheduled(x)");
            assertThat(payload("agent_restart_scheduled"))
                    .isEqualTo(
                            object(
                                    "{'attempt': %d, 'delay_ms': %d, 'reason': 'command exited with status 1', 'node': 'node-1'}"
                                            .formatted(attempt++, delay)));
            assertThat(JobViews.status(job, agent("x"))).isEqualTo(AgentStatus.RESTARTING);
            crashAndReadSnapshot();
            advanceToWake();
            then("agents_restarted(x)", "executor_lease_requested(x)");
        }
    }

    @Test
    void only_starts_within_the_interval_count() {
        given("batch", "'attempts': 1, 'interval_ms': 10000, 'delay_ms': 100");
        crashAgent();
        advanceToWake();
        advance(9_900);
        crashAgent();
        thenAmongOthers("agent_restart_scheduled(x)");
        assertThat(payload("agent_restart_scheduled").integer("attempt")).hasValue(1);
    }

    @Test
    void mode_fail_ends_a_batch_job_when_the_starts_are_used_up() {
        given("batch", "'attempts': 1, 'delay_ms': 100");
        crashAgent();
        advanceToWake();
        crashAgent();
        thenAmongOthers("dead_letter(x)", "job_failed");
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void mode_delay_waits_until_the_oldest_start_leaves_the_interval() {
        given("batch", "'attempts': 2, 'interval_ms': 60000, 'delay_ms': 1000, 'mode': 'delay'");
        crashAgent();
        advanceToWake();
        advance(10_000);
        crashAgent();
        advanceToWake();
        crashAgent();
        thenAmongOthers("dead_letter(x)", "agent_restart_deferred(x)");
        assertThat(job.nextWake()).hasValue(T0 + 60_000);
        assertThat(explain("x").cause()).isEqualTo("waiting_for_restart");
        advanceToWake();
        then("agents_restarted(x)", "executor_lease_requested(x)");
    }

    @Test
    void mode_fail_pauses_a_service_for_a_person() {
        given("service", "'attempts': 0, 'mode': 'fail'");
        crashAgent();
        thenAmongOthers("dead_letter(x)", "job_pausing", "job_paused");
        assertThat(job.statusReason)
                .isEqualTo(
                        "agent x failed and its restarts are used up: command exited with status 1");
        thenForReview(true);
        crashAndReadSnapshot();
        thenForReview(true);
        resume();
        then("job_resumed", "executor_lease_requested(x)");
        thenForReview(false);
    }

    private void thenForReview(boolean review) {
        assertThat(job.recoveryStatus).isEqualTo(review ? "paused_for_review" : "");
        assertThat(job.requiresReview()).isEqualTo(review);
    }

    @Test
    void such_a_pause_waits_for_a_person_however_it_ends() {
        given("service", "'attempts': 0, 'mode': 'fail'");
        send("y", "go", "{}");
        grant("y");
        crashAgent();
        thenForReview(true);
        advance(30_000);
        thenAmongOthers("job_pausing");
        finish("y", success(""));
        thenStatus(JobStatus.PAUSED);
        thenForReview(true);
    }

    @Test
    void a_pause_that_somebody_asked_for_needs_no_review() {
        given("service", "'attempts': 0, 'mode': 'fail'");
        when(new JobCommand.Pause("operator", true, 0));
        thenForReview(false);
    }

    @Test
    void an_agent_that_waits_for_slots_survives_such_a_pause() {
        given("service", "'attempts': 0, 'mode': 'fail'");
        send("y", "go", "{}");
        thenAmongOthers("executor_lease_requested(y)");
        crashAgent();
        thenAmongOthers("job_pausing", "message_returned(y)", "job_paused");
        assertThat(effect(Effect.WithdrawLease.class).attemptId()).isEqualTo("y-a2");
        resume();
        thenAmongOthers("job_resumed", "executor_lease_requested(y)");
        grant("y");
        succeed("y", "");
        assertThat(agent("y").processed).isEqualTo(1);
    }

    @Test
    void manual_recover_leaves_a_failed_batch_job_to_a_person() {
        submitted("x: executor\npolicies: {'recovery_mode': 'manual_recover'}");
        when(new JobCommand.Start(NODE));
        crashAgent();
        thenAmongOthers("dead_letter(x)", "job_pausing", "job_paused");
        thenForReview(true);
    }

    @Test
    void only_the_agent_that_failed_waits() {
        given("batch", "'attempts': 3, 'delay_ms': 1000");
        crashAgent();
        send("y", "go", "{}");
        then("agent_message_received(y)", "executor_lease_requested(y)");
        thenStatus(JobStatus.RUNNING);
    }

    // Completion of services

    @Test
    void a_service_goes_on_when_an_agent_completes_its_run() {
        submitted("a: module\ntype: service");
        when(new JobCommand.Start(NODE));
        handle("a", with("{}").completeRun(json("1")).build());
        then("message_acked(a)", "service_agent_completed(a)");
        assertThat(payload("service_agent_completed"))
                .isEqualTo(object("{'agent_id': 'a', 'node': 'node-1', 'output': 1}"));
        thenStatus(JobStatus.RUNNING);
        send("a", "x", "{}");
        thenAmongOthers("message_dispatched(a)");
    }

    @Test
    void a_service_goes_on_when_an_aggregate_is_complete() {
        submitted("c: aggregator {'complete_after': 1}\ntype: service");
        when(new JobCommand.Start(NODE));
        thenAmongOthers("aggregator_received(c)", "service_agent_completed(c)");
        thenStatus(JobStatus.RUNNING);
    }
}
