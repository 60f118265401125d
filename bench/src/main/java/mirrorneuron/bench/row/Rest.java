package mirrorneuron.bench.row;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Wire;
import mirrorneuron.bench.Workflows;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.server.MnServer;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.http.HttpSettings;

/** The server over real sockets, in this process; runs leave their files, as they do by default. */
final class Rest {

    private static final int KEPT_JOBS = 100_000;
    private static final int READERS = 1_000;
    private static final int EVENTS_PER_SECOND = 100;

    private Rest() {}

    private static MnServer serve(Path home) throws IOException {
        return MnServer.start(
                new ServerSettings(
                        ServerSettings.Mode.TEST,
                        new HttpSettings(
                                "localhost",
                                0,
                                Optional.empty(),
                                5 << 20,
                                Duration.ofMinutes(1),
                                List.of(),
                                Duration.ofSeconds(5)),
                        new GrpcSettings(
                                "localhost",
                                0,
                                OptionalInt.empty(),
                                GrpcSettings.Access.OPEN,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                64 << 20,
                                false,
                                Duration.ofSeconds(5)),
                        home,
                        home.resolve("runs"),
                        new ServerSettings.LogFile(
                                home.resolve("logs/api.log"), "error", 1 << 20, 1),
                        Optional.empty(),
                        Map.of()));
    }

    /** Connections that are not in use; a closed loop takes one for each task. */
    private static final class Wires implements AutoCloseable {

        private final ConcurrentLinkedQueue<Wire> idle = new ConcurrentLinkedQueue<>();
        private final int port;

        Wires(int port) {
            this.port = port;
        }

        Wire take() throws IOException {
            var wire = idle.poll();
            return wire == null ? new Wire(port) : wire;
        }

        void giveBack(Wire wire) {
            idle.add(wire);
        }

        @Override
        public void close() throws IOException {
            for (var wire = idle.poll(); wire != null; wire = idle.poll()) {
                wire.close();
            }
        }
    }

    /** Submits a job and reads its stream to the end. */
    record Submitting(String name, String title, int inFlight, List<Budget> budgets)
            implements Row {

        @Override
        public List<Figure> run(Trial trial) throws Exception {
            var body = JsonObject.of("manifest", Json.parse(Workflows.oneStep())).toString();
            try (var server = serve(trial.home());
                    var wires = new Wires(server.port())) {
                var result =
                        Load.closed(
                                inFlight,
                                trial,
                                () -> {
                                    var wire = wires.take();
                                    complete(wire, body);
                                    wires.giveBack(wire);
                                });
                var figures = new ArrayList<Figure>();
                figures.add(new Figure("rate", "jobs/s", result.perSecond(1)));
                figures.add(new Figure("p50", "ms", result.quantileMs(0.5)));
                figures.add(new Figure("p99", "ms", result.quantileMs(0.99)));
                figures.addAll(result.costs("job", 1));
                return figures;
            }
        }

        private static void complete(Wire wire, String body) throws IOException {
            var answer = (JsonObject) Json.parse(wire.call("POST", "/jobs", body));
            var job = answer.string("job_id").orElseThrow();
            var events =
                    wire.call(
                            "GET", "/jobs/" + job + "/events?stream=true&types=job_completed", "");
            if (!events.contains("\"status\":\"completed\"")) {
                throw new IOException("Expected job " + job + " to complete, but: " + events);
            }
        }
    }

    /** Lists and details in a home with many ended jobs. */
    record Reading(String name, String title, List<Budget> budgets) implements Row {

        @Override
        public List<Figure> run(Trial trial) throws Exception {
            int kept = trial.scaled(KEPT_JOBS);
            var last = fill(trial.home(), kept);
            try (var server = serve(trial.home());
                    var wires = new Wires(server.port())) {
                var list = measured(trial, wires, "/jobs?limit=20");
                var details = measured(trial, wires, "/jobs/" + last);
                return List.of(
                        new Figure("list p50", "ms", list.quantileMs(0.5)),
                        new Figure("list p99", "ms", list.quantileMs(0.99)),
                        new Figure("detail p50", "ms", details.quantileMs(0.5)),
                        new Figure("detail p99", "ms", details.quantileMs(0.99)),
                        new Figure("jobs", "kept", kept));
            }
        }

        private static Load.Result measured(Trial trial, Wires wires, String path)
                throws Exception {
            return Load.closed(
                    1,
                    trial,
                    () -> {
                        var wire = wires.take();
                        wire.call("GET", path, "");
                        wires.giveBack(wire);
                    });
        }

        private static JobId fill(Path home, int count) throws Exception {
            try (var runtime = Product.open(home, Map.of(), ManifestLimits.DEFAULT, false);
                    var threads = Executors.newFixedThreadPool(64)) {
                var source = Product.keep(runtime, Workflows.oneStep(), SubmitOptions.defaults());
                for (int i = 1; i < count; i++) {
                    var unused =
                            threads.submit(
                                    () ->
                                            Product.complete(
                                                    runtime, source, SubmitOptions.defaults()));
                }
                threads.shutdown();
                if (!threads.awaitTermination(10, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("the home was not filled in time");
                }
                return Product.complete(runtime, source, SubmitOptions.defaults());
            }
        }
    }

    /** Live streams of many jobs, and how soon an event is with its reader. */
    record Streaming(String name, String title, List<Budget> budgets) implements Row {

        private static final String IDLE =
                """
                {"manifest_version":"1.0","graph_id":"idle","entrypoints":["router"],
                 "nodes":[{"node_id":"router","agent_type":"router"}]}
                """;

        @Override
        public List<Figure> run(Trial trial) throws Exception {
            int readers = trial.scaled(READERS);
            try (var server = serve(trial.home());
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var jobs = new ArrayList<JobId>();
                for (int i = 0; i < readers; i++) {
                    jobs.add(
                            server.runtime()
                                    .jobs()
                                    .submit(BundleSource.manifest(IDLE), SubmitOptions.defaults())
                                    .orThrow());
                }
                long before = Machine.liveHeapBytes();
                var opened = new CountDownLatch(readers);
                var arrivals = new AtomicLongArray(readers);
                var wires = new ArrayList<Wire>();
                for (int i = 0; i < readers; i++) {
                    int reader = i;
                    var wire = new Wire(server.port());
                    wires.add(wire);
                    var unused =
                            threads.submit(
                                    () -> read(wire, jobs.get(reader), reader, arrivals, opened));
                }
                opened.await();
                long perStream = (Machine.liveHeapBytes() - before) / readers;
                var delays = deliver(server, jobs, arrivals, trial);
                for (var wire : wires) {
                    wire.close();
                }
                return List.of(
                        new Figure("p99", "ms", quantile(delays, 0.99)),
                        new Figure("p50", "ms", quantile(delays, 0.5)),
                        new Figure("heap", "KiB/stream", perStream / 1_024.0),
                        new Figure("readers", "open", readers));
            }
        }

        private static Void read(
                Wire wire, JobId job, int reader, AtomicLongArray arrivals, CountDownLatch opened)
                throws IOException {
            wire.open("/jobs/" + job + "/events?stream=true&interval=10");
            boolean first = true;
            while (true) {
                String frame;
                try {
                    frame = wire.next();
                } catch (IOException closed) {
                    return null;
                }
                if (first && frame.contains("job_running")) {
                    first = false;
                    opened.countDown();
                }
                if (frame.contains("agent_message_received")) {
                    arrivals.set(reader, System.nanoTime());
                }
            }
        }

        private static long[] deliver(
                MnServer server, List<JobId> jobs, AtomicLongArray arrivals, Trial trial)
                throws InterruptedException {
            var delays = new ArrayList<Long>();
            long end = System.nanoTime() + trial.measured().toNanos();
            int next = 0;
            do {
                long sent = System.nanoTime();
                int reader = next++ % jobs.size();
                server.runtime()
                        .jobs()
                        .send(
                                jobs.get(reader),
                                AgentId.of("router"),
                                Message.of("tick", JsonObject.empty()));
                while (arrivals.get(reader) < sent) {
                    LockSupport.parkNanos(50_000);
                }
                delays.add(arrivals.get(reader) - sent);
                long rest = 1_000_000_000L / EVENTS_PER_SECOND - (System.nanoTime() - sent);
                if (rest > 0) {
                    TimeUnit.NANOSECONDS.sleep(rest);
                }
            } while (System.nanoTime() < end);
            return delays.stream().mapToLong(Long::longValue).sorted().toArray();
        }

        private static double quantile(long[] sorted, double share) {
            return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
                    / 1e6;
        }
    }
}
