package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.worker.StructuredResults;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import mirrorneuron.runtime.worker.CommandLine.StartException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt from its folder to its outcome, on one platform thread; {@link #stop} may come from
 * any.
 */
final class Attempt implements ProcessGroup.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private static final int STDERR_BYTES_MAX = 64 * 1024;

    /** A sign of life that came as an event is the same as one that came as a line of its own. */
    private static final String BEACON_EVENT = "agent_beacon";

    private static final String SHELL = "/bin/sh";

    private final WorkerRequest request;
    private final WorkerListener listener;
    private final WorkerSettings settings;
    private final InstantSource clock;
    private final @Nullable Sandbox sandbox;
    private final PythonEnvironments pythons;
    private final Workspaces workspaces;
    private final HumanLines humanLines;
    private final AttemptRecord record;
    private final Tail stderr = new Tail(STDERR_BYTES_MAX);
    private final Object lock = new Object();

    private @Nullable ProcessGroup group;
    private boolean stopped;

    // What follows belongs to the attempt's thread.
    private Secrets secrets = Secrets.none();
    private @Nullable OutputLines stdout;
    private @Nullable Beacons beacons;
    private @Nullable ResourceSampler sampler;
    private @Nullable Cause verdict;
    private @Nullable Path runFolder;
    private long startNanos;
    private long nextBeaconNanos = Long.MAX_VALUE;

    Attempt(
            WorkerRequest request,
            WorkerListener listener,
            WorkerSettings settings,
            InstantSource clock,
            @Nullable Sandbox sandbox,
            PythonEnvironments pythons,
            Workspaces workspaces,
            HumanLines humanLines) {
        this.request = request;
        this.listener = listener;
        this.settings = settings;
        this.clock = clock;
        this.sandbox = sandbox;
        this.pythons = pythons;
        this.workspaces = workspaces;
        this.humanLines = humanLines;
        this.record = AttemptRecord.of(settings.root(), request);
    }

    /** Runs the attempt to its end. The outcome is told after everything of it is cleaned up. */
    void run() {
        WorkerOutcome outcome;
        try {
            outcome = attempt();
        } catch (StagingException refused) {
            outcome = failed(Cause.STAGING_FAILED, message(refused));
        } catch (StartException refused) {
            outcome = failed(Cause.START_FAILED, message(refused));
        } catch (Workspace.RefusedFileException refused) {
            outcome = failed(Cause.STAGING_FAILED, message(refused));
        } catch (IOException failure) {
            LOG.warn("the workspace of attempt {} failed", request.attemptId(), failure);
            outcome =
                    failed(
                            Cause.STAGING_FAILED,
                            "workspace: " + failure.getClass().getSimpleName());
        } catch (RuntimeException failure) {
            LOG.error("attempt {} broke", request.attemptId(), failure);
            outcome = failed(Cause.LOST, "the worker host failed: " + failure.getClass().getName());
        }
        cleanUp();
        listener.onFinished(outcome);
    }

    /** Ends the attempt wherever it is; a finished one is left alone. */
    void stop() {
        ProcessGroup running;
        synchronized (lock) {
            stopped = true;
            running = group;
        }
        if (running != null) {
            running.terminate();
        }
    }

    private boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }

    private WorkerOutcome attempt() throws StagingException, StartException, IOException {
        var python =
                pythons.prepare(
                        request, Optional.ofNullable(sandbox), record.file(), this::isStopped);
        if (isStopped()) {
            return stoppedEarly();
        }
        record.open(request, clock.instant());
        var executor = request.executor();
        if (executor.persistentWorkspace()) {
            Files.createDirectories(record.workspace().getParent());
        }
        workspaces.make(record.workspace());
        var workspace =
                Workspace.stage(
                        request,
                        record.workspace(),
                        sandbox == null ? Optional.empty() : Optional.of(Sandbox.seenAt(executor)),
                        settings.hostWorkdirs(),
                        clock.instant());
        var folders = sharedFolders();
        listenToHumanLines(folders);
        var environment =
                WorkerEnvironment.of(
                        request,
                        settings,
                        workspace,
                        seen(folders, Sandbox.RUNS),
                        seen(folders, Sandbox.JOB_DATA),
                        python.map(Path::toString),
                        sandbox != null);
        environment.variables().put(WorkerEnvironment.RECORD, record.file().toString());
        secrets = environment.secrets();
        var command =
                CommandLine.of(
                        request,
                        workspace,
                        environment.variables(),
                        python.map(Path::toString),
                        settings.commandLengthMax());
        var lines = new OutputLines(executor.maxOutputBytes(), secrets, new Heard());
        stdout = lines;
        if (!start(workspace, folders, python, command, environment.variables())) {
            return stoppedEarly();
        }
        return watched(workspace, lines, command);
    }

    /** False when the attempt was stopped before, so nothing was started. */
    private boolean start(
            Workspace workspace,
            Map<Path, Path> folders,
            Optional<Path> python,
            CommandLine command,
            Map<String, String> environment)
            throws StartException, IOException {
        Posix.Start what;
        if (sandbox == null) {
            what =
                    new Posix.Start(
                            command.program(),
                            command.words(),
                            environment,
                            workspace.workdir(),
                            record.began(),
                            new byte[0]);
        } else {
            var writable = new LinkedHashMap<>(Map.of(workspace.seenAt(), workspace.folder()));
            writable.putAll(folders);
            var words = new ArrayList<String>();
            words.addAll(List.of("bwrap", "--args", "" + Posix.INPUT_DESCRIPTOR, "--"));
            words.addAll(command.words());
            what =
                    new Posix.Start(
                            sandbox.program().toString(),
                            words,
                            // Nothing that a manifest chose may act on what runs outside.
                            Map.of(WorkerEnvironment.RECORD, record.file().toString()),
                            workspace.folder(),
                            record.began(),
                            sandbox.arguments(
                                    request.executor().network(),
                                    writable,
                                    python.stream().toList(),
                                    workspace.seenWorkdir(),
                                    environment));
        }
        synchronized (lock) {
            if (stopped) {
                return false;
            }
            startNanos = System.nanoTime();
            group = start(what, command);
        }
        try {
            record.close(requireGroup().pid());
        } catch (IOException failure) {
            // The command's environment names the record too, so it can still be found.
            LOG.warn("the record of attempt {} has no pid", request.attemptId(), failure);
        }
        return true;
    }

    private ProcessGroup start(Posix.Start what, CommandLine command) throws StartException {
        try {
            try {
                return ProcessGroup.start(what, sandbox != null);
            } catch (Posix.SpawnException failure) {
                if (!failure.isNoFormat()) {
                    throw failure;
                }
                // A script that names no interpreter is the shell's, as everywhere.
                var words = new ArrayList<>(List.of(SHELL, what.program()));
                words.addAll(what.words().subList(1, what.words().size()));
                return ProcessGroup.start(
                        new Posix.Start(
                                SHELL,
                                words,
                                what.environment(),
                                what.directory(),
                                what.began(),
                                what.input()),
                        false);
            }
        } catch (IOException failure) {
            throw new StartException(
                    "command cannot be started: "
                            + command.words().getFirst()
                            + ": "
                            + failure.getMessage());
        }
    }

    private WorkerOutcome watched(Workspace workspace, OutputLines lines, CommandLine command)
            throws IOException {
        var executor = request.executor();
        beacons = new Beacons(request, clock, startNanos);
        if (executor.beacon().enabled()) {
            listener.onBeacon(beacons.runtime("started", startNanos));
            nextBeaconNanos = startNanos + MILLISECONDS.toNanos(executor.beacon().intervalMs());
        }
        sampler =
                settings.sampleInterval()
                        .map(
                                interval ->
                                        new ResourceSampler(
                                                request,
                                                clock,
                                                requireGroup().pid(),
                                                interval,
                                                startNanos))
                        .orElse(null);
        var exit = requireGroup().watch(this);
        if (sampler != null) {
            listener.onSample(sampler.last(exit, System.nanoTime()));
        }
        int status = exit.status();
        if (verdict == null) {
            lines.end();
            if (lines.isOverflown()) {
                verdict = Cause.OUTPUT_OVERFLOW;
            }
        }
        if (executor.beacon().enabled()) {
            listener.onBeacon(
                    beacons.runtime(
                            status == 0 && verdict == null ? "completed" : "failed",
                            System.nanoTime()));
        }
        if (verdict == null && isStopped()) {
            verdict = Cause.STOPPED;
        }
        return outcome(workspace, lines, command, status);
    }

    private WorkerOutcome outcome(
            Workspace workspace, OutputLines lines, CommandLine command, int status)
            throws IOException {
        var said = lines.text();
        var errors = stderr.text(secrets);
        var cause = verdict;
        if (cause == null && status == 0) {
            return succeeded(workspace, said, errors);
        }
        if (cause == null && isLaunchFailure(errors, status)) {
            return new WorkerOutcome.Failed(
                    sandboxName(),
                    said,
                    "",
                    Cause.START_FAILED,
                    OptionalInt.of(status),
                    secrets.hide("command cannot be started: " + command.words().getFirst()),
                    List.of());
        }
        if (cause == null) {
            cause = Cause.EXIT_STATUS;
        }
        var error =
                switch (cause) {
                    case TIMED_OUT -> "command timed out after " + seconds(timeoutMs()) + " s";
                    case BEACON_MISSED ->
                            "agent beacon deadline exceeded: none for "
                                    + request.executor().beacon().timeoutMs()
                                    + " ms";
                    case OUTPUT_OVERFLOW ->
                            "stdout: more than "
                                    + request.executor().maxOutputBytes()
                                    + " bytes (expected: at most max_output_bytes)";
                    case STOPPED -> "command was stopped";
                    default -> "command exited with status " + status;
                };
        return new WorkerOutcome.Failed(
                sandboxName(), said, errors, cause, OptionalInt.of(status), error, humanLines());
    }

    private WorkerOutcome succeeded(Workspace workspace, String said, String errors)
            throws IOException {
        var document =
                workspace
                        .resultFile(request.executor().maxOutputBytes())
                        .map(bytes -> secrets.hide(new String(bytes, UTF_8)))
                        .flatMap(StructuredResults::document)
                        .or(() -> StructuredResults.document(said));
        return new WorkerOutcome.Succeeded(
                sandboxName(),
                said,
                errors,
                withHumanLines(document.flatMap(StructuredResults::of)),
                document.flatMap(StructuredResults::stepResult));
    }

    private void listenToHumanLines(Map<Path, Path> folders) throws IOException {
        for (var folder : folders.entrySet()) {
            if (folder.getKey().startsWith(Sandbox.RUNS)) {
                humanLines.begin(folder.getValue());
                runFolder = folder.getValue();
            }
        }
    }

    /** The result with what the command said to people in its run's folder. */
    private Optional<StructuredResult> withHumanLines(Optional<StructuredResult> result) {
        var notes = humanLines();
        if (notes.isEmpty()) {
            return result;
        }
        var said = result.orElseGet(() -> StructuredResult.ofEvents(List.of()));
        var events = new ArrayList<>(said.events());
        events.addAll(notes);
        return Optional.of(said.withEvents(events));
    }

    private List<Note> humanLines() {
        var folder = runFolder;
        if (folder == null) {
            return List.of();
        }
        try {
            return humanLines.take(folder, Beacons.step(request), secrets::hide);
        } catch (IOException failure) {
            LOG.warn("{} of {} cannot be read", HumanLines.FILE, request.job(), failure);
            return List.of();
        }
    }

    /** The sandbox says so itself, in words that start with its own name. */
    private boolean isLaunchFailure(String errors, int status) {
        return sandbox != null && status == 1 && errors.startsWith("bwrap: ");
    }

    // --- the group speaks -------------------------------------------------------------------

    @Override
    public void onStdout(byte[] bytes, int count) {
        var lines = stdout;
        if (lines == null || lines.isOverflown()) {
            return;
        }
        lines.add(bytes, count);
        if (lines.isOverflown() && verdict == null) {
            verdict = Cause.OUTPUT_OVERFLOW;
            requireGroup().kill();
        }
    }

    @Override
    public void onStderr(byte[] bytes, int count) {
        stderr.add(bytes, count);
    }

    @Override
    public long onTick(long now) {
        if (verdict != null) {
            return Long.MAX_VALUE;
        }
        long nap = Long.MAX_VALUE;
        if (request.executor().timeoutMs().isPresent()) {
            long left = startNanos + MILLISECONDS.toNanos(timeoutMs()) - now;
            nap = Math.min(nap, left);
            if (left <= 0) {
                return end(Cause.TIMED_OUT);
            }
        }
        var samples = sampler;
        if (samples != null) {
            samples.due(now).ifPresent(listener::onSample);
            nap = Math.min(nap, samples.napNanos(now));
        }
        var beacon = request.executor().beacon();
        var signs = beacons;
        if (signs != null && beacon.required()) {
            long left = MILLISECONDS.toNanos(beacon.timeoutMs()) - signs.silenceNanos(now);
            nap = Math.min(nap, left);
            if (left <= 0) {
                return end(Cause.BEACON_MISSED);
            }
        }
        if (signs != null && now >= nextBeaconNanos) {
            listener.onBeacon(signs.runtime("alive", now));
            nextBeaconNanos = now + MILLISECONDS.toNanos(beacon.intervalMs());
        }
        return Math.min(nap, nextBeaconNanos == Long.MAX_VALUE ? nap : nextBeaconNanos - now);
    }

    @Override
    public void onEscaped() {
        Orphans.killMarked(record.file());
    }

    private long end(Cause cause) {
        // Asked from outside a moment before: then that is the reason.
        verdict = isStopped() ? Cause.STOPPED : cause;
        requireGroup().terminate();
        return Long.MAX_VALUE;
    }

    private final class Heard implements OutputLines.Listener {
        @Override
        public void onBeacon(String text) {
            var signs = beacons;
            if (signs != null) {
                listener.onBeacon(signs.agent(text, System.nanoTime()));
            }
        }

        @Override
        public void onIncrement(StructuredResult increment) {
            var events = new ArrayList<Note>(increment.events().size());
            for (var event : increment.events()) {
                if (event.type().equals(BEACON_EVENT)) {
                    onBeacon(event.payload().toString());
                } else {
                    events.add(event);
                }
            }
            var rest = increment.withEvents(events);
            boolean onlyLives = rest.equals(StructuredResult.ofEvents(List.of()));
            if (!onlyLives || increment.events().isEmpty()) {
                listener.onProgress(rest);
            }
        }
    }

    // --- before and after -------------------------------------------------------------------

    /** Folders that outlive the attempt, by the path at which a sandbox shows them. */
    private Map<Path, Path> sharedFolders() throws IOException {
        var folders = new LinkedHashMap<Path, Path>();
        var runId = request.runId();
        if (settings.runsRoot().isPresent()) {
            var folder = settings.runsRoot().get().resolve(runId);
            Files.createDirectories(folder);
            folders.put(Sandbox.RUNS.resolve(runId), folder);
        }
        if (settings.jobDataRoot().isPresent()) {
            var folder = settings.jobDataRoot().get().resolve(RunIds.of(request.job()));
            Files.createDirectories(folder);
            folders.put(Sandbox.JOB_DATA, folder);
        }
        return folders;
    }

    private Optional<String> seen(Map<Path, Path> folders, Path below) {
        return folders.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(below))
                .map(entry -> sandbox == null ? entry.getValue() : entry.getKey())
                .map(Path::toString)
                .findFirst();
    }

    private void cleanUp() {
        var folder = runFolder;
        if (folder != null) {
            humanLines.end(folder);
        }
        try {
            if (!request.executor().persistentWorkspace()) {
                workspaces.remove(record.workspace());
            }
            record.remove();
        } catch (IOException failure) {
            // The record stays, so the next start tries again.
            LOG.warn("attempt {} could not be cleaned up", request.attemptId(), failure);
        }
    }

    private WorkerOutcome stoppedEarly() {
        return failed(Cause.STOPPED, "command was stopped before it started");
    }

    private WorkerOutcome failed(Cause cause, String error) {
        return new WorkerOutcome.Failed(
                sandboxName(), "", "", cause, OptionalInt.empty(), secrets.hide(error));
    }

    private String sandboxName() {
        return sandboxName(request);
    }

    /** Lower case letters, digits and dashes: what container engines accept as a name. */
    static String sandboxName(WorkerRequest request) {
        var name =
                (request.executor().namePrefix() + "-job-" + request.job().value())
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-");
        return name.length() <= 128 ? name : name.substring(0, 128);
    }

    private long timeoutMs() {
        return request.executor().timeoutMs().orElse(0);
    }

    private static String seconds(long ms) {
        return BigDecimal.valueOf(ms, 3).stripTrailingZeros().toPlainString();
    }

    private static String message(Exception failure) {
        return String.valueOf(failure.getMessage());
    }

    private ProcessGroup requireGroup() {
        synchronized (lock) {
            var started = group;
            if (started == null) {
                throw new IllegalStateException("no command was started");
            }
            return started;
        }
    }
}
