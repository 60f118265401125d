package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.engine.workflow.TriggerRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a step may run: the words, where they stand, and how many parents count. */
class TriggerRulesTest extends WorkflowLoaderSpec {

    @ParameterizedTest
    @CsvSource({
        "all_success, ALL_SUCCESS",
        "all_required, ALL_SUCCESS",
        "all_done, ALL_DONE",
        "one_success, ONE_SUCCESS",
        "any_success, ONE_SUCCESS",
        "one_done, ONE_DONE",
        "any_done, ONE_DONE",
        "one_failed, ONE_FAILED",
        "any_failed, ONE_FAILED",
        "none_failed_min_one_success, NONE_FAILED_MIN_ONE_SUCCESS",
        "partial_success, NONE_FAILED_MIN_ONE_SUCCESS",
        "quorum_success, QUORUM_SUCCESS",
        "quorum, QUORUM_SUCCESS",
        "min_success, QUORUM_SUCCESS"
    })
    void every_rule_has_its_words(String word, TriggerRule rule) {
        givenJoin("'trigger_rule': '%s', 'quorum': 1".formatted(word));

        assertThat(thenWorkflow().steps().getLast().rule()).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'trigger_rule': 'all_done', 'control': {'trigger_rule': 'one_done'}   | ALL_DONE
                    'control': {'trigger_rule': 'one_done'}, 'join': 'all_done'           | ONE_DONE
                    'join': {'trigger_rule': 'all_done', 'rule': 'one_done'}              | ALL_DONE
                    'join': {'rule': 'all_done', 'mode': 'one_done'}                      | ALL_DONE
                    'join': {'mode': 'all_done'}                                          | ALL_DONE
                    'join': 'all_done'                                                    | ALL_DONE
                    'join': {}                                                            | ONE_SUCCESS
                    'label': 'd'                                                          | ONE_SUCCESS
                    """)
    void the_first_place_that_has_a_rule_counts(String members, TriggerRule rule) {
        given(
                workflow(
                        """
                        'join_default': 'one_success',
                        'steps': [{'id': 'a'}, {'id': 'b', %s}], 'edges': [
                          {'id': 'ab', 'from': 'a', 'to': 'b'}]"""
                                .formatted(members),
                        "",
                        ""));

        assertThat(thenWorkflow().steps().getLast().rule()).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'trigger_rule': {'rule': 'quorum', 'quorum': 2}                   | 2
                    'trigger_rule': {'type': 'quorum_success', 'count': 2}            | 2
                    'trigger_rule': {'mode': 'quorum', 'minimum': 2}                  | 2
                    'trigger_rule': {'rule': 'quorum'}, 'quorum': 2                   | 2
                    'trigger_rule': 'quorum', 'quorum': 2, 'control': {'quorum': 1}   | 2
                    'trigger_rule': 'quorum', 'control': {'quorum': '2'}              | 2
                    'trigger_rule': 'quorum', 'join': {'quorum': ' 2 '}               | 2
                    'join': {'mode': 'min_success', 'min_success': 2}                 | 2
                    'join': {'mode': 'quorum', 'quorum': '1'}                         | 1
                    """)
    void a_quorum_stands_with_its_rule_or_with_the_step(String members, int quorum) {
        givenJoin(members);

        var step = thenWorkflow().steps().getLast();
        assertThat(step.rule()).isEqualTo(TriggerRule.QUORUM_SUCCESS);
        assertThat(step.quorum()).isEqualTo(quorum);
    }

    @Test
    void a_quorum_beside_another_rule_means_nothing() {
        givenJoin("'trigger_rule': 'all_done', 'quorum': 9");

        assertThat(thenWorkflow().steps().getLast().quorum()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'trigger_rule': 'sometimes'                   | step.trigger_rule_unknown | trigger_rule
                    'trigger_rule': 3                             | step.trigger_rule_unknown | trigger_rule
                    'trigger_rule': {'quorum': 2}                 | step.trigger_rule_unknown | trigger_rule/rule
                    'control': {'trigger_rule': 'x'}              | step.trigger_rule_unknown | control/trigger_rule
                    'join': {'mode': 'x'}                         | step.trigger_rule_unknown | join/mode
                    'trigger_rule': 'quorum'                      | step.quorum_required      | trigger_rule
                    'trigger_rule': 'quorum', 'quorum': 0         | step.quorum_invalid       | quorum
                    'trigger_rule': 'quorum', 'quorum': '-1'      | step.quorum_invalid       | quorum
                    'trigger_rule': 'quorum', 'quorum': 1.5       | step.quorum_invalid       | quorum
                    'join': {'mode': 'min_success', 'count': []}  | step.quorum_invalid       | join/count
                    'trigger_rule': 'quorum', 'quorum': 3         | step.quorum_too_large     | quorum
                    """)
    void what_can_never_hold_is_refused(String members, String code, String pointer) {
        givenJoin(members);

        thenRefused(code, "/manifest/workflow/steps/3/" + pointer);
    }
}
