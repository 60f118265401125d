package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import mirrorneuron.engine.manifest.EdgeSpec.RoutingMode;
import mirrorneuron.engine.routing.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Edges: which message goes from where to where. */
class EdgesTest extends LoaderSpec {

    @Test
    void an_edge_gets_its_defaults_and_an_id_from_its_place() {
        givenEdge("'message_type': 'work'");

        assertThat(thenLoadedClean().edges())
                .containsExactly(
                        new EdgeSpec(
                                0,
                                "a->b:work#0",
                                AgentId.of("a"),
                                AgentId.of("b"),
                                "work",
                                RoutingMode.BROADCAST,
                                new Condition.Always()));
    }

    @Test
    void short_names_are_read() {
        givenTop(
                """
                'type': 'service', 'edges': [{'id': 'e1', 'from': 'a', 'to': 'a', 'event': '*',
                  'routing_mode': 'first_match', 'conditions': {'expr': '${payload.x} exists'}}]""");

        var edge = thenLoadedClean().edges().getFirst();
        assertThat(edge.id()).isEqualTo("e1");
        assertThat(edge.mode()).isEqualTo(RoutingMode.FIRST_MATCH);
        assertThat(edge.condition()).isInstanceOf(Condition.Exists.class);
        assertThat(edge.accepts("anything")).isTrue();
    }

    @Test
    void cycles_and_edges_to_oneself_are_legal() {
        givenTop(
                """
                'type': 'service', 'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                  {'node_id': 'b', 'agent_type': 'router'}],
                'edges': [{'from': 'a', 'to': 'b', 'event': 'x'},
                  {'from': 'b', 'to': 'a', 'event': 'x'}, {'from': 'a', 'to': 'a', 'event': 'x'}]""");

        assertThat(thenLoadedClean().edges()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'from_node': 'nobody'             | edge.from_unknown             | from_node
                    'from_node': null                 | edge.from_unknown             | from_node
                    'to_node': 'nobody'               | edge.to_unknown               | to_node
                    'to_node': 5                      | edge.to_unknown               | to_node
                    'message_type': null              | edge.message_type_required    | message_type
                    'message_type': ' '               | edge.message_type_required    | message_type
                    'routing_mode': 'random'          | edge.routing_mode_unsupported | routing_mode
                    'edge_id': 'a b'                  | edge.id_invalid               | edge_id
                    'edge_id': 5                      | edge.id_invalid               | edge_id
                    'conditions': {'expr': '${x'}     | edge.conditions_invalid       | conditions/expr
                    'conditions': {'all': [{}, {'op': '=='}]} | edge.conditions_invalid | conditions/all/1
                    'conditions': 'payload.x'         | edge.conditions_invalid       | conditions
                    """)
    void a_wrong_member_is_refused(String members, String code, String pointer) {
        givenEdge(members);

        thenRefused(code, "/manifest/edges/0/" + pointer);
    }

    @Test
    void both_ends_of_an_edge_may_be_wrong() {
        givenEdge("'from_node': 'x', 'to_node': 'y'");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .containsExactly(
                        "edge.from_unknown /manifest/edges/0/from_node",
                        "edge.to_unknown /manifest/edges/0/to_node");
    }

    @Test
    void a_repeated_id_is_refused() {
        givenTop(
                """
                'edges': [{'edge_id': 'e', 'from': 'a', 'to': 'a', 'event': 'x'},
                  {'edge_id': 'e', 'from': 'a', 'to': 'a', 'event': 'y'}]""");

        thenRefused("edge.id_duplicate", "/manifest/edges/1/edge_id");
    }

    @Test
    void an_edge_that_is_no_object_is_refused() {
        givenTop("'edges': ['a->b']");

        thenRefused("edge.not_an_object", "/manifest/edges/0");
    }

    @Test
    void an_edge_to_a_node_with_another_mistake_is_not_reported_as_well() {
        givenTop(
                """
                'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                  {'node_id': 'b', 'agent_type': 'wizard'}],
                'edges': [{'from': 'a', 'to': 'b', 'event': 'x'}]""");

        thenRefused("node.agent_type_unsupported", "/manifest/nodes/1/agent_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'condition': {}", "'weight': 1"})
    void members_that_nobody_reads_are_warned_about(String members) {
        givenEdge(members);

        assertThat(issues())
                .extracting(issue -> issue.code())
                .containsExactly("edge.field_unknown");
    }
}
