package mirrorneuron.api;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import mirrorneuron.api.json.JsonObject;

/** {@link Backups}, whose calls give futures. Safe from any thread. */
public final class AsyncBackups extends Async<Backups> {

    AsyncBackups(Backups part) {
        super(part);
    }

    /** {@link Backups#export}. */
    public CompletableFuture<Backup> export(JobId pausedJob) {
        return call(part -> part.export(pausedJob));
    }

    /** {@link Backups#export}. */
    public CompletableFuture<Backup> export(JobId pausedJob, Backups.ExportOptions options) {
        return call(part -> part.export(pausedJob, options));
    }

    /** {@link Backups#writeZip}. */
    @SuppressWarnings("NullAway") // the one value that Void has
    public CompletableFuture<Void> writeZip(Backup backup, Path file) {
        return call(
                part -> {
                    part.writeZip(backup, file);
                    return null;
                });
    }

    /** {@link Backups#readZip}. */
    public CompletableFuture<Backup> readZip(Path file) {
        return call(part -> part.readZip(file));
    }

    /** {@link Backups#of}. */
    public CompletableFuture<Backup> of(JsonObject document, Map<String, byte[]> bundleFiles) {
        return call(part -> part.of(document, bundleFiles));
    }

    /** {@link Backups#restore}. */
    public CompletableFuture<RestoreResult> restore(
            Backup backup, Optional<String> blueprintId, Optional<RunId> runId) {
        return call(part -> part.restore(backup, blueprintId, runId));
    }

    /** {@link Backups#restore}. */
    public CompletableFuture<RestoreResult> restore(
            Backup backup,
            Backups.RestoreMode mode,
            Optional<String> blueprintId,
            Optional<RunId> runId) {
        return call(part -> part.restore(backup, mode, blueprintId, runId));
    }
}
