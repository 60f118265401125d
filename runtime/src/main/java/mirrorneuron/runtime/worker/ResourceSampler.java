package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * What a command and everything that it started use of processor and memory, as the kernel counts
 * it. Belongs to the attempt's thread.
 *
 * @see "REST contract, section 6.7"
 */
final class ResourceSampler {

    private static final Path PROC = Path.of("/proc");

    /** The kernel shows times in hundredths of a second, whatever it counts in itself. */
    private static final double TICKS_PER_SECOND = 100;

    private static final double PAGES_PER_MB = 1024 * 1024 / 4096.0;

    /** What models used is told by the worker itself, in samples of their own. */
    private static final JsonObject NO_TOKENS =
            JsonObject.builder()
                    .put("input_tokens", 0)
                    .put("output_tokens", 0)
                    .put("total_tokens", 0)
                    .put("calls", 0)
                    .put("estimated", false)
                    .build();

    private final WorkerRequest request;
    private final InstantSource clock;
    private final int leader;
    private final long intervalNanos;
    private final long startNanos;
    private long nextNanos;
    private long lastNanos;
    private double lastCpuSeconds;

    /** One line of {@code /proc/…/stat}. */
    private record Process(int parent, int group, int session, double cpuSeconds, long rssPages) {}

    ResourceSampler(
            WorkerRequest request,
            InstantSource clock,
            int leader,
            Duration interval,
            long startNanos) {
        this.request = request;
        this.clock = clock;
        this.leader = leader;
        this.intervalNanos = interval.toNanos();
        this.startNanos = startNanos;
        this.lastNanos = startNanos;
        this.nextNanos = startNanos + intervalNanos;
    }

    long napNanos(long nowNanos) {
        return Math.max(0, nextNanos - nowNanos);
    }

    /** A sample when it is time for one; empty otherwise, and when the command is just gone. */
    Optional<JsonObject> due(long nowNanos) {
        if (nowNanos < nextNanos) {
            return Optional.empty();
        }
        nextNanos = nowNanos + intervalNanos;
        var processes = ours();
        if (processes.isEmpty()) {
            return Optional.empty();
        }
        double cpuSeconds = 0;
        long pages = 0;
        for (var process : processes.values()) {
            cpuSeconds += process.cpuSeconds();
            pages += process.rssPages();
        }
        double elapsed = (nowNanos - lastNanos) / 1e9;
        double used = Math.max(0, cpuSeconds - lastCpuSeconds);
        lastNanos = nowNanos;
        lastCpuSeconds = cpuSeconds;
        return Optional.of(
                sample(elapsed <= 0 ? 0 : 100 * used / elapsed, pages / PAGES_PER_MB)
                        .put("processes", processes.size())
                        .build());
    }

    /** What the attempt used on the whole, so that even the shortest one has a sample. */
    JsonObject last(Posix.Exit exit, long nowNanos) {
        double elapsed = (nowNanos - startNanos) / 1e9;
        return sample(
                        elapsed <= 0 ? 0 : 100 * exit.cpuMicros() / 1e6 / elapsed,
                        exit.memoryKbMax() / 1_024.0)
                .put("cpu_seconds", rounded(exit.cpuMicros() / 1e6, 1_000))
                .put("wall_seconds", rounded(elapsed, 1_000))
                .put("final", true)
                .build();
    }

    private JsonObject.Builder sample(double cpuPct, double memoryMb) {
        return JsonObject.builder()
                .put("ts", Timestamps.format(clock.instant()))
                .put("run_id", request.runId())
                .put("job_id", request.job().value())
                .put("component", "worker")
                .put("agent_id", request.agent().value())
                .put("attempt_id", request.attemptId())
                .put("cpu_pct", rounded(cpuPct, 10))
                .put("memory_rss_mb", rounded(memoryMb, 10))
                .put("gpu", JsonArray.empty())
                .put("llm", NO_TOKENS);
    }

    private static double rounded(double value, double parts) {
        return Math.round(value * parts) / parts;
    }

    /**
     * The leader's session and group, and all who descend from it: a sandbox has its own session.
     */
    private Map<Integer, Process> ours() {
        var all = new HashMap<Integer, Process>();
        try (var folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var folder : folders) {
                read(folder)
                        .ifPresent(
                                process ->
                                        all.put(
                                                Integer.parseInt(folder.getFileName().toString()),
                                                process));
            }
        } catch (IOException unreadable) {
            return Map.of();
        }
        var ours = new HashMap<Integer, Process>();
        all.forEach(
                (pid, process) -> {
                    if (process.group() == leader
                            || process.session() == leader
                            || descends(pid, all)) {
                        ours.put(pid, process);
                    }
                });
        return ours;
    }

    private boolean descends(int pid, Map<Integer, Process> all) {
        Set<Integer> seen = new HashSet<>();
        int at = pid;
        while (at > 1 && seen.add(at)) {
            if (at == leader) {
                return true;
            }
            var process = all.get(at);
            at = process == null ? 0 : process.parent();
        }
        return false;
    }

    private static Optional<Process> read(Path folder) {
        try {
            var line = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name stands in brackets and may hold anything, brackets and blanks included.
            var fields = line.substring(line.lastIndexOf(')') + 2).split(" ", 24);
            return Optional.of(
                    new Process(
                            Integer.parseInt(fields[1]),
                            Integer.parseInt(fields[2]),
                            Integer.parseInt(fields[3]),
                            (Long.parseLong(fields[11])
                                            + Long.parseLong(fields[12])
                                            + Long.parseLong(fields[13])
                                            + Long.parseLong(fields[14]))
                                    / TICKS_PER_SECOND,
                            Long.parseLong(fields[21])));
        } catch (IOException | RuntimeException gone) {
            return Optional.empty();
        }
    }
}
