package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.Approval.Decision;
import mirrorneuron.engine.workflow.Approval.Mode;
import mirrorneuron.engine.workflow.FailurePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a step is tried, how long it may take, and who has a say in it. */
class StepControlTest extends WorkflowLoaderSpec {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'max_attempts': 5 | 'retry': {'max_attempts': 2}, 'max_attempts': 3 | 2
                    'max_attempts': 5 | 'max_attempts': 3                               | 3
                    'max_attempts': 5 | 'required': true                                | 5
                    'pool': 'default' | 'required': true                                | 1
                    """)
    void the_step_says_how_often_before_its_agent_does(String config, String control, int tries) {
        givenStepConfig(config, control);

        assertThat(thenStep().retry().attemptsMax()).isEqualTo(tries);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'retry_backoff_ms': 70 | 'retry': {'backoff_seconds': 9}, 'retry_backoff_ms': 8 | 8
                    'retry_backoff_ms': 70 | 'retry': {'backoff_seconds': 9}                        | 70
                    'pool': 'default'      | 'retry': {'backoff_seconds': 0.5}                      | 500
                    'pool': 'default'      | 'retry': {'backoff_seconds': 0}                        | 0
                    'pool': 'default'      | 'required': true                                       | 1000
                    """)
    void milliseconds_win_over_seconds_of_rest(String config, String control, long rest) {
        givenStepConfig(config, control);

        assertThat(thenStep().retry().backoffMs()).isEqualTo(rest);
    }

    @Test
    void the_rest_grows_and_swings_as_the_author_says() {
        givenControl(
                """
                'retry': {'backoff_multiplier': 1.5, 'jitter': 0.25,
                  'non_retryable': ['bad_input', 'denied']}""");

        assertThat(thenStep().retry().multiplier()).isEqualTo(1.5);
        assertThat(thenStep().retry().jitter()).isEqualTo(0.25);
        assertThat(thenStep().retry().nonRetryable()).isEqualTo(Set.of("bad_input", "denied"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'timeout_seconds': 60 | 'timeout_seconds': 1.5 | 1500
                    'timeout_seconds': 60 | 'timeout_seconds': 0   | 0
                    'timeout_seconds': 60 | 'required': true       | 60000
                    'timeout_seconds': 0  | 'required': true       | 0
                    'pool': 'default'     | 'required': true       | 300000
                    """)
    void an_attempt_may_take_as_long_as_the_step_or_its_agent_says(
            String config, String control, long limit) {
        givenStepConfig(config, control);

        assertThat(thenStep().timeoutMs()).isEqualTo(limit);
    }

    @Test
    void the_first_step_of_a_service_has_no_time_limit() {
        given(
                workflow(
                        """
                        'steps': [{'id': 'a', 'control': {'timeout_seconds': 5}}, {'id': 'b'},
                          {'id': 'c'}]""",
                        "",
                        "'type': 'service'"));

        assertThat(thenStep().timeoutMs()).isZero();
        assertThat(thenWorkflow().steps().get(1).timeoutMs()).isEqualTo(300_000);
        thenWarned("step.timeout_ignored", "/manifest/workflow/steps/0/control/timeout_seconds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'beacon_enabled': true                                      | 'beacon_timeout_ms': 7 | 7
                    'agent_beacon_required': true, 'beacon_timeout_ms': 9000    | 'required': true       | 9000
                    'beacon_enabled': true                                      | 'required': true       | 45000
                    'beacon_timeout_ms': 9000                                   | 'beacon_timeout_ms': 7 | 0
                    'beacon_enabled': true, 'runner_module': 'docker'           | 'required': true       | 0
                    """)
    void signs_of_life_are_expected_only_of_agents_that_give_them(
            String config, String control, long limit) {
        givenStepConfig(config, control);

        assertThat(thenStep().beaconTimeoutMs()).isEqualTo(limit);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'failure_policy': 'skip' | SKIP
                    'required': false        | CONTINUE
                    """)
    void a_failure_does_what_the_step_or_the_workflow_says(String control, FailurePolicy policy) {
        givenWorkflow(
                """
                'policy': {'failure': {'default': 'continue'}},
                'steps': [{'id': 'a', 'control': {%s}}, {'id': 'b'}, {'id': 'c'}]"""
                        .formatted(control));

        assertThat(thenStep().failurePolicy()).isEqualTo(policy);
    }

    @Test
    void an_unknown_failure_policy_fails_the_run_and_is_warned_about() {
        givenControl("'failure_policy': 'shrug', 'required': false");

        assertThat(thenStep().failurePolicy()).isEqualTo(FailurePolicy.FAIL_WORKFLOW);
        assertThat(thenStep().required()).isFalse();
        thenWarned(
                "step.failure_policy_unknown", "/manifest/workflow/steps/0/control/failure_policy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'retry': {'max_attempts': 0}          | step.retry_invalid          | retry/max_attempts
                    'retry': {'backoff_seconds': -1}      | step.retry_invalid          | retry/backoff_seconds
                    'retry': {'backoff_multiplier': 0}    | step.retry_invalid          | retry/backoff_multiplier
                    'retry': {'jitter': 1.5}              | step.retry_invalid          | retry/jitter
                    'retry': {'non_retryable': [1]}       | step.retry_invalid          | retry/non_retryable/0
                    'retry': 3                            | step.retry_invalid          | retry
                    'max_attempts': 1.5                   | step.retry_invalid          | max_attempts
                    'retry_backoff_ms': -1                | step.retry_invalid          | retry_backoff_ms
                    'timeout_seconds': -1                 | step.timeout_invalid        | timeout_seconds
                    'timeout_seconds': '5'                | step.timeout_invalid        | timeout_seconds
                    'beacon_timeout_ms': 0                | step.beacon_timeout_invalid | beacon_timeout_ms
                    'required': 'yes'                     | step.field_type             | required
                    'uncertainty': {'min_confidence': 2}  | step.field_type             | uncertainty/min_confidence
                    'approval': {'mode': 'vote'}          | approval.mode_unsupported   | approval/mode
                    'approval': {'decisions': ['maybe']}  | approval.decision_unsupported | approval/decisions
                    'approval': {'default': 'maybe'}      | approval.default_unsupported  | approval/default
                    'approval': {'decisions': ['reject'], 'default': 'approve'} | approval.default_unsupported | approval/default
                    'approval': {'timeout_seconds': -1}   | approval.timeout_invalid    | approval/timeout_seconds
                    'approval': true                      | approval.field_type         | approval
                    """)
    void a_setting_must_be_what_it_says(String control, String code, String pointer) {
        givenControl(control);

        thenRefused(code, "/manifest/workflow/steps/0/control/" + pointer);
    }

    @Test
    void a_gate_alone_has_every_default() {
        givenStep("'label': 'Draft', 'control': {'approval': {}}");

        assertThat(thenStep().approval())
                .hasValue(
                        new Approval(
                                Mode.APPROVAL_REQUIRED,
                                "Draft",
                                List.of(Decision.values()),
                                0,
                                Decision.REJECT,
                                List.of()));
    }

    @Test
    void a_gate_says_everything_itself() {
        givenControl(
                """
                'approval': {'mode': 'notice_only', 'title': 'Look', 'timeout_seconds': 2,
                  'allowed_decisions': ['approve', 'reject'], 'default_action': 'approve',
                  'blocked_actions': ['send']}""");

        assertThat(thenStep().approval())
                .hasValue(
                        new Approval(
                                Mode.NOTICE_ONLY,
                                "Look",
                                List.of(Decision.APPROVE, Decision.REJECT),
                                2_000,
                                Decision.APPROVE,
                                List.of("send")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'allowed_decisions': ['approve'], 'default_action': 'approve'
                    'decisions': ['approve'], 'default': 'approve'
                    """)
    void what_a_gate_leaves_out_comes_from_the_workflow(String human) {
        givenWorkflow(
                """
                'policy': {'human': {'timeout_seconds': 60, 'blocked_actions': ['pay'], %s}},
                'steps': [{'id': 'a', 'control': {'approval': {'title': 'T'}}}, {'id': 'b'},
                  {'id': 'c'}]"""
                        .formatted(human));

        assertThat(thenStep().approval())
                .hasValue(
                        new Approval(
                                Mode.APPROVAL_REQUIRED,
                                "T",
                                List.of(Decision.APPROVE),
                                60_000,
                                Decision.APPROVE,
                                List.of("pay")));
    }

    @Test
    void the_workflows_policy_alone_opens_no_gate() {
        givenWorkflow("'policy': {'human': {'mode': 'approval_required', 'enabled': true}}");

        assertThat(thenStep().approval()).isEmpty();
    }

    @Test
    void a_workflow_without_human_control_disables_gates_that_do_not_insist() {
        givenWorkflow(
                """
                'policy': {'human': {'enabled': false}},
                'steps': [{'id': 'a', 'control': {'approval': {}}},
                  {'id': 'b', 'control': {'approval': {'mode': 'approval_required'}}},
                  {'id': 'c'}]""");

        assertThat(thenStep().approval().orElseThrow().mode()).isEqualTo(Mode.DISABLED);
        assertThat(thenWorkflow().steps().get(1).approval().orElseThrow().mode())
                .isEqualTo(Mode.APPROVAL_REQUIRED);
    }

    @Test
    void a_doubtful_output_is_reviewed_under_the_workflows_settings() {
        givenWorkflow(
                """
                'policy': {'human': {'timeout_seconds': 60}},
                'steps': [{'id': 'a', 'control': {'uncertainty':
                  {'min_confidence': 0.7, 'on_low_confidence': 'human_review'}}}, {'id': 'b'},
                  {'id': 'c'}]""");

        assertThat(thenStep().minConfidence()).hasValue(0.7);
        var approval = thenStep().approval().orElseThrow();
        assertThat(approval.mode()).isEqualTo(Mode.DISABLED);
        assertThat(approval.timeoutMs()).isEqualTo(60_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'min_confidence': 0, 'on_low_confidence': 'human_review'
                    'min_confidence': 0.7, 'on_low_confidence': 'continue_with_warning'
                    'on_low_confidence': 'human_review'
                    """)
    void other_doubts_are_the_agents_own_business(String uncertainty) {
        givenControl("'uncertainty': {%s}".formatted(uncertainty));

        assertThat(thenStep().minConfidence()).isEmpty();
        assertThat(thenStep().approval()).isEmpty();
    }
}
