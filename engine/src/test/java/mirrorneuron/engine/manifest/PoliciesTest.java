package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import mirrorneuron.engine.manifest.RestartPolicy.DelayFunction;
import mirrorneuron.engine.manifest.RestartPolicy.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies: recovery, job types, restarts, updates. */
class PoliciesTest extends LoaderSpec {

    private void givenPolicies(String members) {
        givenTop("'type': 'service', 'policies': {%s}".formatted(members));
    }

    @Test
    void without_policies_there_are_defaults() {
        givenTop("'type': 'service'");

        var policies = thenLoadedClean().policies();
        assertThat(policies.requestedRecoveryMode()).isEqualTo("auto");
        assertThat(policies.recoveryMode()).isEqualTo("local_restart");
        assertThat(policies.placementPolicy()).isEqualTo("local");
        assertThat(policies.edgeScopedFirstMatch()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local_restart", "cluster_recover", "manual_recover"})
    void a_recovery_mode_resolves_to_itself(String mode) {
        givenPolicies("'recovery_mode': '%s'".formatted(mode));

        assertThat(thenLoadedClean().policies().requestedRecoveryMode()).isEqualTo(mode);
        assertThat(thenLoadedClean().policies().recoveryMode()).isEqualTo(mode);
    }

    @Test
    void first_match_may_compete_among_its_like_only() {
        givenPolicies("'routing_scope': 'edge'");

        assertThat(thenLoadedClean().policies().edgeScopedFirstMatch()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'priority': 1                                                      | service
                    'scheduler': {'job_type': 'SYSTEM'}                                | system
                    'job_type': 'Batch', 'scheduler': {'job_type': 'system'}           | batch
                    'job_type': 'sysbatch'                                             | sysbatch
                    """)
    void the_job_type_comes_from_policies_scheduler_and_type_in_this_order(
            String members, String jobType) {
        givenPolicies(members);

        assertThat(thenLoaded().jobType()).isEqualTo(jobType);
        assertThat(thenLoaded().type()).isEqualTo("service");
    }

    @ParameterizedTest
    @CsvSource({
        "service, local_restart, 3, PT10M, DELAY",
        "service, cluster_recover, 3, PT10M, FAIL",
        "system, auto, 3, PT10M, DELAY",
        "batch, local_restart, 3, PT24H, FAIL",
        "sysbatch, cluster_recover, 3, PT24H, FAIL",
        "service, manual_recover, 0, PT10M, DELAY",
        "batch, manual_recover, 0, PT24H, FAIL"
    })
    void restarts_have_defaults_by_job_type_and_recovery_mode(
            String jobType, String recovery, int attempts, Duration interval, Mode mode) {
        givenPolicies("'job_type': '%s', 'recovery_mode': '%s'".formatted(jobType, recovery));

        assertThat(thenNode().restart())
                .isEqualTo(
                        new RestartPolicy(
                                attempts,
                                interval,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(30),
                                DelayFunction.EXPONENTIAL,
                                mode));
    }

    @Test
    void every_part_of_a_restart_policy_may_be_given() {
        givenPolicies(
                """
                'restart': {'attempts': 5, 'interval_ms': 10, 'delay_ms': 20, 'max_delay_ms': 30,
                  'mode': 'fail', 'delay_function': 'fibonacci'}""");

        assertThat(thenNode().restart())
                .isEqualTo(
                        new RestartPolicy(
                                5,
                                Duration.ofMillis(10),
                                Duration.ofMillis(20),
                                Duration.ofMillis(30),
                                DelayFunction.FIBONACCI,
                                Mode.FAIL));
    }

    @Test
    void the_longest_delay_is_at_least_the_delay() {
        givenPolicies("'restart': {'delay_ms': 50, 'max_delay_ms': 10}");

        assertThat(thenNode().restart().maxDelay()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void the_legacy_number_of_attempts_counts_until_the_new_one_is_given() {
        givenPolicies("'max_agent_restart_attempts': 7");
        assertThat(thenNode().restart().attempts()).isEqualTo(7);

        givenPolicies("'max_agent_restart_attempts': 7, 'restart': {'attempts': 1}");
        assertThat(thenNode().restart().attempts()).isEqualTo(1);
    }

    @Test
    void a_node_overrides_what_it_names() {
        givenTop(
                """
                'type': 'service', 'policies': {'restart': {'attempts': 5, 'delay_ms': 9}},
                'nodes': [{'node_id': 'a', 'agent_type': 'router',
                  'policies': {'restart': {'attempts': 1}}}]""");

        var restart = thenNode().restart();
        assertThat(restart.attempts()).isEqualTo(1);
        assertThat(restart.delay()).isEqualTo(Duration.ofMillis(9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'recovery_mode': 'never'                        | policies.recovery_mode_unsupported      | recovery_mode
                    'recovery_mode': 5                              | policies.recovery_mode_unsupported      | recovery_mode
                    'job_type': 'cron'                              | policies.job_type_unsupported           | job_type
                    'scheduler': {'job_type': 'cron'}               | policies.job_type_unsupported           | scheduler/job_type
                    'scheduler': 5                                  | policies.scheduler_type                 | scheduler
                    'scheduler_strategy': 'random'                  | policies.scheduler_strategy_unsupported | scheduler_strategy
                    'scheduler': {'strategy': 'random'}             | policies.scheduler_strategy_unsupported | scheduler/strategy
                    'scheduler': {'preferredNode': 5}               | policies.preferred_node_invalid         | scheduler/preferredNode
                    'constraints': 5                                | policies.constraints_type               | constraints
                    'scheduler': {'constraints': [5]}               | policies.constraints_type               | scheduler/constraints/0
                    'placement_policy': 5                           | policies.placement_policy_invalid       | placement_policy
                    'routing_scope': 'node'                         | policies.routing_scope_unsupported      | routing_scope
                    'deployment_key': ''                            | policies.deployment_key_invalid         | deployment_key
                    'stream_mode': 'dead'                           | policies.stream_mode_unsupported        | stream_mode
                    'max_agent_restart_attempts': -1                | policies.max_agent_restart_attempts     | max_agent_restart_attempts
                    'restart': 5                                    | policies.restart                        | restart
                    'restart': {'attempts': -1}                     | policies.restart.attempts               | restart/attempts
                    'restart': {'interval_ms': 'x'}                 | policies.restart.interval_ms            | restart/interval_ms
                    'restart': {'delay_ms': 1.5}                    | policies.restart.delay_ms               | restart/delay_ms
                    'restart': {'max_delay_ms': -1}                 | policies.restart.max_delay_ms           | restart/max_delay_ms
                    'restart': {'mode': 'wait'}                     | policies.restart.mode                   | restart/mode
                    'restart': {'delay_function': 'random'}         | policies.restart.delay_function         | restart/delay_function
                    'reschedule': []                                | policies.reschedule                     | reschedule
                    'reschedule': {'attempts': -1}                  | policies.reschedule.attempts            | reschedule/attempts
                    'reschedule': {'interval_ms': -1}               | policies.reschedule.interval_ms         | reschedule/interval_ms
                    'reschedule': {'delay_ms': -1}                  | policies.reschedule.delay_ms            | reschedule/delay_ms
                    'reschedule': {'max_delay_ms': -1}              | policies.reschedule.max_delay_ms        | reschedule/max_delay_ms
                    'reschedule': {'unlimited': 'yes'}              | policies.reschedule.unlimited           | reschedule/unlimited
                    'reschedule': {'delay_function': 5}             | policies.reschedule.delay_function      | reschedule/delay_function
                    'update': {'strategy': 'all'}                   | policies.update.strategy                | update/strategy
                    'update': {'health_check': 'luck'}              | policies.update.health_check            | update/health_check
                    'update': {'max_parallel': -1}                  | policies.update.max_parallel            | update/max_parallel
                    'update': {'canary': -1}                        | policies.update.canary                  | update/canary
                    'update': {'min_healthy_ms': -1}                | policies.update.min_healthy_ms          | update/min_healthy_ms
                    'update': {'progress_deadline_ms': -1}          | policies.update.progress_deadline_ms    | update/progress_deadline_ms
                    'update': {'healthy_deadline_ms': 0}            | policies.update.healthy_deadline_ms     | update/healthy_deadline_ms
                    'update': {'auto_promote': 5}                   | policies.update.auto_promote            | update/auto_promote
                    'update': {'auto_revert': 5}                    | policies.update.auto_revert             | update/auto_revert
                    'update': {'strategy': 'canary', 'auto_promote': true} | policies.update.canary           | update/canary
                    """)
    void a_wrong_policy_is_refused(String members, String code, String pointer) {
        givenPolicies(members);

        thenRefused(code, "/manifest/policies/" + pointer);
    }

    @Test
    void a_nodes_wrong_policy_is_named_with_its_node() {
        givenNode("'policies': {'restart': {'attempts': -1}, 'reschedule': {'unlimited': 1}}");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .containsExactlyInAnyOrder(
                        "nodes.a.policies.restart.attempts"
                                + " /manifest/nodes/0/policies/restart/attempts",
                        "nodes.a.policies.reschedule.unlimited"
                                + " /manifest/nodes/0/policies/reschedule/unlimited");
    }

    @ParameterizedTest
    @ValueSource(strings = {"blue-green", "blue_green", "rolling"})
    void both_spellings_of_blue_green_are_read(String strategy) {
        givenPolicies("'update': {'strategy': '%s'}".formatted(strategy));

        thenLoadedBut("policies.field_ignored");
    }

    @Test
    void policies_that_nobody_reads_are_warned_about() {
        givenPolicies("'retries': 3");
        thenWarned("policies.key_unknown", "/manifest/policies/retries");

        givenPolicies("'restart': {'jitter': 3}");
        thenWarned("policies.key_unknown", "/manifest/policies/restart/jitter");

        givenNode("'policies': {'update': {}}");
        thenWarned("node.policy_unknown", "/manifest/nodes/0/policies/update");
    }
}
