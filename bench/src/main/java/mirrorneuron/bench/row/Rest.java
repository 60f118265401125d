package mirrorneuron.bench.row;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Wire;
import mirrorneuron.bench.Workflows;
import mirrorneuron.server.MnServer;

/** The REST edge, by clients with as little around them as they can have. */
final class Rest {

    private static final int READERS = 1_000;
    private static final int EVENTS_PER_SECOND = 100;

    private Rest() {}

    /** Submits a job and reads its stream to the end. */
    record Submitting(String name, String title, int inFlight, List<Budget> budgets)
            implements Row {

        @Override
        public List<Figure> run(Trial trial) throws Exception {
            var body = JsonObject.of("manifest", Json.parse(Workflows.oneStep())).toString();
            try (var server = Serving.start(trial.home());
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
                return result.figures("job", 1);
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
            try (var server = Serving.start(trial.home());
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
