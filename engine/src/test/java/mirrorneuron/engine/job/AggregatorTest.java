package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Action;
import org.junit.jupiter.api.Test;

/** What aggregators collect, and when they let it go. */
class AggregatorTest extends JobSpec {

    @Test
    void bodies_are_kept_in_order_of_arrival_and_sent_as_one_at_the_threshold() {
        givenQuiet(
                """
                c: aggregator {'complete_after': 3, 'output_message_type': 'all'}
                b: module
                c -> b: all
                """);
        send("c", "x", "1");
        then(
                "agent_message_received(c)",
                "agent_started(c)",
                "aggregator_received(c)",
                "message_acked(c)");
        assertThat(payload("aggregator_received").integer("count")).hasValue(1);
        send("c", "x", "{'two': 2}");
        crashAndReadSnapshot();
        send("c", "x", "3");
        then(
                "agent_message_received(c)",
                "aggregator_received(c)",
                "route_selected(c)",
                "agent_message_received(b)",
                "message_acked(c)",
                "agent_started(b)",
                "message_dispatched(b)");
        var sent = inHand("b");
        assertThat(sent.body())
                .isEqualTo(json("{'messages': [1, {'two': 2}, 3], 'count': 3, 'last_message': 3}"));
        assertThat(sent.messageClass()).isEqualTo("event");
        assertThat(sent.headers())
                .isEqualTo(
                        object(
                                "{'schema_ref': 'com.mirrorneuron.aggregator.result', 'schema_version': '1.0.0'}"));
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void the_threshold_fires_once_and_later_messages_are_counted_as_late() {
        givenQuiet("c: aggregator {'complete_after': 1, 'output_message_type': 'all'}");
        send("c", "x", "1");
        thenAmongOthers("aggregator_received(c)", "message_unrouted(c)");
        send("c", "x", "2");
        then("agent_message_received(c)", "aggregator_late_message(c)", "message_acked(c)");
        crashAndReadSnapshot();
        send("c", "x", "3");
        assertThat(payload("aggregator_late_message").integer("late_messages")).hasValue(2);
        assertThat(JobViews.snapshots(job).getFirst().currentState())
                .isEqualTo(object("{'count': 1, 'messages': [1], 'late_messages': 2}"));
    }

    @Test
    void without_an_output_type_the_aggregate_ends_the_run() {
        givenQuiet("c: aggregator {'complete_after': 2}");
        send("c", "x", "1");
        send("c", "x", "2");
        then(
                "agent_message_received(c)",
                "aggregator_received(c)",
                "message_acked(c)",
                "agent_completed_run(c)",
                "job_completed");
        thenStatus(JobStatus.COMPLETED);
        assertThat(job.result.orElseThrow())
                .isEqualTo(
                        json(
                                "{'agent_id': 'c', 'output': {'messages': [1, 2], 'count': 2, 'last_message': 2}}"));
    }

    @Test
    void an_output_type_and_the_wish_to_complete_the_run_go_together() {
        givenQuiet(
                """
                c: aggregator {'complete_after': 1, 'output_message_type': 'all', 'terminal_sink': true, 'complete_run': true}
                """);
        send("c", "x", "1");
        thenAmongOthers("message_unrouted(c)", "message_acked(c)", "job_completed");
    }

    @Test
    void without_a_threshold_it_collects_for_ever() {
        givenQuiet("c: aggregator {'output_message_type': 'all'}");
        send("c", "x", "1");
        for (int i = 1; i < 5; i++) {
            send("c", "x", "1");
            then("agent_message_received(c)", "aggregator_received(c)", "message_acked(c)");
        }
        assertThat(agent("c").collected).hasSize(5);
    }

    @Test
    void complete_on_message_sends_what_it_has_with_every_message() {
        givenQuiet(
                """
                c: aggregator {'complete_on_message': true, 'output_message_type': 'all'}
                b: module
                c -> b: all
                """);
        send("c", "x", "1");
        send("c", "x", "2");
        assertThat(inHand("b").body())
                .isEqualTo(json("{'messages': [1], 'count': 1, 'last_message': 1}"));
        assertThat(bodies("b"))
                .containsExactly("{\"messages\":[1,2],\"count\":2,\"last_message\":2}");
    }

    @Test
    void complete_on_message_with_reset_sends_each_message_alone() {
        givenQuiet(
                """
                c: aggregator {'complete_on_message': true, 'reset_after_emit': true, 'output_message_type': 'all'}
                b: module
                c -> b: all
                """);
        send("c", "x", "1");
        send("c", "x", "2");
        assertThat(bodies("b"))
                .containsExactly("{\"messages\":[2],\"count\":1,\"last_message\":2}");
    }

    @Test
    void reset_after_emit_begins_a_new_batch_each_time() {
        givenQuiet(
                """
                c: aggregator {'complete_after': 2, 'reset_after_emit': true, 'output_message_type': 'all'}
                b: module
                c -> b: all
                """);
        for (int i = 1; i <= 5; i++) {
            send("c", "x", Integer.toString(i));
        }
        assertThat(inHand("b").body())
                .isEqualTo(json("{'messages': [1, 2], 'count': 2, 'last_message': 2}"));
        assertThat(bodies("b"))
                .containsExactly("{\"messages\":[3,4],\"count\":2,\"last_message\":4}");
        assertThat(agent("c").collected).containsExactly(json("5"));
    }

    @Test
    void by_default_two_messages_of_one_worker_both_count() {
        givenQuiet("c: aggregator {'complete_after': 2}");
        send("c", "x", "{'agent_id': 'w'}");
        send("c", "x", "{'agent_id': 'w'}");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void dedupe_by_agent_id_drops_the_second_body_of_an_agent() {
        givenQuiet("c: aggregator {'complete_after': 2, 'dedupe_by': 'agent_id'}");
        send("c", "x", "{'agent_id': 'w', 'n': 1}");
        send("c", "x", "{'agent_id': 'w', 'n': 2}");
        then("agent_message_received(c)", "aggregator_duplicate_ignored(c)", "message_acked(c)");
        assertThat(payload("aggregator_duplicate_ignored").string("key")).contains("w");
        crashAndReadSnapshot();
        send("c", "x", "{'agent_id': 'w', 'n': 3}");
        then("agent_message_received(c)", "aggregator_duplicate_ignored(c)", "message_acked(c)");
        send("c", "x", "{'agent_id': 'v', 'n': 4}");
        assertThat(output())
                .isEqualTo(
                        json(
                                "{'messages': [{'agent_id': 'w', 'n': 1}, {'agent_id': 'v', 'n': 4}], 'count': 2, 'last_message': {'agent_id': 'v', 'n': 4}}"));
    }

    @Test
    void dedupe_by_correlation_drops_what_one_first_message_caused_twice() {
        givenQuiet(
                """
                a: router
                b: router
                c: aggregator {'dedupe_by': 'correlation_id'}
                a -> b: x
                a -> c: x
                b -> c: x
                """);
        send("a", "x", "{}");
        thenAmongOthers("aggregator_received(c)", "aggregator_duplicate_ignored(c)");
        send("a", "x", "{}");
        assertThat(agent("c").collected).hasSize(2);
    }

    @Test
    void dedupe_by_a_body_path_looks_inside_and_lets_bodies_without_it_pass() {
        givenQuiet("c: aggregator {'dedupe_by': 'order.id'}");
        send("c", "x", "{'order': {'id': 7}}");
        send("c", "x", "{'order': {'id': 7}, 'again': true}");
        then("agent_message_received(c)", "aggregator_duplicate_ignored(c)", "message_acked(c)");
        send("c", "x", "{'order': {}}");
        send("c", "x", "'text'");
        assertThat(agent("c").collected).hasSize(3);
    }

    @Test
    void a_new_batch_forgets_the_keys_of_the_one_before() {
        givenQuiet(
                """
                c: aggregator {'complete_after': 2, 'reset_after_emit': true, 'dedupe_by': 'agent_id', 'output_message_type': 'all'}
                b: module
                c -> b: all
                """);
        for (int round = 1; round <= 2; round++) {
            send("c", "x", "{'agent_id': 'v'}");
            send("c", "x", "{'agent_id': 'v'}");
            then(
                    "agent_message_received(c)",
                    "aggregator_duplicate_ignored(c)",
                    "message_acked(c)");
            send("c", "x", "{'agent_id': 'w'}");
        }
        assertThat(agent("b").depth()).isEqualTo(1);
        assertThat(agent("c").collected).isEmpty();
    }

    // complete_after: "all_sources"

    private static final String ALL_SOURCES =
            """
            m: module
            n: module
            c: aggregator {'complete_after': 'all_sources'}
            m -> c: x
            n -> c: x
            entrypoints: m, n
            """;

    @Test
    void all_sources_waits_until_every_agent_upstream_has_ended() {
        given(ALL_SOURCES);
        handle("m", with("{}").emit("x", json("1")).emit("x", json("2")).build());
        thenStatus(JobStatus.RUNNING);
        assertThat(agent("c").collected).hasSize(2);
        handle("n", with("{}").emit("x", json("3")).build());
        thenAmongOthers(
                "aggregator_received(c)",
                "aggregator_sources_ended(c)",
                "agent_completed_run(c)",
                "job_completed");
        assertThat(output())
                .isEqualTo(json("{'messages': [1, 2, 3], 'count': 3, 'last_message': 3}"));
    }

    @Test
    void all_sources_ends_with_nothing_when_nothing_came() {
        given(ALL_SOURCES);
        handle("m", with("{}").build());
        handle("n", with("{}").build());
        assertThat(output()).isEqualTo(json("{'messages': [], 'count': 0, 'last_message': null}"));
    }

    @Test
    void all_sources_waits_for_what_a_source_has_sent_with_a_delay() {
        given(ALL_SOURCES);
        handle("n", with("{}").build());
        handle("m", with("{}").emit("x", json("1"), Action.Options.delayed(5_000)).build());
        thenStatus(JobStatus.RUNNING);
        advance(5_000);
        assertThat(output()).isEqualTo(json("{'messages': [1], 'count': 1, 'last_message': 1}"));
    }

    @Test
    void all_sources_waits_for_a_source_that_wakes_itself_up_later() {
        given(ALL_SOURCES + "m -> m: again\n");
        handle("n", with("{}").build());
        handle("m", with("{}").emit("again", json("1"), Action.Options.delayed(5_000)).build());
        thenStatus(JobStatus.RUNNING);
        advance(5_000);
        handle("m", with("{}").emit("x", json("1")).build());
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void all_sources_waits_for_initial_messages_that_had_no_room_yet() {
        given(
                """
                f: module {'backpressure': {'max_queue_depth': 1}}
                m: module
                c: aggregator {'complete_after': 'all_sources'}
                m -> c: x
                entrypoints: f, m
                inputs: {'f': [{}, {}, {}], 'm': [{}]}
                """);
        throwing("f", "not yet");
        thenStatus(JobStatus.RUNNING);
        advanceToWake();
        handle("f", with("{}").build());
        handle("f", with("{}").build());
        handle("f", with("{}").build());
        handle("m", with("{}").emit("x", json("7")).build());
        assertThat(output()).isEqualTo(json("{'messages': [7], 'count': 1, 'last_message': 7}"));
    }

    @Test
    void all_sources_with_an_output_fires_once_and_remembers_it_through_a_restart() {
        given(
                """
                m: module
                c: aggregator {'complete_after': 'all_sources', 'output_message_type': 'all'}
                b: module
                m -> c: x
                c -> b: all
                """);
        handle("m", with("{}").build());
        thenAmongOthers("aggregator_sources_ended(c)", "agent_message_received(b)");
        handle("b", with("{}").build());
        thenFacts(JobEvent.Handled.class);
        crashAndReadSnapshot();
        recover();
        then("job_recovery_started", "job_recovered");
    }

    @Test
    void all_sources_does_not_wait_for_agents_that_are_not_upstream() {
        given(
                """
                m: module
                other: module
                c: aggregator {'complete_after': 'all_sources'}
                m -> c: x
                entrypoints: m, other
                """);
        handle("m", with("{}").emit("x", json("1")).build());
        thenStatus(JobStatus.COMPLETED);
        thenEffects(Effect.StopWorker.class, Effect.JobEnded.class);
    }

    @Test
    void all_sources_with_reset_sends_again_only_when_something_new_came() {
        given(
                """
                m: module
                c: aggregator {'complete_after': 'all_sources', 'reset_after_emit': true, 'output_message_type': 'all'}
                b: module
                m -> c: x
                c -> b: all
                """);
        handle("m", with("{}").emit("x", json("1")).build());
        assertThat(payloads("aggregator_sources_ended")).hasSize(1);
        send("m", "go", "{}");
        handle("m", with("{}").emit("x", json("2")).build());
        assertThat(payloads("aggregator_sources_ended")).hasSize(1);
        assertThat(bodies("b"))
                .containsExactly("{\"messages\":[2],\"count\":1,\"last_message\":2}");
    }

    @Test
    void a_message_after_all_sources_ended_is_late() {
        given(
                """
                m: module
                c: aggregator {'complete_after': 'all_sources', 'output_message_type': 'all'}
                m -> c: x
                """);
        handle("m", with("{}").emit("x", json("1")).build());
        send("c", Message.of("x", json("2")));
        thenAmongOthers("aggregator_late_message(c)");
    }
}
