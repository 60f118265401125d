package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which node of a graph of steps ends the run. */
class WorkflowCompletionTest extends WorkflowLoaderSpec {

    private void givenSink(String config) {
        givenAgents(
                """
                'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                  {'node_id': 'b', 'agent_type': 'router'},
                  {'node_id': 'c', 'agent_type': 'router'},
                  {'node_id': 's', 'agent_type': 'aggregator', 'config': {%s}}]"""
                        .formatted(config));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'complete_on_message': true, 'terminal_sink': true, 'complete_run': true | true
                    'complete_on_message': true, 'output_message_type': 'sum'                | false
                    'complete_after': '3', 'output_message_type': 'sum'                      | false
                    'dedupe_by': 'message_id'                                                | false
                    """)
    void a_node_ends_the_run_only_when_it_says_so(String config, boolean completes) {
        givenSink(config);

        var sink = (Behaviour.Aggregator) thenLoaded().nodes().getLast().behaviour();
        assertThat(sink.completesRun()).isEqualTo(completes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'complete_on_message': true",
                "'complete_after': 3",
                "'complete_after': '3'",
                "'complete_on_message': true, 'terminal_sink': true",
                "'complete_on_message': true, 'output_message_type': ''"
            })
    void an_aggregate_that_goes_nowhere_is_refused(String config) {
        givenSink(config);

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains(
                        "node.output_message_type_required"
                                + " /manifest/agents/nodes/3/config/output_message_type");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'complete_job': true                            | complete_job
                    'complete_job?': false                          | complete_job?
                    'metadata': {'rules': [{'complete_job': true}]} | metadata/rules/0/complete_job
                    """)
    void the_early_word_is_refused_wherever_it_stands(String config, String pointer) {
        givenSink(config);

        thenRefused("node.complete_job_unsupported", "/manifest/agents/nodes/3/config/" + pointer);
    }

    @Test
    void an_agent_of_a_step_leaves_the_run_open() {
        givenStepConfig("'terminal_sink': true, 'complete_run': true", "");

        thenRefused("node.complete_run_in_step", "/manifest/agents/nodes/0/config/complete_run");
    }

    @Test
    void a_terminal_sink_has_no_outgoing_edges() {
        givenAgents(
                """
                'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                  {'node_id': 'b', 'agent_type': 'router'},
                  {'node_id': 'c', 'agent_type': 'router'},
                  {'node_id': 's', 'agent_type': 'aggregator', 'config': {'terminal_sink': true,
                    'complete_on_message': true, 'complete_run': true}}],
                'edges': [{'from': 's', 'to': 'a', 'event': 'x'}]""");

        thenRefused(
                "node.terminal_sink_has_edges", "/manifest/agents/nodes/3/config/terminal_sink");
    }

    @Test
    void a_workflow_needs_no_sink() {
        givenWorkflow("");

        thenLoaded();
        assertThat(issues()).extracting(LoaderSpec::where).doesNotContain("job.no_completion_path");
    }
}
