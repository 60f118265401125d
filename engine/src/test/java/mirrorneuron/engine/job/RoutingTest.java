package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.engine.message.MessageIds;
import org.junit.jupiter.api.Test;

/** Which edges a message takes. */
class RoutingTest extends JobSpec {

    @Test
    void a_message_takes_every_edge_of_its_type_and_of_any_type_in_written_order() {
        given(
                """
                a: router
                b: module
                c: module
                d: module
                a -> b: init
                a -> c: other
                a -> d: *
                """);
        then(
                "job_scheduled",
                "job_running",
                "agent_message_received(a)",
                "agent_started(a)",
                "route_selected(a)",
                "agent_message_received(b)",
                "route_selected(a)",
                "agent_message_received(d)",
                "message_acked(a)",
                "agent_started(b)",
                "message_dispatched(b)",
                "agent_started(d)",
                "message_dispatched(d)");
        assertThat(payloads("route_selected"))
                .extracting(payload -> payload.string("to").orElse(""))
                .containsExactly("b", "d");
    }

    @Test
    void fan_out_gives_every_copy_its_own_id_made_of_cause_sender_receiver_and_edge() {
        given(
                """
                a: router
                b: module
                c: module
                a -> b: init {'edge_id': 'left'}
                a -> b: init {'edge_id': 'again'}
                a -> c: init
                """);
        var cause = inHand("b").causationId().orElseThrow();
        assertThat(inHand("b").messageId()).isEqualTo(MessageIds.output(cause, "a", "b", "0:left"));
        assertThat(mailbox("b").getFirst().messageId())
                .isEqualTo(MessageIds.output(cause, "a", "b", "0:again"));
        assertThat(inHand("c").messageId())
                .isEqualTo(MessageIds.output(cause, "a", "c", "0:a->c:init#2"));
    }

    @Test
    void one_first_match_edge_makes_the_whole_choice_exclusive() {
        givenQuiet(
                """
                a: router
                b: module
                c: module
                d: module
                a -> b: x
                a -> c: x {'routing_mode': 'first_match', 'conditions': {'expr': '${payload.n} == 1'}}
                a -> d: x
                """);
        send("a", "x", "{'n': 1}");
        thenAmongOthers("route_evaluated(a)", "route_selected(a)", "agent_message_received(b)");
        assertThat(payloads("route_selected")).hasSize(1);
        assertThat(agent("c").depth() + agent("d").depth()).isZero();
    }

    @Test
    void edge_scope_lets_one_first_match_edge_win_and_serves_the_broadcast_edges() {
        givenQuiet(
                """
                a: router
                b: module
                c: module
                d: module
                e: module
                a -> b: x
                a -> c: x {'routing_mode': 'first_match', 'conditions': {'expr': '${payload.n} == 2'}}
                a -> d: x {'routing_mode': 'first_match'}
                a -> e: x {'routing_mode': 'first_match'}
                policies: {'routing_scope': 'edge'}
                """);
        send("a", "x", "{'n': 1}");
        assertThat(payloads("route_selected"))
                .extracting(payload -> payload.string("to").orElse(""))
                .containsExactly("b", "d");
        assertThat(payloads("route_evaluated"))
                .extracting(payload -> payload.bool("matched").orElseThrow())
                .containsExactly(true, false, true);
    }

    @Test
    void all_match_edges_are_served_whenever_their_condition_holds() {
        givenQuiet(
                """
                a: router
                b: module
                c: module
                a -> b: x {'routing_mode': 'all_match', 'conditions': {'expr': '${payload.n} > 1'}}
                a -> c: x {'routing_mode': 'all_match', 'conditions': {'expr': '${payload.n} > 2'}}
                """);
        send("a", "x", "{'n': 2}");
        assertThat(payload("route_selected").string("to")).contains("b");
        assertThat(payloads("route_selected")).hasSize(1);
    }

    @Test
    void conditions_see_who_sends_and_what_a_router_has_forwarded() {
        given(
                """
                r: router
                b: module
                c: module
                d: module
                r -> b: * {'conditions': {'all': [{'expr': '${message.from} == r'}, {'path': 'message.to', 'value': ''}]}}
                r -> c: * {'conditions': {'expr': '${message.from} == runtime'}}
                r -> d: * {'conditions': {'expr': '${state.forwarded} == 1'}}
                """);
        assertThat(labels())
                .contains("agent_message_received(b)", "agent_message_received(d)")
                .doesNotContain("agent_message_received(c)");
    }

    @Test
    void conditions_see_the_state_that_the_handler_returned() {
        given(
                """
                a: module
                b: module
                c: module
                a -> b: x {'conditions': {'expr': '${state.seen} == 1'}}
                a -> c: x {'conditions': {'expr': '${agent_state.seen} == 2'}}
                """);
        handle("a", with("{'seen': 1}").emit("x", json("{}")).build());
        assertThat(payload("route_selected").string("to")).contains("b");
        send("a", "y", "{}");
        handle("a", with("{'seen': 2}").emit("x", json("{}")).build());
        assertThat(payload("route_selected").string("to")).contains("c");
    }

    @Test
    void a_message_none_of_whose_edges_hold_is_reported_each_time() {
        givenQuiet(
                """
                a: router
                b: module
                a -> b: x {'conditions': {'expr': '${payload.n} == 1'}}
                """);
        send("a", "x", "{'n': 1}");
        for (int i = 0; i < 2; i++) {
            send("a", "x", "{'n': 7}");
            then(
                    "agent_message_received(a)",
                    "route_evaluated(a)",
                    "route_not_matched(a)",
                    "message_acked(a)");
            assertThat(payload("route_not_matched").string("type")).contains("x");
        }
    }

    @Test
    void a_type_without_an_edge_is_reported_once_per_agent() {
        givenQuiet("a: router");
        send("a", "x", "{}");
        then(
                "agent_message_received(a)",
                "agent_started(a)",
                "message_unrouted(a)",
                "message_acked(a)");
        assertThat(payload("message_unrouted").string("type")).contains("x");
        send("a", "x", "{}");
        then("agent_message_received(a)", "message_acked(a)");
        crashAndReadSnapshot();
        send("a", "x", "{}");
        then("agent_message_received(a)", "message_acked(a)");
        send("a", "y", "{}");
        then("agent_message_received(a)", "message_unrouted(a)", "message_acked(a)");
    }

    @Test
    void two_messages_of_a_type_without_an_edge_in_one_result_are_one_report() {
        given("a: module");
        handle("a", with("{}").emit("x", json("1")).emit("x", json("2")).build());
        assertThat(payloads("message_unrouted")).hasSize(1);
    }

    @Test
    void a_report_of_a_type_without_an_edge_names_the_message() {
        given("a: module");
        var cause = inHand("a").messageId();
        handle("a", with("{}").emit("x", json("1")).emit("y", json("2")).build());
        assertThat(payloads("message_unrouted"))
                .containsExactly(
                        object("{'message_id': '%s', 'type': 'x'}".formatted(unrouted(cause, 0))),
                        object("{'message_id': '%s', 'type': 'y'}".formatted(unrouted(cause, 1))));
    }

    private static String unrouted(String cause, int action) {
        return MessageIds.output(cause, "a", "", Integer.toString(action));
    }

    @Test
    void a_self_edge_goes_through_the_mailbox() {
        given(
                """
                a: module
                a -> a: again
                """);
        handle("a", with("{}").emit("again", json("1")).emit("again", json("2")).build());
        then(
                "route_selected(a)",
                "agent_message_received(a)",
                "route_selected(a)",
                "agent_message_received(a)",
                "message_acked(a)",
                "message_dispatched(a)");
        assertThat(inHand("a").body()).isEqualTo(json("1"));
        assertThat(bodies("a")).containsExactly("2");
    }

    @Test
    void what_is_sent_inherits_from_what_was_handled() {
        given(
                """
                a: module
                b: module
                a -> b: x
                inputs: {'a': [{'headers': {'lang': 'de', 'k': 1}, 'correlation_id': 'c-1', 'class': 'result', 'artifacts': ['f'], 'content_type': 'text/json', 'body': {}}]}
                """);
        var cause = inHand("a");
        handle("a", with("{}").emit("x", json("1")).build());
        var sent = inHand("b");
        assertThat(sent.correlationId()).isEqualTo("c-1");
        assertThat(sent.causationId()).contains(cause.messageId());
        assertThat(sent.messageClass()).isEqualTo("result");
        assertThat(sent.headers()).isEqualTo(object("{'lang': 'de', 'k': 1}"));
        assertThat(sent.artifacts().toString()).isEqualTo("[\"f\"]");
        assertThat(sent.contentType()).isEqualTo("text/json");
        assertThat(sent.from()).isEqualTo("a");
        assertThat(sent.attempt()).isEqualTo(1);
    }
}
