package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.engine.manifest.Behaviour;
import org.jspecify.annotations.Nullable;

/**
 * Python environments that are built once and used by every command that asks for the same: a
 * folder per key in a cache, guarded by a lock folder, and ready when the file {@code .ready} is in
 * it. Several runtimes may share the cache. Safe from any thread.
 *
 * @see "runtime contract, section 6.10"
 */
final class PythonEnvironments {

    static final String READY = ".ready";
    static final String METADATA = ".mn-blueprint-resource.json";

    private static final String OWNER = "owner.json";
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A lock without an owner's name is somebody who has just made it, or died doing so. */
    private static final long NAMELESS_LOCK_MS = 10_000;

    private static final List<String> FOLDERS = List.of("/usr/local/bin", "/usr/bin", "/bin");
    private static final Set<String> PASSED =
            Set.of(
                    "LANG",
                    "http_proxy",
                    "https_proxy",
                    "no_proxy",
                    "HTTP_PROXY",
                    "HTTPS_PROXY",
                    "NO_PROXY",
                    "SSL_CERT_FILE",
                    "REQUESTS_CA_BUNDLE");

    private final WorkerSettings settings;
    private final InstantSource clock;

    /** Of the whole process, because the lock folder only tells processes apart. */
    private static final ConcurrentHashMap<String, ReentrantLock> BUILDING =
            new ConcurrentHashMap<>();

    private volatile String version = "";

    PythonEnvironments(WorkerSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The environment that a command asks for, built if need be, which may take minutes.
     *
     * @param sandbox where building runs, because installing a package runs its code
     * @param record marks the processes of a build, so that none outlives a crash
     * @param stopped asked now and then; when true the build is given up
     * @return its folder; empty when the command asks for none, or the build was given up
     * @throws StagingException if it cannot be built
     */
    Optional<Path> prepare(
            WorkerRequest request, Optional<Sandbox> sandbox, Path record, BooleanSupplier stopped)
            throws StagingException, IOException {
        var wish = request.executor().python();
        if (wish.isEmpty()) {
            return Optional.empty();
        }
        var build = new Build(request, wish.get(), sandbox, record, stopped);
        if (Files.exists(build.folder.resolve(READY))) {
            return Optional.of(build.folder);
        }
        var lock = BUILDING.computeIfAbsent(build.folder.toString(), _ -> new ReentrantLock());
        lock.lock();
        try {
            return build.underLock();
        } finally {
            lock.unlock();
        }
    }

    private String interpreter() throws StagingException {
        var folders = new ArrayList<>(FOLDERS);
        folders.addAll(List.of(settings.environment().getOrDefault("PATH", "").split(":")));
        for (var folder : folders) {
            var program = Path.of(folder, "python3");
            if (folder.startsWith("/") && Files.isExecutable(program)) {
                return program.toString();
            }
        }
        throw refused("python3 is not installed");
    }

    private static StagingException refused(String why) {
        return new StagingException("python_environment: " + why);
    }

    private final class Build {
        private final WorkerRequest request;
        private final Behaviour.PythonEnvironment wish;
        private final Optional<Sandbox> sandbox;
        private final Path record;
        private final BooleanSupplier stopped;
        private final long untilNanos;
        private final String interpreter;
        private final Optional<Path> requirements;
        private final String key;
        private final Path folder;
        private final Path lock;

        private Build(
                WorkerRequest request,
                Behaviour.PythonEnvironment wish,
                Optional<Sandbox> sandbox,
                Path record,
                BooleanSupplier stopped)
                throws StagingException, IOException {
            this.request = request;
            this.wish = wish;
            this.sandbox = sandbox;
            this.record = record;
            this.stopped = stopped;
            this.untilNanos = System.nanoTime() + settings.pythonSetupTimeout().toNanos();
            this.interpreter = interpreter();
            this.requirements = requirements();
            this.key = key();
            // What was built inside a sandbox is not trusted outside of it.
            this.folder =
                    settings.pythonEnvironments()
                            .resolve(sandbox.isPresent() ? key + "-sandbox" : key);
            this.lock = folder.resolveSibling(folder.getFileName() + ".lock");
        }

        private Optional<Path> requirements() throws StagingException, IOException {
            if (wish.requirements().isEmpty()) {
                return Optional.empty();
            }
            var name = wish.requirements().get();
            var payloads = request.payloads().toAbsolutePath().normalize();
            var file = payloads.resolve(name).normalize();
            if (!file.startsWith(payloads)
                    || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw refused("requirements: " + name + " (expected: a file in the payloads)");
            }
            return Optional.of(file);
        }

        private String key() throws StagingException, IOException {
            var text =
                    String.join(
                            "\0",
                            "mirror-neuron-python-env-v2",
                            request.graphId(),
                            version(),
                            requirements.isEmpty() ? "" : Files.readString(requirements.get()),
                            JsonArray.ofStrings(wish.packages()).toString());
            try {
                return HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private String version() throws StagingException, IOException {
            var known = version;
            if (known.isEmpty()) {
                Files.createDirectories(settings.pythonEnvironments());
                known =
                        run(
                                        "version",
                                        List.of(
                                                interpreter,
                                                "-c",
                                                "import platform; print(platform.python_version())"),
                                        false)
                                .strip();
                version = known;
            }
            return known;
        }

        private Optional<Path> underLock() throws StagingException, IOException {
            Files.createDirectories(settings.pythonEnvironments());
            while (!Files.exists(folder.resolve(READY))) {
                if (stopped.getAsBoolean()) {
                    return Optional.empty();
                }
                if (System.nanoTime() >= untilNanos) {
                    throw timedOut();
                }
                if (!lock()) {
                    // Another runtime builds it; there is nothing to be told by, so look again.
                    LockSupport.parkNanos(POLL_NANOS);
                    continue;
                }
                try {
                    if (!Files.exists(folder.resolve(READY)) && !build()) {
                        return Optional.empty();
                    }
                } finally {
                    Trees.remove(lock);
                }
            }
            return Optional.of(folder);
        }

        /** True when the lock is ours, also by taking it over from the dead. */
        private boolean lock() throws IOException {
            try {
                Files.createDirectory(lock);
                Files.write(lock.resolve(OWNER), Json.bytes(owner()));
                return true;
            } catch (FileAlreadyExistsException taken) {
                if (isStale()) {
                    // Moved aside first: only one of several who find it stale can do that.
                    var aside =
                            lock.resolveSibling(
                                    lock.getFileName() + "." + ProcessHandle.current().pid());
                    try {
                        Trees.remove(aside);
                        Files.move(lock, aside);
                        Trees.remove(aside);
                    } catch (IOException anotherWasFaster) {
                        return false;
                    }
                }
                return false;
            }
        }

        private static JsonObject owner() {
            int pid = (int) ProcessHandle.current().pid();
            var stat = AttemptRecord.stat(pid);
            return JsonObject.builder()
                    .put("pid", pid)
                    .put("boot_id", AttemptRecord.bootId())
                    .put(
                            "start_ticks",
                            stat.length > AttemptRecord.START_TICKS
                                    ? stat[AttemptRecord.START_TICKS]
                                    : "")
                    .build();
        }

        private boolean isStale() throws IOException {
            try {
                if (Json.parse(Files.readString(lock.resolve(OWNER))) instanceof JsonObject owner) {
                    // Ours, and nobody of us holds it: left by a build of this process that broke.
                    int pid = (int) owner.integer("pid").orElse(0);
                    var stat = AttemptRecord.stat(pid);
                    boolean lives =
                            owner.string("boot_id").orElse("").equals(AttemptRecord.bootId())
                                    && stat.length > AttemptRecord.START_TICKS
                                    && owner.string("start_ticks")
                                            .orElse("")
                                            .equals(stat[AttemptRecord.START_TICKS]);
                    return !lives || pid == ProcessHandle.current().pid();
                }
            } catch (IOException | JsonParseException nameless) {
                // Judged by its age below.
            }
            try {
                long age = clock.millis() - Files.getLastModifiedTime(lock).toMillis();
                return age > NAMELESS_LOCK_MS;
            } catch (IOException gone) {
                return false;
            }
        }

        /** False when it was given up. */
        private boolean build() throws StagingException, IOException {
            Trees.remove(folder);
            Files.createDirectories(folder);
            boolean installs = requirements.isPresent() || !wish.packages().isEmpty();
            var venv = new ArrayList<>(List.of(interpreter, "-m", "venv"));
            if (!installs) {
                venv.add("--without-pip");
            }
            venv.add(folder.toString());
            run("venv", venv, false);
            if (installs && !stopped.getAsBoolean()) {
                run("pip install", pip(), true);
            }
            if (stopped.getAsBoolean()) {
                return false;
            }
            Files.write(folder.resolve(METADATA), Json.bytes(metadata()));
            Files.writeString(folder.resolve(READY), "");
            return true;
        }

        private List<String> pip() throws StagingException {
            var words =
                    new ArrayList<>(
                            List.of(
                                    folder + "/bin/python",
                                    "-m",
                                    "pip",
                                    "install",
                                    "--no-input",
                                    "--disable-pip-version-check",
                                    "--no-cache-dir"));
            if (requirements.isPresent()) {
                words.addAll(List.of("-r", requirements.get().toString()));
            }
            for (var spec : wish.packages()) {
                if (spec.isBlank() || spec.startsWith("-")) {
                    throw refused("packages: \"" + spec + "\" (expected: a package)");
                }
                words.add(spec);
            }
            return words;
        }

        private JsonObject metadata() {
            return JsonObject.builder()
                    .put("kind", "python_environment")
                    .put("key", key)
                    .put("blueprint_id", request.graphId())
                    .put("python_version", version)
                    .putOrNull("requirements", wish.requirements())
                    .put("packages", JsonArray.ofStrings(wish.packages()))
                    .put("created_at", Timestamps.format(clock.instant()))
                    .build();
        }

        private String run(String what, List<String> words, boolean network)
                throws StagingException, IOException {
            var began =
                    settings.pythonEnvironments()
                            .resolve(".began-" + Thread.currentThread().threadId());
            var environment = environment();
            var payloads = request.payloads().toAbsolutePath();
            Posix.Start start;
            if (sandbox.isPresent() && !what.equals("version")) {
                var bwrap = sandbox.get();
                var all =
                        new ArrayList<>(
                                List.of("bwrap", "--args", "" + Posix.INPUT_DESCRIPTOR, "--"));
                all.addAll(words);
                start =
                        new Posix.Start(
                                bwrap.program().toString(),
                                all,
                                Map.of(WorkerEnvironment.RECORD, record.toString()),
                                payloads,
                                began,
                                bwrap.arguments(
                                        network,
                                        Map.of(folder, folder),
                                        List.of(payloads),
                                        payloads.toString(),
                                        environment));
            } else {
                start =
                        new Posix.Start(
                                words.getFirst(), words, environment, payloads, began, new byte[0]);
            }
            var output = new Output();
            int status;
            try {
                var group = ProcessGroup.start(start, sandbox.isPresent());
                output.group = group;
                status = group.watch(output).status();
            } catch (Posix.SpawnException failure) {
                throw refused(what + ": " + failure.getMessage());
            } finally {
                Files.deleteIfExists(began);
            }
            if (output.timedOut) {
                throw timedOut();
            }
            if (status != 0 && !stopped.getAsBoolean()) {
                var lines = output.errors.text(Secrets.none()).strip().lines().toList();
                throw refused(
                        what
                                + " failed: "
                                + (lines.isEmpty() ? "status " + status : lines.getLast()));
            }
            return output.out.toString(UTF_8);
        }

        private StagingException timedOut() {
            return refused("not ready after " + settings.pythonSetupTimeout().toMillis() + " ms");
        }

        private Map<String, String> environment() {
            var environment = new LinkedHashMap<String, String>();
            settings.environment()
                    .forEach(
                            (name, value) -> {
                                if (PASSED.contains(name) || name.startsWith("PIP_")) {
                                    environment.put(name, value);
                                }
                            });
            environment.put("PATH", String.join(":", FOLDERS));
            environment.put("HOME", settings.pythonEnvironments().toString());
            environment.put(WorkerEnvironment.RECORD, record.toString());
            return environment;
        }

        private final class Output implements ProcessGroup.Watcher {
            private final ByteArrayOutputStream out = new ByteArrayOutputStream();
            private final Tail errors = new Tail(4 * 1024);
            private @Nullable ProcessGroup group;
            private boolean timedOut;

            @Override
            public void onStdout(byte[] bytes, int count) {
                if (out.size() < 4 * 1024) {
                    out.write(bytes, 0, count);
                }
            }

            @Override
            public void onStderr(byte[] bytes, int count) {
                errors.add(bytes, count);
            }

            @Override
            public long onTick(long nowNanos) {
                if (group != null && (nowNanos >= untilNanos || stopped.getAsBoolean())) {
                    timedOut = !stopped.getAsBoolean();
                    group.terminate();
                    return Long.MAX_VALUE;
                }
                return untilNanos - nowNanos;
            }

            @Override
            public void onEscaped() {
                Orphans.killMarked(record);
            }
        }
    }
}
