package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.engine.workflow.FailurePolicy;
import mirrorneuron.engine.workflow.RetryPolicy;
import mirrorneuron.engine.workflow.StepSpec;
import mirrorneuron.engine.workflow.TriggerRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which steps a workflow has, and which agents run them. */
class WorkflowStepsTest extends WorkflowLoaderSpec {

    @Test
    void a_step_that_says_nothing_has_every_default() {
        givenWorkflow("");

        var step = thenStep();
        assertThat(step.id()).isEqualTo("a");
        assertThat(step.label()).isEqualTo("a");
        assertThat(step.run()).isEqualTo("a");
        assertThat(step.agents()).isEqualTo(agents("a"));
        assertThat(step.required()).isTrue();
        assertThat(step.failurePolicy()).isEqualTo(FailurePolicy.FAIL_WORKFLOW);
        assertThat(step.rule()).isEqualTo(TriggerRule.ALL_SUCCESS);
        assertThat(step.retry()).isEqualTo(RetryPolicy.once());
        assertThat(step.timeoutMs()).isEqualTo(300_000);
        assertThat(step.beaconTimeoutMs()).isZero();
        assertThat(step.approval()).isEmpty();
        assertThat(step.minConfidence()).isEmpty();
    }

    @Test
    void a_workflow_has_its_order_sink_state_and_inputs() {
        given(
                workflow(
                        "'state': {'year': {'from': '$inputs.year'}}, 'workflow_id': 'w_v1'",
                        "",
                        """
                        'contract': {'inputs': {'year': {'default': 2025}, 'name': {}},
                          'outputs': {'primary': {}}}"""));

        assertThat(thenLoaded().graphId()).isEqualTo("w_v1");
        assertThat(thenLoaded().jobName()).isEqualTo("w");
        var workflow = thenWorkflow();
        assertThat(workflow.steps()).extracting(StepSpec::id).containsExactly("a", "b", "c");
        assertThat(workflow.steps()).extracting(StepSpec::index).containsExactly(0, 1, 2);
        assertThat(workflow.sink()).hasValue(2);
        assertThat(workflow.maxParallelSteps()).isEmpty();
        assertThat(workflow.state().object("year").string("from")).hasValue("$inputs.year");
        assertThat(workflow.inputs().asMap()).isEqualTo(Map.of("year", JsonNumber.of(2025)));
        assertThat(workflow.dynamic()).isEmpty();
        assertThat(workflow.children()).isEmpty();
    }

    @Test
    void the_job_is_named_by_its_job_name_its_name_or_its_id() {
        givenWorkflowTop("'job_name': null");
        assertThat(thenLoaded().jobName()).isEqualTo("W");

        givenWorkflowTop("'job_name': null, 'name': null");
        assertThat(thenLoaded().jobName()).isEqualTo("w");
    }

    @Test
    void nodes_stand_in_for_steps_that_are_not_there() {
        givenWorkflow("'steps': null, 'nodes': [{'id': 'a'}, {'id': 'b'}, {'id': 'c'}]");

        assertThat(thenWorkflow().steps()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'label': 'no id'}    | step.id_required  | /manifest/workflow/steps/0/id
                    {'id': '../a'}        | step.id_invalid   | /manifest/workflow/steps/0/id
                    'a'                   | step.not_an_object| /manifest/workflow/steps/0
                    {'id': 'c'}           | step.id_duplicate | /manifest/workflow/steps/1/id
                    """)
    void a_step_needs_an_id_of_its_own(String step, String code, String pointer) {
        givenWorkflow("'steps': [%s, {'id': 'c'}], 'edges': []".formatted(step));

        thenRefused(code, pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'run': 'other'                         | other
                    'run': 'nowhere'                       | a
                    'run': 'nowhere', 'agent_id': 'other'  | other
                    'run': 'other', 'agent_id': 'nowhere'  | a
                    """)
    void a_step_is_run_by_the_node_it_names_or_by_the_node_of_its_id(String step, String agent) {
        given(
                workflow(
                        "'steps': [{'id': 'a', %s}], 'edges': []".formatted(step),
                        """
                        'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                          {'node_id': 'other', 'agent_type': 'router'}]""",
                        ""));

        assertThat(thenStep().agents()).isEqualTo(agents(agent));
    }

    @Test
    void a_step_is_run_by_the_nodes_that_its_binding_names() {
        given(
                workflow(
                        "'steps': [{'id': 'a', 'run': 'watch'}], 'edges': []",
                        """
                        'entrypoints': ['eyes'],
                        'nodes': [{'node_id': 'eyes', 'agent_type': 'router'},
                          {'node_id': 'ears', 'agent_type': 'router'}]""",
                        """
                        'runtime': {'bindings': {'watch':
                          {'workers': [{'id': 'eyes'}, {'id': 'nose'}, {'id': 'ears'}]}}}"""));

        assertThat(thenStep().agents()).isEqualTo(agents("eyes", "ears"));
        assertThat(thenStep().run()).isEqualTo("watch");
    }

    @Test
    void a_step_without_an_agent_is_refused() {
        givenStep("'run': 'nowhere', 'id': 'x'");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains("step.agent_unknown /manifest/workflow/steps/0/run");
    }

    @Test
    void two_steps_cannot_have_the_same_first_agent() {
        givenStep("'run': 'b'");

        thenRefused("step.agent_shared", "/manifest/workflow/steps/1/id");
    }

    @Test
    void tries_of_an_agent_are_the_steps_and_not_made_twice() {
        givenStepConfig("'max_attempts': 4", "");

        assertThat(thenStep().retry().attemptsMax()).isEqualTo(4);
        assertThat(thenExecutor().maxAttempts()).isEqualTo(1);
    }

    @Test
    void an_agent_that_belongs_to_no_step_keeps_its_tries() {
        givenAgents(
                """
                'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                  {'node_id': 'b', 'agent_type': 'router'},
                  {'node_id': 'c', 'agent_type': 'router'},
                  {'node_id': 'helper', 'agent_type': 'executor',
                    'config': {'command': 'true', 'max_attempts': 4}}]""");

        var helper = thenLoaded().nodes().getLast();
        assertThat(((Behaviour.Executor) helper.behaviour()).maxAttempts()).isEqualTo(4);
    }

    @Test
    void paths_of_a_step_begin_in_the_state_or_the_inputs() {
        givenStep(
                """
                'in': {'year': '$inputs.year', 'all': '$state', 'x': '$steps.b'},
                'out': {'sum': '$state.sum', 'y': '$inputs.y'}""");

        assertThat(thenStep().in()).isEqualTo(Map.of("year", "$inputs.year", "all", "$state"));
        assertThat(thenStep().out()).isEqualTo(Map.of("sum", "$state.sum"));
        thenWarned("step.path_unknown", "/manifest/workflow/steps/0/in/x");
        thenWarned("step.path_unknown", "/manifest/workflow/steps/0/out/y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'serial'                                          | 1
                    'parallel'                                        | 0
                    {'strategy': 'serial', 'max_parallel_steps': 4}   | 1
                    {'strategy': 'parallel', 'max_parallel_steps': 4} | 4
                    {'max_parallel_steps': 3}                         | 3
                    {}                                                | 0
                    """)
    void execution_says_how_many_steps_run_at_a_time(String execution, int max) {
        givenWorkflow("'execution': " + execution);

        assertThat(thenWorkflow().maxParallelSteps().orElse(0)).isEqualTo(max);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'execution': 'sideways'                    | workflow.execution_invalid   | execution
                    'execution': {'max_parallel_steps': 0}     | workflow.execution_invalid   | execution/max_parallel_steps
                    'mode': 'cyclic'                           | workflow.mode_unsupported    | mode
                    'schema': 'other/v1'                       | workflow.schema_unsupported  | schema
                    'entrypoint': 'x'                          | workflow.entrypoint_unknown  | entrypoint
                    'source': 7                                | workflow.source_unknown      | source
                    'sink': 'x'                                | workflow.sink_unknown        | sink
                    'steps': {}                                | workflow.field_type          | steps
                    'state': []                                | workflow.field_type          | state
                    'workflow_id': ' '                         | manifest.graph_id_required   | workflow_id
                    """)
    void a_setting_of_the_workflow_must_be_what_it_says(
            String member, String code, String pointer) {
        givenWorkflow(member);

        thenRefused(code, "/manifest/workflow/" + pointer);
    }

    @Test
    void a_member_that_nobody_reads_is_warned_about() {
        givenStep("'colour': 'red', 'control': {'speed': 3}");

        thenWarned("step.field_unknown", "/manifest/workflow/steps/0/colour");
        thenWarned("step.control_unknown", "/manifest/workflow/steps/0/control/speed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"graph_id", "nodes", "edges", "entrypoints", "flow", "daemon"})
    void the_graph_of_another_form_is_the_only_complaint(String member) {
        given(workflow("'steps': [1]", "", "'%s': []".formatted(member)));

        thenRefused("workflow.field_not_allowed", "/manifest/" + member);
    }

    @Test
    void agents_without_steps_are_driven_by_messages() {
        givenWorkflow("'steps': [], 'edges': []");

        assertThat(thenWorkflow().isEmpty()).isTrue();
        assertThat(thenLoaded().nodes()).hasSize(3);
        thenWarned("job.no_completion_path", "/manifest/agents/nodes");
    }

    @Test
    void everything_that_is_wrong_is_said_at_once() {
        givenWorkflow(
                """
                'mode': 'x', 'sink': 'x', 'steps': [{'id': 'a', 'trigger_rule': 'never'},
                  {'id': 'b', 'control': {'retry': {'max_attempts': 0}}}, {'id': 'c'}]""");

        thenProblems(
                "workflow.mode_unsupported /manifest/workflow/mode",
                "workflow.sink_unknown /manifest/workflow/sink",
                "step.trigger_rule_unknown /manifest/workflow/steps/0/trigger_rule",
                "step.retry_invalid /manifest/workflow/steps/1/control/retry/max_attempts");
    }

    private static final ManifestLimits SMALL = new ManifestLimits(100_000, 3, 2, 64, 1_000, 100);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'steps': [{'id': 'a'}, {'id': 'b'}, {'id': 'c'}, {'id': 'd'}] | workflow.too_many_steps | steps
                    'edges': [{}, {}, {}]                                         | workflow.too_many_edges | edges
                    'edges': [], 'steps': [{'id': 'a', 'provides': ['x']}, {'id': 'b', 'requires': ['x', 'y'], 'provides': ['y']}, {'id': 'c', 'requires': ['x', 'y']}] | workflow.too_many_edges | steps/2/requires/1
                    """)
    void the_size_of_a_workflow_is_bounded(String members, String code, String pointer) {
        given(json(workflow(members, "", "")), SMALL);

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains(code + " /manifest/workflow/" + pointer);
    }

    @Test
    void the_workers_of_bindings_are_bounded_like_nodes() {
        given(
                json(
                        """
                        {'kind': 'Workflow', 'graph_id': 'g', 'manifest_version': 1,
                         'runtime': {'bindings': {'s': {'workers': [{'id': 'a', 'role': 'router'},
                           {'id': 'b', 'role': 'router'}, {'id': 'c', 'role': 'router'},
                           {'id': 'd', 'role': 'router'}, {'id': 'e', 'role': 'router'}]}}}}"""),
                SMALL);

        thenRefused("manifest.too_many_nodes", "/manifest/runtime/bindings/s/workers/3");
    }
}
