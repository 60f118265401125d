package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.AgentId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers of bindings as the nodes of a graph. */
class BindingsTest extends WorkflowLoaderSpec {

    private void givenWorker(String members) {
        given(
                """
                {'flow': {'steps': [{'id': 's'}]}, 'graph_id': 'g', 'manifest_version': 1,
                 'runtime': {'bindings': {'s': {'workers': [{'id': 'w', %s}]}}}}"""
                        .formatted(members));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'with': {'command': 'true'}                                              | EXECUTOR   | GENERIC
                    'config': {'command': 'true', 'node_type': 'batch'}                      | EXECUTOR   | BATCH
                    'uses': 'mn-agents.control_router@1'                                     | ROUTER     | MAP
                    'uses': 'mn-agents.control_join@1'                                       | AGGREGATOR | REDUCE
                    'uses': 'mn-agents.data_module@1', 'with': {'module': 'm'}               | MODULE     | GENERIC
                    'uses': 'x.control.message_router@1'                                     | ROUTER     | MAP
                    'uses': 'x.worker.python_host@1', 'with': {'command': 'true'}            | EXECUTOR   | MAP
                    'uses': 'x.worker.llm_host@1', 'with': {'command': 'true'}               | EXECUTOR   | MAP
                    'uses': 'x.worker.python_docker@1', 'with': {'command': 'true'}          | EXECUTOR   | MAP
                    'uses': 'x.module.beam_module@1', 'with': {'module': 'm'}                | MODULE     | GENERIC
                    'role': 'router'                                                         | ROUTER     | GENERIC
                    'role': 'join'                                                           | AGGREGATOR | GENERIC
                    'with': {'role': 'aggregator'}, 'role': 'router'                         | AGGREGATOR | GENERIC
                    'kind': 'stream', 'with': {'module': 'm'}                                | MODULE     | STREAM
                    'agent_type': 'sensor', 'uses': 'mn-agents.data_python@1'                | SENSOR     | GENERIC
                    """)
    void a_worker_becomes_a_node(String members, AgentType type, Template template) {
        givenWorker(members);

        assertThat(thenNode().id()).isEqualTo(AgentId.of("w"));
        assertThat(thenNode().agentType()).isEqualTo(type);
        assertThat(thenNode().template()).isEqualTo(template);
        assertThat(thenStep().agents()).isEqualTo(agents("w"));
    }

    @ParameterizedTest
    @CsvSource({
        "x.worker.python_host@1, host_local",
        "x.worker.llm_host@1, host_local",
        "x.worker.python_docker@1, docker"
    })
    void a_package_brings_its_runner(String uses, String runner) {
        givenWorker("'uses': '%s', 'with': {'command': 'true'}".formatted(uses));

        assertThat(thenExecutor().runner()).isEqualTo(runner);
    }

    @Test
    void a_workers_own_settings_win_over_its_package() {
        givenWorker(
                """
                'uses': 'x.worker.python_host@1',
                'with': {'command': 'true', 'runner_module': 'docker'}, 'config': {'pool': 'x'}""");

        assertThat(thenExecutor().runner()).isEqualTo("docker");
        assertThat(thenExecutor().pool()).isEqualTo("default");
    }

    @Test
    void problems_of_a_worker_stand_where_the_author_wrote_it() {
        givenWorker("'with': {'command': 'true', 'pool_slots': 0}");

        thenRefused(
                "node.config_invalid", "/manifest/runtime/bindings/s/workers/0/with/pool_slots");
    }

    @Test
    void a_worker_without_a_command_is_no_executor() {
        givenWorker("'role': 'Clerk', 'model': 'default'");

        thenRefused("node.command_required", "/manifest/runtime/bindings/s/workers/0/with/command");
    }

    @Test
    void bindings_bring_their_routes_starters_and_first_messages() {
        given(
                """
                {'flow': {'entrypoint': 'one', 'steps': [{'id': 'one'}, {'id': 'two'}],
                   'graph': {'edges': [{'from': 'one', 'to': 'two'}]}},
                 'graph_id': 'g', 'manifest_version': 1,
                 'runtime': {'bindings': {
                   'one': {'start_workers': ['y'], 'seed_inputs': {'y': {'body': {'n': 1}}},
                     'workers': [{'id': 'x', 'role': 'router'}, {'id': 'y', 'role': 'router'}],
                     'routes': [{'from': 'y', 'to': 'x', 'event': 'go'}]},
                   'two': {'workers': [{'id': 'x', 'role': 'join'}, {'id': 'z', 'role': 'router'}],
                     'worker_edges': [{'from': 'x', 'to': 'z', 'event': '*'}]}}}}""");

        var manifest = thenLoaded();
        assertThat(manifest.nodes()).extracting(NodeSpec::id).isEqualTo(agents("x", "y", "z"));
        assertThat(manifest.nodes().getFirst().agentType()).isEqualTo(AgentType.ROUTER);
        assertThat(manifest.edges()).extracting(EdgeSpec::messageType).containsExactly("go", "*");
        assertThat(manifest.entrypoints()).isEqualTo(agents("y"));
        assertThat(manifest.initialInputs().get(AgentId.of("y")))
                .isEqualTo(List.of(json("{'body': {'n': 1}}")));
    }

    @Test
    void a_list_of_first_messages_is_for_the_agent_of_the_step() {
        given(
                """
                {'flow': {'steps': [{'id': 's'}]}, 'graph_id': 'g', 'manifest_version': 1,
                 'runtime': {'bindings': {'s': {'initial_inputs': [{'body': 1}, {'body': 2}],
                   'workers': [{'id': 'w', 'role': 'router'}]}}}}""");

        assertThat(thenLoaded().initialInputs().get(AgentId.of("w"))).hasSize(2);
    }

    @Test
    void first_messages_that_the_author_wrote_win() {
        given(
                """
                {'flow': {'steps': [{'id': 's'}]}, 'graph_id': 'g', 'manifest_version': 1,
                 'initial_inputs': {'w': {'body': 0}},
                 'runtime': {'bindings': {'s': {'seed_inputs': [{'body': 1}, {'body': 2}],
                   'workers': [{'id': 'w', 'role': 'router'}]}}}}""");

        assertThat(thenLoaded().initialInputs().get(AgentId.of("w")))
                .isEqualTo(List.of(json("{'body': 0}")));
    }

    @Test
    void a_sink_among_the_workers_ends_the_run_and_belongs_to_no_step() {
        given(
                """
                {'flow': {'steps': [{'id': 's'}]}, 'graph_id': 'g', 'manifest_version': 1,
                 'runtime': {'bindings': {'s': {'workers': [{'id': 'w', 'role': 'router'},
                   {'id': 'end', 'uses': 'x.control.terminal_sink@1'}]}}}}""");

        assertThat(thenStep().agents()).isEqualTo(agents("w"));
        var sink = thenLoaded().nodes().getLast();
        assertThat(((Behaviour.Aggregator) sink.behaviour()).completesRun()).isTrue();
        assertThat(sink.role()).hasValue("result_sink");
    }

    @Test
    void a_graph_of_bindings_alone_is_driven_by_messages() {
        given(
                """
                {'kind': 'Workflow', 'graph_id': 'g', 'manifest_version': 1, 'type': 'service',
                 'runtime': {'bindings': {'s': {'workers': [{'id': 'w', 'role': 'router'}]}}}}""");

        assertThat(thenWorkflow().isEmpty()).isTrue();
        assertThat(thenLoaded().dialect()).isEqualTo("executable");
        assertThat(thenLoaded().entrypoints()).isEqualTo(agents("w"));
    }

    @Test
    void a_binding_helps_out_where_a_step_has_no_node() {
        given(
                workflow(
                        "",
                        """
                        'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                          {'node_id': 'b', 'agent_type': 'router'}]""",
                        """
                        'runtime': {'bindings': {'a': {'workers': [{'id': 'clerk'}]},
                          'c': {'workers': [{'id': 'w', 'role': 'router'}]}}}"""));

        assertThat(thenWorkflow().steps().getLast().agents()).isEqualTo(agents("w"));
        assertThat(thenLoaded().nodes()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'run': {'handler': 'f'}", "'implementation': 'f'"})
    void a_binding_of_a_step_that_names_a_function_only_describes(String run) {
        given(
                """
                {'workflow': {'workflow_id': 'w', 'steps': [{'id': 's', %s}]},
                 'runtime': {'bindings': {'s': {'workers': [{'id': 'clerk', 'role': 'Clerk'}]}}}}"""
                        .formatted(run));

        assertThat(thenLoaded().nodes()).hasSize(1);
        assertThat(thenStep().agents()).isEqualTo(agents("s"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    []                                   | binding.field_type | bindings
                    {'s': 7}                             | binding.field_type | bindings/s
                    {'s': {'workers': {}}}               | binding.field_type | bindings/s/workers
                    {'s': {'workers': [7]}}              | binding.field_type | bindings/s/workers/0
                    """)
    void a_binding_must_be_what_it_says(String bindings, String code, String pointer) {
        givenWorkflowTop("'runtime': {'bindings': %s}".formatted(bindings));

        thenRefused(code, "/manifest/runtime/" + pointer);
    }
}
