package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an author must write, although a submission would do without it. */
class StrictnessTest extends WorkflowLoaderSpec {

    @Test
    void a_complete_workflow_has_nothing_to_be_said_against() {
        givenStrict(workflow("", "", ""));

        thenLoaded();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'name': null                              | manifest.field_required      | name
                    'id': ' ', 'workflow': {'workflow_id': 'w', 'steps': [{'id': 'a'}]} | manifest.field_required | id
                    'job_name': null                          | manifest.field_required      | job_name
                    'manifest_version': null                  | manifest.field_required      | manifest_version
                    'contract': null                          | manifest.field_required      | contract
                    'contract': {'outputs': {'primary': {}}}  | manifest.field_required      | contract/inputs
                    'contract': {'inputs': {}}                | manifest.field_required      | contract/outputs
                    'contract': {'inputs': {}, 'outputs': {}} | manifest.field_required      | contract/outputs/primary
                    'runtime': null                           | manifest.field_required      | runtime
                    'runtime': {}                             | manifest.field_required      | runtime/bindings
                    'version': 2                              | manifest.version_unsupported | version
                    """)
    void the_head_is_written_out(String member, String code, String pointer) {
        givenStrict(workflow("", "", member));
        assertThat(issues()).extracting(LoaderSpec::where).contains(code + " /manifest/" + pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'schema': null        | manifest.field_required              | schema
                    'schema': 'other/v1'  | manifest.agents_schema_unsupported   | schema
                    'edges': null         | manifest.field_required              | edges
                    'entrypoints': null   | manifest.field_required              | entrypoints
                    'entrypoints': {}     | manifest.field_type                  | entrypoints
                    """)
    void the_agents_are_written_out(String member, String code, String pointer) {
        givenStrict(workflow("", member, ""));
        thenRefused(code, "/manifest/agents/" + pointer);

        given(workflow("", member, ""));
        thenLoaded();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'edges': [], 'execution': 'serial'                      | workflow.edges_required   | edges
                    'edges': [{'from': 'a', 'to': 'b'}, {'id': 'x', 'from': 'b', 'to': 'c'}] | workflow.edge_id_required | edges/0/id
                    'entrypoint': 'a', 'source': 'b', 'edges': [{'id': 'x', 'from': 'b', 'to': 'a'}, {'id': 'y', 'from': 'b', 'to': 'c'}] | workflow.source_mismatch | source
                    'edges': [{'id': 'x', 'from': 'a', 'to': 'c'}]          | workflow.step_unreachable | steps/1/id
                    'edges': [{'id': 'x', 'from': 'a', 'to': 'b'}]          | workflow.sink_unreachable | steps/2/id
                    """)
    void the_order_is_complete(String members, String code, String pointer) {
        givenStrict(workflow(members, "", ""));
        thenRefused(code, "/manifest/workflow/" + pointer);

        given(workflow(members, "", ""));
        thenLoaded();
    }

    @Test
    void the_shortest_workflow_is_for_submission_only() {
        givenStrict(
                """
                {'apiVersion': 'mn.workflow/v1', 'kind': 'Workflow',
                 'workflow': {'workflow_id': 'demo', 'nodes': []}}""");

        thenProblems(
                "manifest.field_required /manifest/id",
                "manifest.field_required /manifest/name",
                "manifest.field_required /manifest/manifest_version",
                "manifest.field_required /manifest/job_name",
                "manifest.field_required /manifest/contract",
                "manifest.field_required /manifest/agents",
                "manifest.field_required /manifest/runtime",
                "workflow.steps_required /manifest/workflow/steps",
                "workflow.empty /manifest/workflow");
    }

    @Test
    void a_template_says_what_runs_it() {
        var template =
                workflow(
                        """
                        'child_workflows': {'a': {'planner': 'x', 'templates': {'x': {}}}}""",
                        """
                        'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                          {'node_id': 'b', 'agent_type': 'router'},
                          {'node_id': 'c', 'agent_type': 'router'},
                          {'node_id': 'x', 'agent_type': 'router'}]""",
                        "");
        givenStrict(template);
        thenRefused(
                "child_workflow.template_run_required",
                "/manifest/workflow/child_workflows/a/templates/x/run");

        given(template);
        thenLoaded();
    }

    @Test
    void an_executable_workflow_has_its_flow() {
        givenStrict(
                """
                {'kind': 'Workflow', 'graph_id': 'g', 'manifest_version': 1,
                 'runtime': {'bindings': {'s': {'workers': [{'id': 'w', 'role': 'router'}]}}}}""");

        thenRefused("manifest.field_required", "/manifest/flow");
    }

    @Test
    void a_source_says_what_runs_its_steps() {
        givenStrict(
                """
                {'kind': 'WorkflowSource', 'identity': {'id': 'w'},
                 'agents': {'extra_nodes': [{'node_id': 'a', 'agent_type': 'router'}]},
                 'workflow': {'steps': [{'id': 'a'}]}}""");

        thenRefused("step.run_required", "/manifest/workflow/steps/0/run");
    }

    @Test
    void a_flat_manifest_has_nothing_to_write_out() {
        givenStrict(
                """
                {'manifest_version': '1.0', 'graph_id': 'g', 'entrypoints': ['a'], 'type': 'service',
                 'nodes': [{'node_id': 'a', 'agent_type': 'router'}]}""");

        thenLoadedClean();
    }
}
