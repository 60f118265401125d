package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mirrorneuron.engine.manifest.Behaviour;

/**
 * Bubblewrap, as it was found to work on this machine: a command sees a read-only system, its own
 * processes, its own temporary folder, no network unless declared, and writes nothing but its
 * workspace and its run's folder.
 *
 * <p>Immutable; safe from any thread.
 */
final class Sandbox {

    static final String PACKAGE_HINT =
            "no sandbox on this machine: install the Debian package bubblewrap"
                    + " (apt-get install bubblewrap), or let the operator set"
                    + " MN_SANDBOX_FALLBACK=host_local";

    /** Where a sandboxed command sees its run's folder and its job's data. */
    static final Path RUNS = Path.of("/sandbox/runs");

    static final Path JOB_DATA = Path.of("/sandbox/data");

    /** Where it sees the Python modules of the runtime. */
    static final Path PYTHON = Path.of("/sandbox/python");

    private static final String NOBODY = "65534";
    private static final String TMP_BYTES = Long.toString(1L << 30);

    /**
     * What programs need of {@code /etc}; the rest of it is this machine's business. Copied once
     * into a folder of ours, because each mount costs a sandbox 0.2 ms.
     */
    private static final List<String> ETC_FILES =
            List.of(
                    "bash.bashrc",
                    "debian_version",
                    "gai.conf",
                    "group",
                    "host.conf",
                    "hosts",
                    "inputrc",
                    "ld.so.cache",
                    "localtime",
                    "login.defs",
                    "mime.types",
                    "nsswitch.conf",
                    "os-release",
                    "passwd",
                    "profile",
                    "protocols",
                    "resolv.conf",
                    "services",
                    "timezone");

    private static final List<String> ETC_FOLDERS = List.of("alternatives", "fonts", "ssl/certs");
    private static final List<String> ETC_NETWORK = List.of("hosts", "resolv.conf");

    private final Path program;
    private final List<String> base;
    private final String detail;

    private Sandbox(Path program, List<String> base, String detail) {
        this.program = program;
        this.base = base;
        this.detail = detail;
    }

    /** What was found. */
    sealed interface Probe {
        record Found(Sandbox sandbox) implements Probe {}

        record Missing(String reason) implements Probe {}
    }

    /**
     * Looks for bubblewrap and really runs a command in it, once with a user namespace and, where
     * the system has none, without. Takes some milliseconds.
     */
    static Probe probe(WorkerSettings settings) {
        var program =
                program("bwrap", settings.environment().getOrDefault("PATH", "/usr/bin:/bin"));
        if (program.isEmpty()) {
            return new Probe.Missing(PACKAGE_HINT);
        }
        try {
            return tried(program.get(), system(settings));
        } catch (IOException failure) {
            return new Probe.Missing("its folders cannot be made: " + failure.getMessage());
        }
    }

    private static Probe tried(Path program, List<String> system) {
        var reason = "";
        for (var identity :
                List.of(
                        List.of(
                                "--unshare-user",
                                "--disable-userns",
                                "--uid",
                                NOBODY,
                                "--gid",
                                NOBODY),
                        List.of("--unshare-user", "--uid", NOBODY, "--gid", NOBODY),
                        List.<String>of())) {
            var base = new ArrayList<>(identity);
            base.addAll(system);
            var failure = run(program, base);
            if (failure.isEmpty()) {
                return new Probe.Found(
                        new Sandbox(
                                program,
                                List.copyOf(base),
                                "bubblewrap" + (identity.isEmpty() ? "" : ", own user namespace")));
            }
            reason = failure;
        }
        return new Probe.Missing("bubblewrap is installed, but does not work here: " + reason);
    }

    String detail() {
        return detail;
    }

    Path program() {
        return program;
    }

    /**
     * The arguments for bubblewrap, each ended by a zero byte, for it to read from a descriptor:
     * the environment among them must not stand in a list of processes, and must not act on
     * anything outside of the sandbox.
     *
     * @param writable what the command may write, by the path at which it sees it
     * @param readable what it may read beside the system, at the same path
     * @param workdir where it starts, as it sees it
     */
    byte[] arguments(
            boolean network,
            Map<Path, Path> writable,
            List<Path> readable,
            String workdir,
            Map<String, String> environment) {
        var arguments = new ArrayList<>(base);
        if (!network) {
            arguments.add("--unshare-net");
        } else {
            // Name service may change while the runtime runs.
            for (var name : ETC_NETWORK) {
                var file = Path.of("/etc", name);
                bind(arguments, "--ro-bind-try", file, file);
            }
        }
        readable.forEach(folder -> bind(arguments, "--ro-bind", folder, folder));
        writable.forEach((seen, folder) -> bind(arguments, "--bind", folder, seen));
        arguments.addAll(List.of("--remount-ro", "/", "--chdir", workdir));
        arguments.add("--clearenv");
        environment.forEach((name, value) -> arguments.addAll(List.of("--setenv", name, value)));
        var bytes = new ByteArrayOutputStream(8 * 1024);
        for (var argument : arguments) {
            bytes.writeBytes(argument.getBytes(UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }

    /** The path at which a command sees its workspace, from the manifest. */
    static Path seenAt(Behaviour.Executor executor) throws StagingException {
        // A zero byte is the one thing that is no path at all.
        var path = Path.of(executor.sandboxUploadPath().replace('\0', '/'));
        boolean safe =
                executor.sandboxUploadPath().indexOf('\0') < 0
                        && path.isAbsolute()
                        && path.normalize().equals(path)
                        && path.getNameCount() > 0
                        && !List.of("proc", "dev", "usr", "etc", "bin", "sbin", "lib", "lib64")
                                .contains(path.getName(0).toString())
                        && !path.startsWith(RUNS)
                        && !path.startsWith(JOB_DATA)
                        && !path.startsWith(PYTHON)
                        && !RUNS.startsWith(path);
        if (!safe) {
            throw new StagingException(
                    "sandbox_upload_path: "
                            + executor.sandboxUploadPath()
                            + " (expected: an absolute path that is no system folder, such as"
                            + " /sandbox/job)");
        }
        return path;
    }

    private static List<String> system(WorkerSettings settings) throws IOException {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--die-with-parent",
                                "--unshare-pid",
                                "--unshare-ipc",
                                "--unshare-uts",
                                "--unshare-cgroup-try",
                                "--hostname",
                                "sandbox",
                                "--cap-drop",
                                "ALL"));
        bind(arguments, "--ro-bind", Path.of("/usr"), Path.of("/usr"));
        for (var name : List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32")) {
            var path = Path.of("/", name);
            if (Files.isSymbolicLink(path)) {
                try {
                    arguments.addAll(
                            List.of(
                                    "--symlink",
                                    Files.readSymbolicLink(path).toString(),
                                    path.toString()));
                } catch (IOException unreadable) {
                    // Then it is missing inside, and the trial run tells.
                }
            } else if (Files.isDirectory(path)) {
                bind(arguments, "--ro-bind", path, path);
            }
        }
        etc(settings.root().resolve("etc"), arguments);
        for (var path : settings.sandboxReadable()) {
            bind(arguments, "--ro-bind-try", path, path);
        }
        bind(arguments, "--ro-bind", PythonHelpers.folder(settings), PYTHON);
        if (isShown(settings.root(), settings)) {
            arguments.addAll(List.of("--tmpfs", settings.root().toString()));
        }
        arguments.addAll(
                List.of(
                        "--proc", "/proc", "--dev", "/dev", "--size", TMP_BYTES, "--tmpfs",
                        "/tmp"));
        // A runtime that runs as root is root outside of the namespace too, and the system's
        // switches below /proc ask for nothing more than that.
        arguments.addAll(List.of("--remount-ro", "/proc"));
        return arguments;
    }

    private static void etc(Path copy, List<String> arguments) throws IOException {
        Trees.remove(copy);
        Files.createDirectories(copy);
        for (var name : ETC_FILES) {
            var file = Path.of("/etc", name);
            if (Files.isRegularFile(file)) {
                Files.write(copy.resolve(name), Files.readAllBytes(file));
            }
        }
        bind(arguments, "--ro-bind", copy, Path.of("/etc"));
        for (var name : ETC_FOLDERS) {
            var folder = Path.of("/etc", name);
            if (Files.isDirectory(folder)) {
                Files.createDirectories(copy.resolve(name));
                bind(arguments, "--ro-bind", folder, folder);
            }
        }
    }

    /** Other workspaces stay hidden, also below a folder that everyone may read. */
    private static boolean isShown(Path root, WorkerSettings settings) {
        return root.startsWith("/usr")
                || settings.sandboxReadable().stream().anyMatch(root::startsWith);
    }

    private static void bind(List<String> arguments, String how, Path from, Path to) {
        arguments.addAll(List.of(how, from.toString(), to.toString()));
    }

    /** Empty when a command ran; else what bubblewrap said. */
    private static String run(Path program, List<String> base) {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(base);
        command.addAll(List.of("--unshare-net", "--remount-ro", "/", "--", "/bin/true"));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "a trial run did not end";
            }
            var said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            return process.exitValue() == 0
                    ? ""
                    : said.isEmpty() ? "status " + process.exitValue() : said;
        } catch (IOException failure) {
            return String.valueOf(failure.getMessage());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static Optional<Path> program(String name, String path) {
        for (var folder : path.split(":")) {
            var program = Path.of(folder, name);
            if (folder.startsWith("/") && Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
