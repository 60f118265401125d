package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that choose among those after them, and steps that multiply them. */
class BranchAndScatterTest extends JobSpec {

    private static final String TRIAGE =
            """
            c: executor {'output_message_type': 'routed'}
            auto: executor {'output_message_type': 'replied'}
            hand: executor {'output_message_type': 'replied'}
            m: executor {'output_message_type': null}
            c -> auto: routed
            c -> hand: routed
            auto -> m: replied
            hand -> m: replied
            step classify: c
            step auto: auto
            step hand: hand
            step merge: m {'trigger_rule': 'none_failed_min_one_success'}
            classify => auto
            classify => hand
            auto => merge
            hand => merge
            """;

    private void choose(String agent, String branches) {
        grant(agent);
        succeed(
                agent,
                "{'events': [{'type': 'workflow_step_branch', 'payload': {'branches': %s}}], 'complete_step': true}"
                        .formatted(branches));
    }

    @Test
    void what_was_not_chosen_is_skipped_and_its_message_ignored() {
        given(TRIAGE);
        choose("c", "['hand']");
        thenAmongOthers(
                "workflow_branch_selected",
                "workflow_step_skipped",
                "workflow_step_completed",
                "workflow_step_duplicate_message_ignored(auto)",
                "workflow_step_attempt_started(hand)");
        thenSteps("classify completed", "auto skipped", "hand queued", "merge pending");
        complete("hand", "1");
        complete("m", "{'merged': 1}");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void unknown_branches_are_no_choice() {
        given(TRIAGE);
        choose("c", "['hand', 'nobody', 'merge']");
        thenSteps("classify completed", "auto skipped", "hand queued", "merge pending");
    }

    @Test
    void a_skip_goes_on_to_steps_that_have_only_skipped_parents() {
        given(
                """
                c: executor {'output_message_type': null}
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                t: executor {'output_message_type': null}
                step c: c
                step a: a
                step a2: t {'trigger_rule': 'all_done'}
                step b: b
                c => a
                a => a2
                c => b
                """);
        choose("c", "['b']");
        thenSteps("c completed", "a skipped", "a2 skipped", "b queued");
    }

    @Test
    void a_join_after_a_branch_needs_to_accept_skipped_parents() {
        var join =
                """
                c: executor {'output_message_type': null}
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                j: executor {'output_message_type': null}
                step c: c
                step a: a
                step b: b
                step j: j
                c => a
                c => b
                a => j %s
                b => j %s
                """;
        given(join.formatted("", ""));
        choose("c", "['a']");
        complete("a", "1");
        thenSteps("c completed", "a completed", "b skipped", "j skipped");

        var accepts = "{'accepts': ['done', 'skipped']}";
        given(join.formatted(accepts, accepts));
        choose("c", "['a']");
        complete("a", "1");
        thenSteps("c completed", "a completed", "b skipped", "j queued");
    }

    @Test
    void a_skip_may_take_everything_below_with_it() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': null}
                step a: a
                step b: b {'trigger_rule': 'all_done'}
                step c: c {'trigger_rule': 'all_done'}
                a => b
                b => c
                """);
        grant("a");
        succeed(
                "a",
                "{'events': [{'type': 'workflow_step_skipped', 'payload': {'reason': 'nothing new', 'skip_downstream': true}}]}");
        thenSteps("a skipped", "b skipped", "c skipped");
        thenStatus(JobStatus.COMPLETED);
    }

    // Scatter

    private static final String SCORE =
            """
            plan: executor {'output_message_type': null}
            score: executor {'output_message_type': 'scored', 'idempotent': true}
            gather: executor {'output_message_type': null}
            score -> gather: scored
            step plan: plan
            step score: score
            step gather: gather
            plan => score
            score => gather
            """;

    private void scatter(String agent, String payload) {
        grant(agent);
        succeed(
                agent,
                "{'events': [{'type': 'workflow_step_scatter', 'payload': %s}], 'complete_step': true}"
                        .formatted(payload));
    }

    @Test
    void each_item_gets_an_instance_and_the_gather_gets_all_outputs_in_order() {
        given(SCORE);
        scatter("plan", "{'target': 'score', 'items': [{'c': 1}, {'c': 2}, {'c': 3}]}");
        thenAmongOthers(
                "workflow_step_scattered", "workflow_step_skipped", "workflow_step_completed");
        thenSteps(
                "plan completed",
                "score skipped",
                "gather pending",
                "score[0] queued",
                "score[1] queued",
                "score[2] queued");
        assertThat(step("score").outcome).isEqualTo("mapped");
        assertThat(inHand("score[1]").type()).isEqualTo("workflow_scatter_item");
        assertThat(inHand("score[1]").body()).isEqualTo(json("{'item': {'c': 2}, 'map_index': 1}"));

        complete("score[2]", "30");
        complete("score[0]", "10");
        thenSteps(
                "plan completed",
                "score skipped",
                "gather blocked",
                "score[0] completed",
                "score[1] queued",
                "score[2] completed");
        crashAndReadSnapshot();
        recover();
        complete("score[1]", "20");
        var body = (JsonObject) inHand("gather").body();
        assertThat(body.at("items")).isEqualTo(json("[10, 20, 30]"));
        assertThat(body.integer("count")).hasValue(3);
        complete("gather", "{'sum': 60}");
        thenStatus(JobStatus.COMPLETED);
        assertThat(output()).isEqualTo(json("{'sum': 60}"));
    }

    @Test
    void several_targets_take_turns() {
        given(
                """
                plan: executor {'output_message_type': null}
                x: executor {'output_message_type': null}
                y: executor {'output_message_type': null}
                step plan: plan
                step x: x
                step y: y
                plan => x
                plan => y
                """);
        scatter("plan", "{'targets': ['x', 'y'], 'items': [1, 2, 3]}");
        thenSteps(
                "plan completed",
                "x skipped",
                "y skipped",
                "x[0] queued",
                "y[1] queued",
                "x[2] queued");
    }

    @Test
    void no_more_instances_run_than_the_scatter_allows() {
        given(SCORE);
        scatter("plan", "{'target': 'score', 'items': [1,2,3,4,5], 'max_concurrency': 2}");
        for (int left = 5; left > 0; left--) {
            assertThat(job.ledger().room.active).isEqualTo(Math.min(2, left));
            complete("score[" + (5 - left) + "]", "1");
        }
        complete("gather", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void nothing_to_scatter_is_an_empty_list_for_the_gather() {
        given(SCORE);
        scatter("plan", "{'target': 'score', 'items': []}");
        thenSteps("plan completed", "score skipped", "gather queued");
        assertThat(step("score").outcome).isEqualTo("mapped_empty");
        assertThat(((JsonObject) inHand("gather").body()).at("items")).isEqualTo(json("[]"));
        complete("gather", "0");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_failed_instance_fails_like_any_step() {
        given(SCORE);
        scatter("plan", "{'target': 'score', 'items': [1, 2]}");
        grant("score[1]");
        fail("score[1]", 1);
        thenStatus(JobStatus.FAILED);
        assertThat(job.failure.orElseThrow().details().string("step_id")).contains("score[1]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'target': 'score', 'items': 7} | items: 7 (expected: a list)",
                "{'target': 'nobody', 'items': [1]} | target: nobody (expected: a step after plan)",
                "{'target': 'plan', 'items': [1]} | target: plan (expected: a step after plan)",
                "{'items': [1]} | target: none (expected: a step after plan)",
                "{'target': 'score', 'items': [1, 2, 3], 'max_items': 2} | items: 3 (expected: at most 2)",
                "{'target': 'score', 'items': [1], 'max_items': -1} | items: 1 (expected: at most 0)"
            })
    void what_cannot_be_scattered_is_rejected_and_the_run_goes_on(String payload, String reason) {
        given(SCORE);
        scatter("plan", payload);
        assertThat(payload("workflow_step_scatter_rejected").string("reason")).contains(reason);
        thenSteps("plan completed", "score queued", "gather pending");
    }

    @Test
    void a_target_that_has_started_or_was_scattered_over_is_no_target_any_more() {
        given(
                """
                p: executor {'output_message_type': null}
                q: executor {'output_message_type': null}
                t: executor {'output_message_type': null}
                entrypoints: p, q
                step p: p
                step q: q
                step t: t {'trigger_rule': 'one_success'}
                p => t
                q => t
                """);
        complete("p", "1");
        grant("t");
        scatter("q", "{'target': 't', 'items': [1]}");
        assertThat(payload("workflow_step_scatter_rejected").string("reason"))
                .contains("target: t (expected: a step that has not started)");
        thenSteps("p completed", "q completed", "t running");

        given(SCORE);
        grant("plan");
        succeed(
                "plan",
                "{'events': [{'type': 'workflow_step_scatter', 'payload': {'target': 'score', 'items': [1]}}, {'type': 'workflow_step_scatter', 'payload': {'target': 'score', 'items': [2]}}], 'complete_step': 1}");
        assertThat(payload("workflow_step_scatter_rejected").string("reason"))
                .contains("target: score (expected: a step that has not started)");
        thenSteps("plan completed", "score skipped", "gather pending", "score[0] queued");
    }

    @Test
    void a_hundred_thousand_items_are_too_many() {
        given(SCORE);
        var items = "0,".repeat(99_999) + "0";
        scatter("plan", "{'target': 'score', 'items': [" + items + "]}");
        assertThat(payload("workflow_step_scatter_rejected").string("reason"))
                .contains("items: 100000 (expected: at most 1000)");
    }

    @Test
    void a_skip_that_takes_everything_below_stops_what_runs_there() {
        given(
                """
                p: executor {'output_message_type': null}
                q: executor {'output_message_type': null}
                m: executor {'output_message_type': null}
                t: executor {'output_message_type': null}
                entrypoints: p, q
                step p: p
                step q: q
                step m: m
                step t: t
                p => m
                q => m
                m => t {'accepts': ['done', 'skipped']}
                """);
        grant("p");
        succeed("p", "{'events': [{'type': 'workflow_step_partial', 'payload': {}}]}");
        grant("t");
        var running = attempt("t");
        grant("q");
        succeed(
                "q",
                "{'events': [{'type': 'workflow_step_skipped', 'payload': {'skip_downstream': true}}]}");
        thenSteps("p partial", "q skipped", "m skipped", "t skipped");
        assertThat(effect(Effect.StopWorker.class).attemptId()).isEqualTo(running);
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_skip_takes_a_step_with_it_whichever_of_its_parents_is_looked_at_first() {
        given(
                """
                c: executor {'output_message_type': null}
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                j: executor {'output_message_type': null}
                k: executor {'output_message_type': null}
                step c: c
                step a: a
                step b: b
                step j: j
                step k: k {'trigger_rule': 'all_done'}
                c => a
                a => j
                a => b
                b => j
                j => k
                """);
        choose("c", "[]");
        thenSteps("c completed", "a skipped", "b skipped", "j skipped", "k skipped");
        assertThat(step("j").reason).isEqualTo("every step before it was skipped");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void as_many_items_as_are_allowed_are_scattered() {
        given(SCORE);
        scatter("plan", "{'target': 'score', 'items': [1, 2], 'max_items': 2}");
        thenSteps(
                "plan completed",
                "score skipped",
                "gather pending",
                "score[0] queued",
                "score[1] queued");
    }

    @Test
    void a_step_of_several_agents_is_not_scattered_over() {
        given(
                """
                p: executor {'output_message_type': null}
                t: executor {'output_message_type': null}
                u: executor {'output_message_type': null}
                step p: p
                step t: t
                p => t
                bindings: {'t': {'workers': [{'id': 't'}, {'id': 'u'}]}}
                """);
        scatter("p", "{'target': 't', 'items': [1]}");
        assertThat(payload("workflow_step_scatter_rejected").string("reason"))
                .contains("target: t (expected: a step of one agent)");
    }
}
