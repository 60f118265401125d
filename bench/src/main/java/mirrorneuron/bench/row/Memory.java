package mirrorneuron.bench.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Children;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Wire;
import mirrorneuron.bench.Workflows;
import mirrorneuron.engine.manifest.ManifestLimits;

/** What one more of each holds on the heap of the process while nothing happens to it. */
public record Memory(List<Budget> budgets) implements Row {

    /** Argument of the program for the process that measures one of them. */
    public static final String PART = "memory-part";

    private static final int JOBS = 10_000;
    private static final int AGENTS = 10_000;
    private static final int STREAMS = 1_000;
    private static final int WORKERS = 64;
    private static final long WAIT_SECONDS_MAX = 60;
    private static final double KIB = 1_024;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String title() {
        return "live heap of one more of each, with 10,000 jobs, 10,000 agents, 1,000 streams,"
                + " 64 workers";
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        var figures = new ArrayList<Figure>();
        for (var part : Part.values()) {
            // In a process of its own: what one of them leaves to be collected is not the next
            // one's.
            var home = Files.createDirectory(trial.home().resolve(part.name()));
            figures.addAll(
                    Children.figures(
                            List.of(
                                    PART,
                                    part.name(),
                                    home.toString(),
                                    Integer.toString(trial.scaled(part.count)))));
        }
        return figures;
    }

    /** What there is one more of. */
    private enum Part {
        LIVE_JOB("live job", JOBS),
        AGENT("agent", AGENTS),
        IDLE_STREAM("idle stream", STREAMS),
        RUNNING_WORKER("running worker", WORKERS);

        final String title;
        final int count;

        Part(String title, int count) {
            this.title = title;
            this.count = count;
        }
    }

    /** One figure, measured in this process. */
    public static List<Figure> part(String name, Path home, int count) throws Exception {
        var part = Part.valueOf(name);
        double kib =
                switch (part) {
                    case LIVE_JOB -> jobs(home, count);
                    case AGENT -> agents(home, count);
                    case IDLE_STREAM -> streams(home, count);
                    case RUNNING_WORKER -> workers(home, count);
                };
        return List.of(new Figure(part.title, "KiB", kib));
    }

    /** Jobs of one agent that waits for an hour. */
    private static double jobs(Path home, int count) throws Exception {
        try (var runtime = Product.open(home)) {
            var source = BundleSource.manifest(Workflows.sleeping());
            Recovery.awaitSleep(
                    runtime, runtime.jobs().submit(source, SubmitOptions.defaults()).orThrow());
            long before = Machine.liveHeapBytes();
            for (int i = 0; i < count; i++) {
                runtime.jobs().submit(source, SubmitOptions.defaults()).orThrow();
            }
            for (var job : runtime.monitor().listJobs(JobQuery.unfinished())) {
                Recovery.awaitSleep(runtime, job.jobId());
            }
            return each(before, count);
        }
    }

    /** Agents of one job that nobody has sent anything. */
    private static double agents(Path home, int count) throws Exception {
        try (var runtime = Product.open(home, Map.of(), Wide.limits(count))) {
            var small = BundleSource.manifest(Workflows.idle(1));
            runtime.jobs().submit(small, SubmitOptions.defaults()).orThrow();
            long before = Machine.liveHeapBytes();
            runtime.jobs()
                    .submit(BundleSource.manifest(Workflows.idle(count)), SubmitOptions.defaults())
                    .orThrow();
            return each(before, count);
        }
    }

    /** Event streams over REST of jobs that do nothing; the client's end of each is in it. */
    private static double streams(Path home, int count) throws Exception {
        try (var server = Serving.start(home)) {
            var source = BundleSource.manifest(Workflows.idle(1));
            var jobs = new ArrayList<JobId>();
            for (int i = 0; i < count; i++) {
                jobs.add(
                        server.runtime().jobs().submit(source, SubmitOptions.defaults()).orThrow());
            }
            var wires = new ArrayList<Wire>();
            try {
                follow(server.port(), jobs.getFirst(), wires);
                long before = Machine.liveHeapBytes();
                for (var job : jobs) {
                    follow(server.port(), job, wires);
                }
                return each(before, count);
            } finally {
                for (var wire : wires) {
                    wire.close();
                }
            }
        }
    }

    private static void follow(int port, JobId job, List<Wire> wires) throws IOException {
        var wire = new Wire(port, 512);
        wires.add(wire);
        wire.open("/jobs/" + job + "/events?stream=true&interval=10");
        while (!wire.next().contains("job_running")) {
            // Once it has been sent what was there, the stream is idle.
        }
    }

    /** Commands that run; their own processes are not in it. */
    private static double workers(Path home, int count) throws Exception {
        try (var runtime =
                Product.open(home, Map.of("default", count + 1), ManifestLimits.DEFAULT)) {
            var one = BundleSource.manifest(Workflows.waitingCommands(1));
            runtime.jobs().submit(one, SubmitOptions.defaults()).orThrow();
            awaitCommands(1);
            long before = Machine.liveHeapBytes();
            var many = BundleSource.manifest(Workflows.waitingCommands(count));
            runtime.jobs().submit(many, SubmitOptions.defaults()).orThrow();
            awaitCommands(1 + count);
            double kib = each(before, count);
            runtime.jobs().cleanup(true);
            return kib;
        }
    }

    private static void awaitCommands(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (ProcessHandle.current()
                        .descendants()
                        .filter(process -> process.info().command().orElse("").endsWith("sleep"))
                        .count()
                < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("fewer than " + count + " commands run");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static double each(long before, int count) {
        return (Machine.liveHeapBytes() - before) / KIB / count;
    }
}
