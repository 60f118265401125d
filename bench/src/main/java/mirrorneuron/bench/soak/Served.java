package mirrorneuron.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.StreamSupport;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.bench.Machine;

/** A real server in a process of its own, seen from outside. */
final class Served implements AutoCloseable {

    private static final long MIB = 1 << 20;
    private static final int RUNS_SAMPLED = 1_000;

    private final Path mn;
    private final Path home;
    private final long pid;
    private final int port;

    private Served(Path mn, Path home, long pid, int port) {
        this.mn = mn;
        this.home = home;
        this.pid = pid;
        this.port = port;
    }

    /** Starts it; what has ended is kept for a minute, so that a plateau is soon reached. */
    static Served start(Path mn, Path home, int port) throws IOException, InterruptedException {
        run(mn, home, "runtime", "start", "--port", Integer.toString(port));
        var endpoint = Files.readString(home.resolve("runtime-endpoints.json"));
        var pid = ((JsonObject) Json.parse(endpoint)).integer("pid").orElseThrow();
        // It is nobody's child, and would outlive measurements that are ended early.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy)));
        return new Served(mn, home, pid, port);
    }

    private static void run(Path mn, Path home, String... arguments)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(mn.toString()).inheritIO();
        builder.command().addAll(List.of(arguments));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(
                        Map.of(
                                "MN_HOME", home.toString(),
                                "MN_JAVA", System.getProperty("java.home"),
                                "MN_GRPC_PORT", "0",
                                "MN_TERMINAL_JOB_TTL_SECONDS", "60",
                                "MN_RETENTION_GC_INTERVAL_MS", "5000"));
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new IOException(
                    "Expected mn " + String.join(" ", arguments) + " to succeed, but: " + exit);
        }
    }

    int port() {
        return port;
    }

    double residentMib() {
        return Machine.residentBytes(pid) / (double) MIB;
    }

    double threads() {
        return count("task");
    }

    double descriptors() {
        return count("fd");
    }

    private double count(String what) {
        var names = Path.of("/proc", Long.toString(pid), what).toFile().list();
        if (names == null) {
            throw new IllegalStateException("the server (process " + pid + ") is gone");
        }
        return names.length;
    }

    /** What is live on its heap, after a collection. */
    double heapMib() throws IOException, InterruptedException {
        ask("GC.run");
        var info = ask("GC.heap_info");
        double kib = 0;
        for (var line : info.lines().toList()) {
            if (line.contains(" total ") && line.contains(" used ")) {
                kib += Long.parseLong(line.replaceAll(".* used (\\d+)K.*", "$1"));
            }
        }
        if (kib == 0) {
            throw new IOException("the heap's use is not in: " + info);
        }
        return kib / 1_024;
    }

    private String ask(String what) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process =
                new ProcessBuilder(jcmd, Long.toString(pid), what)
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + what + ": " + said);
        }
        return said;
    }

    /**
     * By folder: the store, logs and caches; folders of runs are kept until somebody deletes them.
     */
    SequencedMap<String, Double> diskMib() {
        var parts = new LinkedHashMap<String, Double>();
        for (var part : List.of("state", "blobs", "logs", "cache", "workers", "job-data")) {
            parts.put(part, Machine.diskBytes(home.resolve(part)) / (double) MIB);
        }
        return parts;
    }

    /**
     * What the folder of one run takes, by a sample of them: after half an hour they hold millions
     * of files, and each kind of work is among any thousand.
     */
    double runKib() throws IOException {
        try (var runs = Files.newDirectoryStream(home.resolve("runs"))) {
            return StreamSupport.stream(runs.spliterator(), false)
                            .limit(RUNS_SAMPLED)
                            .mapToLong(Machine::diskBytes)
                            .average()
                            .orElse(0)
                    / 1_024;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run(mn, home, "runtime", "stop");
    }
}
