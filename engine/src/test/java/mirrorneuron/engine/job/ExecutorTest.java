package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands: their leases, their attempts, and what their results mean. */
class ExecutorTest extends JobSpec {

    private static final String PLAIN =
            """
            x: executor
            b: module
            x -> b: *
            """;

    // Leases

    @Test
    void a_message_asks_for_slots_and_the_command_starts_with_the_lease() {
        given(
                """
                x: executor {'pool': 'gpu', 'pool_slots': 2, 'lease_queue_timeout_ms': 9, 'lease_max_queue_length': 3}
                """);
        thenAmongOthers("agent_message_received(x)", "executor_lease_requested(x)");
        assertThat(effect(Effect.RequestLease.class))
                .isEqualTo(new Effect.RequestLease(AgentId.of("x"), "x-a1", "gpu", 2, 9, 3));
        grant("x");
        then("agent_started(x)", "executor_lease_acquired(x)");
        assertThat(payload("executor_lease_acquired"))
                .isEqualTo(
                        object(
                                "{'attempt_id': 'x-a1', 'attempt': 1, 'lease_id': 'lease-x-a1', 'queue_wait_ms': 7, 'pool': 'gpu', 'slots': 2}"));
        var start = effect(Effect.StartWorker.class);
        assertThat(start.message().type()).isEqualTo("init");
        assertThat(start.attempt()).isEqualTo(1);
        assertThat(start.invocation()).isEqualTo(1);
        assertThat(start.state()).isNull();
    }

    @Test
    void one_message_at_a_time_is_in_hand() {
        given(PLAIN);
        send("x", "go", "2");
        then("agent_message_received(x)");
        grant("x");
        succeed("x", "");
        thenAmongOthers(
                "sandbox_job_completed(x)", "message_acked(x)", "executor_lease_requested(x)");
        grant("x");
        assertThat(effect(Effect.StartWorker.class).invocation()).isEqualTo(2);
        assertThat(attempt("x")).isEqualTo("x-a3");
    }

    @Test
    void a_lease_refused_for_now_is_asked_for_again_and_costs_no_attempt() {
        given(PLAIN);
        rejectLease("x", "executor_pool_queue_full", 1_000);
        then("executor_lease_rejected(x)");
        assertThat(payload("executor_lease_rejected").string("pool")).contains("default");
        assertThat(payload("executor_lease_rejected").integer("slots")).hasValue(1);
        assertThat(job.nextWake()).hasValue(now + 1_000);
        advance(999);
        thenNothing();
        advance(1);
        then("executor_lease_requested(x)");
        grant("x");
        assertThat(effect(Effect.StartWorker.class).attempt()).isEqualTo(1);
    }

    @Test
    void a_refused_lease_is_not_asked_for_again_at_once() {
        given(PLAIN);
        rejectLease("x", "executor_pool_queue_full", 0);
        assertThat(job.nextWake()).hasValue(now + 250);
    }

    @Test
    void a_lease_that_can_never_be_had_fails_the_job() {
        given(PLAIN + "y: executor\nentrypoints: x, y\n");
        grant("y");
        when(
                new JobCommand.LeaseRejected(
                        AgentId.of("x"), attempt("x"), "pool: gpu (expected: default)", 0, true));
        then("job_failed");
        thenStatus(JobStatus.FAILED);
        var failure = job.failure.orElseThrow();
        assertThat(failure.code()).isEqualTo("scheduler.lease_unavailable");
        assertThat(failure.desc())
                .isEqualTo("Agent x can never get its lease: pool: gpu (expected: default)");
        thenEffects(Effect.StopWorker.class, Effect.JobEnded.class);
    }

    @Test
    void a_lease_that_comes_too_late_is_given_back() {
        given(PLAIN);
        var attempt = attempt("x");
        cancel();
        thenStatus(JobStatus.CANCELLED);
        when(new JobCommand.LeaseGranted(AgentId.of("x"), attempt, "late", 0));
        thenRefused(
                ErrorCode.CONFLICT,
                "Expected attempt x-a1 to wait for a lease, but it does not any more");
        assertThat(effect(Effect.ReleaseLease.class).leaseId()).isEqualTo("late");
    }

    // Success

    @Test
    void plain_output_becomes_the_default_message() {
        given(PLAIN);
        grant("x");
        succeed("x", "hello");
        then(
                "executor_lease_released(x)",
                "sandbox_job_completed(x)",
                "route_selected(x)",
                "agent_message_received(b)",
                "message_acked(x)",
                "agent_started(b)",
                "message_dispatched(b)");
        assertThat(payload("sandbox_job_completed"))
                .isEqualTo(
                        object(
                                "{'sandbox_name': 'host-local-1', 'exit_code': 0, 'attempts': 1, 'lease_id': 'lease-x-a1', 'pool': 'default'}"));
        var sent = inHand("b");
        assertThat(sent.type()).isEqualTo("executor_result");
        assertThat(sent.messageClass()).isEqualTo("event");
        assertThat(sent.headers().string("schema_ref"))
                .contains("com.mirrorneuron.executor.result");
        var body = (JsonObject) sent.body();
        assertThat(body.string("agent_id")).contains("x");
        assertThat(body.object("sandbox").string("stdout")).contains("hello");
        assertThat(body.object("sandbox").object("lease"))
                .isEqualTo(object("{'lease_id': 'lease-x-a1', 'pool': 'default', 'slots': 1}"));
    }

    @Test
    void a_structured_result_is_applied_in_the_documented_order() {
        given(PLAIN);
        grant("x");
        succeed(
                "x",
                "{'events': [{'type': 'note', 'payload': {'n': 1}}], 'emit_messages': [{'type': 'one', 'body': 1}, {'type': 'two', 'to': 'b', 'body': 2}], 'next_state': {'k': 1}, 'complete_run': {'r': 1}}");
        then(
                "executor_lease_released(x)",
                "sandbox_job_completed(x)",
                "note(x)",
                "route_selected(x)",
                "agent_message_received(b)",
                "route_selected(x)",
                "agent_message_received(b)",
                "agent_message_received(b)",
                "message_acked(x)",
                "agent_completed_run(x)",
                "job_completed");
        assertThat(mailbox("b"))
                .extracting(message -> message.type())
                .containsExactly("executor_result", "one", "two");
        assertThat(output()).isEqualTo(json("{'r': 1}"));
        assertThat(agent("x").state).isEqualTo(json("{'k': 1}"));
    }

    @Test
    void next_state_goes_into_the_next_call() {
        given(PLAIN);
        grant("x");
        succeed("x", "{'next_state': {'k': 1}}");
        send("x", "go", "{}");
        grant("x");
        assertThat(effect(Effect.StartWorker.class).state()).isEqualTo(json("{'k': 1}"));
        succeed("x", "text");
        send("x", "go", "{}");
        crashAndReadSnapshot();
        grant("x");
        assertThat(effect(Effect.StartWorker.class).state()).isEqualTo(json("{'k': 1}"));
    }

    @Test
    void complete_run_true_ends_the_run_with_the_default_payload() {
        given(PLAIN);
        grant("x");
        succeed("x", "{'complete_run': true}");
        assertThat(((JsonObject) output()).string("agent_id")).contains("x");
        assertThat(((JsonObject) output()).has("sandbox")).isTrue();
    }

    @Test
    void complete_run_false_lets_the_run_go_on() {
        given(PLAIN);
        grant("x");
        succeed("x", "{'complete_run': false}");
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void the_configured_completion_follows_success() {
        given("x: executor {'terminal_sink': true, 'complete_run': true}");
        grant("x");
        succeed("x", "{'outputs': {'sum': 3}, 'status': 'done'}");
        thenStatus(JobStatus.COMPLETED);
        var output = (JsonObject) output();
        assertThat(output.object("outputs")).isEqualTo(object("{'sum': 3}"));
        assertThat(output.string("status")).contains("done");
        assertThat(output.array("artifacts")).isEqualTo(JsonArray.empty());
        assertThat(output.string("agent_id")).contains("x");
    }

    @Test
    void the_attempt_that_ends_the_run_is_not_stopped() {
        given(
                "x: executor {'terminal_sink': true, 'complete_run': true}\ny: executor\nentrypoints: x, y");
        grant("x");
        grant("y");
        succeed("x", "");
        thenEffects(Effect.StopWorker.class, Effect.JobEnded.class);
        assertThat(((Effect.StopWorker) effects().getFirst()).attemptId()).isEqualTo("y-a2");
    }

    @Test
    void a_message_names_its_own_cause_and_correlation_when_the_worker_does() {
        given(PLAIN);
        grant("x");
        succeed(
                "x",
                "{'emit_messages': [{'type': 't', 'to': 'b', 'causation_id': 'why', 'correlation_id': 'all'}]}");
        var sent = mailbox("b").getFirst();
        assertThat(sent.causationId()).contains("why");
        assertThat(sent.correlationId()).isEqualTo("all");
        assertThat(inHand("b").causationId()).isPresent().isNotEqualTo(sent.causationId());
    }

    @Test
    void a_message_without_a_type_or_a_body_has_those_of_the_message_in_hand() {
        given(PLAIN);
        send("x", "go", "{'n': 7}");
        grant("x");
        succeed("x", "");
        grant("x");
        succeed("x", "{'emit_messages': [{'to': 'b', 'body': 3}, {'type': 'again'}, {}]}");
        assertThat(mailbox("b"))
                .extracting(message -> message.type() + " " + message.body())
                .endsWith("go 3", "again {\"n\":7}", "go {\"n\":7}");
    }

    @Test
    void the_output_has_the_form_that_its_manifest_names_whatever_came_in() {
        given(
                """
                x: executor {'content_type': 'application/x-ndjson', 'content_encoding': 'gzip'}
                y: executor
                b: module
                x -> y: *
                y -> b: *
                """);
        grant("x");
        succeed("x", "");
        assertThat(inHand("y").contentType() + " " + inHand("y").contentEncoding())
                .isEqualTo("application/x-ndjson gzip");
        grant("y");
        succeed("y", "");
        assertThat(inHand("b").contentType() + " " + inHand("b").contentEncoding())
                .isEqualTo("application/json identity");
    }

    @Test
    void a_message_to_nobody_is_a_dead_letter_and_the_rest_is_sent() {
        given(PLAIN);
        grant("x");
        succeed("x", "{'emit_messages': [{'type': 't', 'to': 'ghost', 'body': 5}]}");
        thenAmongOthers("message_acked(x)", "dead_letter(ghost)", "message_dispatched(b)");
        assertThat(letter(0).reason()).isEqualTo("unroutable_target");
        assertThat(letter(0).error()).isEqualTo("the job has no agent ghost");
        assertThat(letter(0).message().at("body")).isEqualTo(json("5"));
    }

    // The slots of a command that ends without a result of its own

    @Test
    void a_lost_worker_has_given_its_slots_back() {
        given("x: executor");
        grant("x");
        var attempt = attempt("x");
        lose("x");
        then("executor_lease_released(x)", "message_retry_scheduled(x)");
        assertThat(payload("executor_lease_released"))
                .isEqualTo(
                        object(
                                "{'lease_id': 'lease-%s', 'pool': 'default', 'slots': 1, 'attempt_id': '%s'}"
                                        .formatted(attempt, attempt)));
    }

    // Failure

    @Test
    void a_failed_attempt_is_repeated_after_a_delay_that_doubles() {
        given("x: executor {'max_attempts': 4, 'retry_backoff_ms': 100}");
        for (int attempt = 1; attempt <= 3; attempt++) {
            grant("x");
            assertThat(effect(Effect.StartWorker.class).attempt()).isEqualTo(attempt);
            fail("x", 3);
            then("executor_lease_released(x)", "executor_retry_scheduled(x)");
            assertThat(payload("executor_retry_scheduled"))
                    .isEqualTo(
                            object(
                                    "{'attempt': %d, 'max_attempts': 4, 'delay_ms': %d, 'cause': 'exit_status', 'error': 'command exited with status 3'}"
                                            .formatted(attempt, 50 << attempt)));
            crashAndReadSnapshot();
            advanceToWake();
            then("executor_lease_requested(x)");
        }
        grant("x");
        fail("x", 3);
        then(
                "executor_lease_released(x)",
                "sandbox_job_failed(x)",
                "dead_letter(x)",
                "agent_restart_scheduled(x)");
        assertThat(letter(0).reason()).isEqualTo("handler_rejected");
        assertThat(letter(0).attempts()).isEqualTo(4);
    }

    @Test
    void the_delay_stays_below_a_week_however_it_grows() {
        given("x: executor {'max_attempts': 9, 'retry_backoff_ms': %d}".formatted(Long.MAX_VALUE));
        grant("x");
        fail("x", 3);
        assertThat(payload("executor_retry_scheduled").integer("delay_ms")).hasValue(604_800_000);
    }

    @Test
    void without_restarts_the_last_attempt_fails_the_job_and_says_why() {
        given("x: executor\npolicies: {'restart': {'attempts': 0}}");
        grant("x");
        fail("x", 3);
        then("executor_lease_released(x)", "sandbox_job_failed(x)", "dead_letter(x)", "job_failed");
        assertThat(payload("sandbox_job_failed"))
                .isEqualTo(
                        object(
                                "{'sandbox_name': 'host-local-1', 'exit_code': 3, 'attempts': 1, 'lease_id': 'lease-x-a1', 'pool': 'default', 'cause': 'exit_status', 'error': 'command exited with status 3', 'logs': 'oh dear'}"));
        assertThat(job.result)
                .contains(
                        json(
                                "{'agent_id': 'x', 'error': 'Agent x failed: command exited with status 3'}"));
        var failure = job.failure.orElseThrow();
        assertThat(failure.code()).isEqualTo("runtime.job.failed");
        assertThat(failure.details().string("message"))
                .contains("command exited with status 3\noh dear");
        thenEffects(Effect.JobEnded.class);
    }

    @Test
    void retry_on_names_the_codes_worth_a_retry_and_75_always_is() {
        given(
                "x: executor {'max_attempts': 9, 'retry_on': [7]}\npolicies: {'restart': {'attempts': 0}}");
        grant("x");
        fail("x", 7);
        thenAmongOthers("executor_retry_scheduled(x)");
        advanceToWake();
        grant("x");
        fail("x", 75);
        thenAmongOthers("executor_retry_scheduled(x)");
        advanceToWake();
        grant("x");
        fail("x", 8);
        thenAmongOthers("sandbox_job_failed(x)", "job_failed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Cause.class,
            names = {"STOPPED", "LOST"},
            mode = EnumSource.Mode.EXCLUDE)
    void every_cause_of_the_commands_own_uses_up_an_attempt(Cause cause) {
        given("x: executor {'max_attempts': 2, 'retry_on': [7]}");
        grant("x");
        finish("x", failure(cause, OptionalInt.empty(), "why"));
        if (cause == Cause.BEACON_MISSED) {
            then(
                    "executor_lease_released(x)",
                    "agent_beacon_missed(x)",
                    "executor_retry_scheduled(x)");
            assertThat(payload("agent_beacon_missed"))
                    .isEqualTo(object("{'attempt_id': 'x-a1', 'attempt': 1, 'reason': 'why'}"));
        } else {
            then("executor_lease_released(x)", "executor_retry_scheduled(x)");
        }
        assertThat(payload("executor_lease_released"))
                .isEqualTo(
                        object(
                                "{'lease_id': 'lease-x-a1', 'pool': 'default', 'slots': 1, 'attempt_id': 'x-a1'}"));
        assertThat(payload("executor_retry_scheduled").string("cause"))
                .contains(cause.name().toLowerCase(Locale.ROOT));
        advanceToWake();
        grant("x");
        finish("x", failure(cause, OptionalInt.empty(), "why"));
        thenAmongOthers("sandbox_job_failed(x)", "dead_letter(x)");
    }

    @Test
    void a_failure_message_takes_the_place_of_the_failure() {
        given(
                """
                x: executor {'failure_message_type': 'failed'}
                b: module
                x -> b: failed
                """);
        grant("x");
        fail("x", 1);
        then(
                "executor_lease_released(x)",
                "sandbox_job_failed(x)",
                "executor_fallback_dispatched(x)",
                "route_selected(x)",
                "agent_message_received(b)",
                "message_acked(x)",
                "agent_started(b)",
                "message_dispatched(b)");
        assertThat(inHand("b").body())
                .isEqualTo(
                        json(
                                "{'agent_id': 'x', 'outputs': {'error': 'command exited with status 1', 'fallback_used': true, 'failed_agent_id': 'x'}, 'artifacts': [], 'status': 'failed'}"));
        thenStatus(JobStatus.RUNNING);
        assertThat(letterCount()).isZero();
        assertThat(JobViews.status(job, agent("x"))).isEqualTo(AgentStatus.ERROR);
    }

    // The host's failures

    @Test
    void a_lost_worker_costs_no_attempt_but_a_delivery() {
        given("x: executor {'max_attempts': 1}");
        grant("x");
        lose("x");
        then("executor_lease_released(x)", "message_retry_scheduled(x)");
        assertThat(payload("message_retry_scheduled").string("reason"))
                .contains("worker host lost");
        advanceToWake();
        grant("x");
        assertThat(effect(Effect.StartWorker.class).attempt()).isEqualTo(1);
    }

    @Test
    void the_tenth_lost_worker_makes_a_dead_letter_and_the_agent_goes_on() {
        given(PLAIN);
        send("x", "go", "{}");
        long before = 0;
        for (int delivery = 1; delivery <= 9; delivery++) {
            grant("x");
            lose("x");
            long delay = payload("message_retry_scheduled").integer("delay_ms").orElseThrow();
            long base = Math.min(500L << (delivery - 1), 30_000);
            assertThat(delay).isBetween(base * 4 / 5, base * 6 / 5);
            assertThat(delay).isNotEqualTo(before);
            before = delay;
            if (delivery == 5) {
                crashAndReadSnapshot();
            }
            advanceToWake();
        }
        grant("x");
        lose("x");
        then("executor_lease_released(x)", "dead_letter(x)", "executor_lease_requested(x)");
        assertThat(letter(0).reason()).isEqualTo("attempts_exhausted");
        assertThat(letter(0).error()).isEqualTo("worker host lost");
        assertThat(letter(0).attempts()).isEqualTo(10);
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void a_stopped_worker_gives_its_message_back_as_it_was() {
        given("x: executor {'max_attempts': 2}");
        grant("x");
        fail("x", 1);
        advanceToWake();
        grant("x");
        pauseNow();
        stop("x");
        then("executor_lease_released(x)", "message_returned(x)", "job_paused");
        resume();
        then("job_resumed", "executor_lease_requested(x)");
        grant("x");
        assertThat(effect(Effect.StartWorker.class).attempt()).isEqualTo(2);
    }

    @Test
    void only_the_attempt_in_hand_counts() {
        given("x: executor {'max_attempts': 2}");
        grant("x");
        fail("x", 1);
        advanceToWake();
        grant("x");
        when(new JobCommand.WorkerFinished(AgentId.of("x"), "x-a1", success("late")));
        thenRefused(
                ErrorCode.CONFLICT,
                "Expected a result of the attempt in hand, but x-a1 is not it any more");
        when(new JobCommand.WorkerFinished(AgentId.of("ghost"), "x-a2", success("late")));
        assertThat(refusal().code()).isEqualTo(ErrorCode.CONFLICT);
    }

    // Start-up and streaming

    @Test
    void the_startup_delay_holds_the_first_command_only() {
        given("x: executor {'startup_delay_ms': 5000}");
        assertThat(job.nextWake()).hasValue(T0 + 5_000);
        assertThat(labels()).doesNotContain("executor_lease_requested(x)");
        advance(4_999);
        thenNothing();
        advance(1);
        then("executor_lease_requested(x)");
        grant("x");
        succeed("x", "");
        send("x", "go", "{}");
        thenAmongOthers("executor_lease_requested(x)");
    }

    @Test
    void a_pause_puts_the_startup_delay_off() {
        given("x: executor {'startup_delay_ms': 5000}");
        advance(1_000);
        pauseDraining();
        advance(60_000);
        resume();
        assertThat(labels()).doesNotContain("executor_lease_requested(x)");
        assertThat(job.nextWake()).hasValue(T0 + 65_000);
        advance(4_000);
        then("executor_lease_requested(x)");
    }

    @Test
    void a_line_of_a_running_command_counts_at_once() {
        given(PLAIN);
        grant("x");
        print(
                "x",
                "{'events': [{'type': 'half', 'payload': {}}], 'emit_messages': [{'type': 't', 'body': 1}], 'next_state': 1}");
        then(
                "executor_progress(x)",
                "half(x)",
                "route_selected(x)",
                "agent_message_received(b)",
                "agent_started(b)",
                "message_dispatched(b)");
        assertThat(agent("x").state).isEqualTo(json("1"));
        print("x", "{'emit_messages': [{'type': 't', 'body': 2}]}");
        assertThat(payload("executor_progress").integer("line")).hasValue(2);
        succeed("x", "");
        assertThat(bodies("b")).hasSize(2).startsWith("2");
    }

    @Test
    void the_lines_that_a_second_attempt_repeats_are_not_applied_twice() {
        given("x: executor {'max_attempts': 2}\nb: module\nx -> b: t\n");
        grant("x");
        print("x", "{'emit_messages': [{'type': 't', 'body': 1}], 'next_state': 1}");
        print("x", "{'emit_messages': [{'type': 't', 'body': 2}], 'next_state': 2}");
        fail("x", 1);
        crashAndReadSnapshot();
        advanceToWake();
        grant("x");
        assertThat(effect(Effect.StartWorker.class).state()).isEqualTo(json("2"));
        print("x", "{'emit_messages': [{'type': 't', 'body': 1}], 'next_state': 1}");
        then("executor_progress(x)");
        print("x", "{'emit_messages': [{'type': 't', 'body': 2}], 'next_state': 2}");
        then("executor_progress(x)");
        print("x", "{'emit_messages': [{'type': 't', 'body': 3}]}");
        then("executor_progress(x)", "route_selected(x)", "agent_message_received(b)");
        succeed("x", "");
        assertThat(inHand("b").body()).isEqualTo(json("1"));
        assertThat(bodies("b")).containsExactly("2", "3");
        assertThat(agent("x").state).isEqualTo(json("2"));
    }

    @Test
    void a_lost_worker_repeats_its_lines_too() {
        given("x: executor {'idempotent': true}\nb: module\nx -> b: t\n");
        grant("x");
        print("x", "{'emit_messages': [{'type': 't', 'body': 1}]}");
        crash();
        recover();
        grant("x");
        print("x", "{'emit_messages': [{'type': 't', 'body': 1}]}");
        then("executor_progress(x)");
        print("x", "{'emit_messages': [{'type': 't', 'to': 'ghost', 'body': 2}]}");
        then("executor_progress(x)", "dead_letter(ghost)");
    }

    @Test
    void a_beacon_is_recorded() {
        given(PLAIN);
        grant("x");
        when(
                new JobCommand.WorkerBeacon(
                        AgentId.of("x"), attempt("x"), object("{'message': 'half way'}")));
        then("agent_beacon(x)");
        assertThat(payload("agent_beacon").string("message")).contains("half way");
    }

    // What is kept of an output

    @Test
    void an_agent_remembers_the_beginning_of_what_its_command_printed() {
        given("x: executor {'output_message_type': 'said'}\nb: module\nx -> b: *");
        grant("x");
        var whole = "y".repeat(Results.PREVIEW_CHARS_MAX);
        succeed("x", whole);
        assertThat(agent("x").lastResult.string("stdout")).contains(whole);
        send("x", "go", "1");
        grant("x");
        succeed("x", whole + "z");
        assertThat(agent("x").lastResult.string("stdout")).contains(whole + "…");
        assertThat(((JsonObject) mailbox("b").getLast().body()).object("sandbox").string("stdout"))
                .as("the message has it whole")
                .contains(whole + "z");
    }

    @Test
    void a_text_is_not_cut_inside_a_character() {
        given("x: executor");
        grant("x");
        succeed("x", "y".repeat(Results.PREVIEW_CHARS_MAX - 1) + "😀 and more");
        assertThat(agent("x").lastResult.string("stdout"))
                .contains("y".repeat(Results.PREVIEW_CHARS_MAX - 1) + "…");
    }

    @Test
    void an_agent_remembers_the_beginning_of_what_its_command_complained_of() {
        given("x: executor");
        grant("x");
        var loud = "e".repeat(Results.PREVIEW_CHARS_MAX + 1);
        finish(
                "x",
                new WorkerOutcome.Succeeded(
                        "host-local-1", "out", loud, Optional.empty(), Optional.empty()));
        assertThat(agent("x").lastResult.string("stdout")).contains("out");
        assertThat(agent("x").lastResult.string("stderr")).contains(loud.substring(1) + "…");
    }

    @Test
    void what_a_worker_is_warned_of_is_recorded() {
        given("x: executor");
        grant("x");
        succeed("x", "{'emit_messages': 5}");
        assertThat(payloads("executor_output_warning")).isNotEmpty();
        assertThat(payload("executor_output_warning").string("warning").orElseThrow())
                .contains("emit_messages");
    }
}
