package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes: names, types, templates, and what each type reads from its configuration. */
class NodesTest extends LoaderSpec {

    @ParameterizedTest
    @CsvSource({
        "router, ROUTER",
        "relay, ROUTER",
        "executor, EXECUTOR",
        "sandbox_worker, EXECUTOR",
        "aggregator, AGGREGATOR",
        "collector, AGGREGATOR",
        "sensor, SENSOR",
        "module, MODULE",
        "step_source, STEP_SOURCE",
        "step_join, STEP_JOIN",
        "step_sink, STEP_SINK"
    })
    void aliases_are_resolved_and_the_word_is_kept(String word, AgentType type) {
        givenConfig(
                word,
                "'command': 'true', 'module': 'M', 'complete_on_message': true,"
                        + " 'dispatches': [{}], 'expected_sources': ['a']");

        var node = thenNode();
        assertThat(node.agentType()).isEqualTo(type);
        assertThat(node.declaredAgentType()).isEqualTo(word);
    }

    @Test
    void a_node_with_a_command_and_no_type_is_an_executor() {
        givenTop("'type': 'service', 'nodes': [{'id': 'a', 'config': {'command': 'true'}}]");

        assertThat(thenNode().agentType()).isEqualTo(AgentType.EXECUTOR);
        assertThat(thenNode().declaredAgentType()).isEqualTo("executor");
    }

    @Test
    void names_for_people_are_kept_as_they_were_written() {
        givenTop(
                """
                'type': 'service', 'nodes': [{'id': 'a', 'agent_type': 'router', 'alias': 'Al',
                'display_name': ' The router ', 'label': 'routes', 'name': 'other'}]""");

        assertThat(thenNode().display())
                .hasToString(
                        "{\"alias\":\"Al\",\"display_name\":\"The router\",\"label\":\"routes\"}");
    }

    @Test
    void camel_case_and_short_names_are_read() {
        givenTop(
                """
                'type': 'service', 'nodes': [{'id': 'a', 'agentType': 'router', 'kind': 'map'}]""");

        assertThat(thenNode().template()).isEqualTo(Template.MAP);
    }

    @ParameterizedTest
    @CsvSource({
        "router, generic map",
        "executor, generic stream map reduce accumulator batch",
        "aggregator, generic reduce accumulator",
        "sensor, generic",
        "module, generic stream map reduce accumulator batch",
        "step_source, generic map",
        "step_join, generic reduce accumulator",
        "step_sink, generic reduce accumulator"
    })
    void each_type_has_its_templates(String type, String allowed) {
        for (var template : "generic stream map reduce accumulator batch".split(" ")) {
            givenNode(
                    """
                    'agent_type': '%s', 'type': '%s',
                    'config': {'command': 'true', 'module': 'M', 'complete_on_message': true,
                      'dispatches': [{}], 'expected_sources': ['a']}"""
                            .formatted(type, template));
            if (List.of(allowed.split(" ")).contains(template)) {
                thenLoaded();
            } else {
                thenRefused("node.template_incompatible", "/manifest/nodes/0/type");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "'  '"})
    void a_blank_template_is_generic(String value) {
        givenNode("'type': " + value);

        assertThat(thenNode().template()).isEqualTo(Template.GENERIC);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'node_id': null                       | node.id_required             | node_id
                    'node_id': ''                         | node.id_required             | node_id
                    'node_id': 5                          | node.id_invalid              | node_id
                    'node_id': 'a b'                      | node.id_invalid              | node_id
                    'agent_type': null                    | node.agent_type_unsupported  | agent_type
                    'agent_type': 'step_mixer'            | node.agent_type_unsupported  | agent_type
                    'agent_type': 1                       | node.agent_type_unsupported  | agent_type
                    'type': 'tree'                        | node.template_unsupported    | type
                    'config': []                          | node.config_type             | config
                    'resources': 5                        | node.resources_type          | resources
                    'constraints': 5                      | node.constraints_type        | constraints
                    'placement_requirements': []          | node.placement_requirements_type | placement_requirements
                    'policies': []                        | node.policies_type           | policies
                    'role': 5                             | node.role_invalid            | role
                    """)
    void a_wrong_member_is_refused(String members, String code, String member) {
        given(
                """
                {'manifest_version': '1', 'graph_id': 'g', 'type': 'service',
                 'entrypoints': ['b'], 'nodes': [{'node_id': 'a', 'agent_type': 'router', %s},
                 {'node_id': 'b', 'agent_type': 'router'}]}"""
                        .formatted(members));

        thenRefused(code, "/manifest/nodes/0/" + member);
    }

    @Test
    void a_node_that_is_no_object_is_refused() {
        givenTop("'nodes': [{'node_id': 'a', 'agent_type': 'router'}, 'b']");

        thenRefused("node.not_an_object", "/manifest/nodes/1");
    }

    @Test
    void a_repeated_id_is_reported_once_however_often_it_occurs() {
        var node = "{'node_id': 'a', 'agent_type': 'router'}";
        givenTop("'nodes': [%s, %s, %s]".formatted(node, node, node));

        assertThat(thenRefused("node.id_duplicate", "/manifest/nodes/1/node_id").message())
                .isEqualTo("Expected every node_id once, but found a again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry_policy", "checkpoint_policy", "spawn_policy"})
    void policies_that_nobody_reads_are_warned_about(String member) {
        givenNode("'%s': {'max_attempts': 3}".formatted(member));
        thenWarned("node.field_ignored", "/manifest/nodes/0/" + member);

        givenNode("'%s': {}".formatted(member));
        thenLoadedClean();
    }

    @Test
    void members_that_nobody_knows_are_warned_about() {
        givenNode("'retries': 3");

        thenWarned("node.field_unknown", "/manifest/nodes/0/retries");
    }

    @Test
    void a_router_sends_on_under_its_emit_type() {
        givenConfig("router", "'emit_type': 'work'");
        assertThat(((Behaviour.Router) thenNode().behaviour()).emitType()).contains("work");

        givenConfig("router", "'emit_type': null");
        assertThat(((Behaviour.Router) thenNode().behaviour()).emitType()).isEmpty();

        givenConfig("router", "'emit_type': ''");
        thenRefused("node.config_invalid", "/manifest/nodes/0/config/emit_type");
    }

    @Test
    void a_sensor_counts_to_one_unless_told() {
        givenConfig("sensor", "");
        assertThat(thenNode().behaviour())
                .isEqualTo(new Behaviour.Sensor(1, "sensor_ready", false));

        givenConfig("sensor", "'complete_after': '3', 'output_message_type': 'seen'");
        assertThat(thenNode().behaviour()).isEqualTo(new Behaviour.Sensor(3, "seen", false));

        givenConfig("sensor", "'complete_after': 0");
        thenRefused("node.config_invalid", "/manifest/nodes/0/config/complete_after");
    }

    @Test
    void a_module_names_its_class_and_keeps_its_own_keys() {
        givenConfig("module", "'module': 'com.acme.Counter', 'anything': 1");

        var module = (Behaviour.Module) thenNode().behaviour();
        assertThat(module.module()).isEqualTo("com.acme.Counter");
        assertThat(module.source()).isEmpty();
        thenLoadedClean();
    }

    @Test
    void a_module_may_bring_a_java_source() {
        givenConfig("module", "'module_source': 'agents/Counter.java'");

        assertThat(((Behaviour.Module) thenNode().behaviour()).source())
                .contains("agents/Counter.java");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.ex", "a.exs", "beam/a.BEAM", "a.py"})
    void a_module_in_another_language_is_refused(String source) {
        givenConfig("module", "'module': 'M', 'module_source': '%s'".formatted(source));

        thenRefused("node.module_unsupported", "/manifest/nodes/0/config/module_source");
    }

    @Test
    void a_module_source_stays_below_payloads() {
        givenConfig("module", "'module': 'M', 'module_source': '../M.java'");

        thenRefused("node.path_unsafe", "/manifest/nodes/0/config/module_source");
    }

    @Test
    void a_module_without_a_name_is_refused() {
        givenConfig("module", "");

        thenRefused("node.module_required", "/manifest/nodes/0/config/module");
    }

    @ParameterizedTest
    @ValueSource(strings = {"router", "aggregator", "sensor", "executor"})
    void unknown_configuration_is_warned_about(String type) {
        givenConfig(type, "'command': 'true', 'jitter': 1");

        thenWarned("node.config_key_unknown", "/manifest/nodes/0/config/jitter");
    }

    @Test
    void backpressure_has_defaults() {
        givenNode("'config': {}");

        assertThat(thenNode().backpressure()).isEqualTo(new Backpressure(100, 75, 25, 250));
    }

    @Test
    void watermarks_follow_the_maximum_and_may_be_given() {
        givenConfig("router", "'backpressure': {'max_queue_depth': 10}");
        assertThat(thenNode().backpressure()).isEqualTo(new Backpressure(10, 7, 2, 250));

        givenConfig(
                "router",
                """
                'backpressure': {'max_queue_depth': 8, 'high_watermark': 8, 'low_watermark': 0,
                  'retry_after_ms': 10}""");
        assertThat(thenNode().backpressure()).isEqualTo(new Backpressure(8, 8, 0, 10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'high_watermark': 200}                        | /backpressure
                    {'low_watermark': 90}                          | /backpressure
                    {'max_queue_depth': 0}                         | /backpressure/max_queue_depth
                    {'retry_after_ms': -1}                         | /backpressure/retry_after_ms
                    """)
    void watermarks_out_of_order_are_refused(String backpressure, String pointer) {
        givenConfig("router", "'backpressure': " + backpressure);

        thenRefused("node.backpressure_invalid", "/manifest/nodes/0/config" + pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'pool': 'default'                                        | UNDECLARED
                    'safe_to_retry': true                                    | SAFE
                    'idempotent': true                                       | SAFE
                    'idempotency_key': 'k'                                   | SAFE
                    'recovery_idempotency_key': 'k'                          | SAFE
                    'requires_approval': true                                | UNSAFE
                    'unsafe': true                                           | UNSAFE
                    'safe_to_retry': false                                   | UNSAFE
                    'idempotent': false, 'safe_to_retry': true               | UNSAFE
                    'side_effects': true                                     | UNSAFE
                    'side_effects': 'writes', 'idempotent': true             | UNSAFE
                    'side_effects': 'External'                               | UNSAFE
                    'side_effects': 'read'                                   | UNDECLARED
                    'side_effects': false                                    | UNDECLARED
                    'manual_review_on_recovery': true, 'idempotent': true    | MANUAL_REVIEW
                    """)
    void the_most_careful_safety_flag_counts(String members, RecoverySafety safety) {
        givenExecutor(members);

        assertThat(thenNode().safety()).isEqualTo(safety);
    }

    @Test
    void a_safety_flag_that_is_no_flag_is_refused_rather_than_guessed() {
        givenExecutor("'safe_to_retry': 'no'");

        thenRefused("node.config_invalid", "/manifest/nodes/0/config/safe_to_retry");
    }

    @Test
    void an_aggregator_threshold_may_be_digits_or_all_sources() {
        givenConfig("aggregator", "'complete_after': '2'");
        assertThat(((Behaviour.Aggregator) thenNode().behaviour()).completeAfter())
                .isEqualTo(OptionalInt.of(2));

        givenConfig("aggregator", "'complete_after': 'all_sources'");
        assertThat(((Behaviour.Aggregator) thenNode().behaviour()).allSources()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "'x'", "1.5", "true"})
    void a_threshold_that_never_comes_is_warned_about(String value) {
        givenConfig("aggregator", "'complete_after': " + value);

        thenWarned("node.complete_after_ignored", "/manifest/nodes/0/config/complete_after");
        assertThat(((Behaviour.Aggregator) thenNode().behaviour()).completeAfter()).isEmpty();
    }

    @Test
    void an_aggregator_dedupes_by_message_unless_told() {
        givenConfig("aggregator", "");
        assertThat(((Behaviour.Aggregator) thenNode().behaviour()).dedupeBy())
                .isEqualTo("message_id");

        givenConfig("aggregator", "'dedupe_by': 'order.id', 'reset_after_emit': true");
        var aggregator = (Behaviour.Aggregator) thenNode().behaviour();
        assertThat(aggregator.dedupeBy()).isEqualTo("order.id");
        assertThat(aggregator.resetAfterEmit()).isTrue();
    }
}
