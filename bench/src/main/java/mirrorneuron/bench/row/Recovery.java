package mirrorneuron.bench.row;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Bench;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Children;
import mirrorneuron.bench.Figure;
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
        var home = trial.home().toString();
        var killed = Children.untilReady(List.of(LIVE, home, Integer.toString(trial.scaled(jobs))));
        killed.destroyForcibly().waitFor();
        return Children.figures(List.of(TAKE_UP, home));
    }

    /** Makes jobs that wait for an hour, says so, and waits to be killed. */
    public static void live(Path home, int jobs) throws Exception {
        try (var runtime = Product.open(home)) {
            var source = BundleSource.manifest(Workflows.sleeping());
            for (int i = 0; i < jobs; i++) {
                runtime.jobs().submit(source, SubmitOptions.defaults()).orThrow();
            }
            for (var job : runtime.monitor().listJobs(JobQuery.unfinished())) {
                while (!sleeps(runtime, job.jobId())) {
                    Thread.onSpinWait();
                }
            }
            System.out.println(Bench.READY);
            Thread.currentThread().join();
        }
    }

    /**
     * Opens the home and asks every job something, which it answers only when it has been taken up.
     * Times count from the start of the process.
     */
    public static List<Figure> takeUp(Path home) {
        long startedMs = ManagementFactory.getRuntimeMXBean().getStartTime();
        try (var runtime = Product.open(home)) {
            double serving = secondsSince(startedMs);
            var jobs = runtime.monitor().listJobs(JobQuery.unfinished());
            for (var job : jobs) {
                if (!sleeps(runtime, job.jobId())) {
                    throw new IllegalStateException("job " + job.jobId() + " does not sleep");
                }
            }
            return List.of(
                    new Figure("serving", "s", serving),
                    new Figure("re-armed", "s", secondsSince(startedMs)),
                    new Figure("jobs", "jobs", jobs.size()));
        }
    }

    private static boolean sleeps(MirrorNeuron runtime, JobId job) {
        return runtime.jobs().agents(job).getFirst().processedMessages() == 1;
    }

    private static double secondsSince(long startedMs) {
        return (System.currentTimeMillis() - startedMs) / 1e3;
    }
}
