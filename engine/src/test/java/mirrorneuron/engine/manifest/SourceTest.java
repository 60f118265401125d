package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workflows as source: steps name what runs them, and the graph follows. */
class SourceTest extends WorkflowLoaderSpec {

    private void givenSource(String steps, String atTop) {
        given(
                """
                {'apiVersion': 'mn.workflow.source/v2', 'kind': 'WorkflowSource',
                 'identity': {'id': 'notes', 'name': 'Notes', 'manifest_version': '2.0'},
                 'workflow': {'steps': [%s]}, %s}"""
                        .formatted(steps, atTop));
    }

    @Test
    void a_function_is_run_by_an_executor_of_its_own() {
        givenSource(
                "{'id': 'a', 'run': {'handler': 'steps.a', 'with': {'timeout_seconds': 9}}}",
                "'defaults': {'worker': {'with': {'runner_module': 'host_local', 'pool': 'x'}}}");

        assertThat(thenLoaded().dialect()).isEqualTo("source");
        assertThat(thenLoaded().graphId()).isEqualTo("notes");
        assertThat(thenLoaded().jobName()).isEqualTo("Notes");
        assertThat(thenLoaded().manifestVersion()).isEqualTo("2.0");
        assertThat(thenNode().config().at("handler")).isEqualTo(new JsonString("steps.a"));
        assertThat(thenExecutor().command())
                .isEqualTo(
                        new Behaviour.Command.Direct(
                                List.of("python3", "-m", "mn_step_runner", "steps.a")));
        assertThat(thenExecutor().runner()).isEqualTo("host_local");
        assertThat(thenExecutor().pool()).isEqualTo("x");
        assertThat(thenExecutor().maxAttempts()).isEqualTo(1);
        assertThat(thenStep().timeoutMs()).isEqualTo(9_000);
        assertThat(thenStep().agents()).isEqualTo(agents("a"));
    }

    @Test
    void messages_follow_the_steps_and_end_in_a_sink() {
        givenSource(
                """
                {'id': 'a', 'run': {'handler': 'f'}},
                {'id': 'b', 'needs': ['a'], 'run': {'handler': 'g'}}""",
                "'x': 1");

        assertThat(thenOrder()).containsExactly("a>b");
        var manifest = thenLoaded();
        assertThat(manifest.edges())
                .extracting(SourceTest::shown)
                .containsExactly("a -a.done-> b", "b -b.done-> b.result");
        assertThat(manifest.entrypoints()).isEqualTo(agents("a"));
        var sink = (Behaviour.Aggregator) manifest.nodes().getLast().behaviour();
        assertThat(sink.completesRun()).isTrue();
        assertThat(sink.completeOnMessage()).isTrue();
    }

    private static String shown(EdgeSpec edge) {
        return edge.from() + " -" + edge.messageType() + "-> " + edge.to();
    }

    @Test
    void the_event_of_an_edge_is_the_type_of_its_messages() {
        givenSource(
                "{'id': 'a', 'run': {'handler': 'f'}}, {'id': 'b', 'run': {'handler': 'g'}}",
                """
                'workflow': {'workflow_id': 'w', 'edges': [
                   {'id': 'ab', 'from': 'a', 'to': 'b', 'event': 'collected'}],
                 'steps': [{'id': 'a', 'run': {'handler': 'f'}}, {'id': 'b', 'run': {'handler': 'g'}}]}""");

        assertThat(thenLoaded().edges().getFirst().messageType()).isEqualTo("collected");
        assertThat(thenExecutor().outputMessageType()).hasValue("collected");
        assertThat(thenLoaded().graphId()).isEqualTo("w");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'agents': {'registry': {'x': {'with': {'command': 'true'}}}}                                              | a.done
                    'agents': {'registry': [{'id': 'x', 'with': {'command': 'true', 'output_message_type': 'out'}}]}          | out
                    'agents': {'extra_nodes': [{'node_id': 'x', 'agent_type': 'executor', 'config': {'command': 'true'}}]}    | executor_result
                    'agents': {'extra_nodes': [{'node_id': 'x', 'agent_type': 'router'}]}                                     | *
                    'runtime': {'bindings': {'x': {'workers': [{'id': 'x', 'with': {'command': 'true', 'output_message_type': null}}]}}} | a.done
                    """)
    void an_agent_that_is_there_runs_the_step(String atTop, String type) {
        givenSource("{'id': 'a', 'run': {'agent': 'x'}}", atTop);

        assertThat(thenStep().agents()).isEqualTo(agents("x"));
        assertThat(thenStep().run()).isEqualTo("x");
        assertThat(thenLoaded().edges().getLast().messageType()).isEqualTo(type);
    }

    @Test
    void auxiliary_entrypoints_get_a_first_message_beside_the_first_step() {
        givenSource(
                "{'id': 'a', 'run': {'handler': 'f'}}",
                """
                'agents': {'extra_nodes': [{'node_id': 'clock', 'agent_type': 'router'},
                  {'node_id': 'watch', 'agent_type': 'sensor'}],
                  'auxiliary_entrypoints': ['watch', 'a']},
                'initial_inputs': {'watch': [{'body': {'n': 1}}]}""");

        assertThat(thenLoaded().entrypoints()).isEqualTo(agents("a", "watch"));
        assertThat(thenLoaded().initialInputs()).containsOnlyKeys(agents("watch"));
    }

    @Test
    void auxiliary_entrypoints_come_beside_those_that_are_written() {
        givenSource(
                "{'id': 'a', 'run': {'handler': 'f'}}",
                """
                'agents': {'extra_nodes': [{'node_id': 'clock', 'agent_type': 'router'},
                  {'node_id': 'watch', 'agent_type': 'sensor'}],
                  'entrypoints': ['clock'], 'auxiliary_entrypoints': 'watch'}""");

        assertThat(thenLoaded().entrypoints()).isEqualTo(agents("clock", "watch"));
    }

    @Test
    void an_auxiliary_entrypoint_must_be_there() {
        givenSource(
                "{'id': 'a', 'run': {'handler': 'f'}}",
                "'agents': {'auxiliary_entrypoints': ['ghost']}");

        thenRefused("manifest.entrypoint_unknown", "/manifest/agents/auxiliary_entrypoints/0");
    }

    @Test
    void what_is_no_list_of_auxiliary_entrypoints_is_left_out_and_refused_when_all_is_checked() {
        var agents = "'agents': {'auxiliary_entrypoints': 5}";
        givenSource("{'id': 'a', 'run': {'handler': 'f'}}", agents);
        thenWarned("manifest.entrypoints_type", "/manifest/agents/auxiliary_entrypoints");
        assertThat(thenLoaded().entrypoints()).isEqualTo(agents("a"));

        givenStrict(
                """
                {'kind': 'WorkflowSource', 'identity': {'id': 'n'},
                 'workflow': {'steps': [{'id': 'a', 'run': {'handler': 'f'}}]}, %s}"""
                        .formatted(agents));
        thenRefused("manifest.field_type", "/manifest/agents/auxiliary_entrypoints");
    }

    @Test
    void agents_that_no_step_names_stay_in_the_registry() {
        givenSource(
                "{'id': 'a', 'run': {'handler': 'f'}}",
                "'agents': {'registry': {'x': {'with': {'command': 'true'}}}}");

        assertThat(thenLoaded().nodes())
                .extracting(node -> node.id().value())
                .containsExactly("a", "a.result");
    }

    @Test
    void a_specification_in_python_has_to_be_expanded_first() {
        givenSource("{'id': 'a', 'run': {'definition': 'steps.review'}}", "'x': 1");

        var issue =
                thenRefused(
                        "source.definition_requires_expansion",
                        "/manifest/workflow/steps/0/run/definition");
        assertThat(issue.help().orElseThrow()).contains("submit the manifest that comes out");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'id': 'a', 'run': {}}                       | step.run_invalid   | run
                    {'id': 'a', 'run': 7}                        | step.run_invalid   | run
                    {'id': 'a', 'run': {'agent': 'nowhere'}}     | step.agent_unknown | run
                    {'id': 'a', 'run': {'handler': 'f', 'with': {'pool_slots': 0}}} | node.config_invalid | run/with/pool_slots
                    """)
    void what_runs_a_step_must_be_what_it_says(String step, String code, String pointer) {
        givenSource(step, "'x': 1");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains(code + " /manifest/workflow/steps/0/" + pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'apiVersion': 'mn.workflow.source/v9'   | manifest.api_version_unsupported | apiVersion
                    'kind': 'Workflow'                      | manifest.kind_unsupported        | kind
                    'identity': {}                          | manifest.graph_id_required       | identity/id
                    'workflow': {'workflow_id': 'w'}        | manifest.nodes_empty             | workflow/steps
                    """)
    void a_head_must_be_what_it_says(String member, String code, String pointer) {
        givenSource("{'id': 'a', 'run': {'handler': 'f'}}", member);

        thenRefused(code, "/manifest/" + pointer);
    }

    @Test
    void a_step_of_an_authored_workflow_may_name_a_function_too() {
        given(
                """
                {'workflow': {'workflow_id': 'w', 'steps': [{'id': 'a', 'run': {'handler': 'f'}},
                  {'id': 'b', 'needs': ['a'], 'implementation': 'g'}]}}""");

        assertThat(thenLoaded().dialect()).isEqualTo("workflow");
        assertThat(thenLoaded().nodes()).hasSize(2);
        assertThat(thenLoaded().edges()).isEmpty();
        assertThat(thenLoaded().entrypoints()).isEqualTo(agents("a"));
    }
}
