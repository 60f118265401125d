package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import org.junit.jupiter.api.Test;

/** Cancel ends everything, keeps nothing waiting and blames nobody. */
class CancelTest extends JobSpec {

    @Test
    void an_idle_job_is_cancelled_at_once() {
        given("a: router");
        cancel();
        then("job_cancelling", "job_cancelled");
        thenEffects(Effect.JobEnded.class);
        assertThat(job.result).contains(json("{'reason': 'cancelled by operator'}"));
    }

    @Test
    void a_pending_job_is_cancelled_before_it_begins() {
        submitted("a: router");
        cancel();
        then("job_cancelling", "job_cancelled");
        when(new JobCommand.Start(NODE));
        thenRefused(ErrorCode.JOB_TERMINAL, "Expected to start job g-1, but it is cancelled");
    }

    @Test
    void running_work_is_stopped_first_and_waiting_work_is_withdrawn() {
        given("x: executor\ny: executor\nm: module\nentrypoints: x, y, m");
        grant("x");
        cancel();
        then("job_cancelling");
        thenEffects(Effect.StopWorker.class, Effect.StopWorker.class, Effect.WithdrawLease.class);
        stop("x");
        then("executor_lease_released(x)", "message_returned(x)");
        thenStatus(JobStatus.CANCELLING);
        throwing("m", "interrupted");
        then("message_returned(m)", "job_cancelled");
        thenStatus(JobStatus.CANCELLED);
        assertThat(letterCount()).isZero();
    }

    @Test
    void a_result_that_comes_while_cancelling_starts_nothing_new() {
        given("x: executor {'terminal_sink': true, 'complete_run': true}");
        grant("x");
        cancel();
        print0();
        succeed("x", "done");
        then("executor_lease_released(x)", "message_returned(x)", "job_cancelled");
        thenStatus(JobStatus.CANCELLED);
    }

    private void print0() {
        when(
                new JobCommand.WorkerProgress(
                        AgentId.of("x"), attempt("x"), structured("{'next_state': 1}")));
        assertThat(refusal().code()).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void a_failure_that_comes_while_cancelling_does_not_fail_the_job() {
        given("x: executor\npolicies: {'restart': {'attempts': 0}}");
        grant("x");
        cancel();
        fail("x", 1);
        then("executor_lease_released(x)", "message_returned(x)", "job_cancelled");
    }

    @Test
    void a_paused_job_is_cancelled_with_all_its_messages() {
        given("a: module");
        send("a", "x", "1");
        pauseDraining();
        handle("a", with("{}").build());
        cancel();
        then("job_cancelling", "job_cancelled");
        assertThat(letterCount()).isZero();
    }

    @Test
    void a_crash_while_cancelling_finishes_the_cancel() {
        given("x: executor");
        grant("x");
        cancel();
        crash();
        recover();
        then("job_cancelled");
        thenEffects(Effect.JobEnded.class);
    }

    @Test
    void a_cancelled_job_is_cancelled_already() {
        given("a: router");
        cancel();
        cancel();
        thenUnchanged(JobStatus.CANCELLED);
    }

    @Test
    void an_ended_job_cannot_be_cancelled_any_more() {
        given("a: aggregator {'complete_after': 1}");
        cancel();
        thenRefused(ErrorCode.JOB_TERMINAL, "Expected to cancel job g-1, but it is completed");
    }
}
