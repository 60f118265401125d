package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that a manifest may have and that this release does not act on: authors are told. */
class DormantTest extends LoaderSpec {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'schedule': {'cron': '@daily'}                        | /schedule
                    'triggers': {'event_type': 'e'}                       | /triggers
                    'services': ['web']                                   | /services
                    'required_services': 'db'                             | /required_services
                    'requiredServices': ['db']                            | /requiredServices
                    'deployment': {'key': 'night-watch'}                  | /deployment
                    'required_context_engine': true                       | /required_context_engine
                    'reload': {'mode': 'interval', 'interval_seconds': 5} | /reload
                    """)
    void a_member_at_the_top_is_warned_about(String member, String pointer) {
        givenTop("'type': 'service', " + member);

        thenLoadedBut("manifest.field_ignored");
        var warning = thenWarned("manifest.field_ignored", "/manifest" + pointer);
        assertThat(warning.severity()).isEqualTo(Severity.WARNING);
        assertThat(warning.message())
                .isEqualTo(
                        "Expected no "
                                + pointer.substring(1)
                                + ", but found one: this release does not act on it");
        assertThat(warning.help()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'constraints': ['ssd']                   | /constraints
                    'scheduler': {'constraints': ['ssd']}    | /scheduler/constraints
                    'update': {'strategy': 'rolling'}        | /update
                    """)
    void a_policy_is_warned_about(String policy, String pointer) {
        givenTop("'type': 'service', 'policies': {%s}".formatted(policy));

        thenLoadedBut("policies.field_ignored");
        thenWarned("policies.field_ignored", "/manifest/policies" + pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'services': ['web']                         | node.field_ignored              | /services
                    'requires_services': ['db']                 | node.field_ignored              | /requires_services
                    'constraints': ['ssd']                      | node.field_ignored              | /constraints
                    'config': {'constraints': ['ssd']}          | node.field_ignored              | /config/constraints
                    'resources': {'memory_gb': 4096}            | node.resources.not_reserved     | /resources
                    'config': {'resources': {'gpus': 8}}        | node.resources.not_reserved     | /config/resources
                    'resources': {'ports': [{'label': 'a', 'port': 80}]} | node.resources.not_reserved | /resources
                    """)
    void a_member_of_a_node_is_warned_about(String member, String code, String pointer) {
        givenNode(member);

        thenLoadedBut(code);
        thenWarned(code, "/manifest/nodes/0" + pointer);
    }

    @Test
    void a_port_that_nobody_chooses_is_warned_about() {
        givenNode("'resources': {'ports': [{'label': 'a', 'port': 'auto'}]}");

        thenWarned("node.resources.ports.not_chosen", "/manifest/nodes/0/resources/ports");
    }

    @Test
    void a_member_of_nodes_is_named_once() {
        var node = "{'node_id': '%s', 'agent_type': 'router', 'resources': {'cpu': 1}}";
        givenTop(
                "'type': 'service', 'nodes': [%s, %s]"
                        .formatted(node.formatted("a"), node.formatted("b")));

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .containsExactly("node.resources.not_reserved /manifest/nodes/0/resources");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'schedule': {}",
                "'triggers': []",
                "'services': null",
                "'required_context_engine': false",
                "'reload': {'mode': 'manual'}",
                "'policies': {'constraints': [], 'update': {}}"
            })
    void a_default_that_is_written_out_is_none(String member) {
        givenTop("'type': 'service', " + member);

        thenLoadedClean();
    }

    @Test
    void a_node_without_wishes_is_warned_about_nothing() {
        givenNode(
                """
                'resources': {'runtime_driver': 'host_local', 'devices': [], 'volumes':
                  [{'name': 'data', 'source': '/a', 'target': '/b'}]}, 'constraints': {}""");

        thenLoadedClean();
    }
}
