package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which ends of two parents let a child run. The parents' failures are handled, except where the
 * spec is about one that is not.
 */
class StepRulesTest extends JobSpec {

    /** What a step of three attempts does not try again. */
    private static final String NOT_AGAIN =
            """
            a: executor {'output_message_type': null}
            step a: a {'control': {'retry': {'max_attempts': 3, 'non_retryable': ['%s']}}}
            """;

    /** Two steps at once, and one after both. */
    private static final String TWO_AND_ONE =
            """
            a: executor {'output_message_type': null}
            b: executor {'output_message_type': null}
            c: executor {'output_message_type': null}
            entrypoints: a, b
            step a: a
            step b: b
            step c: c
            a => c
            b => c
            """;

    /** A worker that says something of a step, and that its own is complete. */
    private static final String TELLS =
            "{'events': [{'type': '%s', 'payload': {%s}}], 'complete_step': 1}";

    private static String graph(String rule) {
        return """
        p: executor {'output_message_type': 'x'}
        q: executor {'output_message_type': 'x'}
        c: executor {'output_message_type': null}
        p -> c: x
        q -> c: x
        entrypoints: p, q
        step p: p {'control': {'failure_policy': 'continue_partial'}}
        step q: q {'control': {'failure_policy': 'continue_partial'}}
        step c: c {%s}
        p => c
        q => c
        """
                .formatted(rule);
    }

    private void end(String agent, String how) {
        grant(agent);
        switch (how) {
            case "done" -> succeed(agent, "{'complete_step': 1}");
            case "partial" ->
                    succeed(
                            agent,
                            "{'events': [{'type': 'workflow_step_partial', 'payload': {}}]}");
            case "skipped" ->
                    succeed(
                            agent,
                            "{'events': [{'type': 'workflow_step_skipped', 'payload': {}}]}");
            case "failed" -> fail(agent, 1);
            default -> throw new IllegalArgumentException(how);
        }
    }

    static Stream<Arguments> table() {
        return Stream.of(
                // rule, first parent, child after it, second parent, child after both
                Arguments.of("'trigger_rule': 'all_success'", "done", "blocked", "done", "queued"),
                Arguments.of(
                        "'trigger_rule': 'all_success'", "partial", "skipped", "done", "skipped"),
                Arguments.of(
                        "'trigger_rule': 'all_success'", "skipped", "skipped", "done", "skipped"),
                Arguments.of(
                        "'trigger_rule': 'all_success'", "failed", "skipped", "done", "skipped"),
                Arguments.of(
                        "'trigger_rule': 'all_required'", "done", "blocked", "failed", "skipped"),
                Arguments.of(
                        "'trigger_rule': 'all_done'", "failed", "pending", "skipped", "queued"),
                Arguments.of("'trigger_rule': 'all_done'", "done", "blocked", "done", "queued"),
                Arguments.of("'trigger_rule': 'one_success'", "done", "queued", "failed", "queued"),
                Arguments.of(
                        "'trigger_rule': 'any_success'", "failed", "pending", "done", "queued"),
                Arguments.of(
                        "'trigger_rule': 'one_success'", "failed", "pending", "skipped", "skipped"),
                Arguments.of(
                        "'trigger_rule': 'one_success'",
                        "partial",
                        "blocked",
                        "partial",
                        "skipped"),
                Arguments.of("'trigger_rule': 'one_done'", "failed", "queued", "done", "queued"),
                Arguments.of("'trigger_rule': 'any_done'", "skipped", "queued", "done", "queued"),
                Arguments.of("'trigger_rule': 'one_failed'", "failed", "queued", "done", "queued"),
                Arguments.of("'trigger_rule': 'any_failed'", "done", "blocked", "failed", "queued"),
                Arguments.of(
                        "'trigger_rule': 'one_failed'", "done", "blocked", "skipped", "skipped"),
                Arguments.of(
                        "'trigger_rule': 'none_failed_min_one_success'",
                        "done",
                        "blocked",
                        "skipped",
                        "queued"),
                Arguments.of(
                        "'trigger_rule': 'partial_success'",
                        "failed",
                        "skipped",
                        "done",
                        "skipped"),
                Arguments.of(
                        "'trigger_rule': 'none_failed_min_one_success'",
                        "skipped",
                        "blocked",
                        "skipped",
                        "skipped"),
                Arguments.of(
                        "'trigger_rule': 'quorum_success', 'quorum': 1",
                        "done",
                        "queued",
                        "failed",
                        "queued"),
                Arguments.of(
                        "'trigger_rule': 'quorum_success', 'quorum': 2",
                        "done",
                        "blocked",
                        "done",
                        "queued"),
                Arguments.of(
                        "'trigger_rule': 'quorum', 'quorum': 2",
                        "partial",
                        "skipped",
                        "done",
                        "skipped"),
                Arguments.of(
                        "'join': {'mode': 'min_success', 'min_success': 2}",
                        "done",
                        "blocked",
                        "failed",
                        "skipped"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void two_parents(String rule, String first, String after, String second, String then) {
        given(graph(rule));
        end("p", first);
        assertThat(job.ledger().shown(job, step("c")).wire())
                .as("after the first")
                .isEqualTo(after);
        if (job.status() == JobStatus.RUNNING) {
            end("q", second);
        }
        assertThat(job.ledger().shown(job, step("c")).wire()).as("after both").isEqualTo(then);
        if (then.equals("skipped")) {
            assertThat(step("c").reason).isEqualTo("trigger rule cannot be satisfied");
            thenStatus(JobStatus.COMPLETED);
        }
    }

    @ParameterizedTest
    @CsvSource({"one_failed, failed, done", "all_done, failed, done", "one_done, failed, done"})
    void where_no_data_will_come_the_runtime_starts_the_step(
            String rule, String first, String second) {
        given(graph("'trigger_rule': '" + rule + "'"));
        end("p", first);
        if (rule.equals("all_done")) {
            end("q", second);
        }
        thenAmongOthers("workflow_step_triggered", "workflow_step_attempt_started(c)");
        var message = inHand("c");
        assertThat(message.type()).isEqualTo("workflow_trigger");
        assertThat(message.from()).isEqualTo("runtime");
        var trigger =
                step("c").entries.stream()
                        .map(StepState.EntryMessage::message)
                        .filter(m -> m.type().equals("workflow_trigger"))
                        .findFirst()
                        .orElseThrow();
        var body = (mirrorneuron.api.json.JsonObject) trigger.body();
        assertThat(body.string("trigger_rule")).contains(rule);
        assertThat(body.array("parents").get(0).toString())
                .contains("\"step_id\":\"p\"", "\"status\":\"partial\"", "\"outcome\":\"failed\"");
    }

    @Test
    void a_silent_parent_starts_its_child_all_the_same() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                step a: a
                step b: b
                a => b
                """);
        complete("a", "{'n': 1}");
        thenAmongOthers(
                "workflow_step_completed", "workflow_step_triggered", "workflow_step_started(b)");
        complete("b", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void data_on_its_way_through_an_agent_of_no_step_is_waited_for() {
        given(
                """
                a: executor {'output_message_type': 'x'}
                m: module
                b: executor {'output_message_type': null}
                a -> m: x
                m -> b: y
                step a: a
                step b: b
                a => b
                """);
        complete("a", "1");
        thenSteps("a completed", "b ready");
        handle("m", with("{}").emit("y", json("{'n': 5}")).build());
        assertThat(inHand("b").type()).isEqualTo("y");
        complete("b", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void an_edge_accepts_other_ends_when_it_says_so() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                j: executor {'output_message_type': null}
                entrypoints: a, b
                step a: a
                step b: b
                step j: j
                a => j {'accepts': ['done', 'skipped']}
                b => j {'accepts': ['done', 'partial']}
                """);
        end("a", "skipped");
        end("b", "partial");
        thenSteps("a skipped", "b partial", "j queued");
    }

    @Test
    void a_condition_on_an_edge_that_does_not_hold_skips_the_child() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': null}
                step a: a
                step b: b
                step c: c
                a => b {'condition': '${output.score} > 5'}
                a => c {'condition': '${output.score} <= 5'}
                """);
        complete("a", "{'score': 3}");
        thenSteps("a completed", "b skipped", "c queued");
    }

    // What becomes of a failure

    @ParameterizedTest
    @CsvSource({
        "fail_workflow, true, failed, FAILED",
        "fail_closed, true, failed, FAILED",
        "continue_partial, true, partial, COMPLETED",
        "continue, true, partial, COMPLETED",
        "skip, true, skipped, COMPLETED",
        "fail_workflow, false, partial, COMPLETED"
    })
    void the_failure_policy_decides(
            String policy, boolean required, String status, JobStatus then) {
        given(
                """
                a: executor {'output_message_type': null}
                step a: a {'control': {'failure_policy': '%s', 'required': %s}}
                """
                        .formatted(policy, required));
        end("a", "failed");
        assertThat(step("a").status.wire()).isEqualTo(status);
        assertThat(step("a").outcome).isEqualTo("failed");
        assertThat(step("a").failure.orElseThrow().code())
                .isEqualTo("workflow.step.retry_exhausted");
        thenStatus(then);
    }

    @Test
    void a_teardown_runs_only_when_the_failure_is_handled() {
        given(
                """
                a: executor {'output_message_type': null}
                t: executor {'output_message_type': null}
                step a: a
                step t: t {'trigger_rule': 'all_done'}
                a => t
                """);
        end("a", "failed");
        thenStatus(JobStatus.FAILED);
        assertThat(step("t").attempt).isZero();
    }

    @Test
    void what_is_not_retryable_fails_at_once() {
        given(
                """
                a: executor {'output_message_type': null}
                step a: a {'control': {'retry': {'max_attempts': 5}}}
                """);
        grant("a");
        succeed(
                "a",
                "{'events': [{'type': 'workflow_step_failed', 'payload': {'error': 'no such customer', 'retryable': false}}]}");
        thenStatus(JobStatus.FAILED);
        assertThat(step("a").reason).isEqualTo("no such customer");
        assertThat(step("a").attempt).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "EXIT_STATUS,     executor.exit_nonzero",
        "EXIT_STATUS,     exit_status",
        "TIMED_OUT,       workflow.step.timeout",
        "TIMED_OUT,       executor.timed_out",
        "BEACON_MISSED,   workflow.step.heartbeat_timeout",
        "BEACON_MISSED,   executor.beacon_missed",
        "OUTPUT_OVERFLOW, executor.output_overflow",
        "START_FAILED,    executor.start_failed",
        "STAGING_FAILED,  staging_failed"
    })
    void no_attempt_follows_what_the_step_does_not_try_again(Cause cause, String name) {
        given(NOT_AGAIN.formatted(name));
        grant("a");
        finish("a", failed(cause));
        thenStatus(JobStatus.FAILED);
        assertThat(step("a").attempt).isEqualTo(1);

        given(NOT_AGAIN.formatted("something_else"));
        grant("a");
        finish("a", failed(cause));
        thenSteps("a retry_wait");
    }

    @Test
    void a_deadline_that_the_step_does_not_try_again_fails_it() {
        given(NOT_AGAIN.formatted("workflow.step.timeout"));
        grant("a");
        advance(300_000);
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void a_fallback_stands_in_when_no_attempt_follows() {
        given(
                """
                a: executor {'output_message_type': null, 'failure_message_type': 'sorry'}
                step a: a {'control': {'retry': {'max_attempts': 3, 'non_retryable': ['executor.exit_nonzero']}}}
                """);
        grant("a");
        fail("a", 1);
        thenStatus(JobStatus.COMPLETED);
        assertThat(step("a").reason).isEqualTo("its fallback was used");
    }

    @ParameterizedTest
    @CsvSource({
        "TIMED_OUT,     workflow.step.timeout",
        "BEACON_MISSED, workflow.step.heartbeat_timeout",
        "EXIT_STATUS,   workflow.step.retry_exhausted"
    })
    void the_code_of_a_failed_step_says_what_its_last_attempt_failed_with(
            Cause cause, String code) {
        given("a: executor\nstep a: a");
        grant("a");
        finish("a", failed(cause));
        assertThat(step("a").failure.orElseThrow().code()).isEqualTo(code);
    }

    private static WorkerOutcome failed(Cause cause) {
        return new WorkerOutcome.Failed("sandbox", "", "", cause, OptionalInt.empty(), "it failed");
    }

    @Test
    void a_failure_of_another_step_changes_nothing() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                step a: a
                step b: b
                a => b
                """);
        grant("a");
        succeed(
                "a",
                "{'events': [{'type': 'workflow_step_failed', 'payload': {'step_id': 'b'}}], 'complete_step': 1}");
        thenAmongOthers("workflow_step_stale_event_ignored(a)", "workflow_step_completed");
        thenSteps("a completed", "b queued");
    }

    @ParameterizedTest
    @CsvSource({
        "workflow_step_skipped, step_id,          skipped",
        "workflow_step_skipped, workflow_step_id, skipped",
        "workflow_step_partial, phase,            partial"
    })
    void a_step_that_has_not_begun_ends_as_the_worker_of_another_says(
            String type, String member, String status) {
        given(TWO_AND_ONE);
        grant("a");
        succeed("a", TELLS.formatted(type, "'%s': 'c', 'reason': 'no need'".formatted(member)));
        thenSteps("a completed", "b queued", "c " + status);
        assertThat(step("c").reason).isEqualTo("no need");
        complete("b", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_step_may_be_skipped_while_the_one_that_says_so_goes_on() {
        given(
                TWO_AND_ONE.replace(
                        "a: executor {", "a: executor {'workflow_complete_step': false, "));
        grant("a");
        succeed(
                "a",
                TELLS.formatted("workflow_step_skipped", "'step_id': 'c'")
                        .replace(", 'complete_step': 1", ""));
        thenSteps("a running", "b queued", "c skipped");
    }

    @ParameterizedTest
    @CsvSource({"workflow_step_skipped", "workflow_step_partial", "workflow_step_failed"})
    void a_step_that_has_begun_is_not_ended_by_the_worker_of_another(String type) {
        given(TWO_AND_ONE);
        grant("a");
        grant("b");
        succeed("a", TELLS.formatted(type, "'step_id': 'b', 'attempt_id': 'b:attempt:1'"));
        thenAmongOthers("workflow_step_stale_event_ignored(a)");
        thenSteps("a completed", "b running", "c pending");
    }

    @Test
    void a_worker_that_skips_what_it_could_have_waited_for_still_ends_as_it_says() {
        given(
                """
                p: executor {'output_message_type': null}
                q: executor {'output_message_type': null}
                a: executor {'output_message_type': null}
                x: executor {'output_message_type': null}
                entrypoints: p, x
                step p: p
                step x: x
                step q: q
                step a: a {'trigger_rule': 'one_success'}
                p => a
                x => q
                q => a
                """);
        complete("p", "1");
        grant("a");
        succeed(
                "a",
                TELLS.formatted(
                        "workflow_step_skipped", "'step_id': 'q', 'skip_downstream': true"));
        thenSteps("p completed", "x queued", "q skipped", "a completed");
    }

    @Test
    void what_the_worker_of_another_step_skips_takes_along_what_follows() {
        given(TWO_AND_ONE + "e: executor {'output_message_type': null}\nstep e: e\nc => e");
        grant("a");
        succeed(
                "a",
                TELLS.formatted(
                        "workflow_step_skipped", "'step_id': 'c', 'skip_downstream': true"));
        thenSteps("a completed", "b queued", "c skipped", "e skipped");
    }

    @Test
    void a_person_who_has_to_agree_agrees_to_the_end_of_another_step_too() {
        given(
                TWO_AND_ONE.replace(
                        "step a: a",
                        "step a: a {'control': {'approval': {'mode': 'approval_required'}}}"));
        grant("a");
        succeed("a", TELLS.formatted("workflow_step_skipped", "'step_id': 'c'"));
        thenSteps("a waiting", "b queued", "c pending");
        decide("a", "d-1", "approve", "");
        thenSteps("a completed", "b queued", "c skipped");
    }

    @Test
    void a_report_about_another_attempt_changes_nothing() {
        given(
                """
                a: executor {'output_message_type': null}
                step a: a
                """);
        grant("a");
        succeed(
                "a",
                "{'events': [{'type': 'workflow_step_failed', 'payload': {'step_id': 'a', 'attempt_id': 'b:attempt:1'}}], 'complete_step': 1}");
        thenAmongOthers("workflow_step_stale_event_ignored(a)", "workflow_step_completed");
        thenStatus(JobStatus.COMPLETED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                                      | completed",
                "'attempt_id': 's:attempt:1'                           | completed",
                "'idempotency_key': KEY                                | completed",
                "'attempt_id': 's:attempt:9', 'idempotency_key': KEY   | completed",
                "'attempt_id': 's:attempt:1', 'idempotency_key': 'zzz' | completed",
                "'idempotency_key': 'zzz'                              | running",
                "'attempt_id': 's:attempt:9'                           | running"
            })
    void a_completion_counts_when_it_names_the_attempt_or_its_key(String named, String status) {
        given(
                """
                a: executor {'output_message_type': null, 'workflow_complete_step': false}
                step s: a
                """);
        grant("a");
        var key = inHand("a").headers().string("mn.workflow.idempotency_key").orElseThrow();
        succeed(
                "a",
                "{'events': [{'type': 'complete_step', 'payload': {%s}}]}"
                        .formatted(named == null ? "" : named.replace("KEY", "'" + key + "'")));
        thenAmongOthers(
                status.equals("completed")
                        ? "workflow_step_completed"
                        : "workflow_step_stale_output_ignored(a)");
        thenSteps("s " + status);
    }

    @Test
    void a_worker_that_answers_for_another_steps_attempt_is_not_heard() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': null}
                entrypoints: a, b
                step a: a
                step b: b
                step c: c
                a => c
                b => c
                """);
        grant("a");
        grant("b");
        when(
                new JobCommand.WorkerFinished(
                        AgentId.of("a"), attempt("b"), success("{'complete_step': 1}")));
        assertThat(refusal().code()).isEqualTo(ErrorCode.CONFLICT);
        thenSteps("a running", "b running", "c pending");
        succeed("a", "{'complete_step': 1}");
        succeed("b", "{'complete_step': 2}");
        complete("c", "3");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_long_chain_of_silent_routers_passes_one_output_on_and_not_a_tale_about_it() {
        var text = new StringBuilder("r0: router\nstep s0: r0\n");
        for (int i = 1; i < 50; i++) {
            text.append("r%1$d: router\nstep s%1$d: r%1$d\ns%2$d => s%1$d\n".formatted(i, i - 1));
        }
        given(text + "inputs: {'r0': [{'body': {'n': 7}}]}");
        thenStatus(JobStatus.COMPLETED);
        assertThat(output()).isEqualTo(json("{'n': 7}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'error': 'no ink', 'reason': 'r', 'message': 'm'} | no ink",
                "{'reason': 'no paper', 'message': 'm'} | no paper",
                "{'message': 'no pen'} | no pen",
                "{} | the worker reported a failure"
            })
    void a_reported_failure_says_why_and_may_be_tried_again(String payload, String reason) {
        given(
                """
                a: executor {'output_message_type': null}
                step a: a {'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 0}}}
                """);
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThat(step("a").attempt).isEqualTo(attempt);
            grant("a");
            succeed(
                    "a",
                    "{'events': [{'type': 'workflow_step_failed', 'payload': %s}]}"
                            .formatted(payload));
        }
        thenStatus(JobStatus.FAILED);
        assertThat(step("a").reason).isEqualTo(reason);
    }

    @Test
    void the_rest_before_an_attempt_is_spread_by_its_jitter() {
        var rests = new TreeSet<Long>();
        for (int i = 0; i < 12; i++) {
            given(
                    """
                    a: executor {'output_message_type': null}
                    step step-%d: a {'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 100, 'jitter': 0.2}}}
                    """
                            .formatted(i));
            grant("a");
            fail("a", 1);
            long rest = job.nextWake().orElseThrow() - now;
            assertThat(rest).isBetween(80_000L, 120_000L);
            rests.add(rest);
        }
        assertThat(rests).hasSizeGreaterThan(6);
        assertThat(rests.last() - rests.first()).isGreaterThan(10_000);
    }
}
