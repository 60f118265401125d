package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Controllers that change the graph while it runs. */
class DynamicGraphTest extends JobSpec {

    private static final String PATH =
            """
            plan: executor {'output_message_type': null}
            look: executor {'output_message_type': null}
            tell: executor {'output_message_type': null}
            step plan: plan {'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 0}}}
            step tell: tell
            plan => tell
            workflow: {'mode': 'dynamic_dag', 'dynamic': {'enabled': true, 'apply_at': 'between_steps', 'templates': {'look': {'run': 'look', 'with': {'depth': 1}}, 'other': {'run': 'look'}}, 'regions': [{'id': 'middle', 'strategy': 'replace_path', 'controller': 'plan', 'exit': 'tell', 'templates': ['look'], 'mutable_edges': ['plan-to-tell']}], 'limits': {'max_operations_per_patch': 8, 'max_active_steps': 2}}}
            """;

    private static final String DETOUR =
            """
            {'op': 'remove_edge', 'id': 'plan-to-tell'},
            {'op': 'add_step', 'id': 'look-1', 'template': 'look', 'with': {'topic': 'bees'}},
            {'op': 'add_step', 'id': 'look-2', 'template': 'look'},
            {'op': 'add_edge', 'id': 'e1', 'from': 'plan', 'to': 'look-1'},
            {'op': 'add_edge', 'id': 'e2', 'from': 'plan', 'to': 'look-2'},
            {'op': 'add_edge', 'id': 'e3', 'from': 'look-1', 'to': 'tell'},
            {'op': 'add_edge', 'id': 'e4', 'from': 'look-2', 'to': 'tell'}
            """;

    /** The two steps of the detour, one after the other. */
    private static final String LONGER =
            """
            {'op': 'remove_edge', 'id': 'e4'},
            {'op': 'add_edge', 'id': 'e5', 'from': 'look-2', 'to': 'look-1'}
            """;

    private static String patch(String id, String region, int base, String operations) {
        return "{'events': [{'type': 'workflow_graph_patch', 'payload': {'patch_id': '%s', 'region_id': '%s', 'base_revision': %d, 'operations': [%s]}}], 'complete_step': {'planned': true}}"
                .formatted(id, region, base, operations.strip().replace("\n", " "));
    }

    private void plan(String result) {
        if (agent("plan").inflight == null
                || agent("plan").inflight.phase() == AgentState.Phase.LEASE) {
            grant("plan");
        }
        succeed("plan", result);
    }

    @Test
    void steps_are_put_into_the_path_and_their_outputs_reach_its_end() {
        given(PATH);
        plan(patch("p-1", "middle", 0, DETOUR));
        thenAmongOthers(
                "workflow_graph_patch_applied",
                "workflow_step_completed",
                "workflow_step_triggered",
                "workflow_step_started(look-1)");
        thenSteps("plan completed", "tell pending", "look-1 queued", "look-2 queued");
        assertThat(job.ledger().revision).isEqualTo(1);
        var body = (JsonObject) inHand("look-1").body();
        assertThat(body.at("input")).isEqualTo(json("{'topic': 'bees'}"));
        assertThat(((JsonObject) inHand("look-2").body()).at("input"))
                .isEqualTo(json("{'depth': 1}"));
        var headers = inHand("look-1").headers();
        assertThat(headers.string("mn.workflow.template_id")).contains("look");
        assertThat(headers.string("mn.workflow.region_id")).contains("middle");
        assertThat(headers.integer("mn.workflow.graph_revision")).hasValue(1);

        complete("look-1", "{'found': 1}");
        crash();
        crashAndReadSnapshot();
        recover();
        complete("look-2", "{'found': 2}");
        var told = ((JsonObject) inHand("tell").body()).array("parents");
        assertThat(told.toString()).contains("\"step_id\":\"look-1\"", "{\"found\":2}");
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_patch_that_was_applied_before_changes_nothing() {
        given(PATH);
        plan(patch("p-1", "middle", 0, DETOUR));
        assertThat(job.ledger().patches).containsOnlyKeys("p-1");
        assertThat(judge(applied(0))).isInstanceOf(PatchCheck.Verdict.Replayed.class);
        assertThat(judge(applied(7)))
                .isInstanceOfSatisfying(
                        PatchCheck.Verdict.Rejected.class,
                        rejected ->
                                assertThat(rejected.problem().code()).isEqualTo("patch.conflict"));
    }

    private PatchCheck.Verdict judge(JsonObject patch) {
        return PatchCheck.judge(job, step("plan"), new PatchCheck.Sketch(job.ledger()), patch);
    }

    private static JsonObject applied(int base) {
        return (JsonObject)
                ((JsonObject) object(patch("p-1", "middle", base, DETOUR)).array("events").get(0))
                        .at("payload");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "patch.region_unknown | nowhere | 0 | {'op': 'add_step', 'id': 'x', 'template': 'look'}",
                "patch.revision_stale | middle | 3 | {'op': 'add_step', 'id': 'x', 'template': 'look'}",
                "patch.template_not_allowed | middle | 0 | {'op': 'add_step', 'id': 'x', 'template': 'other'}",
                "patch.id_taken | middle | 0 | {'op': 'add_step', 'id': 'tell', 'template': 'look'}",
                "patch.id_taken | middle | 0 | {'op': 'add_step', 'id': 'look', 'template': 'look'}",
                "patch.invalid | middle | 0 | {'op': 'grow'}",
                "patch.unreachable | middle | 0 | {'op': 'add_step', 'id': 'x', 'template': 'look'}",
                "patch.unreachable | middle | 0 | {'op': 'remove_edge', 'id': 'plan-to-tell'}",
                "patch.edge_unknown | middle | 0 | {'op': 'remove_edge', 'id': 'nothing'}",
                "patch.step_unknown | middle | 0 | {'op': 'remove_step', 'id': 'tell'}",
                "patch.dangling_edge | middle | 0 | {'op': 'add_edge', 'id': 'e', 'from': 'plan', 'to': 'nobody'}",
                "patch.cycle | middle | 0 | {'op': 'add_step', 'id': 'x', 'template': 'look'}, {'op': 'add_edge', 'id': 'a', 'from': 'plan', 'to': 'x'}, {'op': 'add_step', 'id': 'y', 'template': 'look'}, {'op': 'add_edge', 'id': 'b', 'from': 'x', 'to': 'y'}, {'op': 'add_edge', 'id': 'c', 'from': 'y', 'to': 'x'}",
                "patch.step_started | middle | 0 | {'op': 'add_edge', 'id': 'e', 'from': 'tell', 'to': 'plan'}"
            })
    void a_patch_that_does_not_fit_is_refused_and_fails_the_attempt(
            String code, String region, int base, String operation) {
        given(PATH);
        plan(patch("p-1", region, base, operation));
        var refusal = payload("workflow_graph_patch_rejected");
        assertThat(refusal.string("code")).contains(code);
        assertThat(job.ledger().revision).isZero();
        thenAmongOthers(
                "workflow_graph_patch_rejected(plan)", "workflow_step_attempt_retry_scheduled");
        assertThat(step("plan").failures).isEqualTo(1);

        plan("{'complete_step': 1}");
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_patch_with_one_mistake_changes_nothing() {
        given(PATH);
        plan(patch("p-1", "middle", 0, DETOUR + ", {'op': 'remove_edge', 'id': 'nothing'}"));
        assertThat(job.ledger().find("look-1")).isNull();
        assertThat(job.ledger().link("plan-to-tell")).isNotNull();
        assertThat(payload("workflow_graph_patch_rejected").string("code"))
                .contains("patch.edge_unknown");
    }

    @Test
    void only_the_controller_may_change_its_region() {
        given(PATH);
        plan("{'complete_step': 1}");
        grant("tell");
        succeed("tell", patch("p-1", "middle", 0, DETOUR));
        assertThat(payload("workflow_graph_patch_rejected").string("code"))
                .contains("patch.not_controller");
    }

    @Test
    void a_graph_that_stays_as_it_is_takes_no_patch() {
        given(
                """
                plan: executor {'output_message_type': null}
                step plan: plan
                """);
        plan(patch("p-1", "middle", 0, DETOUR));
        assertThat(payload("workflow_graph_patch_rejected").string("code"))
                .contains("patch.dynamic_disabled");
        thenStatus(JobStatus.FAILED);
    }

    // Rounds

    static final String ROUNDS =
            """
            plan: executor {'output_message_type': null}
            look: executor {'output_message_type': null}
            tell: executor {'output_message_type': null}
            step plan: plan
            step tell: tell
            plan => tell
            workflow: {'mode': 'dynamic_dag', 'dynamic': {'enabled': true, 'apply_at': 'between_steps', 'templates': {'look': {'run': 'look'}}, 'regions': [{'id': 'rounds', 'strategy': 'checkpoint_fanout', 'controller': 'plan', 'templates': ['look']}], 'limits': {'max_history': 2}}}
            """;

    static String round(int number, int base, int steps) {
        var operations = new StringBuilder();
        for (int i = 0; i < steps; i++) {
            var id = "look-" + number + "-" + i;
            operations.append(
                    "%s{'op': 'add_step', 'id': '%s', 'template': 'look'}, {'op': 'add_edge', 'id': 'e-%s', 'from': 'plan', 'to': '%s'}"
                            .formatted(i == 0 ? "" : ", ", id, id, id));
        }
        return patch("p-" + number, "rounds", base, operations.toString());
    }

    @Test
    void a_controller_works_in_rounds_until_it_has_nothing_to_add() {
        given(ROUNDS);
        plan(round(1, 0, 2));
        thenAmongOthers(
                "workflow_graph_patch_applied",
                "workflow_controller_checkpointed",
                "workflow_step_started(look-1-0)");
        thenSteps("plan ready", "tell pending", "look-1-0 queued", "look-1-1 queued");
        assertThat(explainStep("plan").sentence()).contains("Round 1 is at work");
        complete("look-1-0", "10");
        crashAndReadSnapshot();
        recover();
        complete("look-1-1", "11");

        var second = (JsonObject) inHand("plan").body();
        assertThat(second.integer("round")).hasValue(2);
        assertThat(second.array("results").toString())
                .contains("\"step_id\":\"look-1-0\"", "\"output\":11");
        plan(round(2, 1, 1));
        complete("look-2-0", "20");
        thenAmongOthers("workflow_dynamic_steps_retired", "workflow_step_attempt_started(plan)");
        assertThat(job.ledger().find("look-1-0")).isNull();

        plan("{'complete_step': {'rounds': 2}}");
        thenSteps("plan completed", "tell queued", "look-1-1 completed", "look-2-0 completed");
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_controller_hears_of_its_whole_round_however_short_the_history_is() {
        given(ROUNDS.replace("'max_history': 2", "'max_history': 0"));
        plan(round(1, 0, 2));
        complete("look-1-0", "10");
        complete("look-1-1", "11");
        assertThat(((JsonObject) inHand("plan").body()).array("results").toString())
                .contains("\"output\":10", "\"output\":11");
        plan(round(2, 1, 1));
        complete("look-2-0", "20");
        assertThat(payload("workflow_dynamic_steps_retired").array("steps"))
                .isEqualTo(json("['look-1-0', 'look-1-1']"));
        plan("{'complete_step': 1}");
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_round_goes_on_although_another_controller_has_changed_the_graph_since() {
        given(
                """
                plan: executor {'output_message_type': null}
                other: executor {'output_message_type': null}
                look: executor {'output_message_type': null}
                step plan: plan
                step other: other
                entrypoints: plan, other
                workflow: {'mode': 'dynamic_dag', 'dynamic': {'enabled': true, 'apply_at': 'between_steps', 'templates': {'look': {'run': 'look'}}, 'regions': [{'id': 'rounds', 'strategy': 'checkpoint_fanout', 'controller': 'plan', 'templates': ['look']}, {'id': 'others', 'strategy': 'checkpoint_fanout', 'controller': 'other', 'templates': ['look']}]}}
                """);
        plan(round(1, 0, 1));
        grant("other");
        succeed(
                "other",
                round(2, 1, 1).replace("'rounds'", "'others'").replace("'plan'", "'other'"));
        complete("look-1-0", "10");
        thenAmongOthers("workflow_step_attempt_started(plan)");
        plan("{'complete_step': 1}");
        complete("look-2-0", "20");
        grant("other");
        succeed("other", "{'complete_step': 2}");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_step_that_was_added_is_not_scattered_over() {
        given(ROUNDS);
        plan(
                patch(
                        "p-1",
                        "rounds",
                        0,
                        "{'op': 'add_step', 'id': 'a', 'template': 'look'}, {'op': 'add_step', 'id': 'b', 'template': 'look'}, {'op': 'add_edge', 'id': 'e-a', 'from': 'plan', 'to': 'a'}, {'op': 'add_edge', 'id': 'e-b', 'from': 'a', 'to': 'b'}"));
        grant("a");
        succeed(
                "a",
                "{'events': [{'type': 'workflow_step_scatter', 'payload': {'target': 'b', 'items': [1, 2]}}], 'complete_step': 1}");
        assertThat(payload("workflow_step_scatter_rejected").string("reason"))
                .contains("target: b (expected: a step of the manifest)");
        complete("b", "2");
        plan("{'complete_step': 3}");
        complete("tell", "4");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void instances_keep_the_edges_that_a_patch_had_given_their_target() {
        given(
                """
                plan: executor {'output_message_type': null}
                spread: executor {'output_message_type': null}
                each: executor {'output_message_type': null}
                look: executor {'output_message_type': null}
                tell: executor {'output_message_type': null}
                step plan: plan
                step spread: spread
                step each: each
                step tell: tell
                plan => spread
                plan => tell
                spread => each
                workflow: {'mode': 'dynamic_dag', 'dynamic': {'enabled': true, 'apply_at': 'between_steps', 'templates': {'look': {'run': 'look'}}, 'regions': [{'id': 'middle', 'strategy': 'replace_path', 'controller': 'plan', 'exit': 'tell', 'templates': ['look'], 'mutable_edges': ['plan-to-tell']}]}}
                """);
        plan(
                patch(
                        "p-1",
                        "middle",
                        0,
                        "{'op': 'add_step', 'id': 'x', 'template': 'look'}, {'op': 'add_edge', 'id': 'e1', 'from': 'each', 'to': 'x'}, {'op': 'add_edge', 'id': 'e2', 'from': 'plan', 'to': 'x'}, {'op': 'add_edge', 'id': 'e3', 'from': 'x', 'to': 'tell'}"));
        grant("spread");
        succeed(
                "spread",
                "{'events': [{'type': 'workflow_step_scatter', 'payload': {'target': 'each', 'items': [1, 2]}}], 'complete_step': 1}");
        crashAndReadSnapshot();
        recover();
        complete("each[0]", "10");
        assertThat(step("x").parents).as("plan and two instances").isEqualTo(3);
        assertThat(step("x").attempt).isZero();
        complete("each[1]", "11");
        complete("x", "12");
        complete("tell", "13");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_patch_waits_for_the_person_who_has_to_agree() {
        given(ROUNDS.replace("step plan: plan", "step plan: plan {'control': {'approval': {}}}"));
        plan(round(1, 0, 1));
        thenSteps("plan waiting", "tell pending");
        assertThat(job.ledger().revision).isZero();
        decide("plan", "d-1", "approve", "");
        thenAmongOthers(
                "human_decision_applied",
                "workflow_graph_patch_applied",
                "workflow_controller_checkpointed",
                "workflow_step_started(look-1-0)");
        complete("look-1-0", "1");
        plan("{'complete_step': 2}");
        decide("plan", "d-2", "approve", "");
        complete("tell", "3");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void nobody_is_asked_about_a_patch_that_does_not_fit() {
        given(ROUNDS.replace("step plan: plan", "step plan: plan {'control': {'approval': {}}}"));
        plan(round(1, 7, 1));
        thenAmongOthers("workflow_graph_patch_rejected(plan)", "workflow_step_failed");
    }

    private void isRefused(String manifest, String operations, String code, String what) {
        given(manifest);
        plan(patch("p-1", "middle", 0, operations));
        var refusal = payload("workflow_graph_patch_rejected");
        assertThat(refusal.string("code")).contains(code);
        assertThat(refusal.string("reason")).contains(what);
        assertThat(job.ledger().revision).isZero();
    }

    @Test
    void a_patch_holds_so_many_operations() {
        var eight = DETOUR + ", {'op': 'add_edge', 'id': 'e5', 'from': 'look-1', 'to': 'look-2'}";
        given(PATH);
        plan(patch("p-1", "middle", 0, eight));
        assertThat(job.ledger().revision).isEqualTo(1);
        isRefused(
                PATH,
                eight + ", {'op': 'remove_edge', 'id': 'e5'}",
                "patch.limit_exceeded",
                "operations: 9 (expected: at most 8)");
    }

    @Test
    void so_many_added_steps_are_open_at_a_time() {
        isRefused(
                PATH,
                DETOUR + ", {'op': 'add_step', 'id': 'look-3', 'template': 'look'}",
                "patch.limit_exceeded",
                "active steps: 3 (expected: at most 2)");
    }

    @Test
    void the_input_of_an_added_step_has_so_many_bytes() {
        var bees = "{'topic': 'bees'}".replace(" ", "");
        var limited = PATH.replace("'max_active_steps': 2", "'max_instance_input_bytes': %d");
        given(limited.formatted(bees.length()));
        plan(patch("p-1", "middle", 0, DETOUR));
        assertThat(job.ledger().revision).isEqualTo(1);
        isRefused(
                limited.formatted(bees.length() - 1),
                DETOUR,
                "patch.limit_exceeded",
                "input of look-1: 16 bytes (expected: at most 15)");
    }

    @Test
    void a_job_takes_so_many_patches() {
        given(ROUNDS.replace("'max_history': 2", "'max_patches': 1"));
        plan(round(1, 0, 1));
        complete("look-1-0", "1");
        plan(round(2, 1, 1));
        assertThat(payload("workflow_graph_patch_rejected").string("reason"))
                .contains("patches: 2 (expected: at most 1)");
        assertThat(job.ledger().revision).isEqualTo(1);
    }

    @Test
    void what_one_patch_adds_it_may_take_back() {
        given(PATH);
        plan(
                patch(
                        "p-1",
                        "middle",
                        0,
                        "{'op': 'add_step', 'id': 'x', 'template': 'look'}, {'op': 'remove_step', 'id': 'x'}"));
        assertThat(job.ledger().revision).isEqualTo(1);
        assertThat(job.ledger().find("x")).isNull();
        thenSteps("plan completed", "tell queued");
        crashAndReadSnapshot();
        recover();
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void an_edge_has_an_id_of_its_own() {
        isRefused(
                PATH,
                "{'op': 'add_edge', 'id': 'plan-to-tell', 'from': 'plan', 'to': 'tell'}",
                "patch.id_taken",
                "edge id: plan-to-tell (expected: an id that no edge has)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'op': 'remove_step', 'id': 'look-1-0'} | patch.step_started | step: look-1-0 (expected: a step that has not started)",
                "{'op': 'remove_edge', 'id': 'e-look-1-0'} | patch.step_started | edge e-look-1-0 to look-1-0 (expected: a step that has not started)",
                "{'op': 'remove_edge', 'id': 'plan-to-tell'} | patch.edge_unknown | edge: plan-to-tell (expected: an edge that was added, or one that region rounds may change)",
                "{'op': 'add_edge', 'id': 'late', 'from': 'plan', 'to': 'look-1-0'} | patch.step_started | edge late to look-1-0 (expected: a step that has not started)",
                "{'op': 'add_step', 'id': 'look-1-0', 'template': 'look'} | patch.id_taken | step id: look-1-0 (expected: an id that no step and no agent has)"
            })
    void what_an_earlier_round_added_has_started(String operation, String code, String what) {
        given(ROUNDS);
        plan(round(1, 0, 1));
        complete("look-1-0", "1");
        plan(patch("p-2", "rounds", 1, operation));
        var refusal = payload("workflow_graph_patch_rejected");
        assertThat(refusal.string("code")).contains(code);
        assertThat(refusal.string("reason")).contains(what);
    }

    /** Events of results, one after the other in one. */
    private static String together(String... results) {
        var events = Stream.of(results).map(it -> object(it).array("events").get(0).toString());
        return "{'events': [%s], 'complete_step': 1}"
                .formatted(events.collect(Collectors.joining(", ")));
    }

    @Test
    void a_patch_that_stands_twice_in_a_result_counts_once() {
        given(PATH);
        plan(together(patch("p-1", "middle", 0, DETOUR), patch("p-1", "middle", 0, DETOUR)));
        thenAmongOthers("workflow_graph_patch_applied", "workflow_graph_patch_replayed(plan)");
        assertThat(job.ledger().revision).isEqualTo(1);
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void a_patch_builds_on_the_one_before_it_in_its_result() {
        given(PATH);
        plan(together(patch("p-1", "middle", 0, DETOUR), patch("p-2", "middle", 1, LONGER)));
        assertThat(job.ledger().revision).isEqualTo(2);
        assertThat(job.ledger().patches).containsOnlyKeys("p-1", "p-2");
        thenSteps("plan completed", "tell pending", "look-1 pending", "look-2 queued");
        complete("look-2", "2");
        complete("look-1", "1");
        complete("tell", "3");
        thenStatus(JobStatus.COMPLETED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "p-1 | 1 | {'op': 'remove_step', 'id': 'look-1'} | patch.conflict",
                "p-2 | 0 | {'op': 'remove_step', 'id': 'look-1'} | patch.revision_stale",
                "p-2 | 1 | {'op': 'remove_step', 'id': 'look-1'} | patch.dangling_edge",
                "p-2 | 1 | {'op': 'remove_step', 'id': 'look-1'}, {'op': 'remove_step', 'id': 'look-1'} | patch.step_unknown",
                "p-2 | 1 | {'op': 'add_edge', 'id': 'e1', 'from': 'plan', 'to': 'tell'} | patch.id_taken",
                "p-2 | 1 | {'op': 'add_step', 'id': 'look-3', 'template': 'look'} | patch.limit_exceeded"
            })
    void a_patch_that_does_not_fit_takes_the_ones_before_it_along(
            String id, int base, String operations, String code) {
        given(PATH);
        plan(together(patch("p-1", "middle", 0, DETOUR), patch(id, "middle", base, operations)));
        assertThat(payload("workflow_graph_patch_rejected").string("code")).contains(code);
        assertThat(job.ledger().revision).isZero();
        assertThat(job.ledger().find("look-1")).isNull();
        thenSteps("plan queued", "tell pending");
        assertThat(step("plan").failures).isEqualTo(1);
    }

    @Test
    void patches_of_one_result_share_its_limits() {
        given(PATH.replace("'limits': {", "'limits': {'max_patches': 1, "));
        plan(together(patch("p-1", "middle", 0, DETOUR), patch("p-2", "middle", 1, LONGER)));
        assertThat(payload("workflow_graph_patch_rejected").string("reason"))
                .contains("patches: 2 (expected: at most 1)");
    }

    @Test
    void a_controller_that_says_its_last_patch_again_adds_nothing_and_ends() {
        given(ROUNDS);
        plan(round(1, 0, 1));
        complete("look-1-0", "1");
        plan(round(1, 0, 1));
        thenAmongOthers("workflow_graph_patch_replayed(plan)", "workflow_step_completed");
        assertThat(payload("workflow_graph_patch_replayed"))
                .isEqualTo(object("{'step_id': 'plan', 'patch_id': 'p-1'}"));
        assertThat(job.ledger().revision).isEqualTo(1);
        complete("tell", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_step_beside_the_way_to_the_exit_is_refused_on_either_side() {
        isRefused(
                PATH,
                "{'op': 'add_step', 'id': 'x', 'template': 'look'}, {'op': 'add_edge', 'id': 'e1', 'from': 'plan', 'to': 'x'}",
                "patch.unreachable",
                "step x (expected: on a way from plan to tell)");
        isRefused(
                PATH,
                "{'op': 'add_step', 'id': 'x', 'template': 'look'}, {'op': 'add_edge', 'id': 'e1', 'from': 'x', 'to': 'tell'}",
                "patch.unreachable",
                "step x (expected: on a way from plan to tell)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'region_id': 'middle', 'base_revision': 0, 'operations': [{'op': 'remove_edge', 'id': 'e'}]} | patch_id, region_id, base_revision: null, \"middle\", 0 (expected: an id, an id, a number)",
                "{'patch_id': 'p q', 'region_id': 'middle', 'base_revision': 0, 'operations': [{'op': 'remove_edge', 'id': 'e'}]} | patch_id, region_id, base_revision: \"p q\", \"middle\", 0 (expected: an id, an id, a number)",
                "{'patch_id': 'p', 'base_revision': 0, 'operations': [{'op': 'remove_edge', 'id': 'e'}]} | patch_id, region_id, base_revision: \"p\", null, 0 (expected: an id, an id, a number)",
                "{'patch_id': 'p', 'region_id': 'middle', 'operations': [{'op': 'remove_edge', 'id': 'e'}]} | patch_id, region_id, base_revision: \"p\", \"middle\", null (expected: an id, an id, a number)",
                "{'patch_id': 'p', 'region_id': 'middle', 'base_revision': 0, 'operations': []} | operations: none (expected: a list)",
                "{'patch_id': 'p', 'region_id': 'middle', 'base_revision': 0, 'operations': 7} | operations: none (expected: a list)",
                "{'patch_id': 'p', 'region_id': 'middle', 'base_revision': 0, 'operations': [7]} | operation: 7 (expected: op add_step, remove_step, add_edge or remove_edge, with its id)",
                "{'patch_id': 'p', 'region_id': 'middle', 'base_revision': 0, 'operations': [{'op': 'remove_edge', 'id': 'a b'}]} | (expected: op add_step, remove_step, add_edge or remove_edge, with its id)",
                "{'patch_id': 'p', 'region_id': 'middle', 'base_revision': 0, 'operations': [{'op': 'add_step', 'id': 'x'}]} | (expected: op add_step, remove_step, add_edge or remove_edge, with its id)"
            })
    void a_document_that_is_no_patch_is_refused_with_what_it_lacks(String payload, String what) {
        given(PATH);
        plan(
                "{'events': [{'type': 'workflow_graph_patch', 'payload': %s}], 'complete_step': 1}"
                        .formatted(payload));
        var refusal = payload("workflow_graph_patch_rejected");
        assertThat(refusal.string("code")).contains("patch.invalid");
        assertThat(refusal.string("reason").orElseThrow()).endsWith(what);
    }

    @ParameterizedTest
    @CsvSource({"op", "type", "operation"})
    void an_operation_is_named_in_one_of_three_ways(String name) {
        given(PATH);
        plan(patch("p-1", "middle", 0, DETOUR.replace("'op'", "'" + name + "'")));
        assertThat(job.ledger().revision).isEqualTo(1);
    }
}
