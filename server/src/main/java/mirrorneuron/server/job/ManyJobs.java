package mirrorneuron.server.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RuntimeUnavailableException;

/** The same action on many jobs, several at a time: most of it is waiting for workers to end. */
final class ManyJobs {

    private static final int AT_A_TIME = 64;

    private ManyJobs() {}

    /**
     * Results in the order of the jobs.
     *
     * @throws MirrorNeuronException the first one that an action threw; the others were carried out
     */
    static <T> List<T> each(List<JobId> jobs, Function<JobId, T> action) {
        var turns = new Semaphore(AT_A_TIME);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<T>>(jobs.size());
            for (var job : jobs) {
                turns.acquire();
                running.add(
                        threads.submit(
                                () -> {
                                    try {
                                        return action.apply(job);
                                    } finally {
                                        turns.release();
                                    }
                                }));
            }
            var results = new ArrayList<T>(jobs.size());
            for (var result : running) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailableException("Interrupted while it acted on many jobs");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof MirrorNeuronException known) {
                throw known;
            }
            throw new IllegalStateException("an action on a job broke", failed.getCause());
        }
    }
}
