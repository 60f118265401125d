package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code runtime.workflow_control}: signs of life for all, and what cannot be otherwise. */
class WorkflowControlTest extends WorkflowLoaderSpec {

    private static final String BEACONS =
            """
            'nodes': [{'node_id': 'a', 'agent_type': 'executor', 'config': {'command': 'true', 'beacon_enabled': true%s}},
              {'node_id': 'b', 'agent_type': 'router'}, {'node_id': 'c', 'agent_type': 'router'}]""";

    private String document(String control, String inStep, String inConfig) {
        return workflow(
                "'steps': [{'id': 'a', 'control': {%s}}, {'id': 'b'}, {'id': 'c'}]"
                        .formatted(inStep),
                BEACONS.formatted(inConfig),
                "'runtime': {'bindings': {}, 'workflow_control': {%s}}".formatted(control));
    }

    @Test
    void its_signs_of_life_hold_for_agents_and_steps_that_do_not_say() {
        given(document("'liveness': {'interval_ms': 7000, 'timeout_ms': 21000}", "", ""));

        assertThat(thenStep().beaconTimeoutMs()).isEqualTo(21_000);
        assertThat(thenExecutor().beacon())
                .isEqualTo(new Behaviour.Beacon(true, false, 7_000, 21_000));
    }

    @Test
    void what_the_agent_says_wins_over_it_and_what_the_step_says_over_both() {
        var control = "'liveness': {'interval_ms': 7000, 'timeout_ms': 21000}";
        var config = ", 'beacon_interval_ms': 1000, 'beacon_timeout_ms': 3000";
        given(document(control, "", config));
        assertThat(thenStep().beaconTimeoutMs()).isEqualTo(3_000);
        assertThat(thenExecutor().beacon())
                .isEqualTo(new Behaviour.Beacon(true, false, 1_000, 3_000));

        given(document(control, "'beacon_timeout_ms': 9000", config));
        assertThat(thenStep().beaconTimeoutMs()).isEqualTo(9_000);
        assertThat(thenExecutor().beacon())
                .isEqualTo(new Behaviour.Beacon(true, false, 1_000, 9_000));
    }

    @Test
    void where_signs_of_life_are_not_required_only_a_time_that_was_named_counts() {
        var control = "'liveness': {'required': false, 'timeout_ms': 21000}";
        given(document(control, "", ""));
        assertThat(thenStep().beaconTimeoutMs()).isZero();

        given(document(control, "'beacon_timeout_ms': 9000", ""));
        assertThat(thenStep().beaconTimeoutMs()).isEqualTo(9_000);
    }

    @Test
    void without_it_everything_is_as_ever() {
        given(document("", "", ""));

        assertThat(thenStep().beaconTimeoutMs()).isEqualTo(45_000);
        assertThat(thenExecutor().beacon())
                .isEqualTo(new Behaviour.Beacon(true, false, 15_000, 45_000));
    }

    @Test
    void an_agent_of_no_step_keeps_its_own() {
        given(
                workflow(
                        "",
                        """
                        'nodes': [{'node_id': 'x', 'agent_type': 'executor', 'config': {'command': 'true'}},
                          {'node_id': 'a', 'agent_type': 'router'}, {'node_id': 'b', 'agent_type': 'router'},
                          {'node_id': 'c', 'agent_type': 'router'}]""",
                        "'runtime': {'bindings': {}, 'workflow_control': {'liveness': {'timeout_ms': 1}}}"));

        assertThat(thenExecutor().beacon().timeoutMs()).isEqualTo(45_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'schema_version': 'v2'                                | schema_version
                    'enabled': false                                      | enabled
                    'source_of_truth': 'messages'                         | source_of_truth
                    'state_ledger': {'enabled': false}                    | state_ledger/enabled
                    'state_ledger': {'persisted_field': 'x'}              | state_ledger/persisted_field
                    'state_ledger': {'message_ledger': false}             | state_ledger/message_ledger
                    'state_ledger': {'delivery_semantics': 'at_most_once'} | state_ledger/delivery_semantics
                    'attempts': {'stale_attempt_outputs': 'accept'}       | attempts/stale_attempt_outputs
                    'attempts': {'retry_policy_source': 'x'}              | attempts/retry_policy_source
                    'attempts': {'timeout_source': 'x'}                   | attempts/timeout_source
                    'liveness': {'event': 'pulse'}                        | liveness/event
                    'liveness': {'missed_action': 'ignore'}               | liveness/missed_action
                    'reconciliation': {'on_timeout': 'ignore'}            | reconciliation/on_timeout
                    'reconciliation': {'on_missed_beacon': 5}             | reconciliation/on_missed_beacon
                    'reconciliation': {'on_retry_exhausted': 'ignore'}    | reconciliation/on_retry_exhausted
                    'pause_cancel': {'pause_mode': 'drain'}               | pause_cancel/pause_mode
                    'pause_cancel': {'resume_mode': 'restart'}            | pause_cancel/resume_mode
                    'pause_cancel': {'cancel_mode': 'drain'}              | pause_cancel/cancel_mode
                    """)
    void a_way_in_which_steps_do_not_run_is_warned_about_and_refused_when_all_is_checked(
            String member, String pointer) {
        var at = "/manifest/runtime/workflow_control/" + pointer;
        given(document(member, "", ""));
        thenWarned("workflow_control.unsupported", at);

        givenStrict(document(member, "", ""));
        thenRefused("workflow_control.unsupported", at);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'liveness': []                            | liveness
                    'liveness': {'interval_ms': 0}            | liveness/interval_ms
                    'liveness': {'timeout_ms': '45s'}         | liveness/timeout_ms
                    'liveness': {'required': 'yes'}           | liveness/required
                    'reconciliation': {'interval_ms': 0}      | reconciliation/interval_ms
                    'events': 'all'                           | events
                    'events': [1]                             | events/0
                    'state_ledger': {'step_statuses': {}}     | state_ledger/step_statuses
                    'attempts': {'dispatch_metadata': [' ']}  | attempts/dispatch_metadata/0
                    """)
    void a_member_of_another_type_is_refused(String member, String pointer) {
        given(document(member, "", ""));

        thenRefused("workflow_control.field_type", "/manifest/runtime/workflow_control/" + pointer);
    }

    @Test
    void members_that_nobody_knows_are_warned_about() {
        given(document("'mood': 1, 'liveness': {'pulse': 2}", "", ""));

        thenWarned("workflow_control.key_unknown", "/manifest/runtime/workflow_control/mood");
        thenWarned(
                "workflow_control.key_unknown",
                "/manifest/runtime/workflow_control/liveness/pulse");
    }
}
