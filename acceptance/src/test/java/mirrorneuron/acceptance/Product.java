package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The built product and the examples that come with it. */
final class Product {

    static final Path PROJECT = project();
    static final Path TESTS = PROJECT.resolve("acceptance/target/test-classes");
    static final Path JARS = PROJECT.resolve("cli/target/dist/lib");
    static final String JAVA = Path.of(System.getProperty("java.home"), "bin/java").toString();

    private static final Path MN = launcher();
    private static final long COMMAND_SECONDS_MAX = 120;

    private Product() {}

    private static Path project() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("bin/find-java"))) {
            directory = requireNonNull(directory.getParent(), "the project's root");
        }
        return directory;
    }

    static Path example(String name) {
        return PROJECT.resolve("examples").resolve(name);
    }

    /** The launcher beside the jars that the build just made, as a finished build lays them out. */
    private static Path launcher() {
        // Test classes run in several processes at once.
        var dist = PROJECT.resolve("acceptance/target/dist-" + System.getProperty("mn.fork", "1"));
        try {
            if (!Files.isDirectory(JARS)) {
                throw new IllegalStateException(
                        JARS + " is missing: run the tests with ./mvnw verify, which builds it");
            }
            Files.createDirectories(dist.resolve("bin"));
            for (var name : List.of("mn", "find-java", "start-cache", "record-start")) {
                Files.copy(
                        PROJECT.resolve("bin").resolve(name),
                        dist.resolve("bin").resolve(name),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
            try {
                Files.createSymbolicLink(dist.resolve("lib"), JARS);
            } catch (FileAlreadyExistsException again) {
                // Made by an earlier run of the tests; it points to the same place.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return dist.resolve("bin/mn");
    }

    /** The class path of a program that embeds the product: all of it but the command. */
    static String libraries() throws IOException {
        try (var jars = Files.list(JARS)) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .filter(jar -> !jar.getFileName().toString().startsWith("mirrorneuron-cli"))
                    .sorted()
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
        }
    }

    /** What a command left behind. */
    record Run(int exit, String out, String err) {

        /** Everything that was said, for assertions that fail. */
        @Override
        public String toString() {
            return "exit " + exit + "\n--- out\n" + out + "\n--- err\n" + err;
        }
    }

    /** {@code mn} with these arguments on this home, ready to start. */
    static ProcessBuilder mn(Path home, Map<String, String> variables, String... arguments) {
        var command = new ArrayList<String>();
        command.add(MN.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(PROJECT.toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("MN_"));
        environment.put("MN_JAVA", System.getProperty("java.home"));
        environment.put("MN_HOME", home.toString());
        // Nothing is recorded behind a test's back.
        environment.put("MN_NO_AOT", "1");
        // Servers of tests stand side by side; who looks at this port reads the endpoint's file.
        environment.put("MN_GRPC_PORT", "0");
        environment.put("NO_COLOR", "1");
        // Wide enough that no table breaks a word that a test looks for.
        environment.put("COLUMNS", "240");
        environment.putAll(variables);
        return builder;
    }

    static Run run(Path home, String... arguments) throws IOException, InterruptedException {
        return run(mn(home, Map.of(), arguments));
    }

    static Run run(ProcessBuilder builder) throws IOException, InterruptedException {
        var out = Files.createTempFile("mn-", ".out");
        var err = Files.createTempFile("mn-", ".err");
        try {
            var process =
                    builder.redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .redirectInput(Path.of("/dev/null").toFile())
                            .start();
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        builder.command()
                                + " did not end within "
                                + COMMAND_SECONDS_MAX
                                + " s\n"
                                + Files.readString(out)
                                + Files.readString(err));
            }
            return new Run(
                    process.exitValue(),
                    new String(Files.readAllBytes(out), UTF_8),
                    new String(Files.readAllBytes(err), UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /**
     * A port that nobody listens on. It lies below those that the kernel gives to outgoing
     * connections, so that it stays free while a server on it is down.
     */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
    }

    /** Servers that were started with {@code --home=} and this home, or the command that did it. */
    static List<ProcessHandle> serversOf(Path home) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains("--home=" + home))
                .toList();
    }

    /** The whole of it: what Java gives ends after 4 KiB, and a class path is longer than that. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    /** A process that nobody has asked for its end yet is gone all the same. */
    static boolean runs(ProcessHandle process) {
        try {
            return process.isAlive()
                    && !Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                            .contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    /** Which of these still work somewhere. */
    static List<Long> left(Collection<Long> processes) {
        return processes.stream()
                .filter(pid -> Files.isReadable(Path.of("/proc/" + pid + "/cwd")))
                .filter(pid -> Files.exists(Path.of("/proc/" + pid + "/cwd")))
                .toList();
    }

    /** Processes that work in a folder below this one. */
    static List<Long> processesBelow(Path folder) throws IOException {
        var real = folder.toRealPath();
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> worksBelow(real, process))
                    .map(process -> Long.parseLong(process.getFileName().toString()))
                    .toList();
        }
    }

    private static boolean worksBelow(Path folder, Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(folder);
        } catch (IOException gone) {
            return false;
        }
    }
}
