package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.json.JsonObject;

/** {@link Backups} behind the {@link Gate}. */
final class GatedBackups implements Backups {

    private final Backups backups;
    private final Gate gate;

    GatedBackups(Backups backups, Gate gate) {
        this.backups = backups;
        this.gate = gate;
    }

    @Override
    public Backup export(JobId pausedJob, ExportOptions options) {
        requireNonNull(pausedJob, "pausedJob");
        return gate.pass(() -> backups.export(pausedJob, options));
    }

    @Override
    public void writeZip(Backup backup, Path file) {
        requireNonNull(backup, "backup");
        requireNonNull(file, "file");
        var unused =
                gate.pass(
                        () -> {
                            backups.writeZip(backup, file);
                            return true;
                        });
    }

    @Override
    public Backup readZip(Path file) {
        requireNonNull(file, "file");
        return gate.pass(() -> backups.readZip(file));
    }

    @Override
    public Backup of(JsonObject document, Map<String, byte[]> bundleFiles) {
        requireNonNull(document, "document");
        return gate.pass(() -> backups.of(document, bundleFiles));
    }

    @Override
    public RestoreResult restore(
            Backup backup, RestoreMode mode, Optional<String> blueprintId, Optional<RunId> runId) {
        requireNonNull(backup, "backup");
        requireNonNull(mode, "mode");
        return gate.pass(() -> backups.restore(backup, mode, blueprintId, runId));
    }
}
