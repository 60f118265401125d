package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** A step whose work begins in a source, is shared, joined, and ends in a sink. */
class StepFlowTest extends JobSpec {

    /** Two steps feed a third, whose two workers are joined. */
    static final String FLOW =
            """
            a: executor {'output_message_type': 'fed'}
            b: executor {'output_message_type': %s}
            s__start: step_source {'required_upstreams': ['a', 'b'], 'dispatches': [{'to': 'left', 'fields': {'n': {'$ref': 'upstream', 'step_id': 'a', 'path': ['n']}, 'unit': {'$ref': 'run_input', 'path': ['unit']}}}, {'message_type': 'work'}]}
            left: executor {'output_message_type': 'part'}
            right: module
            s__join: step_join {'expected_sources': ['left', 'right'], 'output_keys': {'left': 'sum'}}
            s__end: step_sink {'schema': {'type': 'object', 'required': ['total']}, 'fields': {'total': {'$ref': 'flow_output', 'path': ['right', 'n']}}}
            sink: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
            a -> s__start: fed
            b -> s__start: fed
            s__start -> right: work
            left -> s__join: part
            right -> s__join: part
            s__join -> s__end: *
            s__end -> sink: *
            step a: a
            step b: b
            step s: s {'control': {'timeout_seconds': 60, 'retry': {'max_attempts': 2, 'backoff_seconds': 1}}}
            a => s
            b => s
            bindings: {'s': {'workers': [{'id': 's__start'}, {'id': 'left'}, {'id': 'right'}, {'id': 's__join'}, {'id': 's__end'}]}}
            entrypoints: a, b
            """;

    private void givenFlow(String typeOfB) {
        submitted(
                FLOW.formatted(typeOfB),
                new Job.Submission(
                        object("{'unit': 'm'}"),
                        JsonObject.empty(),
                        JsonObject.empty(),
                        List.of()));
        when(new JobCommand.Start(NODE));
    }

    private void feed(String agent, String output) {
        grant(agent);
        succeed(agent, "{'complete_step': " + output + "}");
    }

    private void rightGives(String body) {
        handle("right", with("{}").emit("part", json(body)).build());
    }

    @Test
    void the_sink_ends_the_step_with_what_it_makes_of_the_join() {
        givenFlow("'fed'");
        grant("a");
        succeed("a", "{'complete_step': true}");
        thenSteps("a completed", "b queued", "s blocked");
        grant("b");
        succeed("b", "{'complete_step': true}");
        thenAmongOthers(
                "step_source_waiting(s__start)",
                "step_source_dispatched(s__start)",
                "agent_message_received(left)",
                "agent_message_received(right)");
        assertThat(payload("step_source_dispatched").string("attempt_id")).hasValue("s:attempt:1");
        var toLeft = ((JsonObject) inHand("left").body());
        assertThat(toLeft.string("unit")).hasValue("m");
        assertThat(toLeft.object("_mn_step").string("attempt_id")).hasValue("s:attempt:1");
        for (var worker : List.of("left", "right")) {
            var headers = inHand(worker).headers();
            assertThat(headers.string("mn.workflow.attempt_id")).hasValue("s:attempt:1");
            assertThat(headers.string("mn.workflow.step_id")).hasValue("s");
            assertThat(headers.integer("mn.workflow.timeout_seconds")).hasValue(60);
        }
        grant("left");
        succeed("left", "3");
        thenAmongOthers("step_join_waiting(s__join)");
        thenSteps("a completed", "b completed", "s running");
        rightGives("{'n': 4}");
        thenAmongOthers(
                "step_join_completed(s__join)",
                "step_sink_completed(s__end)",
                "workflow_step_completed",
                "job_completed");
        assertThat(step("s").output).isEqualTo(json("{'total': 4}"));
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void another_attempt_begins_with_nothing_of_the_one_before() {
        givenFlow("'fed'");
        feed("a", "1");
        feed("b", "2");
        grant("left");
        succeed("left", "3");
        thenAmongOthers("step_join_waiting(s__join)");
        throwing("right", "no");
        thenAmongOthers("workflow_step_attempt_retry_scheduled");
        advanceToWake();
        thenAmongOthers("step_source_waiting(s__start)", "step_source_dispatched(s__start)");
        assertThat(payload("step_source_dispatched").string("attempt_id")).hasValue("s:attempt:2");
        rightGives("{'n': 5}");
        thenAmongOthers("step_join_waiting(s__join)");
        assertThat(payload("step_join_waiting").integer("count")).hasValue(1);
        grant("left");
        succeed("left", "3");
        thenStatus(JobStatus.COMPLETED);
        assertThat(step("s").output).isEqualTo(json("{'total': 5}"));
    }

    @Test
    void what_a_sink_refuses_fails_the_attempt_with_the_reason() {
        givenFlow("'fed'");
        feed("a", "1");
        feed("b", "2");
        for (int attempt = 1; attempt <= 2; attempt++) {
            rightGives("{'m': 5}");
            grant("left");
            succeed("left", "3");
            thenAmongOthers("dead_letter(s__end)");
            if (attempt == 1) {
                thenAmongOthers("workflow_step_attempt_retry_scheduled");
                advanceToWake();
            }
        }
        thenStatus(JobStatus.FAILED);
        assertThat(job.failure.orElseThrow().desc())
                .isEqualTo(
                        "Step s failed: a message became a dead letter: handler_rejected:"
                                + " Expected total, but found none");
    }

    @Test
    void an_upstream_that_ends_without_a_word_delivers_what_it_gave() {
        givenFlow("null");
        feed("b", "{'n': 7}");
        feed("a", "{'n': 6}");
        thenAmongOthers("step_source_dispatched(s__start)");
        assertThat(((JsonObject) inHand("right").body()).at("b")).isEqualTo(json("{'n': 7}"));
    }

    @Test
    void everything_is_there_again_after_a_crash() {
        givenFlow("'fed'");
        feed("a", "1");
        feed("b", "2");
        grant("left");
        succeed("left", "3");
        crash();
        recover();
        when(new JobCommand.Resume());
        assertThat(FlowAgents.missing(agent("s__join"))).isEqualTo("right");
        assertThat(FlowAgents.view(agent("s__start")).bool("done")).hasValue(true);
        rightGives("{'n': 4}");
        thenAmongOthers("step_join_completed(s__join)", "job_completed");
        assertThat(step("s").output).isEqualTo(json("{'total': 4}"));
    }

    @Test
    void a_step_that_is_only_a_join_ends_with_what_it_joins() {
        given(
                """
                a: executor {'output_message_type': 'fed'}
                b: executor {'output_message_type': 'fed'}
                j: step_join {'expected_sources': ['a', 'b'], 'output_keys': ['x', 'y']}
                a -> j: fed
                b -> j: fed
                step a: a
                step b: b
                step j: j
                a => j
                b => j
                entrypoints: a, b
                """);
        feed("a", "1");
        feed("b", "2");
        thenStatus(JobStatus.COMPLETED);
        var output = (JsonObject) step("j").output;
        assertThat(output.names()).containsExactly("x", "y");
    }
}
