package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.routing.Condition;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepEdge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which step waits for which, and where the order comes from. */
class StepEdgesTest extends WorkflowLoaderSpec {

    private StepEdge thenEdge() {
        return thenWorkflow().edges().getFirst();
    }

    @Test
    void an_edge_accepts_what_is_done_and_nothing_else() {
        givenWorkflow("");

        assertThat(thenOrder()).containsExactly("a>b", "b>c");
        assertThat(thenEdge().id()).isEqualTo("ab");
        assertThat(thenEdge().accepts()).isEqualTo(Set.of(Outcome.DONE));
        assertThat(thenEdge().required()).isTrue();
        assertThat(thenEdge().condition()).isEmpty();
    }

    @Test
    void an_edge_says_which_ends_it_accepts() {
        givenStepEdge("'accepts': ['partial', 'skipped'], 'required': false");

        assertThat(thenEdge().accepts()).isEqualTo(Set.of(Outcome.PARTIAL, Outcome.SKIPPED));
        assertThat(thenEdge().required()).isFalse();
    }

    @Test
    void an_edge_without_an_id_gets_one_from_its_place() {
        givenStepEdge("'id': null");

        assertThat(thenEdge().id()).isEqualTo("a->b#0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'${output.total} > 5'",
                "'${payload.total} > 5'",
                "{'expr': '${output.total} > 5'}",
                "{'path': 'output.total', 'op': '>', 'value': 5}"
            })
    void a_condition_looks_at_the_output_of_the_step_before(String condition) {
        givenStepEdge("'condition': " + condition);

        assertThat(thenEdge().condition())
                .hasValue(
                        new Condition.Compare(
                                new Condition.Path(List.of("payload", "total")),
                                Condition.Operator.GREATER,
                                JsonNumber.of(5)));
    }

    @Test
    void the_output_itself_can_be_compared() {
        givenStepEdge("'condition': '${output} == yes'");

        assertThat(thenEdge().condition())
                .hasValue(
                        new Condition.Compare(
                                new Condition.Path(List.of("payload")),
                                Condition.Operator.EQUAL,
                                new JsonString("yes")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'from': 'x'                             | workflow.edge_from_unknown      | /from
                    'to': 7                                 | workflow.edge_to_unknown        | /to
                    'to': 'a'                               | workflow.edge_to_itself         | ``
                    'id': '../x'                            | workflow.edge_id_invalid        | /id
                    'accepts': []                           | workflow.edge_accepts_invalid   | /accepts
                    'accepts': ['completed']                | workflow.edge_accepts_invalid   | /accepts/0
                    'accepts': 'done'                       | workflow.edge_accepts_invalid   | /accepts
                    'required': 1                           | workflow.edge_required_type     | /required
                    'event': ' '                            | workflow.edge_event_invalid     | /event
                    'condition': 'output.total > 5'         | workflow.edge_condition_invalid | /condition
                    'condition': '${state.total} > 5'       | workflow.edge_condition_invalid | /condition
                    'condition': '${output.total} >'        | workflow.edge_condition_invalid | /condition
                    'condition': {'path': 'state'}          | workflow.edge_condition_invalid | /condition/path
                    'condition': 5                          | workflow.edge_condition_invalid | /condition
                    """)
    void an_edge_must_be_what_it_says(String members, String code, String pointer) {
        givenStepEdge(members);

        thenRefused(code, "/manifest/workflow/edges/0" + pointer);
    }

    @Test
    void ids_of_edges_are_their_own() {
        givenStepEdge("'id': 'bc'");

        thenRefused("workflow.edge_id_duplicate", "/manifest/workflow/edges/1/id");
    }

    @Test
    void a_member_of_an_edge_that_nobody_reads_is_warned_about() {
        givenStepEdge("'weight': 3");

        thenWarned("workflow.edge_field_unknown", "/manifest/workflow/edges/0/weight");
    }

    @Test
    void steps_that_wait_for_themselves_are_refused() {
        givenWorkflow(
                """
                'edges': [{'id': 'ab', 'from': 'a', 'to': 'b'}, {'id': 'bc', 'from': 'b', 'to': 'c'},
                  {'id': 'cb', 'from': 'c', 'to': 'b'}]""");

        var issue = thenRefused("workflow.cycle", "/manifest/workflow/edges");
        assertThat(issue.message()).endsWith("wait for themselves: b, c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'id': 'a'} | {'id': 'b', 'needs': ['a']} | {'id': 'c', 'needs': ['a', 'b']} | a>b a>c b>c
                    {'id': 'a', 'provides': ['x']} | {'id': 'b', 'requires': ['x'], 'provides': ['y']} | {'id': 'c', 'requires': ['x', 'y']} | a>b a>c b>c
                    {'id': 'a', 'on': {'ready': 'b'}} | {'id': 'b', 'on': {'done': {'to': ['c']}}} | {'id': 'c', 'on': {'ok': 'completed'}} | a>b b>c
                    {'id': 'a', 'needs': ['c']} | {'id': 'b', 'requires': ['x']} | {'id': 'c', 'provides': ['x']} | c>a
                    """)
    void without_edges_the_order_follows_from_the_steps(
            String a, String b, String c, String order) {
        givenWorkflow("'edges': [], 'steps': [%s, %s, %s]".formatted(a, b, c));

        assertThat(thenOrder()).containsExactlyInAnyOrder(order.split(" "));
    }

    @Test
    void needs_hold_beside_edges_that_are_written() {
        givenWorkflow(
                "'steps': [{'id': 'a'}, {'id': 'b', 'needs': ['a']}, {'id': 'c', 'needs': ['a']}]");

        assertThat(thenOrder()).containsExactly("a>b", "b>c", "a>c");
    }

    @Test
    void a_serial_list_is_an_order() {
        givenWorkflow("'edges': [], 'execution': 'serial'");

        assertThat(thenOrder()).containsExactly("a>b", "b>c");
    }

    @Test
    void steps_without_any_order_are_refused() {
        givenWorkflow("'edges': null");

        thenRefused("workflow.edges_missing", "/manifest/workflow/edges");
    }

    @Test
    void one_step_needs_no_order() {
        givenWorkflow("'edges': [], 'steps': [{'id': 'a'}]");

        assertThat(thenWorkflow().edges()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'needs': ['x']      | step.needs_unknown      | needs/0
                    'needs': 'b'        | step.needs_invalid      | needs
                    'provides': [7]     | step.provides_invalid   | provides/0
                    'requires': 'x'     | step.requires_invalid   | requires
                    'on': 'ready'       | step.on_invalid         | on
                    """)
    void an_order_must_be_what_it_says(String members, String code, String pointer) {
        givenWorkflow(
                "'edges': [], 'execution': 'serial', 'steps': [{'id': 'a', %s}, {'id': 'b'}]"
                        .formatted(members));

        thenRefused(code, "/manifest/workflow/steps/0/" + pointer);
    }

    @Test
    void names_that_lead_nowhere_are_warned_about() {
        givenWorkflow(
                """
                'edges': [], 'execution': 'serial',
                'steps': [{'id': 'a', 'requires': ['gold']}, {'id': 'b', 'on': {'ready': 'x'}}]""");

        thenWarned("step.requires_unprovided", "/manifest/workflow/steps/0/requires/0");
        thenWarned("step.on_unknown", "/manifest/workflow/steps/1/on/ready");
    }
}
