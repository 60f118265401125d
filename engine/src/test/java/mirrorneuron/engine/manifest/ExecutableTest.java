package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.engine.workflow.TriggerRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workflows in the form that can run: everything under flow. */
class ExecutableTest extends WorkflowLoaderSpec {

    private void givenFlow(String inFlow, String atTop) {
        given(
                """
                {'apiVersion': 'mn.workflow/v1', 'kind': 'Workflow', 'graph_id': 'g',
                 'manifest_version': '1.0', %s,
                 'flow': {'steps': [{'id': 'a'}, {'id': 'b'}],
                   'graph': {'edges': [{'from': 'a', 'to': 'b'}]},
                   'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                     {'node_id': 'b', 'agent_type': 'router'}],
                   'edges': [{'from': 'a', 'to': 'b', 'event': 'x'}], %s}}"""
                        .formatted(atTop, inFlow));
    }

    @Test
    void flow_holds_agents_and_steps() {
        givenFlow("'entrypoint': 'a'", "'job_name': 'Job'");

        var manifest = thenLoadedClean();
        assertThat(manifest.dialect()).isEqualTo("executable");
        assertThat(manifest.graphId()).isEqualTo("g");
        assertThat(manifest.jobName()).isEqualTo("Job");
        assertThat(manifest.nodes()).hasSize(2);
        assertThat(manifest.edges()).hasSize(1);
        assertThat(manifest.entrypoints()).isEqualTo(agents("a"));
        assertThat(thenOrder()).containsExactly("a>b");
        assertThat(manifest.workflow().sink()).hasValue(1);
    }

    @Test
    void the_graph_of_the_steps_has_settings_of_its_own() {
        givenFlow(
                """
                'graph': {'edges': [{'from': 'b', 'to': 'a'}], 'join_default': 'all_done',
                  'entrypoint': 'b', 'sink': 'a', 'execution': 'serial', 'state': {'x': 1}}""",
                "'x': 1");

        assertThat(thenStep().rule()).isEqualTo(TriggerRule.ALL_DONE);
        assertThat(thenWorkflow().sink()).hasValue(0);
        assertThat(thenWorkflow().maxParallelSteps()).hasValue(1);
        assertThat(thenWorkflow().state().integer("x")).hasValue(1);
        assertThat(thenLoaded().entrypoints()).isEqualTo(agents("b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'entrypoints': ['b'] | 'entrypoint': 'a' | b
                    'x': 1               | 'nodes': [{'node_id': 'a', 'agent_type': 'router'}, {'node_id': 'b', 'agent_type': 'router', 'role': 'root'}] | b
                    'x': 1               | 'entrypoint': 'b' | b
                    'x': 1               | 'x': 1            | a
                    """)
    void first_messages_go_to_what_is_named_to_roots_or_to_the_first_step(
            String atTop, String inFlow, String entrypoint) {
        givenFlow(inFlow, atTop);

        assertThat(thenLoaded().entrypoints()).isEqualTo(agents(entrypoint));
    }

    @Test
    void a_flow_without_steps_is_driven_by_messages() {
        givenFlow("'steps': null", "'type': 'service'");

        assertThat(thenWorkflow().isEmpty()).isTrue();
        assertThat(thenLoaded().nodes()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodes", "edges", "daemon"})
    void the_graph_of_a_flat_manifest_is_not_allowed_beside_it(String member) {
        givenFlow("'x': 1", "'%s': []".formatted(member));

        thenRefused("workflow.field_not_allowed", "/manifest/" + member);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'graph_id': null                 | manifest.graph_id_required         | graph_id
                    'manifest_version': null         | manifest.version_required          | manifest_version
                    'entrypoints': ['x']             | manifest.entrypoint_unknown        | entrypoints/0
                    'apiVersion': 'mn.workflow/v3'   | manifest.api_version_unsupported   | apiVersion
                    'apiVersion': 7                  | manifest.api_version_unsupported   | apiVersion
                    """)
    void a_head_must_be_what_it_says(String member, String code, String pointer) {
        givenFlow("'x': 1", member);

        thenRefused(code, "/manifest/" + pointer);
    }

    @Test
    void a_flow_with_nothing_in_it_is_refused() {
        given("{'graph_id': 'g', 'manifest_version': '1.0', 'flow': {}}");

        thenRefused("manifest.nodes_empty", "/manifest/flow/steps");
    }
}
