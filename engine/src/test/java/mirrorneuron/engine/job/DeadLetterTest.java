package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.AgentResult;
import org.junit.jupiter.api.Test;

/** Messages that could not be handled, and how they get a second chance. */
class DeadLetterTest extends JobSpec {

    /** A job whose only message, with this body, was rejected. */
    private void rejected() {
        given("a: module\nb: module\na -> b: x\nentrypoints: b");
        send(
                "a",
                Message.of("x", json("{'n': 1}"))
                        .withHeaders(object("{'h': 1}"))
                        .withTtlMs(60_000)
                        .withId("order-7"));
        handle("a", new AgentResult.Reject("makes no sense"));
    }

    @Test
    void the_whole_message_is_kept_with_the_reason() {
        rejected();
        var letter = letter(0);
        assertThat(letter.agentId()).isEqualTo(AgentId.of("a"));
        assertThat(letter.reason()).isEqualTo("handler_rejected");
        assertThat(letter.error()).isEqualTo("makes no sense");
        assertThat(letter.attempts()).isEqualTo(1);
        assertThat(letter.replayCount()).isZero();
        assertThat(letter.eventIndex()).isEqualTo(job.sequence() - 1);
        assertThat(letter.message().at("body")).isEqualTo(json("{'n': 1}"));
        assertThat(letter.message().object("headers")).isEqualTo(object("{'h': 1}"));
        assertThat(letter.message().object("envelope").integer("ttl_ms")).hasValue(60_000);
    }

    @Test
    void letters_are_numbered_from_zero() {
        rejected();
        send("a", "x", "{}");
        handle("a", new AgentResult.Reject("again"));
        assertThat(payload("dead_letter").integer("index")).hasValue(1);
        assertThat(letterCount()).isEqualTo(2);
        assertThat(job.openDeadLetters).isEqualTo(2);
    }

    @Test
    void a_replay_is_a_new_message_that_names_the_old_one() {
        rejected();
        now += 120_000;
        replay(0);
        then("message_replayed(a)", "agent_message_received(a)", "message_dispatched(a)");
        var message = inHand("a");
        assertThat(payload("message_replayed"))
                .isEqualTo(
                        object(
                                "{'index': 0, 'old_message_id': 'order-7', 'message_id': '%s', 'replay_count': 1}"
                                        .formatted(message.messageId())));
        assertThat(message.messageId()).isNotEqualTo("order-7");
        assertThat(message.headers()).isEqualTo(object("{'h': 1, 'mn.replayed_from': 'order-7'}"));
        assertThat(message.body()).isEqualTo(json("{'n': 1}"));
        assertThat(message.attempt()).isEqualTo(1);
        assertThat(message.timestamp().toEpochMilli()).isEqualTo(now);
        handle("a", with("{}").emit("x", json("1")).build());
        assertThat(agent("a").processed).isEqualTo(1);
        assertThat(letter(0).replayCount()).isEqualTo(1);
        assertThat(letter(0).replayMessageId()).contains(message.messageId());
        assertThat(letter(0).replayedAt().orElseThrow().toEpochMilli()).isEqualTo(now);
        assertThat(job.openDeadLetters).isZero();
    }

    @Test
    void a_second_replay_has_to_be_forced() {
        rejected();
        replay(0);
        var first = inHand("a").messageId();
        handle("a", with("{}").build());
        replay(0);
        thenRefused(
                ErrorCode.NOT_REPLAYABLE,
                "Expected to replay dead letter 0 of job g-1, but it was replayed at 2026-01-01T00:00:00.000Z: force a second replay");
        when(new JobCommand.Replay(letter(0), true));
        then("message_replayed(a)", "agent_message_received(a)", "message_dispatched(a)");
        assertThat(inHand("a").messageId()).isNotEqualTo(first);
        assertThat(letter(0).replayCount()).isEqualTo(2);
        assertThat(job.openDeadLetters).isZero();
    }

    @Test
    void a_replay_that_fails_again_is_a_letter_of_its_own() {
        rejected();
        replay(0);
        handle("a", new AgentResult.Reject("still makes no sense"));
        assertThat(letter(1).message().object("headers").string("mn.replayed_from"))
                .contains("order-7");
        assertThat(job.openDeadLetters).isEqualTo(1);
    }

    @Test
    void a_paused_job_keeps_the_replay_until_it_goes_on() {
        rejected();
        pauseDraining();
        handle("b", with("{}").build());
        thenStatus(JobStatus.PAUSED);
        replay(0);
        then("message_replayed(a)", "agent_message_received(a)");
        resume();
        then("job_resumed", "message_dispatched(a)");
    }

    @Test
    void a_message_to_nobody_cannot_be_replayed() {
        given("a: module");
        handle("a", with("{}").emitTo(AgentId.of("ghost"), "x", json("1")).build());
        replay(0);
        thenRefused(
                ErrorCode.NOT_REPLAYABLE,
                "Expected to replay dead letter 0 to agent ghost, but the job has no such agent");
    }

    @Test
    void an_expired_message_that_is_replayed_lives_anew() {
        given("a: module");
        send("a", Message.of("x", json("1")).withTtlMs(10));
        now += 11;
        handle("a", with("{}").build());
        assertThat(letter(0).reason()).isEqualTo("expired");
        now += 1_000;
        replay(0);
        thenAmongOthers("message_dispatched(a)");
    }

    @Test
    void a_letter_reads_back_as_it_was_written() {
        rejected();
        replay(0);
        assertThat(DeadLetter.fromJson(letter(0).toJson())).isEqualTo(letter(0));
    }
}
