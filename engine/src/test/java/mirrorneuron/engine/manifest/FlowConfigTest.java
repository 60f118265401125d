package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.manifest.FieldValue.Literal;
import mirrorneuron.engine.manifest.FieldValue.Reference;
import mirrorneuron.engine.manifest.FieldValue.Root;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The config of the agents that begin, join and end the flow inside a step. */
class FlowConfigTest extends WorkflowLoaderSpec {

    @Test
    void a_source_names_whom_it_waits_for_and_what_it_sends() {
        givenConfig(
                "step_source",
                """
                'required_upstreams': ['a', 'external'], 'dispatches': [
                  {'to': 'a', 'message_type': 'work', 'schema': {'type': 'object', 'required': ['n']},
                   'fields': {'n': {'$ref': 'run_input', 'path': ['n', 2]}, 'k': 'x'}}, {}]""");

        var source = (Behaviour.StepSource) thenLoadedClean().nodes().getFirst().behaviour();
        assertThat(source.requiredUpstreams()).containsExactly("a", "external");
        var first = source.dispatches().getFirst();
        assertThat(first.to()).contains(AgentId.of("a"));
        assertThat(first.messageType()).isEqualTo("work");
        assertThat(first.shape().object()).isTrue();
        assertThat(first.shape().required()).containsExactly("n");
        assertThat(first.shape().fields().orElseThrow().members())
                .containsExactly(
                        Map.entry("n", new Reference(Root.RUN_INPUT, "", List.of("n", "2"))),
                        Map.entry("k", new Literal(new JsonString("x"))));
        assertThat(source.dispatches().getLast())
                .isEqualTo(
                        new Behaviour.Dispatch(
                                Optional.empty(),
                                "step_dispatch",
                                new BodyShape(Optional.empty(), false, List.of())));
    }

    @Test
    void a_join_joins_all_under_their_names_unless_it_says_otherwise() {
        givenConfig("step_join", "'expected_sources': ['a', 'runtime']");

        var join = (Behaviour.StepJoin) thenLoadedClean().nodes().getFirst().behaviour();
        assertThat(join.expectedSources()).containsExactly("a", "runtime");
        assertThat(join.first()).isFalse();
        assertThat(join.outputKeys()).isEmpty();
        assertThat(join.passthrough()).isFalse();
        assertThat(join.failure()).isEmpty();
        assertThat(join.outputMessageType()).isEqualTo("step_join_result");

        givenConfig(
                "step_join",
                """
                'completion_mode': 'first', 'expected_sources': ['a', 'runtime'],
                'output_keys': ['x', 'y'], 'passthrough': true, 'fail_on_message': true,
                'failure_reason': 'no', 'output_message_type': 'out'""");
        assertThat(thenLoadedClean().nodes().getFirst().behaviour())
                .isEqualTo(
                        new Behaviour.StepJoin(
                                join.expectedSources(),
                                true,
                                Map.of("a", "x", "runtime", "y"),
                                true,
                                Optional.of("no"),
                                "out"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'completion_mode': 'first'", "'fail_on_message': true"})
    void a_join_that_takes_whoever_comes_needs_no_names(String members) {
        givenConfig("step_join", members);

        assertThat(((Behaviour.StepJoin) thenNode().behaviour()).expectedSources()).isEmpty();
    }

    @Test
    void a_sink_makes_its_output_of_what_the_flow_gave() {
        givenConfig(
                "step_sink",
                """
                'fields': {'out': [{'$ref': 'flow_output'}]}, 'output_message_type': 'out',
                'schema': {'required': ['out'], 'properties': {'out': {}}}""");

        assertThat(thenLoadedClean().nodes().getFirst().behaviour())
                .isEqualTo(
                        new Behaviour.StepSink(
                                new BodyShape(
                                        Optional.of(
                                                new FieldValue.Members(
                                                        Map.of(
                                                                "out",
                                                                new FieldValue.Elements(
                                                                        List.of(
                                                                                new Reference(
                                                                                        Root
                                                                                                .FLOW_OUTPUT,
                                                                                        "",
                                                                                        List
                                                                                                .of())))))),
                                        false,
                                        List.of("out")),
                                "out"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    step_source | 'x': 1                                                       | node.dispatches_required       | dispatches
                    step_source | 'dispatches': []                                             | node.dispatches_required       | dispatches
                    step_source | 'dispatches': 5                                              | node.config_invalid            | dispatches
                    step_source | 'dispatches': [{'to': 'ghost'}]                              | node.dispatch_target_unknown   | dispatches
                    step_source | 'dispatches': [{'fields': 1}]                                | node.config_invalid            | dispatches/0/fields
                    step_source | 'dispatches': [{'fields': {'a': {'$ref': 'flow_output'}}}]   | node.config_invalid            | dispatches/0/fields/a/$ref
                    step_source | 'dispatches': [{'fields': {'a': [{'$ref': null}]}}]          | node.config_invalid            | dispatches/0/fields/a/0/$ref
                    step_source | 'dispatches': [{'fields': {'a': {'$ref': 'upstream'}}}]      | node.config_invalid            | dispatches/0/fields/a/step_id
                    step_source | 'dispatches': [{'fields': {'a': {'$ref': 'run_input', 'path': [-1]}}}] | node.config_invalid  | dispatches/0/fields/a/path/0
                    step_source | 'dispatches': [{}], 'required_upstreams': ['ghost']          | node.source_unknown            | required_upstreams
                    step_source | 'dispatches': [{}], 'required_upstreams': 'a'                | node.config_invalid            | required_upstreams
                    step_join   | 'x': 1                                                       | node.expected_sources_required | expected_sources
                    step_join   | 'expected_sources': ['ghost']                                | node.source_unknown            | expected_sources
                    step_join   | 'expected_sources': [1]                                      | node.config_invalid            | expected_sources/0
                    step_join   | 'expected_sources': ['a'], 'completion_mode': 'some'         | node.config_invalid            | completion_mode
                    step_join   | 'expected_sources': ['a'], 'output_keys': ['x', 'y']         | node.config_invalid            | output_keys
                    step_join   | 'expected_sources': ['a'], 'output_keys': {'b': 'x'}         | node.config_invalid            | output_keys/b
                    step_join   | 'expected_sources': ['a', 'runtime'], 'output_keys': ['x', 'x'] | node.config_invalid         | output_keys
                    step_join   | 'expected_sources': ['a', 'runtime'], 'output_keys': {'a': 'runtime'} | node.config_invalid   | output_keys
                    step_join   | 'expected_sources': ['a'], 'output_keys': 5                  | node.config_invalid            | output_keys
                    step_join   | 'expected_sources': ['a'], 'passthrough': 'yes'              | node.config_invalid            | passthrough
                    step_sink   | 'fields': {'a': {'$ref': 'upstream', 'step_id': 's'}}        | node.config_invalid            | fields/a/$ref
                    step_sink   | 'schema': {'required': 'a'}                                  | node.config_invalid            | schema/required
                    """)
    void a_wrong_config_is_refused(String type, String members, String code, String pointer) {
        givenConfig(type, members);

        thenRefused(code, "/manifest/nodes/0/config/" + pointer);
    }

    @Test
    void what_only_a_whole_schema_checker_could_tell_is_not_asked() {
        givenConfig("step_sink", "'schema': {'type': 'array'}");

        thenWarned("node.schema_unchecked", "/manifest/nodes/0/config/schema/type");
        assertThat(((Behaviour.StepSink) thenNode().behaviour()).shape().object()).isFalse();
    }

    @Test
    void keys_of_others_are_warned_about() {
        givenConfig("step_sink", "'complete_after': 2");

        thenWarned("node.config_key_unknown", "/manifest/nodes/0/config/complete_after");
    }

    @Test
    void a_source_may_wait_for_steps_and_for_the_agents_that_end_them() {
        givenAgents(
                """
                'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                  {'node_id': 'b', 'agent_type': 'step_source', 'config': {
                     'required_upstreams': ['a', 'c__end'], 'dispatches': [{}]}},
                  {'node_id': 'c', 'agent_type': 'router'}, {'node_id': 'c__end', 'agent_type': 'step_sink'}]""");

        var source = (Behaviour.StepSource) thenLoaded().nodes().get(1).behaviour();
        assertThat(source.requiredUpstreams()).containsExactly("a", "c");
    }
}
