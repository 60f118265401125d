package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.bundle.Folders;
import mirrorneuron.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes folders of runs: those that somebody asks for, and those that were closed long enough
 * ago. Folders of others are left alone.
 *
 * <p>A folder that goes is renamed first, so that a run is there whole or not at all whenever the
 * process dies, and its id is free at once. What a dead process renamed is deleted by the next one.
 * When a run goes before its job does, the store notes it, or the job's end would bring the folder
 * back. Safe from any thread.
 */
final class RunRetention {

    private static final Logger LOG = LoggerFactory.getLogger(RunRetention.class);

    /** Begins the names of folders that are no runs any more; no run's id begins with a dot. */
    private static final String GOING = ".deleted-";

    /** Documents by job id, of jobs whose run was deleted. */
    private static final String FAMILY = "run_deleted";

    private final Store store;
    private final Path root;
    private final Optional<Duration> kept;
    private final InstantSource clock;
    private final Function<JobId, Lock> writing;

    /**
     * @param root the folder of all runs
     * @param kept empty = for ever
     * @param writing what is held by whoever writes the run of a job
     */
    RunRetention(
            Store store,
            Path root,
            Optional<Duration> kept,
            InstantSource clock,
            Function<JobId, Lock> writing) {
        this.store = store;
        this.root = root;
        this.kept = kept;
        this.clock = clock;
        this.writing = writing;
    }

    /**
     * Looks through all folders; returns how many runs went. What cannot be deleted is left to the
     * next sweep, which finds the same work again.
     *
     * @param calledOff asked before each folder; from the first {@code true} on the rest stays
     */
    int sweep(BooleanSupplier calledOff) {
        if (!Files.isDirectory(root)) {
            return 0;
        }
        int deleted = 0;
        var before = kept.map(clock.instant()::minus).orElse(Instant.MIN);
        try (var folders = Files.newDirectoryStream(root)) {
            for (var folder : folders) {
                if (calledOff.getAsBoolean()) {
                    return deleted;
                }
                deleted += goes(folder, before) ? 1 : 0;
            }
        } catch (IOException | DirectoryIteratorException failure) {
            LOG.warn("the sweep of runs stopped: {}", failure.getMessage(), failure);
        }
        return deleted;
    }

    private boolean goes(Path folder, Instant before) {
        try {
            if (folder.getFileName().toString().startsWith(GOING)) {
                Folders.delete(folder);
                return false;
            }
            var job = old(folder, before);
            return job.isPresent() && deleteOld(folder, job.get(), before);
        } catch (IOException failure) {
            LOG.warn("{}: cannot be deleted: {}", folder, failure.getMessage(), failure);
            return false;
        }
    }

    private boolean deleteOld(Path folder, JobId job, Instant before) throws IOException {
        Path going;
        var lock = writing.apply(job);
        lock.lock();
        try {
            // Meanwhile a reader may have written it again.
            if (old(folder, before).isEmpty()) {
                return false;
            }
            going =
                    rename(
                            folder,
                            store.record(job).filter(record -> folder.endsWith(RunIds.of(record))));
        } finally {
            lock.unlock();
        }
        Folders.delete(going);
        return true;
    }

    /** The job of a run that was closed before then; empty when there is none to delete. */
    private static Optional<JobId> old(Path folder, Instant before) throws IOException {
        var position = folder.resolve(RunFolder.POSITION);
        return Files.isRegularFile(position, LinkOption.NOFOLLOW_LINKS)
                        && Files.getLastModifiedTime(position).toInstant().isBefore(before)
                ? WholeFiles.read(position)
                        .filter(json -> json.bool("closed").orElse(false))
                        .flatMap(json -> json.string("job_id"))
                        .filter(id -> !id.isBlank())
                        .map(JobId::of)
                : Optional.empty();
    }

    /**
     * Deletes a run's folder with all that is in it; links are deleted and never followed. Call it
     * while nobody writes in that folder.
     *
     * @param record of the run's job; empty when that is gone already
     */
    void delete(Path folder, Optional<JobRecord> record) throws IOException {
        Folders.delete(rename(folder, record));
    }

    private Path rename(Path folder, Optional<JobRecord> record) throws IOException {
        record.ifPresent(
                job -> store.put(FAMILY, job.jobId().value(), Json.bytes(JsonObject.empty())));
        var going = folder.resolveSibling(GOING + folder.getFileName());
        Folders.delete(going); // an earlier one of that name, which a crash left
        return Files.move(folder, going, StandardCopyOption.ATOMIC_MOVE);
    }

    /** True when the run of a job that is there was deleted, and nobody has read it since. */
    boolean isDeleted(JobRecord record) {
        return store.get(FAMILY, record.jobId().value()).isPresent()
                && !Files.exists(root.resolve(RunIds.of(record)), LinkOption.NOFOLLOW_LINKS);
    }

    /** Forgets what was noted of a job that goes. */
    void forget(JobId job) {
        if (store.get(FAMILY, job.value()).isPresent()) {
            store.remove(FAMILY, job.value());
        }
    }
}
