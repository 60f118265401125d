package mirrorneuron.runtime.worker;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a {@link ProcessWorkerHost} is told by the program that builds it.
 *
 * @param root the folder for workspaces and attempt records; one runtime at a time
 * @param node the node's name, for {@code MN_EXECUTION_NODE}
 * @param environment the runtime's own environment, of which commands see an allow-list
 * @param grpcTarget where commands reach this runtime, asked for each; empty = they are not told
 * @param runsRoot the run store; empty = commands get no run folder
 * @param jobDataRoot folders that the runs of a job share; empty = there are none
 * @param pythonEnvironments the cache of Python environments
 * @param pythonSetupTimeout how long building one may take
 * @param commandLengthMax characters that a command may have
 * @param sandboxFallback run commands that ask for the sandbox as plain host processes where there
 *     is no sandbox
 * @param hostWorkdirs let manifests name a working directory outside the workspace
 * @param sampleInterval how often the use of processor and memory is looked at; empty = never
 * @param sandboxReadable folders that sandboxed commands may read, beside the system's own
 */
public record WorkerSettings(
        Path root,
        String node,
        Map<String, String> environment,
        Supplier<Optional<String>> grpcTarget,
        Optional<Path> runsRoot,
        Optional<Path> jobDataRoot,
        Path pythonEnvironments,
        Duration pythonSetupTimeout,
        int commandLengthMax,
        boolean sandboxFallback,
        boolean hostWorkdirs,
        List<Path> sandboxReadable,
        Optional<Duration> sampleInterval) {

    public static final int COMMAND_LENGTH_MAX = 32_768;
    public static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);
    public static final Duration PYTHON_SETUP_TIMEOUT = Duration.ofMinutes(10);

    public WorkerSettings {
        root = root.toAbsolutePath().normalize();
        requireNonNull(node, "node");
        environment = Map.copyOf(environment);
        pythonEnvironments = pythonEnvironments.toAbsolutePath().normalize();
        sandboxReadable = List.copyOf(sandboxReadable);
    }

    /**
     * The settings that an environment asks for: {@code MN_GRPC_TARGET}, {@code MN_RUNS_ROOT},
     * {@code MN_BLUEPRINT_PYTHON_ENVS_DIR}, {@code MN_BLUEPRINT_PYTHON_ENV_SETUP_TIMEOUT_MS},
     * {@code MN_MAX_COMMAND_LENGTH}, {@code MN_RESOURCE_SAMPLE_INTERVAL_MS} (0 = never), {@code
     * MN_SANDBOX_FALLBACK} ({@code host_local}), {@code MN_ALLOW_HOST_WORKDIR} ({@code true}) and
     * {@code MN_SANDBOX_READ_PATHS} (separated by colons).
     *
     * @param home the runtime's home; workspaces live below {@code workers} in it
     * @param reachedAt where this process answers over gRPC, if it does; {@code MN_GRPC_TARGET}
     *     goes before it, for it may be the only name that a command finds the way by
     * @throws IllegalArgumentException when a number is none
     */
    public static WorkerSettings of(
            Path home,
            String node,
            Map<String, String> environment,
            Supplier<Optional<String>> reachedAt) {
        var named = text(environment, "MN_GRPC_TARGET");
        return new WorkerSettings(
                home.resolve("workers"),
                node,
                environment,
                () -> named.or(reachedAt),
                Optional.of(
                        text(environment, "MN_RUNS_ROOT")
                                .map(Path::of)
                                .orElse(home.resolve("runs"))
                                .toAbsolutePath()),
                Optional.of(home.resolve("job-data").toAbsolutePath()),
                text(environment, "MN_BLUEPRINT_PYTHON_ENVS_DIR")
                        .map(Path::of)
                        .orElse(home.resolve("cache/blueprint-python-envs")),
                Duration.ofMillis(
                        number(
                                environment,
                                "MN_BLUEPRINT_PYTHON_ENV_SETUP_TIMEOUT_MS",
                                PYTHON_SETUP_TIMEOUT.toMillis())),
                Math.toIntExact(number(environment, "MN_MAX_COMMAND_LENGTH", COMMAND_LENGTH_MAX)),
                text(environment, "MN_SANDBOX_FALLBACK").equals(Optional.of("host_local")),
                text(environment, "MN_ALLOW_HOST_WORKDIR").equals(Optional.of("true")),
                text(environment, "MN_SANDBOX_READ_PATHS").stream()
                        .flatMap(paths -> List.of(paths.split(":")).stream())
                        .filter(path -> path.startsWith("/"))
                        .map(Path::of)
                        .toList(),
                sampleInterval(environment));
    }

    private static Optional<Duration> sampleInterval(Map<String, String> environment) {
        var name = "MN_RESOURCE_SAMPLE_INTERVAL_MS";
        return text(environment, name).filter("0"::equals).isPresent()
                ? Optional.empty()
                : Optional.of(
                        Duration.ofMillis(number(environment, name, SAMPLE_INTERVAL.toMillis())));
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static long number(Map<String, String> environment, String name, long absent) {
        var text = text(environment, name);
        try {
            long value = text.map(Long::parseLong).orElse(absent);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException malformed) {
            // Refused below, with the same words as a number that is too small.
        }
        throw new IllegalArgumentException(
                name + ": " + text.orElse("") + " (expected: a number > 0)");
    }
}
