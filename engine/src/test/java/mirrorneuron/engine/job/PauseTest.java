package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.AgentResult;
import org.junit.jupiter.api.Test;

/** Pause keeps everything and runs nothing; resume goes on as if no time had passed. */
class PauseTest extends JobSpec {

    private static final String JOB =
            """
            x: executor {'timeout_seconds': 30}
            b: module
            x -> b: *
            """;

    @Test
    void an_idle_job_is_paused_at_once() {
        given("a: router");
        pauseDraining();
        then("job_pausing", "job_paused");
        assertThat(payload("job_pausing"))
                .isEqualTo(object("{'reason': 'operator', 'mode': 'drain'}"));
        thenStatus(JobStatus.PAUSED);
        assertThat(job.nextWake()).isEmpty();
    }

    @Test
    void drain_lets_a_running_command_finish_and_keeps_its_output() {
        given(JOB);
        grant("x");
        pauseDraining();
        then("job_pausing");
        thenEffects();
        advance(10_000);
        thenNothing();
        succeed("x", "done");
        thenAmongOthers("sandbox_job_completed(x)", "agent_message_received(b)", "job_paused");
        assertThat(agent("b").depth()).isEqualTo(1);
        assertThat(agent("b").inflight).isNull();
        resume();
        then("job_resumed", "agent_started(b)", "message_dispatched(b)");
    }

    @Test
    void drain_ends_what_is_still_running_when_the_grace_is_over() {
        given(JOB);
        grant("x");
        pauseDraining();
        assertThat(job.nextWake()).hasValue(now + 30_000);
        advance(29_999);
        thenNothing();
        advance(1);
        then("job_pausing");
        assertThat(payload("job_pausing").string("mode")).contains("now");
        assertThat(effect(Effect.StopWorker.class).attemptId()).isEqualTo("x-a1");
        assertThat(job.nextWake()).isEmpty();
        stop("x");
        then("executor_lease_released(x)", "message_returned(x)", "job_paused");
    }

    @Test
    void now_ends_running_commands_and_uses_no_attempt() {
        given(JOB);
        grant("x");
        pauseNow();
        then("job_pausing");
        assertThat(effect(Effect.StopWorker.class).attemptId()).isEqualTo("x-a1");
        stop("x");
        then("executor_lease_released(x)", "message_returned(x)", "job_paused");
        assertThat(agent("x").depth()).isEqualTo(1);
        now += 60_000;
        resume();
        then("job_resumed", "executor_lease_requested(x)");
        grant("x");
        assertThat(effect(Effect.StartWorker.class).attempt()).isEqualTo(1);
        assertThat(attempt("x")).isNotEqualTo("x-a1");
    }

    @Test
    void a_command_that_finishes_before_it_is_ended_counts() {
        given(JOB);
        grant("x");
        pauseNow();
        succeed("x", "just in time");
        thenAmongOthers("sandbox_job_completed(x)", "job_paused");
        assertThat(agent("x").processed).isEqualTo(1);
    }

    @Test
    void a_message_that_waits_for_slots_goes_back_and_its_request_is_withdrawn() {
        given(JOB);
        pauseDraining();
        then("job_pausing", "message_returned(x)", "job_paused");
        assertThat(effect(Effect.WithdrawLease.class).attemptId()).isEqualTo("x-a1");
        resume();
        then("job_resumed", "executor_lease_requested(x)");
    }

    @Test
    void messages_from_outside_wait() {
        given("a: module\nb: module\n");
        pauseDraining();
        handle("a", with("{}").build());
        send("b", "x", "1");
        then("agent_message_received(b)");
        resume();
        thenAmongOthers("message_dispatched(b)");
    }

    @Test
    void everything_that_waits_for_a_time_waits_as_much_longer_as_the_pause_took() {
        given(
                """
                r: module
                d: module
                x: executor {'max_attempts': 2, 'retry_backoff_ms': 4000}
                f: executor
                entrypoints: r, d, x, f
                policies: {'restart': {'delay_ms': 3000}}
                """);
        handle("r", new AgentResult.Retry(Duration.ofSeconds(1), "wait"));
        handle(
                "d",
                with("{}")
                        .emitTo(
                                mirrorneuron.api.AgentId.of("d"),
                                "tick",
                                json("{}"),
                                Action.Options.delayed(2_000))
                        .build());
        grant("x");
        fail("x", 1);
        grant("f");
        fail("f", 1);
        thenAmongOthers("agent_restart_scheduled(f)");
        advance(500);
        pauseDraining();
        advance(100_000);
        thenNothing();
        crashAndReadSnapshot();
        resume();
        then("job_resumed");
        assertThat(payload("job_resumed").integer("paused_ms")).hasValue(100_000);
        long base = T0 + 100_000;
        for (var expected :
                new String[] {
                    "1000 message_dispatched(r)",
                    "2000 agent_message_received(d)",
                    "3000 agents_restarted(f)",
                    "4000 executor_lease_requested(x)"
                }) {
            var parts = expected.split(" ");
            assertThat(job.nextWake()).hasValue(base + Long.parseLong(parts[0]));
            advanceToWake();
            thenAmongOthers(parts[1]);
        }
    }

    @Test
    void pausing_and_resuming_twice_changes_nothing_more() {
        given("a: module");
        pauseDraining();
        pauseDraining();
        thenUnchanged(JobStatus.PAUSING);
        handle("a", with("{}").build());
        pauseDraining();
        thenUnchanged(JobStatus.PAUSED);
        resume();
        then("job_resumed");
        resume();
        thenUnchanged(JobStatus.RUNNING);
    }

    @Test
    void a_job_may_complete_while_it_drains() {
        given("x: executor {'terminal_sink': true, 'complete_run': true}");
        grant("x");
        pauseDraining();
        succeed("x", "");
        thenAmongOthers("job_completed");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void the_record_says_how_long_it_was_paused() {
        given("a: router");
        for (int i = 0; i < 2; i++) {
            pauseDraining();
            advance(1_500);
            resume();
        }
        var record = JobViews.record(job, object("{}"));
        assertThat(record.integer("paused_ms_total")).hasValue(3_000);
        assertThat(record.at("paused_at").isNull()).isTrue();
        pauseDraining();
        record = JobViews.record(job, object("{}"));
        assertThat(record.string("paused_at")).isPresent();
        assertThat(record.string("status_reason")).contains("operator");
        assertThat(JobViews.status(job, agent("a"))).isEqualTo(AgentStatus.PAUSED);
    }
}
