package mirrorneuron.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.bench.Wire;
import mirrorneuron.bench.Workflows;

/**
 * Mixed work on a real server for so many minutes: jobs of messages, of steps and of commands to
 * their ends, jobs that are paused, resumed and cancelled, lists, details, metrics and live
 * streams. Every job has to end as it should, and nothing may grow once what is kept for a while
 * has filled up.
 */
public final class Soak {

    private static final int PORT = 54_973;
    private static final int WORKERS = 4;
    private static final long READ_EVERY_SECONDS = 10;

    /** Before that, everything still grows to its size. */
    private static final double MINUTES_MIN = 10;

    private static final String WAITING =
            """
            {"manifest_version":"1.0","graph_id":"waiting","entrypoints":["router"],
             "nodes":[{"node_id":"router","agent_type":"router"}]}
            """;

    private final Map<String, AtomicLong> done = new LinkedHashMap<>();
    private final Series heap = new Series("live heap", "MiB", 0.25);
    private final Series resident = new Series("resident", "MiB", 1);
    private final Series threads = new Series("threads", "n", 0.5);
    private final Series descriptors = new Series("descriptors", "n", 0.5);
    private final Series disk = new Series("disk", "MiB", 2);
    private final Map<String, Series> parts = new LinkedHashMap<>();
    private volatile boolean over;

    private Soak() {
        for (var kind : List.of("messages", "steps", "commands", "controlled", "read")) {
            done.put(kind, new AtomicLong());
        }
    }

    /**
     * @param folder on the disk that is to be used
     * @return whether every limit was kept
     */
    public static boolean run(Path mn, Path folder, Duration length) throws Exception {
        var home = Files.createDirectory(folder.resolve("soak-home"));
        try (var server = Served.start(mn, home, PORT)) {
            return new Soak().run(server, length);
        }
    }

    private boolean run(Served server, Duration length) throws Exception {
        long begun = System.nanoTime();
        long end = begun + length.toNanos();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var working = new ArrayList<Future<?>>();
            for (int i = 0; i < WORKERS; i++) {
                var random = new Random(i);
                working.add(pool.submit(() -> work(server.port(), random)));
            }
            try {
                while (System.nanoTime() < end && working.stream().noneMatch(Future::isDone)) {
                    read(server, (System.nanoTime() - begun) / 60e9);
                    TimeUnit.SECONDS.sleep(READ_EVERY_SECONDS);
                }
            } finally {
                over = true;
            }
            for (var worker : working) {
                // Whatever went wrong in it is what went wrong.
                worker.get();
            }
        }
        return report(server, (System.nanoTime() - begun) / 60e9);
    }

    private void read(Served server, double minutes) throws Exception {
        heap.add(minutes, server.heapMib());
        resident.add(minutes, server.residentMib());
        threads.add(minutes, server.threads());
        descriptors.add(minutes, server.descriptors());
        double all = 0;
        for (var part : server.diskMib().entrySet()) {
            all += part.getValue();
            parts.computeIfAbsent(part.getKey(), name -> new Series(name, "MiB", 2))
                    .add(minutes, part.getValue());
        }
        disk.add(minutes, all);
    }

    private Void work(int port, Random random) throws Exception {
        var messages = manifest(Workflows.collecting("messages", 1));
        var steps = manifest(Workflows.stepFan(6));
        var commands = manifest(Workflows.commands(2, 1));
        try (var wire = new Wire(port)) {
            while (!over) {
                int kind = random.nextInt(100);
                if (kind < 50) {
                    complete(wire, "messages", messages);
                } else if (kind < 70) {
                    complete(wire, "steps", steps);
                } else if (kind < 80) {
                    complete(wire, "commands", commands);
                } else if (kind < 90) {
                    control(wire);
                } else {
                    look(wire);
                }
            }
        }
        return null;
    }

    private static String manifest(String text) {
        return JsonObject.of("manifest", Json.parse(text)).toString();
    }

    private void complete(Wire wire, String kind, String body) throws IOException {
        var job = submit(wire, body);
        expectEnd(wire, job, "completed");
        count(kind);
    }

    private void control(Wire wire) throws IOException {
        var job = submit(wire, manifest(WAITING));
        wire.call("POST", "/jobs/" + job + "/pause", "");
        wire.call("POST", "/jobs/" + job + "/resume", "");
        wire.call("POST", "/jobs/" + job + "/cancel", "");
        expectEnd(wire, job, "cancelled");
        count("controlled");
    }

    private void look(Wire wire) throws IOException {
        var list = (JsonObject) Json.parse(wire.call("GET", "/jobs?limit=20", ""));
        for (var job : list.array("data")) {
            wire.call("GET", "/jobs/" + ((JsonObject) job).string("job_id").orElseThrow(), "");
            break;
        }
        wire.call("GET", "/metrics", "");
        wire.call("GET", "/system/summary", "");
        count("read");
    }

    private static String submit(Wire wire, String body) throws IOException {
        return ((JsonObject) Json.parse(wire.call("POST", "/jobs", body)))
                .string("job_id")
                .orElseThrow();
    }

    private static void expectEnd(Wire wire, String job, String status) throws IOException {
        var events =
                wire.call(
                        "GET",
                        "/jobs/"
                                + job
                                + "/events?stream=true&types=job_completed,job_cancelled,job_failed",
                        "");
        if (!events.contains("job_" + status)) {
            throw new IOException("Expected job " + job + " to be " + status + ", but: " + events);
        }
    }

    private void count(String kind) {
        done.getOrDefault(kind, new AtomicLong()).incrementAndGet();
    }

    private boolean report(Served server, double minutes) throws IOException {
        long all = done.values().stream().mapToLong(AtomicLong::get).sum();
        var series = List.of(heap, resident, threads, descriptors, disk);
        boolean judged = minutes >= MINUTES_MIN;
        boolean kept = series.stream().allMatch(Series::kept);
        System.out.println("| What | Last | Highest | Growth, second half | Limit | Verdict |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | --- |");
        series.forEach(one -> System.out.println(one.row()));
        System.out.println("\nDisk by folder:\n");
        parts.values().forEach(part -> System.out.println("    " + part.line()));
        System.out.printf(
                Locale.ROOT,
                "%nDone: %s. Folders of runs: %.1f KiB each.%n",
                done,
                server.runKib());
        System.out.printf(
                Locale.ROOT,
                "proof: soak minutes=%.1f done=%d %s verdict=%s%n",
                minutes,
                all,
                String.join(" ", series.stream().map(Series::pair).toList()),
                !judged ? "too_short" : kept ? "kept" : "missed");
        return kept || !judged;
    }
}
