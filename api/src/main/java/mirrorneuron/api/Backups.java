package mirrorneuron.api;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * Paused jobs as archives, and back. Every method is safe from any thread and blocks its caller
 * while files are written.
 *
 * <p>A backup holds whatever the job holds, and nothing in it is redacted: keep it as you would
 * keep the home itself.
 */
public interface Backups {

    /**
     * Makes a backup of a job. The job stays as it is.
     *
     * @throws NoSuchJobException when there is no such job
     * @throws PreconditionFailedException {@code CONFLICT} when it is not paused; the message names
     *     its status
     */
    default Backup export(JobId pausedJob) {
        return export(pausedJob, ExportOptions.defaults());
    }

    /** As above. */
    Backup export(JobId pausedJob, ExportOptions options);

    /**
     * Writes a backup as a zip archive. The file appears whole or not at all, and replaces none.
     *
     * @throws InvalidRequestException {@code REQUEST_INVALID} when the file is there already;
     *     {@code BACKUP_INVALID} when the backup is larger than any that {@link #readZip} takes
     */
    void writeZip(Backup backup, Path file);

    /**
     * Reads an archive of schema {@code mn.backup.v1}, {@code .v2} or {@code .v3} and checks the
     * SHA-256 of every file in it.
     *
     * @throws InvalidRequestException {@code BACKUP_INVALID} when it is no such archive, leads
     *     outside itself, is too large, or a file of it is missing or has changed
     */
    Backup readZip(Path file);

    /**
     * A backup from what {@link Backup#toJson()} and {@link Backup#bundleFiles()} gave.
     *
     * @throws InvalidRequestException as {@link #readZip}
     */
    Backup of(JsonObject document, Map<String, byte[]> bundleFiles);

    /** Restores a backup as a {@link RestoreMode#CLONE}. */
    default RestoreResult restore(
            Backup backup, Optional<String> blueprintId, Optional<RunId> runId) {
        return restore(backup, RestoreMode.CLONE, blueprintId, runId);
    }

    /**
     * Brings a job back, paused. Either the whole job is there afterwards or nothing of it is,
     * whenever this process dies.
     *
     * @param blueprintId what the restored job is to be known as; empty = as in the backup
     * @param runId of the clone's run; empty = one named after the new job. A job that continues
     *     keeps its own, so it takes none
     * @throws InvalidRequestException {@code BACKUP_INVALID} when the backup cannot be understood;
     *     {@code REQUEST_INVALID} when no blueprint id is known or a run id is given for a job that
     *     continues; {@code INVALID_ID} for what is no run id
     * @throws SubmissionRejectedException when this node cannot run the job's workflow
     * @throws ConflictException {@code DUPLICATE_REQUEST} or {@code RUN_EXISTS} when the job or the
     *     run exists here
     */
    RestoreResult restore(
            Backup backup, RestoreMode mode, Optional<String> blueprintId, Optional<RunId> runId);

    /**
     * @param airGapped refuse a job that needs the network to be set up again, instead of making a
     *     backup that only helps where there is one
     */
    record ExportOptions(boolean airGapped) {

        public static ExportOptions defaults() {
            return new ExportOptions(false);
        }
    }

    /** Under which ids a job comes back. */
    enum RestoreMode {
        /** As another job, with a job id and a run id of its own. */
        CLONE("clone"),
        /** As the same job, where neither it nor its run exists. */
        CONTINUE("continue");

        private final String wire;

        RestoreMode(String wire) {
            this.wire = wire;
        }

        public String wire() {
            return wire;
        }
    }
}
