package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Executors: what to run, where, how often, and with which files. */
class ExecutorConfigTest extends LoaderSpec {

    @Test
    void a_command_alone_gets_every_default() {
        givenConfig("executor", "'command': ['python3', 'work.py']");

        var executor = thenExecutor();
        assertThat(executor.command())
                .isEqualTo(new Behaviour.Command.Direct(List.of("python3", "work.py")));
        assertThat(executor.runner()).isEqualTo("sandbox");
        assertThat(executor.pool()).isEqualTo("default");
        assertThat(executor.poolSlots()).isEqualTo(1);
        assertThat(executor.leaseQueueTimeoutMs()).isEqualTo(30_000);
        assertThat(executor.leaseMaxQueueLength()).isEqualTo(1_000);
        assertThat(executor.startupDelayMs()).isZero();
        assertThat(executor.maxAttempts()).isEqualTo(1);
        assertThat(executor.retryBackoffMs()).isEqualTo(500);
        assertThat(executor.retryOn()).isEmpty();
        assertThat(executor.timeoutMs()).isEmpty();
        assertThat(executor.maxOutputBytes()).isEqualTo(1_048_576);
        assertThat(executor.outputMessageType()).contains("executor_result");
        assertThat(executor.failureMessageType()).isEmpty();
        assertThat(executor.completesRun()).isFalse();
        assertThat(executor.environment()).isEmpty();
        assertThat(executor.passEnv()).isEmpty();
        assertThat(executor.uploads()).isEmpty();
        assertThat(executor.workdir()).isEmpty();
        assertThat(executor.sandboxUploadPath()).isEqualTo("/sandbox/job");
        assertThat(executor.namePrefix()).isEqualTo("mirror-neuron");
        assertThat(executor.persistentWorkspace()).isFalse();
        assertThat(executor.network()).isFalse();
        assertThat(executor.contentType()).isEqualTo("application/json");
        assertThat(executor.contentEncoding()).isEqualTo("identity");
        assertThat(executor.beacon()).isEqualTo(new Behaviour.Beacon(false, false, 15_000, 45_000));
        assertThat(executor.python()).isEmpty();
    }

    @Test
    void every_key_is_read() {
        givenConfig(
                "executor",
                """
                'command': 'echo hi', 'runner': 'host_local', 'pool': 'gpu', 'pool_slots': 2,
                'lease_queue_timeout_ms': 1, 'lease_max_queue_length': 2, 'startup_delay_ms': 3,
                'max_attempts': 4, 'retry_backoff_ms': 5, 'retry_on': [75, 1],
                'timeout_seconds': 1.5, 'max_output_bytes': 6, 'output_message_type': 'out',
                'failure_message_type': 'bad', 'environment': {'A': 'b', 'N': 1, 'F': true,
                'X': null}, 'pass_env': ['HOME'], 'workdir': '/sandbox/job/app',
                'name_prefix': 'My Worker', 'persistent_workspace': true, 'network': true,
                'content_type': 'text/plain', 'content_encoding': 'gzip',
                'beacon_enabled': true, 'agent_beacon_required': true, 'beacon_interval_ms': 7,
                'beacon_timeout_ms': 8,
                'python_environment': {'requirements': 'req.txt', 'packages': ['numpy==2']}""");

        thenLoadedClean();
        assertThat(thenExecutor())
                .isEqualTo(
                        new Behaviour.Executor(
                                new Behaviour.Command.Shell("echo hi"),
                                "host_local",
                                "gpu",
                                2,
                                1,
                                2,
                                3,
                                4,
                                5,
                                List.of(75, 1),
                                OptionalLong.of(1_500),
                                6,
                                Optional.of("out"),
                                Optional.of("bad"),
                                false,
                                Map.of("A", "b", "N", "1", "F", "true"),
                                List.of("HOME"),
                                List.of(),
                                Optional.of("/sandbox/job/app"),
                                "/sandbox/job",
                                "my-worker",
                                true,
                                true,
                                "text/plain",
                                "gzip",
                                new Behaviour.Beacon(true, true, 7, 8),
                                Optional.of(
                                        new Behaviour.PythonEnvironment(
                                                Optional.of("req.txt"), List.of("numpy==2")))));
    }

    @ParameterizedTest
    @CsvSource({
        "MirrorNeuron.Runner.HostLocal, host_local",
        "HostLocal, host_local",
        "host_local, host_local",
        "MirrorNeuron.Runner.DockerWorker, docker",
        "Elixir.MirrorNeuron.Runner.DockerCompose, docker",
        "docker, docker",
        "docker_worker, docker",
        "MirrorNeuron.Runner.OpenShell, sandbox",
        "openshell, sandbox",
        "sandbox, sandbox"
    })
    void runners_have_long_names_and_short_ones(String name, String runner) {
        givenConfig("executor", "'command': 'true', 'runner_module': '%s'".formatted(name));

        assertThat(thenExecutor().runner()).isEqualTo(runner);
    }

    @Test
    void the_host_runner_has_its_own_name_prefix() {
        givenExecutor("'pool': 'default'");

        assertThat(thenExecutor().namePrefix()).isEqualTo("host-local");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "'  '", "[]"})
    void an_executor_without_a_command_is_refused(String command) {
        givenConfig("executor", "'command': " + command);

        thenRefused("node.command_required", "/manifest/nodes/0/config/command");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    5           | /command
                    {}          | /command
                    ['', 'x']   | /command/0
                    ['x', {}]   | /command/1
                    ['a\\u0000'] | /command
                    """)
    void a_command_of_another_kind_is_refused(String command, String pointer) {
        givenConfig("executor", "'command': " + command);

        thenRefused("node.command_invalid", "/manifest/nodes/0/config" + pointer);
    }

    @Test
    void numbers_in_a_command_are_arguments() {
        givenConfig("executor", "'command': ['sleep', 5]");

        assertThat(thenExecutor().command())
                .isEqualTo(new Behaviour.Command.Direct(List.of("sleep", "5")));
    }

    @Test
    void a_command_may_be_32768_characters_long() {
        givenConfig("executor", "'command': '" + "x".repeat(32_768) + "'");
        thenLoaded();

        givenConfig("executor", "'command': '" + "x".repeat(32_769) + "'");
        thenRefused("node.command_too_long", "/manifest/nodes/0/config/command");
    }

    @Test
    void an_explicit_null_means_no_default_output() {
        givenExecutor("'output_message_type': null");

        assertThat(thenExecutor().outputMessageType()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "30, 30000", "0.25, 250", "0.0001, 1"})
    void a_timeout_may_be_a_fraction_and_zero_means_none(String seconds, long millis) {
        givenExecutor("'timeout_seconds': " + seconds);

        assertThat(thenExecutor().timeoutMs())
                .isEqualTo(millis == 0 ? OptionalLong.empty() : OptionalLong.of(millis));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'max_attempts': 0                       | max_attempts: 0 (expected: a whole number >= 1)
                    'max_attempts': '3'                     | max_attempts: "3" (expected: a whole number >= 1)
                    'pool': ''                              | pool: "" (expected: text that is not blank)
                    'pool_slots': 0                         | pool_slots: 0 (expected: a whole number >= 1)
                    'lease_queue_timeout_ms': -1            | lease_queue_timeout_ms: -1 (expected: a whole number >= 0)
                    'lease_max_queue_length': 1.5           | lease_max_queue_length: 1.5 (expected: a whole number >= 0)
                    'startup_delay_ms': -1                  | startup_delay_ms: -1 (expected: a whole number >= 0)
                    'retry_backoff_ms': 'x'                 | retry_backoff_ms: "x" (expected: a whole number >= 0)
                    'retry_on': [0]                         | retry_on[0]: 0 (expected: an exit code 1..255)
                    'retry_on': 5                           | retry_on: 5 (expected: a list)
                    'timeout_seconds': -1                   | timeout_seconds: -1 (expected: a number >= 0)
                    'timeout_seconds': '30'                 | timeout_seconds: "30" (expected: a number >= 0)
                    'timeout_seconds': 1e9                  | timeout_seconds: 1E+9 (expected: at most 31622400 seconds)
                    'max_output_bytes': 0                   | max_output_bytes: 0 (expected: a whole number >= 1)
                    'output_message_type': 5                | output_message_type: 5 (expected: text that is not blank)
                    'pass_env': ['A', 1]                    | pass_env[1]: 1 (expected: text that is not blank)
                    'persistent_workspace': 'yes'           | persistent_workspace: "yes" (expected: true or false)
                    'content_encoding': 'br'                | content_encoding: "br" (expected: identity or gzip)
                    'beacon_interval_ms': 0                 | beacon_interval_ms: 0 (expected: a whole number >= 1)
                    'python_environment': []                | python_environment: [] (expected: an object)
                    """)
    void a_wrong_value_is_refused_and_shown(String members, String message) {
        givenExecutor(members);

        assertThat(issues()).hasSize(1);
        assertThat(issues().getFirst().code()).isEqualTo("node.config_invalid");
        assertThat(issues().getFirst().message()).isEqualTo(message);
    }

    @Test
    void an_unknown_runner_is_refused() {
        givenConfig("executor", "'command': 'true', 'runner_module': 'My.Runner'");

        thenRefused("node.runner_unsupported", "/manifest/nodes/0/config/runner_module");
    }

    @Test
    void the_value_of_a_variable_is_never_shown() {
        givenExecutor("'environment': {'DB': {'url': 'postgres://u:hunter2@h'}}");

        var issue = thenRefused("node.config_invalid", "/manifest/nodes/0/config/environment/DB");
        assertThat(issue.toJson().toString()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'forwards': [80]", "'published_ports': ['80:80']"})
    void a_sandboxed_executor_has_no_ports(String members) {
        givenConfig("executor", "'command': 'true', " + members);
        assertThat(issues())
                .extracting(issue -> issue.code())
                .containsExactly("node.ports_forbidden");
    }

    @Test
    void a_sandboxed_executor_reserves_no_ports() {
        givenNode(
                """
                'agent_type': 'executor', 'config': {'command': 'true'},
                'resources': {'ports': [{'label': 'http', 'port': 80}]}""");
        thenRefused("node.ports_forbidden", "/manifest/nodes/0/resources/ports");
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy", "tty", "no_keep", "from", "execution_profile"})
    void settings_of_another_sandbox_are_warned_about(String name) {
        givenExecutor("'%s': true".formatted(name));

        thenWarned("node.field_ignored", "/manifest/nodes/0/config/" + name);
    }

    @Test
    void requirements_of_python_stay_below_payloads() {
        givenExecutor("'python_environment': {'requirements': '../r.txt'}");

        thenRefused("node.path_unsafe", "/manifest/nodes/0/config/python_environment/requirements");
    }
}
