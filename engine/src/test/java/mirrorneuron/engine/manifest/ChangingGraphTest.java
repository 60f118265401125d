package mirrorneuron.engine.manifest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.engine.workflow.DynamicSpec.Limits;
import mirrorneuron.engine.workflow.DynamicSpec.Region;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that are added while a job runs, and steps that unfold into rounds of steps. */
class ChangingGraphTest extends WorkflowLoaderSpec {

    private static final String NODES =
            """
            'nodes': [{'node_id': 'a', 'agent_type': 'router'},
              {'node_id': 'b', 'agent_type': 'router'}, {'node_id': 'c', 'agent_type': 'router'},
              {'node_id': 'x', 'agent_type': 'executor',
                'config': {'command': 'true', 'max_attempts': 3}}]""";

    private void givenDynamic(String members) {
        given(
                workflow(
                        """
                        'mode': 'dynamic_dag', 'dynamic': {'enabled': true,
                          'apply_at': 'between_steps',
                          'templates': {'t': {'run': 'x', 'with': {'depth': 1}}},
                          'regions': [{'id': 'r', 'strategy': 'replace_path', 'controller': 'a',
                            'exit': 'b', 'templates': ['t'], 'mutable_edges': ['ab']}], %s}"""
                                .formatted(members),
                        NODES,
                        ""));
    }

    private void givenRegion(String members) {
        givenDynamic(
                """
                'regions': [{'id': 'r', 'strategy': 'replace_path', 'controller': 'a',
                  'exit': 'b', 'templates': ['t'], 'mutable_edges': ['ab'], %s}]"""
                        .formatted(members));
    }

    @Test
    void a_region_says_who_may_add_what_and_where() {
        givenDynamic("'limits': {'max_patches': 5, 'max_history': 0}");

        var dynamic = thenWorkflow().dynamic().orElseThrow();
        assertThat(dynamic.regions())
                .containsExactly(
                        new Region(
                                "r",
                                Strategy.REPLACE_PATH,
                                0,
                                Optional.of(1),
                                Set.of("t"),
                                Set.of("ab")));
        assertThat(dynamic.limits()).isEqualTo(new Limits(5, 128, 64, 32_768, 0));
        var template = requireNonNull(dynamic.templates().get("t"));
        assertThat(template.agent()).isEqualTo(AgentId.of("x"));
        assertThat(template.input().integer("depth")).hasValue(1);
        assertThat(template.step().retry().attemptsMax()).isEqualTo(3);
        var agent = thenLoaded().nodes().getLast();
        assertThat(((Behaviour.Executor) agent.behaviour()).maxAttempts()).isEqualTo(1);
    }

    @Test
    void rounds_of_a_controller_may_be_many() {
        givenRegion("'strategy': 'checkpoint_fanout', 'mutable_edges': null");
        // A member that is null is still there.
        thenRefused(
                "dynamic.mutable_edges_not_allowed",
                "/manifest/workflow/dynamic/regions/0/mutable_edges");

        givenDynamic(
                """
                'templates': [{'id': 't', 'agent_id': 'x'}], 'regions': [{'id': 'r',
                  'strategy': 'checkpoint_fanout', 'controller': 'c', 'templates': ['t']}]""");
        assertThat(thenWorkflow().dynamic().orElseThrow().limits().patchesMax()).isEqualTo(10_000);
    }

    @Test
    void a_workflow_that_only_fans_out_needs_no_edges() {
        given(
                workflow(
                        """
                        'mode': 'dynamic_dag', 'edges': [], 'dynamic': {'enabled': true,
                          'templates': {'t': {'run': 'x'}}, 'regions': [{'id': 'r',
                            'strategy': 'checkpoint_fanout', 'controller': 'a',
                            'templates': ['t']}]}""",
                        NODES,
                        ""));

        assertThat(thenWorkflow().edges()).isEmpty();
    }

    @Test
    void a_graph_that_stays_as_it_is_ignores_what_could_change_it() {
        givenWorkflow("'dynamic': {'enabled': false, 'regions': 'later', 'patch_events': []}");

        assertThat(thenWorkflow().dynamic()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'enabled': false                                 | dynamic.mode_mismatch              | enabled
                    'enabled': 1                                     | dynamic.field_type                 | enabled
                    'apply_at': 'at_once'                            | dynamic.apply_at_unsupported       | apply_at
                    'limits': {'max_patches': 100001}                | dynamic.limit_invalid              | limits/max_patches
                    'limits': {'max_active_steps': 0}                | dynamic.limit_invalid              | limits/max_active_steps
                    'limits': {'max_operations_per_patch': 257}      | dynamic.limit_invalid              | limits/max_operations_per_patch
                    'limits': {'max_instance_input_bytes': 0}        | dynamic.limit_invalid              | limits/max_instance_input_bytes
                    'limits': {'max_history': 10001}                 | dynamic.limit_invalid              | limits/max_history
                    'regions': []                                    | dynamic.regions_required           | regions
                    'templates': {'t': {'run': 'x'}, 'a': {'run': 'x'}}   | dynamic.template_id_taken     | templates/a
                    'templates': {'t': {'run': 'nowhere'}}           | dynamic.template_agent_unknown     | templates/t/run
                    'templates': {'t': 7}                            | dynamic.template_invalid           | templates/t
                    'templates': [{'id': 't', 'run': 'x'}, {'run': 'x'}]  | dynamic.template_id_invalid   | templates/1/id
                    'templates': {'t': {'run': 'x', 'child_workflow': {}}} | dynamic.nested               | templates/t/child_workflow
                    """)
    void what_may_change_must_be_what_it_says(String members, String code, String pointer) {
        givenDynamic(members);

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains(code + " /manifest/workflow/dynamic/" + pointer);
        assertThat(issues().stream().map(issue -> issue.code())).contains(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'id': null                    | dynamic.region_id_invalid        | /id
                    'strategy': 'grow'            | dynamic.strategy_unsupported     | /strategy
                    'strategy': null              | dynamic.strategy_unsupported     | /strategy
                    'controller': 't'             | dynamic.controller_unknown       | /controller
                    'exit': null                  | dynamic.exit_unknown             | /exit
                    'templates': []               | dynamic.region_templates_invalid | /templates
                    'templates': ['x']            | dynamic.region_templates_invalid | /templates/0
                    'mutable_edges': []           | dynamic.mutable_edges_invalid    | /mutable_edges
                    'mutable_edges': ['bc']       | dynamic.mutable_edges_invalid    | /mutable_edges/0
                    """)
    void a_region_must_be_what_it_says(String members, String code, String pointer) {
        givenRegion(members);

        thenRefused(code, "/manifest/workflow/dynamic/regions/0" + pointer);
    }

    @Test
    void regions_share_neither_ids_nor_edges() {
        givenDynamic(
                """
                'regions': [{'id': 'r', 'strategy': 'replace_path', 'controller': 'a',
                    'exit': 'b', 'templates': ['t'], 'mutable_edges': ['ab']},
                  {'id': 'r', 'strategy': 'replace_path', 'controller': 'a',
                    'exit': 'b', 'templates': ['t'], 'mutable_edges': ['ab']}]""");

        thenProblems(
                "dynamic.region_id_duplicate /manifest/workflow/dynamic/regions/1/id",
                "dynamic.mutable_edge_shared"
                        + " /manifest/workflow/dynamic/regions/1/mutable_edges/0");
    }

    private void givenChildren(String members) {
        given(
                workflow(
                        """
                        'child_workflows': {'a': {'planner': 't',
                          'templates': {'t': {'run': 'x'}}, %s}}"""
                                .formatted(members),
                        NODES,
                        ""));
    }

    @Test
    void a_step_unfolds_into_rounds_that_a_planner_plans() {
        givenChildren(
                """
                'max_rounds': 3, 'max_steps_per_round': 4,
                'inputs': {'t': ['topic', 'depth']}, 'outputs': {}""");

        var child = requireNonNull(thenWorkflow().children().get("a"));
        assertThat(child.planner()).isEqualTo("t");
        assertThat(child.roundsMax()).isEqualTo(3);
        assertThat(child.stepsPerRoundMax()).isEqualTo(4);
        assertThat(child.inputs()).isEqualTo(Map.of("t", List.of("topic", "depth")));
        assertThat(child.templates()).containsOnlyKeys("t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'planner': 'x'                  | child_workflow.planner_unknown        | planner
                    'planner': null                 | child_workflow.planner_unknown        | planner
                    'max_rounds': 21                | child_workflow.limit_invalid          | max_rounds
                    'max_steps_per_round': 129      | child_workflow.limit_invalid          | max_steps_per_round
                    'inputs': {'t': 'topic'}        | child_workflow.field_type             | inputs/t
                    'outputs': {'t': [7]}           | child_workflow.field_type             | outputs/t/0
                    'templates': {'t': {'run': 'x'}, 'b': {'run': 'x'}}  | child_workflow.template_id_taken | templates/b
                    'templates': {'t': {'run': 'x', 'templates': {}}}    | child_workflow.nested            | templates/t/templates
                    """)
    void a_plan_must_be_what_it_says(String members, String code, String pointer) {
        givenChildren(members);

        thenRefused(code, "/manifest/workflow/child_workflows/a/" + pointer);
    }

    private static final String UNFOLDING =
            """
            'steps': [{'id': 'a', 'control': {%s}}, {'id': 'b'}, {'id': 'c'}],
            'child_workflows': {'a': {'planner': 't', 'templates': {
              't': {'run': 'x', 'control': {%s}}, 'u': {'run': 'x', 'control': {%s}}}}}%s""";

    private static String unfolding(String step, String planner, String other, String more) {
        return workflow(UNFOLDING.formatted(step, planner, other, more), NODES, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'approval': {'title': 'Look'}                                                        | approval
                    'approval': {'mode': 'notice_only'}                                                  | approval
                    'approval': {}, 'uncertainty': {}                                                    | approval
                    'uncertainty': {'min_confidence': 0.5, 'on_low_confidence': 'human_review'}          | uncertainty
                    'approval': {'mode': 'disabled'},'uncertainty': {'min_confidence': 0.5, 'on_low_confidence': 'human_review'} | uncertainty
                    """)
    void nobody_is_promised_a_say_where_nobody_would_be_asked(String control, String member) {
        var inStep = "/manifest/workflow/steps/0/control/" + member;
        given(unfolding(control, "", "", ""));
        thenRefused("child_workflow.approval_unsupported", inStep);
        givenStrict(unfolding(control, "", "", ""));
        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains("child_workflow.approval_unsupported " + inStep);

        var inPlanner = "/manifest/workflow/child_workflows/a/templates/t/control/" + member;
        given(unfolding("", control, "", ""));
        thenRefused("child_workflow.approval_unsupported", inPlanner);
        givenStrict(unfolding("", control, "", ""));
        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains("child_workflow.approval_unsupported " + inPlanner);
    }

    @Test
    void the_refusal_of_a_say_names_who_it_is_about_and_what_to_do() {
        given(unfolding("'approval': {}", "'approval': {}", "", ""));
        assertThat(issues())
                .extracting(issue -> issue.message() + " " + issue.help().orElseThrow())
                .containsExactlyInAnyOrder(
                        "Expected no approval on step a, which unfolds into rounds of steps, but"
                                + " found one: nobody would be asked Ask on a template of its"
                                + " rounds, or on a step after it.",
                        "Expected no approval on template t, which plans the rounds, but found"
                                + " one: nobody would be asked Ask on another template, or on a"
                                + " step after a.");
    }

    @Test
    void people_may_be_asked_about_the_steps_of_a_round_and_about_steps_that_do_not_unfold() {
        given(unfolding("", "", "'approval': {}", ""));
        assertThat(thenWorkflow().children()).containsOnlyKeys("a");

        given(
                unfolding(
                        "'approval': {'mode': 'disabled'}",
                        "'approval': {'mode': 'disabled'}",
                        "",
                        ", 'policy': {'human': {'enabled': true, 'mode': 'approval_required'}}"));
        assertThat(thenWorkflow().children()).containsOnlyKeys("a");

        given(unfolding("'approval': {}", "", "", ", 'policy': {'human': {'enabled': false}}"));
        assertThat(thenWorkflow().children()).containsOnlyKeys("a");
    }

    @Test
    void only_a_step_unfolds() {
        givenWorkflow("'child_workflows': {'x': {}}");

        thenRefused("child_workflow.parent_unknown", "/manifest/workflow/child_workflows/x");
    }
}
