package mirrorneuron.bench.row;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Bench;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Children;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;

/** A runtime with many live jobs is killed; another process takes its home up. */
public record Recovery(int jobs, List<Budget> budgets) implements Row {

    /** Argument of {@link Bench} for the process that is killed. */
    public static final String LIVE = "live-jobs";

    /** Argument of {@link Bench} for the process that takes up. */
    public static final String TAKE_UP = "take-up";

    private static final int RING = 10;
    private static final int MIB = 1 << 20;

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public String title() {
        return "recovery after `kill -9` with 10,000 live jobs";
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        return measured(trial.home(), trial.scaled(jobs), 1);
    }

    /** Makes the jobs, kills their process and takes their home up. */
    public static List<Figure> measured(Path home, int jobs, int deliveries) throws Exception {
        var place = home.toString();
        var killed =
                Children.untilReady(
                        List.of(
                                LIVE,
                                place,
                                Integer.toString(jobs),
                                Integer.toString(rounds(deliveries))));
        killed.destroyForcibly().waitFor();
        return Children.figures(List.of(TAKE_UP, place, Integer.toString(rounds(deliveries))));
    }

    /** The message of a long job goes round, so that its first agent handles so many. */
    private static int rounds(int deliveries) {
        return Math.max(1, deliveries / RING);
    }

    /**
     * Makes jobs that wait for an hour, says so, and waits to be killed.
     *
     * @param rounds what each of them does first
     */
    public static void live(Path home, int jobs, int rounds) throws Exception {
        try (var runtime = Product.open(home)) {
            var source =
                    BundleSource.manifest(
                            rounds == 1
                                    ? Workflows.sleeping()
                                    : Workflows.tiring(RING - 1, rounds));
            for (int i = 0; i < jobs; i++) {
                runtime.jobs().submit(source, SubmitOptions.defaults()).orThrow();
            }
            for (var job : runtime.monitor().listJobs(JobQuery.unfinished())) {
                awaitSleep(runtime, job.jobId(), rounds);
            }
            System.out.println(Bench.READY);
            Thread.currentThread().join();
        }
    }

    /**
     * Opens the home and asks every job something, which it answers only when it has been taken up.
     * It serves when it has answered for the first of them, the last that was made. Times count
     * from the start of the process.
     */
    public static List<Figure> takeUp(Path home, int rounds) {
        long startedMs = ManagementFactory.getRuntimeMXBean().getStartTime();
        try (var runtime = Product.open(home)) {
            var newest = runtime.monitor().listJobs(JobQuery.unfinished().withLimit(1));
            newest.forEach(job -> mustSleep(runtime, job.jobId(), rounds));
            double serving = secondsSince(startedMs);
            var jobs = runtime.monitor().listJobs(JobQuery.unfinished());
            jobs.forEach(job -> mustSleep(runtime, job.jobId(), rounds));
            double rearmed = secondsSince(startedMs);
            return List.of(
                    new Figure("serving", "s", serving),
                    new Figure("re-armed", "s", rearmed),
                    new Figure("live heap", "MiB", Machine.liveHeapBytes() / (double) MIB),
                    new Figure(
                            "resident",
                            "MiB",
                            Machine.residentBytes(ProcessHandle.current().pid()) / (double) MIB));
        }
    }

    /** Returns when that job's one agent waits. */
    static void awaitSleep(MirrorNeuron runtime, JobId job) {
        awaitSleep(runtime, job, 1);
    }

    private static void awaitSleep(MirrorNeuron runtime, JobId job, int rounds) {
        while (!sleeps(runtime, job, rounds)) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static void mustSleep(MirrorNeuron runtime, JobId job, int rounds) {
        if (!sleeps(runtime, job, rounds)) {
            throw new IllegalStateException("job " + job + " does not sleep");
        }
    }

    private static boolean sleeps(MirrorNeuron runtime, JobId job, int rounds) {
        return runtime.jobs().agents(job).stream()
                .anyMatch(
                        agent ->
                                agent.agentId().value().equals("sleeper")
                                        && agent.processedMessages() == rounds);
    }

    private static double secondsSince(long startedMs) {
        return (System.currentTimeMillis() - startedMs) / 1e3;
    }
}
