package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What begins, joins and ends the flow inside a step, where messages alone drive the job. */
class FlowAgentsTest extends JobSpec {

    private static final String SOURCE =
            """
            s: step_source {'required_upstreams': ['a', 'b'], 'dispatches': [{'message_type': 'work'}]}
            a: router
            b: router
            w: module
            a -> s: *
            b -> s: *
            s -> w: work
            """;

    private static final String JOIN =
            """
            j: step_join {'expected_sources': ['a', 'b']%s}
            a: router
            b: router
            c: router
            w: module
            a -> j: *
            b -> j: *
            c -> j: *
            j -> w: *
            """;

    private static final String SINK =
            """
            e: step_sink {%s}
            w: module
            e -> w: *
            """;

    /** A message of an attempt, as the ledger would stamp it. */
    private void sendIn(String attempt, String agent, String body) {
        send(
                agent,
                Message.of("x", json(body))
                        .withHeaders(object("{'mn.workflow.attempt_id': '" + attempt + "'}")));
    }

    private JsonObject state(String agent) {
        return JobViews.snapshots(job).stream()
                .filter(view -> view.agentId().value().equals(agent))
                .findFirst()
                .orElseThrow()
                .currentState();
    }

    @Test
    void a_source_waits_for_every_upstream_and_dispatches_what_they_gave() {
        givenQuiet(SOURCE);
        send("a", "x", "{'n': 1}");
        thenAmongOthers("step_source_waiting(s)", "message_acked(s)");
        assertThat(payload("step_source_waiting"))
                .isEqualTo(object("{'attempt_id': '', 'sources': ['a'], 'count': 1}"));
        assertThat(agent("w").quiet()).isTrue();
        send("b", "x", "{'n': 2}");
        thenAmongOthers(
                "step_source_dispatched(s)", "route_selected(s)", "agent_message_received(w)");
        assertThat(payload("step_source_dispatched"))
                .isEqualTo(object("{'attempt_id': '', 'sources': ['a', 'b'], 'count': 2}"));
        assertThat(inHand("w").type()).isEqualTo("work");
        assertThat(inHand("w").body())
                .isEqualTo(
                        json(
                                "{'a': {'n': 1}, 'b': {'n': 2},"
                                        + " '_mn_step': {'step_id': 's', 'upstream_steps': ['a', 'b']}}"));
    }

    @Test
    void a_source_that_needs_nobody_dispatches_with_its_first_message() {
        givenQuiet("s: step_source {'dispatches': [{}]}\nw: module\ns -> w: step_dispatch\n");
        send("s", "x", "{'n': 1}");
        thenAmongOthers("step_source_dispatched(s)");
        assertThat(((JsonObject) inHand("w").body()).without("_mn_step"))
                .isEqualTo(object("{'n': 1}"));
    }

    @Test
    void a_source_ignores_what_an_upstream_says_again_while_it_waits() {
        givenQuiet(SOURCE);
        send("a", "x", "{'n': 1}");
        send("a", "x", "{'n': 9}");
        thenAmongOthers("step_source_duplicate_ignored(s)");
        assertThat(payload("step_source_duplicate_ignored"))
                .isEqualTo(object("{'attempt_id': '', 'sources': ['a'], 'count': 1}"));
        send("b", "x", "{}");
        assertThat(((JsonObject) inHand("w").body()).object("a")).isEqualTo(object("{'n': 1}"));
    }

    @Test
    void a_source_dispatches_once_and_says_so_of_everything_later() {
        givenQuiet(SOURCE);
        send("a", "x", "1");
        send("b", "x", "2");
        send("b", "x", "3");
        thenAmongOthers("step_source_already_dispatched(s)");
        crashAndReadSnapshot();
        send("a", "x", "4");
        thenAmongOthers("step_source_already_dispatched(s)");
        assertThat(mailbox("w")).isEmpty();
    }

    @Test
    void each_agent_forgets_when_another_attempt_begins() {
        givenQuiet(SOURCE);
        sendIn("s:attempt:1", "a", "1");
        sendIn("s:attempt:2", "b", "2");
        thenAmongOthers("step_source_waiting(s)");
        assertThat(payload("step_source_waiting"))
                .isEqualTo(object("{'attempt_id': 's:attempt:2', 'sources': ['b'], 'count': 1}"));
        sendIn("s:attempt:2", "a", "3");
        thenAmongOthers("step_source_dispatched(s)");
        assertThat(((JsonObject) inHand("w").body()).at("a")).isEqualTo(json("3"));
        assertThat(((JsonObject) inHand("w").body()).object("_mn_step").string("attempt_id"))
                .hasValue("s:attempt:2");

        givenQuiet(JOIN.formatted(""));
        sendIn("s:attempt:1", "a", "1");
        sendIn("s:attempt:1", "b", "2");
        thenAmongOthers("step_join_completed(j)");
        sendIn("s:attempt:2", "a", "3");
        thenAmongOthers("step_join_waiting(j)");
        sendIn("s:attempt:2", "b", "4");
        thenAmongOthers("step_join_completed(j)");

        givenQuiet(SINK.formatted(""));
        sendIn("s:attempt:1", "e", "1");
        thenAmongOthers("step_sink_completed(e)");
        sendIn("s:attempt:2", "e", "2");
        thenAmongOthers("step_sink_completed(e)");
    }

    @Test
    void what_is_left_of_an_earlier_attempt_makes_nobody_forget_the_later_one() {
        givenQuiet(SOURCE);
        sendIn("s:attempt:2", "a", "1");
        sendIn("s:attempt:1", "b", "9");
        thenAmongOthers("step_source_duplicate_ignored(s)");
        sendIn("s:attempt:2", "b", "2");
        thenAmongOthers("step_source_dispatched(s)");
        sendIn("s:attempt:10", "b", "3");
        thenAmongOthers("step_source_waiting(s)");

        givenQuiet(SINK.formatted(""));
        sendIn("s:attempt:2", "e", "1");
        sendIn("s:attempt:1", "e", "9");
        thenAmongOthers("step_sink_duplicate_ignored(e)");
        sendIn("s:attempt:2", "e", "2");
        thenAmongOthers("step_sink_duplicate_ignored(e)");
    }

    @Test
    void the_attempt_may_be_named_in_the_body_and_one_that_is_not_named_is_the_one_at_hand() {
        givenQuiet(SOURCE);
        send("a", "x", "{'_mn_step': {'attempt_id': 't-1'}}");
        assertThat(payload("step_source_waiting").string("attempt_id")).hasValue("t-1");
        send("b", "x", "{}");
        thenAmongOthers("step_source_dispatched(s)");
        assertThat(payload("step_source_dispatched").string("attempt_id")).hasValue("t-1");
        send("a", "x", "{'_mn_step': {'attempt_id': 't-2'}}");
        thenAmongOthers("step_source_waiting(s)");
    }

    @Test
    void fields_are_filled_from_the_inputs_of_the_run_and_from_upstreams() {
        submitted(
                """
                s: step_source {'required_upstreams': ['a__end'], 'dispatches': [{'to': 'w', 'message_type': 'work', 'fields': {'topic': {'$ref': 'run_input', 'path': ['topic']}, 'first': {'$ref': 'upstream', 'step_id': 'a', 'path': ['rows', 0, 'id']}, 'all': [{'$ref': 'upstream', 'step_id': 'a', 'path': ['no']}, 7], 'none': {'$ref': 'upstream', 'step_id': 'a', 'path': ['rows', 9]}, 'in': {'kind': 'x'}}}]}
                a__end: router
                w: module
                a__end -> s: *
                """,
                new Job.Submission(
                        object("{'s': [], 'topic': 'rain'}"),
                        JsonObject.empty(),
                        JsonObject.empty(),
                        java.util.List.of()));
        when(new JobCommand.Start(NODE));
        send("a__end", "x", "{'rows': [{'id': 5}]}");
        assertThat(((JsonObject) inHand("w").body()).without("_mn_step"))
                .isEqualTo(
                        object(
                                "{'topic': 'rain', 'first': 5, 'all': [null, 7], 'in': {'kind': 'x'}}"));
    }

    @Test
    void a_dispatch_that_lacks_what_its_schema_requires_is_not_sent() {
        givenQuiet(
                """
                s: step_source {'dispatches': [{'message_type': 'one'}, {'message_type': 'two', 'schema': {'type': 'object', 'required': ['n']}}]}
                w: module
                s -> w: *
                policies: {'restart': {'attempts': 0}}
                """);
        send("s", "x", "{'m': 1}");
        thenAmongOthers("dead_letter(s)", "job_failed");
        assertThat(letter(0).reason()).isEqualTo("handler_rejected");
        assertThat(letter(0).error()).isEqualTo("Expected n, but found none");
        assertThat(agent("w").quiet()).isTrue();
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void a_join_lets_its_bodies_go_together_under_the_names_of_their_sources() {
        givenQuiet(JOIN.formatted(""));
        send("b", "x", "{'n': 2}");
        thenAmongOthers("step_join_waiting(j)");
        assertThat(payload("step_join_waiting"))
                .isEqualTo(object("{'attempt_id': '', 'sources': ['b'], 'count': 1}"));
        assertThat(state("j"))
                .isEqualTo(
                        object(
                                "{'attempt_id': '', 'sources': ['b'], 'count': 1, 'done': false, 'completions': 0}"));
        assertThat(explain().evidence()).contains("agent j: waits for a");
        crashAndReadSnapshot();
        send("a", "x", "1");
        thenAmongOthers("step_join_completed(j)", "agent_message_received(w)");
        assertThat(inHand("w").type()).isEqualTo("step_join_result");
        assertThat(inHand("w").body()).isEqualTo(json("{'a': 1, 'b': {'n': 2}}"));
        assertThat(state("j"))
                .isEqualTo(
                        object(
                                "{'attempt_id': '', 'sources': [], 'count': 2, 'done': true, 'completions': 1}"));
    }

    @Test
    void only_the_first_message_of_a_source_counts_and_others_than_sources_do_not() {
        givenQuiet(JOIN.formatted(""));
        send("a", "x", "1");
        send("a", "x", "9");
        thenAmongOthers("step_join_duplicate_ignored(j)");
        send("c", "x", "9");
        thenAmongOthers("step_join_duplicate_ignored(j)");
        assertThat(payload("step_join_duplicate_ignored").array("sources").toString())
                .isEqualTo("[\"c\"]");
        send("b", "x", "2");
        assertThat(inHand("w").body()).isEqualTo(json("{'a': 1, 'b': 2}"));
        send("b", "x", "3");
        thenAmongOthers("step_join_duplicate_ignored(j)");
        assertThat(mailbox("w")).isEmpty();
    }

    @Test
    void a_join_of_the_first_lets_it_go_alone() {
        givenQuiet(JOIN.formatted(", 'completion_mode': 'first', 'output_message_type': 'won'"));
        send("b", "x", "2");
        thenAmongOthers("step_join_completed(j)");
        assertThat(inHand("w").type()).isEqualTo("won");
        assertThat(inHand("w").body()).isEqualTo(json("{'b': 2}"));
        send("a", "x", "1");
        thenAmongOthers("step_join_duplicate_ignored(j)");

        givenQuiet(JOIN.formatted(", 'completion_mode': 'first', 'passthrough': true"));
        send("a", "x", "[1]");
        assertThat(inHand("w").body()).isEqualTo(json("[1]"));
    }

    @Test
    void output_keys_rename_the_sources_and_passthrough_puts_their_members_together() {
        givenQuiet(JOIN.formatted(", 'output_keys': {'a': 'left'}"));
        send("a", "x", "1");
        send("b", "x", "2");
        assertThat(inHand("w").body()).isEqualTo(json("{'left': 1, 'b': 2}"));

        givenQuiet(JOIN.formatted(", 'output_keys': ['left', 'right']"));
        send("b", "x", "2");
        send("a", "x", "1");
        assertThat(inHand("w").body()).isEqualTo(json("{'left': 1, 'right': 2}"));

        givenQuiet(JOIN.formatted(", 'output_keys': {'b': 'rest'}, 'passthrough': true"));
        send("b", "x", "[2]");
        send("a", "x", "{'m': 1, 'n': 2}");
        assertThat(inHand("w").body()).isEqualTo(json("{'m': 1, 'n': 2, 'rest': [2]}"));
    }

    @Test
    void a_join_that_may_get_no_message_fails_with_its_reason() {
        givenQuiet(
                JOIN.formatted(", 'fail_on_message': true, 'failure_reason': 'the audit objected'")
                        + "policies: {'restart': {'attempts': 0}}\n");
        send("c", "x", "1");
        thenAmongOthers("step_join_duplicate_ignored(j)");
        send("a", "x", "1");
        thenAmongOthers("dead_letter(j)", "job_failed");
        assertThat(letter(0).error()).isEqualTo("the audit objected");
        assertThat(job.failure.orElseThrow().desc())
                .isEqualTo("Agent j failed: the audit objected");
    }

    @Test
    void a_sink_projects_what_it_gets_and_does_it_once() {
        givenQuiet(
                SINK.formatted(
                        "'output_message_type': 'ended', 'schema': {'type': 'object', 'required': ['sum']}, 'fields': {'sum': {'$ref': 'flow_output', 'path': ['total']}, 'unit': 'm'}"));
        send("e", "x", "{'total': 3, '_mn_step': {'step_id': 's'}}");
        thenAmongOthers("step_sink_completed(e)", "agent_message_received(w)");
        assertThat(payload("step_sink_completed"))
                .isEqualTo(object("{'attempt_id': '', 'sources': ['external'], 'count': 1}"));
        assertThat(inHand("w").type()).isEqualTo("ended");
        assertThat(inHand("w").body()).isEqualTo(json("{'sum': 3, 'unit': 'm'}"));
        crashAndReadSnapshot();
        send("e", "x", "{'total': 4}");
        thenAmongOthers("step_sink_duplicate_ignored(e)");
        assertThat(mailbox("w")).isEmpty();
    }

    @Test
    void a_sink_without_fields_takes_metadata_off_and_passes_the_rest_on() {
        givenQuiet(SINK.formatted(""));
        send("e", "x", "{'n': 1, '_mn_step': {'step_id': 's'}}");
        assertThat(inHand("w").type()).isEqualTo("step_sink_result");
        assertThat(inHand("w").body()).isEqualTo(json("{'n': 1}"));
    }

    @Test
    void a_sink_refuses_what_its_schema_does_not_allow() {
        var quietly = "policies: {'restart': {'attempts': 1}}\n";
        givenQuiet(SINK.formatted("'schema': {'required': ['a', 'b', 'c']}") + quietly);
        send("e", "x", "{'a': 1, 'b': null}");
        thenAmongOthers("dead_letter(e)", "agent_restart_scheduled(e)");
        assertThat(letter(0).error()).isEqualTo("Expected b, c, but found none");

        givenQuiet(SINK.formatted("'schema': {'type': 'object'}") + quietly);
        send("e", "x", "[1]");
        assertThat(letter(0).error()).isEqualTo("Expected an object, but found another value");
        assertThat(state("e").bool("done")).hasValue(false);
    }
}
