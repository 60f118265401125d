package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands as processes of this machine, plain or inside a sandbox.
 *
 * <p>Each attempt has one platform thread, reused by later ones: waiting for a process cannot be
 * given up as a virtual thread gives up its carrier, and a sandbox dies with the thread that
 * started it. How many there are is bounded by the pools that grant leases.
 *
 * <p>Attempt ids should differ across jobs: {@link #stop} ends every attempt of an id.
 *
 * @see "runtime contract, section 6"
 */
public final class ProcessWorkerHost implements WorkerHost {

    public static final String HOST_LOCAL = "host_local";
    public static final String SANDBOX = "sandbox";
    public static final String DOCKER = "docker";

    private static final Logger LOG = LoggerFactory.getLogger(ProcessWorkerHost.class);

    private static final Path DOCKER_SOCKET = Path.of("/var/run/docker.sock");
    private static final long CLOSE_SECONDS_MAX = 15;

    private final WorkerSettings settings;
    private final InstantSource clock;
    private final CompletableFuture<Sandbox.Probe> sandbox;
    private final String dockerMissing;
    private final PythonEnvironments pythons;
    private final Workspaces workspaces;
    private final KeptWorkspaces kept;
    private final HumanLines humanLines = new HumanLines();
    private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Set<Attempt>> byId = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("worker-", 0).factory());
    private volatile boolean closed;

    /**
     * Makes the folders and begins to find out which sandbox levels work here. Workers that an
     * earlier runtime left behind are not ended by this: {@link #endOrphans} comes first.
     *
     * @throws IOException if the folders cannot be made
     */
    public ProcessWorkerHost(WorkerSettings settings, InstantSource clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        var ours =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(settings.root());
        for (var name : List.of(AttemptRecord.ATTEMPTS, AttemptRecord.WORKSPACES)) {
            Files.createDirectories(settings.root().resolve(name), ours);
        }
        PythonHelpers.install(settings);
        // A trial run takes as long as much of a start; whoever needs its result waits for it.
        sandbox =
                Posix.unavailable().isEmpty()
                        ? CompletableFuture.supplyAsync(() -> Sandbox.probe(settings), threads)
                        : CompletableFuture.completedFuture(
                                new Sandbox.Probe.Missing(Posix.unavailable()));
        dockerMissing = dockerMissing();
        workspaces = new Workspaces(settings.root().resolve(AttemptRecord.WORKSPACES));
        kept = new KeptWorkspaces(settings.root());
        pythons = new PythonEnvironments(settings, clock);
    }

    /**
     * Ends the workers that outlived an earlier runtime on the same root, and removes what they
     * left. To be called before the attempts of that runtime are judged, and by one runtime at a
     * time.
     *
     * @return every attempt that was found, whether or not something of it still ran
     * @throws IOException if a folder cannot be read or removed
     */
    public static List<Orphan> endOrphans(Path root) throws IOException {
        return Orphans.end(root);
    }

    @Override
    public void start(WorkerRequest request, WorkerListener listener) {
        var missing = unavailable(request.executor().runner());
        var attempt =
                new Attempt(
                        request,
                        listener,
                        settings,
                        clock,
                        request.executor().runner().equals(SANDBOX) ? foundSandbox() : null,
                        pythons,
                        workspaces,
                        humanLines);
        boolean keeps = request.executor().persistentWorkspace();
        if (keeps) {
            kept.enter(request.job());
        }
        attempts.add(attempt);
        byId.merge(request.attemptId(), Set.of(attempt), ProcessWorkerHost::union);
        // Looked at when close can see the attempt: either it stops this one or it is seen here.
        var refusal = closed ? "the worker host is closed" : missing;
        Runnable run =
                () -> {
                    try {
                        if (refusal.isEmpty()) {
                            attempt.run();
                        } else {
                            listener.onFinished(refused(request, refusal));
                        }
                    } catch (RuntimeException failure) {
                        LOG.error(
                                "the listener of attempt {} failed", request.attemptId(), failure);
                    } finally {
                        forget(request.attemptId(), attempt);
                        if (keeps) {
                            kept.leave(request.job()).ifPresent(ProcessWorkerHost::remove);
                        }
                    }
                };
        try {
            threads.execute(run);
        } catch (RejectedExecutionException closing) {
            // The promise of one last call holds here too; the attempt is refused or stopped.
            attempt.stop();
            Thread.ofPlatform().daemon().name("worker-late").start(run);
        }
    }

    private static Set<Attempt> union(Set<Attempt> some, Set<Attempt> others) {
        var all = new HashSet<>(some);
        all.addAll(others);
        return Set.copyOf(all);
    }

    private void forget(String attemptId, Attempt attempt) {
        attempts.remove(attempt);
        byId.computeIfPresent(
                attemptId,
                (_, some) -> {
                    var rest = new HashSet<>(some);
                    rest.remove(attempt);
                    return rest.isEmpty() ? null : Set.copyOf(rest);
                });
    }

    private static WorkerOutcome refused(WorkerRequest request, String why) {
        return new WorkerOutcome.Failed(
                Attempt.sandboxName(request), "", "", Cause.START_FAILED, OptionalInt.empty(), why);
    }

    @Override
    public void stop(String attemptId) {
        byId.getOrDefault(attemptId, Set.of()).forEach(Attempt::stop);
    }

    @Override
    public void jobEnded(JobId job) {
        kept.ended(job).ifPresent(this::removeLater);
    }

    @Override
    public void sweep(Collection<JobId> unfinished) {
        kept.allBut(unfinished).forEach(this::removeLater);
    }

    /** Nobody waits for it, and a folder may hold very many files. */
    private void removeLater(Path folder) {
        try {
            threads.execute(() -> remove(folder));
        } catch (RejectedExecutionException closing) {
            LOG.debug("folder {} stays until the next start", folder);
        }
    }

    private static void remove(Path folder) {
        try {
            Trees.remove(folder);
        } catch (IOException failure) {
            // It is found again at the next start.
            LOG.warn("the workspaces of a job that has ended stay in {}", folder, failure);
        }
    }

    @Override
    public String unavailable(String runner) {
        return switch (runner) {
            case HOST_LOCAL -> Posix.unavailable();
            case SANDBOX ->
                    switch (sandbox.join()) {
                        case Sandbox.Probe.Found _ -> "";
                        case Sandbox.Probe.Missing(var reason) -> isFallback() ? "" : reason;
                    };
            case DOCKER -> dockerMissing;
            default -> "runner: " + runner + " (expected: host_local, sandbox or docker)";
        };
    }

    private @Nullable Sandbox foundSandbox() {
        return sandbox.join() instanceof Sandbox.Probe.Found(var found) ? found : null;
    }

    private boolean isFallback() {
        return settings.sandboxFallback() && Posix.unavailable().isEmpty();
    }

    @Override
    public JsonObject levels() {
        return JsonObject.builder()
                .put(HOST_LOCAL, level(Posix.unavailable(), "own session and process group"))
                .put(SANDBOX, sandboxLevel())
                .put(DOCKER, level(dockerMissing, ""))
                .build();
    }

    private JsonObject sandboxLevel() {
        return switch (sandbox.join()) {
            case Sandbox.Probe.Found(var found) -> level("", found.detail());
            case Sandbox.Probe.Missing(var reason) -> {
                var level = level(reason, "");
                yield isFallback() ? level.with("fallback", new JsonString(HOST_LOCAL)) : level;
            }
        };
    }

    private static JsonObject level(String reason, String detail) {
        var level = JsonObject.builder().put("available", reason.isEmpty());
        return reason.isEmpty()
                ? level.put("detail", detail).build()
                : level.put("reason", reason).build();
    }

    @Override
    public void close() {
        closed = true;
        attempts.forEach(Attempt::stop);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOG.warn("{} attempts did not end in time", attempts.size());
            }
            workspaces.close();
        } catch (IOException failure) {
            LOG.warn("spare workspaces could not be removed", failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** A client program is not an engine, so the engine itself is asked. */
    private static String dockerMissing() {
        var missing = "no container engine answers at unix://" + DOCKER_SOCKET;
        if (!Files.exists(DOCKER_SOCKET)) {
            return missing;
        }
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(DOCKER_SOCKET));
            channel.write(
                    ByteBuffer.wrap(
                            "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(US_ASCII)));
            return channel.read(ByteBuffer.allocate(64)) > 0
                    ? "a container engine answers, but this release runs no commands in containers"
                    : missing;
        } catch (IOException silent) {
            return missing;
        }
    }
}
