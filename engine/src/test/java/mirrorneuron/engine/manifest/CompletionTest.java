package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which node ends the run, under the early rules and the late ones. */
class CompletionTest extends LoaderSpec {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'complete_on_message': true                                                 | true
                    'output_message_type': 'sum', 'complete_on_message': true                   | false
                    'output_message_type': 'sum', 'terminal_sink': true, 'complete_run': true   | true
                    'output_message_type': null, 'complete_job': true                           | true
                    'complete_job': false, 'output_message_type': 'sum'                         | false
                    'complete_run': false                                                       | false
                    'terminal_sink': true                                                       | true
                    'output_message_type': 'sum', 'complete_run': true                          | false
                    """)
    void an_aggregator_completes_the_run(String members, boolean completes) {
        givenConfig("aggregator", members);

        assertThat(((Behaviour.Aggregator) thenNode().behaviour()).completesRun())
                .isEqualTo(completes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'pool': 'default'                              | false
                    'complete_job': true                           | true
                    'complete_job?': true                          | true
                    'terminal_sink': true, 'complete_run': true    | true
                    'terminal_sink': true                          | false
                    'complete_run': true                           | false
                    """)
    void an_executor_completes_the_run_only_when_told(String members, boolean completes) {
        givenExecutor(members);

        assertThat(thenExecutor().completesRun()).isEqualTo(completes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'complete_on_message': true, 'output_message_type': null",
                "'complete_after': 3, 'output_message_type': null",
                "'complete_after': 'all_sources', 'complete_run': false"
            })
    void an_aggregate_that_goes_nowhere_is_refused(String members) {
        givenConfig("aggregator", members);

        thenRefused(
                "node.output_message_type_required",
                "/manifest/nodes/0/config/output_message_type");
    }

    @Test
    void the_early_word_still_works_and_is_warned_about() {
        givenExecutor("'complete_job': true");
        thenWarned("node.complete_job_deprecated", "/manifest/nodes/0/config/complete_job");

        givenConfig("sensor", "'complete_job': true");
        thenWarned("node.complete_job_deprecated", "/manifest/nodes/0/config/complete_job");
        assertThat(((Behaviour.Sensor) thenNode().behaviour()).completesRun()).isTrue();
    }

    @Test
    void complete_run_without_a_terminal_sink_is_warned_about() {
        givenExecutor("'complete_run': true");

        thenWarned("node.field_ignored", "/manifest/nodes/0/config/complete_run");
    }

    @Test
    void a_terminal_sink_has_no_outgoing_edges() {
        givenTop(
                """
                'nodes': [{'node_id': 'a', 'agent_type': 'aggregator',
                  'config': {'complete_on_message': true, 'terminal_sink': true,
                             'complete_run': true}},
                  {'node_id': 'b', 'agent_type': 'router'}],
                'edges': [{'from': 'a', 'to': 'b', 'event': 'x'}]""");

        thenRefused("node.terminal_sink_has_edges", "/manifest/nodes/0/config/terminal_sink");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'agent_type': 'router'",
                "'agent_type': 'sensor'",
                "'agent_type': 'aggregator'",
                "'agent_type': 'executor', 'config': {'command': 'true'}"
            })
    void a_batch_that_nobody_ends_is_warned_about(String node) {
        givenTop("'nodes': [{'node_id': 'a', %s}]".formatted(node));

        thenWarned("job.no_completion_path", "/manifest/nodes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'agent_type': 'module', 'config': {'module': 'M'}",
                "'agent_type': 'aggregator', 'config': {'complete_on_message': true}",
                "'agent_type': 'aggregator', 'config': {'complete_after': 2}",
                "'agent_type': 'aggregator', 'config': {'complete_after': 'all_sources'}"
            })
    void a_batch_that_somebody_can_end_is_fine(String node) {
        givenTop("'nodes': [{'node_id': 'a', %s}]".formatted(node));

        thenLoadedClean();
    }

    @Test
    void a_service_needs_no_end() {
        givenTop("'type': 'service'");

        thenLoadedClean();
    }
}
