package mirrorneuron.runtime.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.JobEvent;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.bundle.BundleLimits;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.store.Store;
import mirrorneuron.store.memory.MemoryStore;

/** A job that asks nothing of the outside, and surroundings in which nothing happens by itself. */
final class Quiet implements Outside, JobActor.Listener {

    static final JobId JOB = JobId.of("quiet-1");

    private static final String MANIFEST =
            """
            {"manifest_version": "1.0", "graph_id": "quiet", "entrypoints": ["door"],
             "nodes": [{"node_id": "door", "agent_type": "sensor",
                        "config": {"complete_after": 1000000}}]}
            """;

    static final KeptBundle BUNDLE = keptIn(new MemoryStore());

    /** Its bundle in a store, for whoever reads the job from there. */
    static KeptBundle keptIn(Store store) {
        try {
            var read =
                    new BundleReader(Path.of("never-inflated"), BundleLimits.DEFAULT)
                            .read(BundleSource.manifest(MANIFEST), ManifestLimits.DEFAULT);
            return new BundleLibrary(store, Path.of("never-laid-out"), ManifestLimits.DEFAULT)
                    .keep(read.contents().orElseThrow());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static JobEvent.Submitted submitted() {
        return JobEngine.submitted(
                JOB,
                BUNDLE.graph(),
                BUNDLE.fingerprint(),
                Job.Submission.none(),
                "node-1",
                1_767_225_600_000L);
    }

    static JobActor.Surroundings surroundings(Store store, Executor threads) {
        var quiet = new Quiet();
        return new JobActor.Surroundings(
                store,
                quiet,
                new Bodies(store.blobs()),
                () -> Instant.ofEpochMilli(1_767_225_600_000L),
                quiet,
                threads,
                1 << 20,
                10_000);
    }

    @Override
    public void requestLease(JobId job, String key, Effect.RequestLease request, Answers answers) {}

    @Override
    public boolean withdrawLease(String key) {
        return false;
    }

    @Override
    public void releaseLease(String key) {}

    @Override
    public void startWorker(
            JobId job, String key, Effect.StartWorker start, JobContext context, Answers answers) {}

    @Override
    public void callModule(
            JobId job, String key, Effect.CallModule call, JobContext context, Answers answers) {}

    @Override
    public void stop(String key) {}

    @Override
    public void jobEnded(JobId job) {}

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        return () -> {};
    }

    @Override
    public void committed(JobActor actor, long sequence) {}

    @Override
    public long readThrough(JobActor actor) {
        return Long.MAX_VALUE;
    }

    @Override
    public void ended(JobActor actor) {}

    @Override
    public void broken(JobActor actor, Throwable cause) {
        throw new AssertionError("the actor broke", cause);
    }
}
