package mirrorneuron.runtime.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/**
 * Which job a run id belongs to. A run id that equals its job's id needs no entry; any other is
 * entered before its job is made, and counts only once that job exists and names the run. So a
 * crash between the two leaves an entry that means nothing, and the next submission overwrites it.
 * Safe from any thread.
 */
public final class RunNames {

    private static final String FAMILY = "run";
    private static final String JOB = "job_id";
    private static final int LOCKS = 64;

    private final Store store;
    private final Path root;
    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

    /**
     * @param root the folder of all runs
     */
    public RunNames(Store store, Path root) {
        this.store = store;
        this.root = root;
    }

    /** The record of the job that a run belongs to, by one look-up; empty when there is none. */
    public Optional<JobRecord> find(String runId) {
        if (!RunIds.isRunId(runId)) {
            return Optional.empty();
        }
        return store.get(FAMILY, runId)
                .flatMap(document -> job(runId, document))
                .flatMap(job -> named(job, runId))
                .or(() -> named(JobId.of(runId), runId));
    }

    private static Optional<JobId> job(String runId, byte[] document) {
        return StoreException.understood(
                "the job of run " + runId,
                () -> ((JsonObject) Json.parse(document)).string(JOB).map(JobId::of));
    }

    private Optional<JobRecord> named(JobId job, String runId) {
        return store.record(job).filter(record -> RunIds.of(record).equals(runId));
    }

    /** True when files of a run are there whose job was deleted: its id is not free either. */
    public boolean hasFiles(String runId) {
        return Files.exists(root.resolve(runId).resolve(RunFolder.RUN));
    }

    /** Enters a run's job, which does not exist yet. Call it within {@link #alone}. */
    public void enter(String runId, JobId job) {
        if (!runId.equals(job.value())) {
            store.put(
                    FAMILY, runId, Json.bytes(JsonObject.builder().put(JOB, job.value()).build()));
        }
    }

    /** Does something while nobody else in this process does so for the same run id. */
    public <T> T alone(String runId, Supplier<T> action) {
        var lock = locks[Math.floorMod(runId.hashCode(), LOCKS)];
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
