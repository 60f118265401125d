package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a step: from its parents' ends over its attempts to its own. */
class StepLifeTest extends JobSpec {

    /** Three steps after one. */
    static final String FAN =
            """
            r: executor {'output_message_type': null}
            a: executor {'output_message_type': null}
            b: executor {'output_message_type': null}
            c: executor {'output_message_type': null}
            step root: r
            step a: a
            step b: b
            step c: c
            root => a
            root => b
            root => c
            """;

    /** The same, two of them at a time. */
    static final String FAN_OF_TWO =
            FAN + "workflow: {'execution': {'strategy': 'parallel', 'max_parallel_steps': 2}}\n";

    private static final String CHAIN =
            """
            a: executor {'output_message_type': 'drafted'}
            b: executor {'output_message_type': 'printed'}
            sink: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
            a -> b: drafted
            b -> sink: printed
            step draft: a
            step print: b
            draft => print
            """;

    @Test
    void a_chain_runs_step_by_step_and_ends_in_the_sink() {
        given(CHAIN);
        thenAmongOthers(
                "workflow_step_started(a)",
                "workflow_step_attempt_started(a)",
                "executor_lease_requested(a)");
        thenSteps("draft queued", "print pending");

        grant("a");
        thenSteps("draft running", "print pending");
        complete("a", "{'text': 'hello'}");
        thenAmongOthers(
                "sandbox_job_completed(a)",
                "workflow_step_attempt_completed",
                "workflow_step_completed",
                "workflow_step_attempt_started(b)");
        thenSteps("draft completed", "print queued");
        assertThat(step("draft").output).isEqualTo(json("{'text': 'hello'}"));

        complete("b", "true");
        thenAmongOthers("workflow_step_completed", "agent_completed_run(sink)", "job_completed");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void its_message_carries_the_attempt() {
        given(CHAIN);
        var headers = inHand("a").headers();
        assertThat(headers.string("mn.workflow.run_id")).contains("g-1");
        assertThat(headers.string("mn.workflow.step_id")).contains("draft");
        assertThat(headers.string("mn.workflow.attempt_id")).contains("draft:attempt:1");
        assertThat(headers.integer("mn.workflow.attempt")).hasValue(1);
        assertThat(headers.string("mn.workflow.idempotency_key"))
                .contains("g-1:draft:1:" + inHand("a").messageId());
        grant("a");
        var sent = effect(Effect.StartWorker.class).message().headers();
        assertThat(sent.string("mn.workflow.deadline_at")).contains("2026-01-01T00:05:00.000Z");

        complete("a", "true");
        var next = inHand("b").headers();
        assertThat(next.string("mn.workflow.step_id")).contains("print");
        assertThat(next.string("mn.workflow.attempt_id")).contains("print:attempt:1");
        assertThat(next.string("mn.workflow.source_step_id")).contains("draft");
    }

    @Test
    void data_that_comes_too_early_waits_and_nothing_of_it_is_lost() {
        given(
                """
                a: executor {'output_message_type': 'x'}
                b: executor {'output_message_type': 'x'}
                j: executor {'output_message_type': null}
                a -> j: x
                b -> j: x
                entrypoints: a, b
                step a: a
                step b: b
                step join: j
                a => join
                b => join
                """);
        complete("b", "{'n': 2}");
        thenAmongOthers("workflow_step_blocked");
        thenSteps("a queued", "b completed", "join blocked");
        assertThat(explain("j").cause()).isEqualTo("waiting_for_step");

        complete("a", "{'n': 1}");
        thenSteps("a completed", "b completed", "join queued");
        assertThat(step("join").entries).hasSize(2);
        assertThat(inHand("j").from()).isEqualTo("a");

        complete("j", "{'done': true}");
        thenStatus(JobStatus.COMPLETED);
        assertThat(output()).isEqualTo(json("{'done': true}"));
    }

    @Test
    void an_attempt_says_when_it_has_to_end_once_its_time_runs() {
        given(
                """
                a: module
                b: executor {'output_message_type': null}
                step a: a {'control': {'timeout_seconds': 30}}
                step b: b {'control': {'timeout_seconds': 30}}
                a => b
                """);
        assertThat(payload("workflow_step_attempt_started").string("deadline_at"))
                .contains("2026-01-01T00:00:30.000Z");
        handle("a", with("{}").completeStep(json("1")).build());
        // A command's time begins with its lease.
        assertThat(payload("workflow_step_attempt_started").has("deadline_at")).isFalse();
    }

    @Test
    void a_failed_attempt_is_tried_again_after_its_rest() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a {'control': {'retry': {'max_attempts': 3, 'backoff_seconds': 2, 'backoff_multiplier': 3}}}
                """);
        grant("a");
        fail("a", 1);
        thenAmongOthers("sandbox_job_failed(a)", "workflow_step_attempt_retry_scheduled");
        thenSteps("s retry_wait");
        assertThat(explainStep("s").nextWake()).isPresent();
        assertThat(explain().cause()).isEqualTo("waiting_for_time");

        advance(1_999);
        thenSteps("s retry_wait");
        advance(1);
        thenAmongOthers("workflow_step_attempt_started(a)");
        assertThat(inHand("a").headers().string("mn.workflow.attempt_id")).contains("s:attempt:2");
        grant("a");
        fail("a", 1);
        advance(6_000);
        grant("a");
        fail("a", 1);
        thenAmongOthers("workflow_step_failed", "job_failed");
        thenStatus(JobStatus.FAILED);
        assertThat(job.failure.orElseThrow().code()).isEqualTo("workflow.step.retry_exhausted");
        var failure = job.failure.orElseThrow();
        assertThat(failure.desc()).isEqualTo("Step s failed: command exited with status 1");
        assertThat(failure.details().string("message").orElseThrow()).contains("\n");
        assertThat(failure.details().string("step_id")).contains("s");
        assertThat(failure.details().string("category")).contains("runtime");
        assertThat(failure.details().integer("exit_code")).hasValue(1);
    }

    @Test
    void the_time_of_an_attempt_counts_from_its_lease() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a {'control': {'timeout_seconds': 30}}
                """);
        advance(40_000);
        thenSteps("s queued");
        grant("a");
        advance(29_999);
        thenSteps("s running");
        advance(1);
        thenAmongOthers("workflow_step_attempt_timed_out", "workflow_step_failed", "job_failed");
        assertThat(job.failure.orElseThrow().code()).isEqualTo("workflow.step.timeout");
        assertThat(job.failure.orElseThrow().details().string("category")).contains("timeout");
        assertThat(effects()).hasAtLeastOneElementOfType(Effect.StopWorker.class);
    }

    @Test
    void a_late_result_of_an_earlier_attempt_changes_nothing() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a {'control': {'timeout_seconds': 30, 'retry': {'max_attempts': 2, 'backoff_seconds': 0}}}
                """);
        grant("a");
        var first = attempt("a");
        advance(30_000);
        thenAmongOthers("workflow_step_attempt_timed_out", "workflow_step_attempt_started(a)");
        when(
                new JobCommand.WorkerFinished(
                        mirrorneuron.api.AgentId.of("a"), first, success("{'complete_step': 1}")));
        assertThat(refusal().why()).contains(first);
        complete("a", "2");
        thenStatus(JobStatus.COMPLETED);
        assertThat(output()).isEqualTo(json("2"));
    }

    @Test
    void a_pause_takes_no_attempt_and_stops_the_clock() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a {'control': {'timeout_seconds': 30}}
                """);
        grant("a");
        advance(10_000);
        pauseNow();
        stop("a");
        then(
                "executor_lease_released(a)",
                "message_returned(a)",
                "workflow_step_blocked",
                "job_paused");
        assertThat(payload("workflow_step_blocked"))
                .isEqualTo(object("{'step_id': 's', 'reason': 'job paused'}"));
        thenStatus(JobStatus.PAUSED);
        thenSteps("s blocked");
        advance(60_000);
        resume();
        grant("a");
        advance(29_000);
        thenSteps("s running");
        assertThat(step("s").attempt).isEqualTo(1);
        complete("a", "true");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_pause_after_a_crash_blocks_the_steps_that_were_running() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a
                """);
        grant("a");
        crashAndReadSnapshot();
        recover();
        then("job_recovery_started", "job_paused_for_manual_restart", "workflow_step_blocked");
        thenSteps("s blocked");
    }

    @Test
    void a_step_that_ends_while_its_job_pauses_is_not_blocked() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a
                """);
        grant("a");
        pauseDraining();
        succeed("a", "{'complete_step': 1}");
        thenStatus(JobStatus.PAUSED);
        assertThat(labels()).doesNotContain("workflow_step_blocked");
    }

    @Test
    void a_crash_takes_no_attempt_and_the_command_runs_again() {
        given(
                """
                a: executor {'output_message_type': null, 'idempotent': true}
                step s: a {'control': {'timeout_seconds': 30}}
                """);
        grant("a");
        crashAndReadSnapshot();
        now += 600_000;
        recover();
        thenStatus(JobStatus.RUNNING);
        thenSteps("s queued");
        grant("a");
        advance(29_000);
        complete("a", "true");
        assertThat(step("s").attempt).isEqualTo(1);
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_step_may_not_complete_the_run() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a
                """);
        grant("a");
        succeed("a", "{'complete_run': true}");
        thenAmongOthers(
                "workflow_run_completion_rejected(a)", "workflow_step_failed", "job_failed");
    }

    @Test
    void the_sink_may_speak_early_and_is_heard_when_the_last_step_is_over() {
        given(
                """
                a: executor {'output_message_type': 'x'}
                b: executor {'output_message_type': null}
                sink: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
                a -> sink: x
                entrypoints: a
                step a: a
                step b: b
                a => b
                """);
        complete("a", "1");
        thenAmongOthers("workflow_completion_deferred(sink)");
        thenStatus(JobStatus.RUNNING);
        complete("b", "2");
        thenAmongOthers("workflow_completion_resumed(sink)", "job_completed");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_run_that_cannot_go_on_says_so_and_names_what_waits() {
        given(
                """
                m: module
                step s: m {'control': {'timeout_seconds': 0}}
                """);
        handle("m", with("{}").build());
        thenAmongOthers("job_failed");
        var failure = job.failure.orElseThrow();
        assertThat(failure.code()).isEqualTo("workflow.stalled");
        assertThat(failure.details().array("waiting_steps")).isEqualTo(json("['s']"));
    }

    @Test
    void as_many_steps_run_as_the_workflow_allows() {
        given(FAN_OF_TWO);
        complete("r", "1");
        thenSteps("root completed", "a queued", "b queued", "c queued");
        assertThat(job.ledger().room.active).isEqualTo(2);
        assertThat(explainStep("c").cause()).isEqualTo("waiting_for_room");
        complete("a", "1");
        assertThat(job.ledger().room.active).isEqualTo(2);
        complete("b", "1");
        complete("c", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_call_for_room_is_not_lost_on_a_step_that_has_found_some_by_itself() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': 'x'}
                d: executor {'output_message_type': null}
                e: executor {'output_message_type': null}
                c -> e: x
                step a: a
                step b: b
                step c: c
                step d: d
                step e: e {'trigger_rule': 'one_success'}
                a => e
                c => e
                workflow: {'execution': {'strategy': 'parallel', 'max_parallel_steps': 1}}
                """);
        for (int left = 5; left > 0; left--) {
            complete(
                    job.agents().stream()
                            .filter(JobSpec::isAsking)
                            .findFirst()
                            .orElseThrow()
                            .id()
                            .value(),
                    "1");
        }
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void the_workflows_control_says_how_long_silence_may_last() {
        given(
                """
                a: executor {'beacon_enabled': true}
                step a: a {'control': {'timeout_seconds': 600}}
                control: {'liveness': {'timeout_ms': 8000}}
                """);
        grant("a");
        // A third longer: signs of life are recorded that often.
        advance(8_000 + 2_665);
        thenNothing();
        advance(1);
        thenAmongOthers("workflow_step_attempt_timed_out", "job_failed");
        assertThat(payload("workflow_step_attempt_timed_out").string("kind")).hasValue("heartbeat");
    }

    @ParameterizedTest
    @CsvSource({"60, 100", "600, 200", "6000, 2000", "45000, 5000"})
    void silence_lasts_no_more_than_a_third_longer_than_the_step_allows(
            int timeoutMs, int recordedEveryMs) {
        given(
                """
                a: executor {'agent_beacon_required': true}
                step a: a {'control': {'timeout_seconds': 600, 'beacon_timeout_ms': %d}}
                """
                        .formatted(timeoutMs));
        grant("a");
        assertThat(JobEngine.beaconRecordInterval(job, AgentId.of("a")).toMillis())
                .isEqualTo(recordedEveryMs);
        advance(recordedEveryMs);
        when(new JobCommand.WorkerBeacon(AgentId.of("a"), attempt("a"), object("{}")));
        thenAmongOthers("workflow_step_beacon(a)");
        advance(timeoutMs + recordedEveryMs - 1);
        thenNothing();
        advance(1);
        thenAmongOthers("workflow_step_attempt_timed_out", "job_failed");
    }

    @Test
    void where_signs_of_life_are_not_required_silence_may_last() {
        given(
                """
                a: executor {'beacon_enabled': true}
                step a: a {'control': {'timeout_seconds': 600}}
                control: {'liveness': {'required': false}}
                """);
        grant("a");
        advance(599_999);
        thenNothing();
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void the_rest_before_an_attempt_stands_still_during_a_pause() {
        given(
                """
                a: executor {'output_message_type': null}
                step s: a {'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 5, 'jitter': 0}}}
                """);
        grant("a");
        fail("a", 1);
        advance(1_000);
        pauseDraining();
        thenStatus(JobStatus.PAUSED);
        now += 60_000;
        resume();
        assertThat(step("s").retryAt).isEqualTo(T0 + 65_000);
        assertThat(explainStep("s").nextWake()).contains(Instant.ofEpochMilli(T0 + 65_000));
        advance(3_999);
        thenSteps("s retry_wait");
        advance(1);
        thenAmongOthers("workflow_step_attempt_started(a)");
    }

    @Test
    void a_step_that_unfolded_has_its_time_put_off_by_a_pause_and_a_grace_after_a_crash() {
        given(ChildWorkflowTest.STUDY);
        complete("ask", "{'topic': 'bees'}");
        assertThat(step("study").deadlineAt).isEqualTo(T0 + 600_000);
        pauseNow();
        thenStatus(JobStatus.PAUSED);
        now += 60_000;
        resume();
        assertThat(step("study").deadlineAt).isEqualTo(T0 + 660_000);

        crashAndReadSnapshot();
        now += 500_000;
        recover();
        assertThat(step("study").deadlineAt).as("there is time left").isEqualTo(T0 + 660_000);
        crashAndReadSnapshot();
        now += 200_000;
        recover();
        assertThat(step("study").deadlineAt).as("it had run out").isEqualTo(now + 45_000);
        advance(44_999);
        thenSteps("ask completed", "study running", "tell pending", "study:p1 queued");
        advance(1);
        thenAmongOthers("workflow_step_attempt_timed_out");
    }

    @Test
    void what_a_step_sends_to_nobody_is_a_dead_letter_and_what_it_tells_people_is_heard() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d
                """);
        grant("d");
        succeed(
                "d",
                "{'emit_messages': [{'type': 't', 'to': 'ghost', 'body': 5}], 'events': [{'type': 'human_notice', 'payload': {'notice_id': 'n1', 'message': 'look'}}], 'complete_step': 1}");
        thenAmongOthers("dead_letter(ghost)", "human_notice(d)", "workflow_step_completed");
        assertThat(letter(0).reason()).isEqualTo("unroutable_target");
        assertThat(payload("human_notice").string("message")).contains("look");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_step_that_fails_the_run_stops_what_runs_and_withdraws_what_waits_for_slots() {
        given(FAN);
        complete("r", "1");
        grant("a");
        grant("b");
        var running = attempt("b");
        var waiting = attempt("c");
        fail("a", 1);
        thenStatus(JobStatus.FAILED);
        assertThat(effects())
                .contains(new Effect.StopWorker(running), new Effect.WithdrawLease(waiting))
                .noneMatch(
                        effect ->
                                effect instanceof Effect.StopWorker stop
                                        && !stop.attemptId().equals(running));
    }

    @Test
    void a_step_that_runs_out_of_time_takes_its_rounds_with_it() {
        given(ChildWorkflowTest.STUDY);
        complete("ask", "{'topic': 'bees'}");
        complete(
                "study:p1",
                ChildWorkflowTest.execute(1, "{'id': 'a', 'template': 'read', 'input': {}}"));
        advance(400_000);
        grant("study:r1:a");
        var running = attempt("study:r1:a");
        advance(200_000);
        thenAmongOthers(
                "workflow_step_attempt_timed_out",
                "executor_lease_released(study:r1:a)",
                "workflow_step_skipped");
        assertThat(effects()).contains(new Effect.StopWorker(running));
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void what_a_failed_attempt_would_have_sent_is_no_dead_letter() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d {'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 0}}}
                """);
        var toNobody =
                "{'emit_messages': [{'type': 't', 'to': 'ghost', 'body': 5}], 'events': [%s], 'complete_step': 1}";
        grant("d");
        succeed(
                "d",
                toNobody.formatted(
                        "{'type': 'workflow_step_failed', 'payload': {'error': 'no ink'}}"));
        thenAmongOthers("workflow_step_attempt_retry_scheduled");
        assertThat(letterCount()).isZero();
        grant("d");
        succeed("d", toNobody.formatted(""));
        thenStatus(JobStatus.COMPLETED);
        assertThat(letterCount()).isEqualTo(1);
    }
}
