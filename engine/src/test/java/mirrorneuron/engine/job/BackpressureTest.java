package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.engine.job.AgentState.Pressure;
import org.junit.jupiter.api.Test;

/** Full mailboxes: nothing is dropped, nothing overtakes, and nothing stands still for ever. */
class BackpressureTest extends JobSpec {

    private static final String SMALL =
            "{'backpressure': {'max_queue_depth': 4, 'high_watermark': 3, 'low_watermark': 1, 'retry_after_ms': 70}}";

    private static AgentResult.Builder emitting(String type, int count) {
        var result = with("{}");
        for (int i = 1; i <= count; i++) {
            result.emit(type, json(Integer.toString(i)));
        }
        return result;
    }

    // Marks

    @Test
    void pressure_rises_at_the_marks_and_falls_only_at_the_low_one() {
        given("a: module " + SMALL);
        send("a", "x", "1");
        send("a", "x", "2");
        then("agent_message_received(a)");
        send("a", "x", "3");
        then("agent_message_received(a)", "backpressure_state(a)");
        assertThat(payload("backpressure_state"))
                .isEqualTo(
                        object(
                                "{'status': 'pressured', 'depth': 3, 'limits': {'max_queue_depth': 4, 'high_watermark': 3, 'low_watermark': 1}, 'retry_after_ms': 70}"));
        handle("a", with("{}").build());
        assertThat(agent("a").depth()).isEqualTo(2);
        assertThat(agent("a").pressure).isEqualTo(Pressure.PRESSURED);
        crashAndReadSnapshot();
        handle("a", with("{}").build());
        thenAmongOthers("message_dispatched(a)", "backpressure_state(a)");
        assertThat(payload("backpressure_state"))
                .isEqualTo(
                        object(
                                "{'status': 'normal', 'depth': 1, 'limits': {'max_queue_depth': 4, 'high_watermark': 3, 'low_watermark': 1}, 'retry_after_ms': 70}"));
    }

    @Test
    void an_empty_mailbox_of_one_is_under_no_pressure() {
        given("a: module {'backpressure': {'max_queue_depth': 1}}");
        handle("a", with("{}").build());
        send("a", "x", "1");
        thenAmongOthers("agent_message_received(a)", "message_dispatched(a)");
        send("a", "x", "2");
        thenAmongOthers("agent_message_received(a)", "backpressure_state(a)");
        handle("a", with("{}").build());
        thenAmongOthers("message_dispatched(a)", "backpressure_state(a)");
        assertThat(payload("backpressure_state").string("status")).contains("normal");
    }

    @Test
    void a_full_mailbox_is_saturated() {
        given("f: module\na: module " + SMALL + "\nf -> a: x\nentrypoints: f, a");
        handle("f", emitting("x", 4).build());
        assertThat(payloads("backpressure_state").getLast())
                .isEqualTo(
                        object(
                                "{'status': 'saturated', 'depth': 4, 'limits': {'max_queue_depth': 4, 'high_watermark': 3, 'low_watermark': 1}, 'retry_after_ms': 70}"));
        assertThat(job.pressured).isEqualTo(1);
    }

    @Test
    void input_from_outside_is_refused_until_the_low_mark() {
        given("a: module " + SMALL);
        for (int i = 1; i <= 3; i++) {
            send("a", "x", "1");
        }
        send("a", "x", "4");
        thenRefusedAndTold(
                ErrorCode.BACKPRESSURE,
                "Expected to send a message to agent a, but agent a has 3 messages waiting",
                "external_input_rejected(a)");
        assertThat(refusal().retryAfter()).isEqualTo(Duration.ofMillis(70));
        handle("a", with("{}").build());
        send("a", "x", "4");
        assertThat(refusal().code()).isEqualTo(ErrorCode.BACKPRESSURE);
        handle("a", with("{}").build());
        send("a", "x", "4");
        then("agent_message_received(a)");
    }

    @Test
    void refused_input_is_told_of_once_until_the_mailbox_is_at_ease_again() {
        given("a: module " + SMALL);
        for (int i = 1; i <= 3; i++) {
            send("a", "x", "1");
        }
        send("a", "y", "4");
        then("external_input_rejected(a)");
        assertThat(payload("external_input_rejected"))
                .isEqualTo(
                        object(
                                "{'status': 'pressured', 'depth': 3, 'limits': {'max_queue_depth': 4, 'high_watermark': 3, 'low_watermark': 1}, 'retry_after_ms': 70, 'to': 'a', 'type': 'y', 'reason': '3 messages are waiting'}"));
        send("a", "y", "4");
        assertThat(refusal().code()).isEqualTo(ErrorCode.BACKPRESSURE);
        then();
        crashAndReadSnapshot();
        send("a", "y", "4");
        then();
        crash();
        send("a", "y", "4");
        then();
        recover();
        handle("a", with("{}").build());
        handle("a", with("{}").build());
        thenAmongOthers("message_dispatched(a)", "backpressure_state(a)");
        send("a", "x", "1");
        send("a", "x", "1");
        send("a", "y", "4");
        then("external_input_rejected(a)");
    }

    @Test
    void many_sends_at_once_cannot_slip_past_the_mark() {
        given("a: module " + SMALL);
        var commands = new JobCommand[8];
        for (int i = 0; i < commands.length; i++) {
            commands[i] =
                    new JobCommand.Send(AgentId.of("a"), Message.of("x", json("1")), "fresh-" + i);
        }
        whenTogether(commands);
        assertThat(refusal().code()).isEqualTo(ErrorCode.BACKPRESSURE);
        assertThat(agent("a").depth()).isEqualTo(3);
    }

    @Test
    void input_is_refused_for_pressure_anywhere_downstream() {
        given(
                """
                a: router
                b: router
                c: module %s
                other: module
                a -> b: x
                b -> c: x
                entrypoints: other
                """
                        .formatted(SMALL));
        for (int i = 1; i <= 4; i++) {
            send("a", "x", "1");
        }
        send("a", "x", "5");
        thenRefusedAndTold(
                ErrorCode.BACKPRESSURE,
                "Expected to send a message to agent a, but agent c has 3 messages waiting",
                "external_input_rejected(c)");
        assertThat(payload("external_input_rejected").string("to")).contains("a");
        send("other", "x", "1");
        then("agent_message_received(other)");
    }

    // Holding

    private static final String CHAIN =
            """
            p: module
            q: module {'backpressure': {'max_queue_depth': 2}}
            p -> q: x
            """;

    @Test
    void what_finds_no_room_is_held_and_arrives_in_order() {
        given(CHAIN);
        handle("p", emitting("x", 6).build());
        assertThat(payloads("backpressure_signal")).hasSize(4);
        // One of the four found room when q took its first message.
        assertThat(agent("p").held).isEqualTo(3);
        crashAndReadSnapshot();
        assertThat(agent("p").held).isEqualTo(3);
        recover();
        for (int i = 1; i <= 6; i++) {
            assertThat(inHand("q").body()).isEqualTo(json(Integer.toString(i)));
            handle("q", with("{}").build());
        }
        assertThat(agent("p").held).isZero();
        assertThat(agent("q").processed).isEqualTo(6);
    }

    @Test
    void a_producer_with_held_messages_takes_nothing_new_until_they_have_room() {
        given(CHAIN);
        handle("p", emitting("x", 5).build());
        send("p", "go", "{}");
        assertThat(refusal().code()).isEqualTo(ErrorCode.BACKPRESSURE);
        assertThat(explain("p").cause()).isEqualTo("waiting_for_room");
        handle("q", with("{}").build());
        handle("q", with("{}").build());
        assertThat(agent("p").held).isEqualTo(0);
    }

    @Test
    void a_router_stops_and_goes_on_with_its_target() {
        given(
                """
                f: module
                r: router
                q: module {'backpressure': {'max_queue_depth': 2}}
                f -> r: x
                r -> q: x
                """);
        handle("f", emitting("x", 9).build());
        assertThat(agent("r").held).isEqualTo(1);
        assertThat(agent("r").depth()).isEqualTo(5);
        for (int i = 1; i <= 9; i++) {
            assertThat(inHand("q").body()).isEqualTo(json(Integer.toString(i)));
            handle("q", with("{}").build());
        }
        assertThat(agent("r").quiet()).isTrue();
    }

    @Test
    void a_later_message_never_overtakes_a_held_one() {
        given(
                """
                p: module
                o: module
                q: module {'backpressure': {'max_queue_depth': 1}}
                p -> q: x
                o -> q: x
                entrypoints: p, o
                """);
        handle("p", emitting("x", 3).build());
        assertThat(agent("q").waiting()).hasSize(1);
        handle("o", with("{}").emit("x", json("'other'")).build());
        assertThat(agent("o").held).isEqualTo(1);
        for (var body : new String[] {"1", "2", "3", "'other'"}) {
            assertThat(inHand("q").body()).isEqualTo(json(body));
            handle("q", with("{}").build());
        }
    }

    @Test
    void a_streaming_command_may_go_on_when_its_lines_found_room() {
        given(
                """
                x: executor
                q: module {'backpressure': {'max_queue_depth': 1}}
                x -> q: t
                """);
        grant("x");
        for (int i = 1; i <= 3; i++) {
            print("x", "{'emit_messages': [{'type': 't', 'body': %d}]}".formatted(i));
        }
        assertThat(JobEngine.mayGoOn(job, AgentId.of("x"))).isFalse();
        handle("q", with("{}").build());
        assertThat(effect(Effect.ProducerMayGoOn.class).attemptId()).isEqualTo("x-a1");
        assertThat(JobEngine.mayGoOn(job, AgentId.of("x"))).isTrue();
    }

    @Test
    void initial_messages_wait_for_room_and_keep_their_order() {
        given(
                """
                q: module {'backpressure': {'max_queue_depth': 2}}
                inputs: {'q': [{'n': 1}, {'n': 2}, {'n': 3}, {'n': 4}, {'n': 5}]}
                """);
        assertThat(agent("q").depth()).isEqualTo(2);
        assertThat(job.nextSeed).isEqualTo(3);
        for (int i = 1; i <= 5; i++) {
            assertThat(inHand("q").body()).isEqualTo(json("{'n': %d}".formatted(i)));
            handle("q", with("{}").build());
            crashAndReadSnapshot();
        }
        assertThat(job.nextSeed).isEqualTo(5);
        assertThat(agent("q").processed).isEqualTo(5);
    }

    // Cycles

    @Test
    void edges_of_a_cycle_have_twice_the_room() {
        given(
                """
                p: module {'backpressure': {'max_queue_depth': 2}}
                q: module {'backpressure': {'max_queue_depth': 2}}
                f: module
                p -> q: x
                q -> p: y
                f -> q: x
                entrypoints: p, f
                """);
        handle("p", emitting("x", 6).build());
        assertThat(agent("q").depth()).isEqualTo(4);
        assertThat(agent("p").held).isEqualTo(1);
    }

    @Test
    void a_circle_of_full_mailboxes_is_opened_and_everything_arrives() {
        given(
                """
                f: module
                p: router {'backpressure': {'max_queue_depth': 1}, 'emit_type': 'y'}
                q: router {'backpressure': {'max_queue_depth': 1}, 'emit_type': 'x'}
                f -> p: x
                f -> q: y
                p -> q: y {'conditions': {'expr': '${payload.n} < 9'}}
                q -> p: x {'conditions': {'expr': '${payload.n} < 9'}}
                """);
        pauseDraining();
        var result = with("{}");
        for (int i = 0; i < 4; i++) {
            result.emit("x", json("{'n': 10}")).emit("y", json("{'n': 10}"));
        }
        handle("f", result.build());
        assertThat(agent("f").held).isPositive();
        resume();
        assertThat(agent("f").held).isZero();
        assertThat(agent("p").processed + agent("q").processed).isEqualTo(8);
    }

    @Test
    void a_standstill_is_opened_by_letting_one_message_in_beyond_the_mark() {
        given(
                """
                p: module {'backpressure': {'max_queue_depth': 1}}
                q: module {'backpressure': {'max_queue_depth': 1}}
                entrypoints: p, q
                """);
        // Straight messages make a circle that no edge shows.
        handle("p", straight("q", 3));
        handle("q", straight("p", 3));
        assertThat(facts().stream().map(EventCodec.Recorded::event))
                .anyMatch(event -> event instanceof JobEvent.Released r && r.forced());
        assertThat(job.busyOutside()).isTrue();
        for (int i = 0; job.busyOutside(); i++) {
            assertThat(i).isLessThan(10);
            for (var agent : List.of("p", "q")) {
                if (agent(agent).inflight != null) {
                    handle(agent, with("{}").build());
                }
            }
        }
        assertThat(agent("p").processed).isEqualTo(4);
        assertThat(agent("q").processed).isEqualTo(4);
    }

    @Test
    void a_standstill_is_not_opened_while_something_still_moves() {
        given(
                """
                p: module {'backpressure': {'max_queue_depth': 1}}
                q: module {'backpressure': {'max_queue_depth': 1}}
                w: module
                entrypoints: p, q, w
                """);
        handle("p", straight("q", 3));
        handle("q", straight("p", 3));
        assertThat(job.busyOutside()).isTrue();
        assertThat(agent("p").held + agent("q").held).isEqualTo(4);
        handle("w", with("{}").build());
        assertThat(agent("p").held + agent("q").held).isLessThan(4);
    }

    @Test
    void a_paused_job_takes_messages_up_to_the_same_mark() {
        given("a: module " + SMALL);
        pauseDraining();
        handle("a", with("{}").build());
        for (int i = 1; i <= 3; i++) {
            send("a", "x", "1");
        }
        send("a", "x", "4");
        assertThat(refusal().code()).isEqualTo(ErrorCode.BACKPRESSURE);
    }

    private static AgentResult straight(String to, int count) {
        var result = with("{}");
        for (int i = 1; i <= count; i++) {
            result.emitTo(AgentId.of(to), "t", json(Integer.toString(i)));
        }
        return result.build();
    }
}
