package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.agent.Action;
import org.junit.jupiter.api.Test;

/** How messages wait, expire, keep their order, and are known again. */
class DeliveryTest extends JobSpec {

    private static final String ONE = "a: module";

    private static Message message(String body) {
        return Message.of("x", json(body));
    }

    // Lifetime

    @Test
    void a_message_that_waited_too_long_is_a_dead_letter() {
        given(ONE);
        send("a", message("1").withTtlMs(1_000));
        send("a", message("2"));
        now += 1_001;
        handle("a", with("{}").build());
        then("message_acked(a)", "dead_letter(a)", "message_dispatched(a)");
        assertThat(letter(0).reason()).isEqualTo("expired");
        assertThat(letter(0).attempts()).isEqualTo(1);
        assertThat(inHand("a").body()).isEqualTo(json("2"));
    }

    @Test
    void a_message_is_good_to_the_last_millisecond() {
        given(ONE);
        send("a", message("1").withTtlMs(1_000));
        now += 1_000;
        handle("a", with("{}").build());
        then("message_acked(a)", "message_dispatched(a)");
    }

    @Test
    void without_a_lifetime_of_its_own_a_message_lives_a_day() {
        given(ONE);
        send("a", message("1"));
        now += 86_400_001;
        handle("a", with("{}").build());
        thenAmongOthers("dead_letter(a)");
    }

    @Test
    void no_message_lives_longer_than_a_week() {
        given(ONE);
        send("a", message("1").withTtlMs(Long.MAX_VALUE));
        now += 604_800_001;
        handle("a", with("{}").build());
        thenAmongOthers("dead_letter(a)");
    }

    @Test
    void routers_do_not_pass_on_what_has_expired() {
        given(
                """
                f: module
                a: router
                b: module
                f -> a: x
                a -> b: x
                """);
        pauseDraining();
        handle("f", with("{}").build());
        send("a", message("1").withTtlMs(1_000));
        now += 2_000;
        resume();
        then("job_resumed", "dead_letter(a)");
    }

    // Priority

    @Test
    void the_smaller_priority_goes_first_and_equals_keep_their_order() {
        given(ONE);
        send("a", message("'normal 1'"));
        send("a", message("'urgent 1'").withPriority(10));
        send("a", message("'normal 2'"));
        send("a", message("'urgent 2'").withPriority(10));
        send("a", message("'idle'").withPriority(200));
        assertThat(bodies("a"))
                .containsExactly(
                        "\"urgent 1\"", "\"urgent 2\"", "\"normal 1\"", "\"normal 2\"", "\"idle\"");
    }

    @Test
    void a_point_of_priority_is_worth_a_second_of_waiting() {
        given(ONE);
        send("a", message("'old'").withPriority(105));
        now += 4_999;
        send("a", message("'just too young'"));
        now += 2;
        send("a", message("'younger'"));
        assertThat(bodies("a")).containsExactly("\"just too young\"", "\"old\"", "\"younger\"");
    }

    @Test
    void control_messages_of_the_runtime_overtake_everything() {
        given(ONE);
        send("a", message("1").withPriority(-1_000_000));
        send("a", Message.of("runtime.ping", json("2")));
        assertThat(bodies("a")).containsExactly("2", "1");
    }

    // Streams

    private static Action.Options frame(long seq, boolean open, boolean close) {
        return Action.Options.frame(new StreamFrame("s", seq, open, close));
    }

    private static Message frame(long seq, int priority) {
        return message(Long.toString(seq))
                .withStream(new StreamFrame("s", seq, seq == 1, false))
                .withPriority(priority);
    }

    @Test
    void frames_of_a_stream_never_overtake_each_other() {
        given(ONE);
        send("a", frame(1, 100));
        send("a", frame(2, 1));
        send("a", message("'urgent'").withPriority(1));
        send("a", frame(3, 300));
        send("a", frame(4, 1));
        assertThat(bodies("a")).containsExactly("\"urgent\"", "1", "2", "3", "4");
        crashAndReadSnapshot();
        send("a", frame(5, 1));
        assertThat(bodies("a")).containsExactly("\"urgent\"", "1", "2", "3", "4", "5");
    }

    @Test
    void a_missing_frame_is_reported_and_not_waited_for() {
        given(ONE);
        send("a", frame(1, 100));
        send("a", frame(4, 100));
        then("stream_gap(a)", "agent_message_received(a)");
        assertThat(payload("stream_gap"))
                .isEqualTo(object("{'stream_id': 's', 'expected': 2, 'found': 4}"));
        send("a", frame(5, 100));
        then("agent_message_received(a)");
    }

    @Test
    void a_stream_that_was_closed_can_be_opened_again() {
        given(
                """
                a: module
                b: module
                a -> b: x
                """);
        handle(
                "a",
                with("{}")
                        .emit("x", json("1"), frame(1, true, false))
                        .emit("x", json("2"), frame(2, false, true))
                        .emit("x", json("3"), frame(1, true, false))
                        .emit("x", json("4"), frame(5, false, false))
                        .build());
        assertThat(payloads("stream_gap")).hasSize(1);
        assertThat(payload("stream_gap"))
                .isEqualTo(object("{'stream_id': 's', 'expected': 2, 'found': 5}"));
        assertThat(bodies("b")).containsExactly("2", "3", "4");
    }

    @Test
    void a_gap_in_what_a_router_passes_on_is_the_receivers() {
        givenQuiet(
                """
                a: router
                b: module
                a -> b: x
                """);
        send("a", frame(1, 100));
        send("a", frame(3, 100));
        then(
                "stream_gap(a)",
                "agent_message_received(a)",
                "stream_gap(b)",
                "route_selected(a)",
                "agent_message_received(b)",
                "message_acked(a)");
    }

    @Test
    void a_returned_frame_goes_back_to_its_place() {
        given("x: executor");
        grant("x");
        succeed("x", "");
        send("x", frame(1, 100));
        send("x", frame(2, 1));
        grant("x");
        pauseNow();
        stop("x");
        assertThat(bodies("x")).containsExactly("1", "2");
    }

    // Identity

    @Test
    void the_same_message_twice_is_delivered_once() {
        given(ONE);
        send("a", message("{'p': 1, 'q': 2}").withId("order-7"));
        then("agent_message_received(a)");
        now += 1_000;
        var again = message("{'q': 2, 'p': 1}").withId("order-7").withAttempt(4);
        assertThat(send("a", again))
                .isEqualTo(new Decision.Unchanged(JobStatus.RUNNING, "order-7"));
        thenNothing();
        assertThat(bodies("a")).hasSize(1);
    }

    @Test
    void a_message_that_was_handled_is_known_still() {
        given(ONE);
        handle("a", with("{}").build());
        send("a", message("1").withId("order-7"));
        handle("a", with("{}").build());
        crashAndReadSnapshot();
        send("a", message("1").withId("order-7"));
        thenUnchanged(JobStatus.RUNNING);
    }

    @Test
    void another_message_of_the_same_id_is_a_conflict() {
        given(ONE);
        send("a", message("1").withId("order-7"));
        send("a", message("2").withId("order-7"));
        thenRefused(
                ErrorCode.MESSAGE_ID_CONFLICT,
                "Expected to send message order-7 to agent a, but that id was used for another message");
    }

    @Test
    void an_id_is_the_receivers() {
        given("a: module\nb: module\n");
        send("a", message("1").withId("order-7"));
        send("b", message("2").withId("order-7"));
        then("agent_message_received(b)", "agent_started(b)", "message_dispatched(b)");
    }

    @Test
    void an_id_is_remembered_as_long_as_the_message_may_live() {
        given(ONE);
        handle("a", with("{}").build());
        send("a", message("1").withId("order-7").withTtlMs(1_000));
        handle("a", with("{}").build());
        now += 1_000;
        send("a", message("1").withId("order-7").withTtlMs(1_000));
        thenUnchanged(JobStatus.RUNNING);
        now += 1;
        send("a", message("1").withId("order-7").withTtlMs(1_000));
        then("agent_message_received(a)", "message_dispatched(a)");
        assertThat(job.receipts).hasSize(1);
    }

    @Test
    void a_message_without_an_id_gets_one_and_is_new_each_time() {
        given(ONE);
        when(new JobCommand.Send(AgentId.of("a"), message("1"), "fresh-1"));
        when(new JobCommand.Send(AgentId.of("a"), message("1"), "fresh-2"));
        assertThat(mailbox("a"))
                .extracting(Message::messageId)
                .containsExactly("fresh-1", "fresh-2");
        assertThat(mailbox("a").getFirst().correlationId()).isEqualTo("fresh-1");
        assertThat(mailbox("a").getFirst().from()).isEqualTo("external");
        assertThat(job.receipts).isEmpty();
    }

    @Test
    void a_message_to_an_agent_that_does_not_exist_is_refused_at_once() {
        given(ONE);
        send("ghost", message("1"));
        thenRefused(
                ErrorCode.AGENT_NOT_FOUND,
                "Expected to send a message to agent ghost of job g-1, but the job has no such agent");
    }

    @Test
    void a_clock_that_was_set_back_makes_no_fact_older_than_the_one_before() {
        given(ONE);
        now -= 60_000;
        send("a", message("1"));
        assertThat(fact(JobEvent.Accepted.class).atMs()).isEqualTo(T0);
    }
}
