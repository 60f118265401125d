package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.engine.message.MessageIds;
import org.junit.jupiter.api.Test;

/** Agents written in Java: state, wishes and failures. */
class ModuleAgentTest extends JobSpec {

    private static final String PAIR =
            """
            a: module
            b: module
            a -> b: x
            """;

    @Test
    void state_outputs_and_acknowledgement_are_one_fact() {
        given(PAIR);
        var call = effect(Effect.CallModule.class);
        assertThat(call.state()).isNull();
        assertThat(call.invocation()).isEqualTo(1);
        handle(
                "a",
                with("{'n': 1}").emit("x", json("1")).event("noted", object("{'k': 1}")).build());
        thenFacts(JobEvent.Handled.class, JobEvent.AgentStarted.class, JobEvent.Dispatched.class);
        then(
                "noted(a)",
                "route_selected(a)",
                "agent_message_received(b)",
                "message_acked(a)",
                "agent_started(b)",
                "message_dispatched(b)");
        send("a", "go", "{}");
        var second = effect(Effect.CallModule.class);
        assertThat(second.state()).isEqualTo(json("{'n': 1}"));
        assertThat(second.invocation()).isEqualTo(2);
    }

    @Test
    void emit_to_goes_straight_to_the_agent_whatever_the_edges_say() {
        given(PAIR);
        var cause = inHand("a").messageId();
        handle("a", with("{}").emitTo(AgentId.of("b"), "y", json("1")).build());
        then(
                "agent_message_received(b)",
                "message_acked(a)",
                "agent_started(b)",
                "message_dispatched(b)");
        assertThat(inHand("b").messageId()).isEqualTo(MessageIds.output(cause, "a", "b", "0"));
    }

    @Test
    void emit_to_an_agent_that_does_not_exist_is_a_dead_letter() {
        given(PAIR);
        handle(
                "a",
                with("{}")
                        .emitTo(AgentId.of("ghost"), "y", json("{'n': 1}"))
                        .emit("x", json("2"))
                        .build());
        thenAmongOthers("message_acked(a)", "dead_letter(ghost)", "message_dispatched(b)");
        assertThat(letter(0).reason()).isEqualTo("unroutable_target");
        assertThat(letter(0).agentId()).isEqualTo(AgentId.of("ghost"));
        assertThat(letter(0).message().at("body")).isEqualTo(json("{'n': 1}"));
    }

    @Test
    void options_override_what_is_inherited() {
        given(PAIR);
        handle(
                "a",
                with("{}")
                        .emit(
                                "x",
                                json("1"),
                                new Action.Options(
                                        object("{'h': 2}"),
                                        Optional.empty(),
                                        OptionalInt.of(5),
                                        OptionalLong.of(9_000),
                                        OptionalLong.empty()))
                        .build());
        assertThat(inHand("b").headers()).isEqualTo(object("{'h': 2}"));
        assertThat(inHand("b").priority()).isEqualTo(5);
        assertThat(inHand("b").ttlMs()).hasValue(9_000);
    }

    @Test
    void a_delayed_message_arrives_at_its_time() {
        given(PAIR);
        handle(
                "a",
                with("{}")
                        .emit("x", json("'late'"), Action.Options.delayed(2_000))
                        .emit("x", json("'soon'"), Action.Options.delayed(1_000))
                        .emitTo(AgentId.of("a"), "tick", json("{}"), Action.Options.delayed(500))
                        .build());
        then("route_selected(a)", "route_selected(a)", "message_delayed(a)", "message_acked(a)");
        assertThat(job.nextWake()).hasValue(now + 500);
        crashAndReadSnapshot();
        advanceToWake();
        then("agent_message_received(a)", "message_dispatched(a)");
        advanceToWake();
        then("agent_message_received(b)", "agent_started(b)", "message_dispatched(b)");
        assertThat(inHand("b").body()).isEqualTo(json("'soon'"));
        advanceToWake();
        then("agent_message_received(b)");
    }

    @Test
    void a_delay_of_nothing_is_no_delay() {
        given(PAIR);
        handle("a", with("{}").emit("x", json("1"), Action.Options.delayed(0)).build());
        thenAmongOthers("route_selected(a)", "agent_message_received(b)", "message_dispatched(b)");
    }

    @Test
    void complete_run_ends_the_job_and_stops_the_others() {
        given(PAIR + "entrypoints: a, b\n");
        handle("a", with("{}").emit("x", json("1")).completeRun(json("{'r': 1}")).build());
        thenAmongOthers(
                "agent_message_received(b)",
                "message_acked(a)",
                "agent_completed_run(a)",
                "job_completed");
        assertThat(output()).isEqualTo(json("{'r': 1}"));
        thenEffects(Effect.StopWorker.class, Effect.JobEnded.class);
        assertThat(((Effect.StopWorker) effects().getFirst()).attemptId()).isEqualTo("b-a2");
    }

    @Test
    void retry_hands_the_message_out_again_after_the_delay_asked_for() {
        given(PAIR);
        handle("a", new AgentResult.Retry(Duration.ofSeconds(3), "not yet"));
        then("message_retry_scheduled(a)");
        assertThat(payload("message_retry_scheduled").integer("delay_ms")).hasValue(3_000);
        assertThat(payload("message_retry_scheduled").integer("attempt")).hasValue(2);
        assertThat(payload("message_retry_scheduled").string("reason")).contains("not yet");
        advance(2_999);
        thenNothing();
        advance(1);
        then("message_dispatched(a)");
        assertThat(effect(Effect.CallModule.class).attempt()).isEqualTo(2);
        assertThat(effect(Effect.CallModule.class).invocation()).isEqualTo(1);
    }

    @Test
    void a_retry_after_for_ever_is_after_a_week() {
        given(PAIR);
        handle("a", new AgentResult.Retry(ChronoUnit.FOREVER.getDuration(), "never"));
        assertThat(payload("message_retry_scheduled").integer("delay_ms")).hasValue(604_800_000);
    }

    @Test
    void a_delay_without_end_is_a_message_that_never_comes() {
        given(PAIR);
        handle(
                "a",
                with("{}").emit("x", json("1"), Action.Options.delayed(Long.MAX_VALUE)).build());
        then("route_selected(a)", "message_acked(a)");
        assertThat(agent("b").depth()).isZero();
        assertThat(agent("b").inflight).isNull();
    }

    @Test
    void a_retry_at_once_is_at_once() {
        given(PAIR);
        handle("a", new AgentResult.Retry(Duration.ZERO, "again"));
        then("message_retry_scheduled(a)", "message_dispatched(a)");
    }

    @Test
    void the_tenth_retry_is_a_dead_letter() {
        given(PAIR);
        for (int i = 1; i <= 9; i++) {
            handle("a", new AgentResult.Retry(Duration.ZERO, "not yet"));
        }
        handle("a", new AgentResult.Retry(Duration.ZERO, "not yet"));
        then("dead_letter(a)");
        assertThat(letter(0).reason()).isEqualTo("attempts_exhausted");
        assertThat(letter(0).error()).isEqualTo("not yet");
        assertThat(letter(0).attempts()).isEqualTo(10);
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void code_that_throws_is_called_again_up_to_ten_times() {
        given(PAIR);
        for (int i = 1; i <= 9; i++) {
            throwing("a", "java.lang.IllegalStateException: no");
            then("message_retry_scheduled(a)");
            advanceToWake();
            assertThat(effect(Effect.CallModule.class).attempt()).isEqualTo(i + 1);
        }
        throwing("a", "java.lang.IllegalStateException: no");
        then("dead_letter(a)");
        assertThat(agent("a").processed).isZero();
        send("a", "go", "{}");
        handle("a", with("{}").build());
        assertThat(agent("a").lastError).isEmpty();
    }

    @Test
    void a_rejected_message_is_a_dead_letter_at_once() {
        given(PAIR);
        handle("a", new AgentResult.Reject("makes no sense"));
        then("dead_letter(a)");
        assertThat(payload("dead_letter").string("reason")).contains("handler_rejected");
        assertThat(payload("dead_letter").string("error")).contains("makes no sense");
        assertThat(payload("dead_letter").object("message").string("type")).contains("init");
        assertThat(letter(0).message().object("envelope").string("type")).contains("init");
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void code_that_cannot_be_set_up_fails_the_job() {
        given(PAIR);
        when(new JobCommand.ModuleFailed(AgentId.of("a"), attempt("a"), "no class m", true));
        then("job_failed");
        var failure = job.failure.orElseThrow();
        assertThat(failure.code()).isEqualTo("runtime.agent.setup_failed");
        assertThat(failure.desc()).isEqualTo("Agent a could not be set up: no class m");
        assertThat(job.result)
                .contains(
                        json(
                                "{'agent_id': 'a', 'error': 'Agent a could not be set up: no class m'}"));
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void a_result_of_an_earlier_call_changes_nothing() {
        given(PAIR);
        handle("a", new AgentResult.Retry(Duration.ZERO, "again"));
        when(
                new JobCommand.ModuleFinished(
                        AgentId.of("a"), "a-a1", with("{}").completeRun(JsonNull.NULL).build()));
        thenRefused(
                ErrorCode.CONFLICT,
                "Expected a result of the attempt in hand, but a-a1 is not it any more");
    }

    @Test
    void an_event_of_an_agent_cannot_pass_for_one_of_the_runtime() {
        given(PAIR);
        handle("a", with("{}").event("job_completed", object("{'k': 1}")).build());
        then("agent_event(a)", "message_acked(a)");
        assertThat(payload("agent_event"))
                .isEqualTo(object("{'type': 'job_completed', 'payload': {'k': 1}}"));
    }
}
