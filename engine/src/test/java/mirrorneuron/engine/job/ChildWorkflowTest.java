package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that unfold into rounds of steps, as a planner says. */
class ChildWorkflowTest extends JobSpec {

    static final String STUDY =
            """
            ask: executor {'output_message_type': 'asked'}
            study: executor {'output_message_type': null}
            think: executor {'output_message_type': null}
            read: executor {'output_message_type': null}
            tell: executor {'output_message_type': null}
            ask -> study: asked
            step ask: ask
            step study: study {'control': {'timeout_seconds': 600}}
            step tell: tell
            ask => study
            study => tell
            workflow: {'execution': 'serial', 'child_workflows': {'study': {'planner': 'think', 'templates': {'think': {'run': 'think', 'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 0}}}, 'read': {'run': 'read'}}, 'max_rounds': 2, 'max_steps_per_round': 3}}}
            """;

    private void unfold() {
        given(STUDY);
        complete("ask", "{'topic': 'bees'}");
    }

    static String execute(int revision, String steps) {
        return "{'child_plan': {'revision': %d, 'decision': 'execute', 'steps': [%s]}}"
                .formatted(revision, steps);
    }

    @Test
    void rounds_follow_each_other_until_the_planner_stops() {
        unfold();
        thenAmongOthers("workflow_child_started(study)", "workflow_step_started(study:p1)");
        thenSteps("ask completed", "study running", "tell pending", "study:p1 queued");
        var first = (JsonObject) inHand("study:p1").body();
        assertThat(first.integer("round")).hasValue(1);
        assertThat(first.at("results")).isEqualTo(json("[]"));

        complete(
                "study:p1",
                execute(
                        1,
                        "{'id': 'a', 'template': 'read', 'input': {'page': 1}}, {'id': 'b', 'template': 'read', 'needs': ['a']}"));
        thenAmongOthers("workflow_child_plan_committed", "workflow_step_started(study:r1:a)");
        thenSteps(
                "ask completed",
                "study running",
                "tell pending",
                "study:p1 completed",
                "study:r1:a queued",
                "study:r1:b pending");
        assertThat(((JsonObject) inHand("study:r1:a").body()).at("input"))
                .isEqualTo(json("{'page': 1}"));
        complete("study:r1:a", "1");
        crash();
        crashAndReadSnapshot();
        recover();
        complete("study:r1:b", "2");
        thenAmongOthers("workflow_child_round_completed", "workflow_step_started(study:p2)");

        var second = (JsonObject) inHand("study:p2").body();
        assertThat(second.array("results").toString())
                .contains("\"step_id\":\"study:r1:b\"", "\"output\":2");
        complete("study:p2", "{'child_plan': {'decision': 'stop', 'output': {'facts': 2}}}");
        thenAmongOthers(
                "workflow_child_completed(study)",
                "workflow_step_completed",
                "workflow_step_started(tell)");
        assertThat(step("study").output).isEqualTo(json("{'facts': 2}"));
        complete("tell", "1");
        assertThat(job.failure).isEmpty();
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void more_rounds_than_allowed_fail_the_step() {
        unfold();
        for (int round = 1; round <= 2; round++) {
            complete("study:p" + round, execute(round, "{'id': 'a', 'template': 'read'}"));
            complete("study:r" + round + ":a", "1");
        }
        thenAmongOthers("workflow_child_failed(study)", "workflow_step_failed", "job_failed");
        assertThat(step("study").reason).isEqualTo("its planner did not stop within 2 rounds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7 | {'id': 'a', 'template': 'read'} | child_plan.revision: 7 (expected: 1)",
                "1 | {'id': 'a', 'template': 'write'} | an id, and a known template",
                "1 | {'id': 'a', 'template': 'read', 'needs': ['z']} | expected: a step of the round",
                "1 | {'id': 'a', 'template': 'read', 'needs': ['a']} | a cycle (expected: none)",
                "1 | {'id': 'a', 'template': 'read'}, {'id': 'a', 'template': 'read'} | twice (expected: once)",
                "1 | {'id': 'a', 'template': 'read'}, {'id': 'b', 'template': 'read'}, {'id': 'c', 'template': 'read'}, {'id': 'd', 'template': 'read'} | child_plan.steps: 4 (expected: 1..3)"
            })
    void a_plan_that_is_none_fails_the_planners_attempt(int revision, String steps, String why) {
        unfold();
        complete("study:p1", execute(revision, steps));
        thenAmongOthers(
                "workflow_step_attempt_retry_scheduled", "workflow_step_attempt_started(study:p1)");
        assertThat(step("study:p1").lastError).contains(why);
        complete("study:p1", "{'child_plan': {'decision': 'stop', 'output': 0}}");
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_planner_that_says_there_is_no_use_is_not_asked_again() {
        unfold();
        grant("study:p1");
        succeed(
                "study:p1",
                "{'events': [{'type': 'workflow_step_failed', 'payload': {'retryable': false, 'error': 'no library'}}]}");
        assertThat(step("study:p1").reason).isEqualTo("no library");
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void a_message_to_a_step_that_unfolds_is_not_handled_beside_its_rounds() {
        given(STUDY.replace("study: executor {'output_message_type': null}", "study: module"));
        complete("ask", "{'topic': 'bees'}");
        send("study", "asked", "{'topic': 'ants'}");
        thenAmongOthers("workflow_step_duplicate_message_ignored(study)");
        thenSteps("ask completed", "study running", "tell pending", "study:p1 queued");
        assertThat(explainStep("study").cause()).isEqualTo("waiting_for_children");
        complete("study:p1", "{'child_plan': {'decision': 'stop', 'output': 0}}");
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void the_time_of_the_whole_is_limited_and_its_steps_go_with_it() {
        unfold();
        complete("study:p1", execute(1, "{'id': 'a', 'template': 'read'}"));
        grant("study:r1:a");
        advance(600_000);
        assertThat(effects()).hasAtLeastOneElementOfType(Effect.StopWorker.class);
        thenStatus(JobStatus.FAILED);
        assertThat(job.failure.orElseThrow().code()).isEqualTo("workflow.step.timeout");
    }

    @Test
    void cancelling_reaches_the_steps_of_a_round() {
        unfold();
        complete("study:p1", execute(1, "{'id': 'a', 'template': 'read'}"));
        grant("study:r1:a");
        cancel();
        effect(Effect.StopWorker.class);
        stop("study:r1:a");
        thenStatus(JobStatus.CANCELLED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7 | child_plan: none (expected: an object with decision and steps)",
                "{'steps': []} | child_plan: none (expected: an object with decision and steps)",
                "{'child_plan': 7} | child_plan: none (expected: an object with decision and steps)",
                "{'child_plan': {'decision': 'rest'}} | child_plan.decision: \"rest\" (expected: execute or stop)",
                "{'child_plan': {'steps': []}} | child_plan.decision: null (expected: execute or stop)",
                "{'child_plan': {'decision': 'execute'}} | child_plan.steps: 0 (expected: 1..3)",
                "{'child_plan': {'decision': 'execute', 'steps': [7]}} | child_plan step: 7 (expected: an id, and a known template)",
                "{'child_plan': {'decision': 'execute', 'steps': [{'id': 'a b', 'template': 'read'}]}} | (expected: an id, and a known template)"
            })
    void an_output_that_holds_no_plan_fails_the_planners_attempt(String output, String why) {
        unfold();
        complete("study:p1", output);
        assertThat(step("study:p1").lastError).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'child_plan': {'decision': 'stop', 'output': 5}}",
                "{'outputs': {'child_plan': {'decision': 'stop', 'output': 5}}}",
                "{'decision': 'stop', 'output': 5}"
            })
    void a_plan_stands_alone_or_among_the_outputs(String output) {
        unfold();
        complete("study:p1", output);
        thenSteps("ask completed", "study completed", "tell queued", "study:p1 completed");
        assertThat(step("study").output).isEqualTo(json("5"));
    }

    @Test
    void a_plan_has_so_many_bytes() {
        var frame = "{\"decision\":\"stop\",\"reason\":\"\"}".length();
        unfold();
        complete("study:p1", stopBecause(ChildPlan.BYTES_MAX - frame));
        thenSteps("ask completed", "study completed", "tell queued", "study:p1 completed");
        unfold();
        complete("study:p1", stopBecause(ChildPlan.BYTES_MAX - frame + 1));
        assertThat(step("study:p1").lastError)
                .isEqualTo(
                        "child_plan: %d bytes (expected: at most %d)"
                                .formatted(ChildPlan.BYTES_MAX + 1, ChildPlan.BYTES_MAX));
    }

    private static String stopBecause(int chars) {
        return "{'decision': 'stop', 'reason': '%s'}".formatted("x".repeat(chars));
    }

    @Test
    void as_many_steps_as_a_round_may_have() {
        unfold();
        complete(
                "study:p1",
                execute(
                        1,
                        "{'id': 'a', 'template': 'read'}, {'id': 'b', 'template': 'read'}, {'id': 'c', 'template': 'read'}"));
        thenAmongOthers("workflow_child_plan_committed");
    }
}
