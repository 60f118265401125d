package mirrorneuron.runtime.backup;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.runtime.bundle.ReadBundle;
import mirrorneuron.runtime.run.RunNames;
import mirrorneuron.store.Store;

/** Backups of the jobs of this process. Safe from any thread. */
public final class LocalBackups implements Backups {

    /** No archive of a backup is larger: its content, and the names of its files. */
    public static final long ARCHIVE_BYTES_MAX = Sections.LIMITS.contentBytesMax() + (256L << 20);

    /** Reads a job between two of its turns, or as it is stored. */
    public interface Look {

        /**
         * @throws mirrorneuron.api.NoSuchJobException when there is no such job
         */
        <T> T at(JobId job, Function<Job, T> question);
    }

    private final Look look;
    private final BackupExport export;
    private final BackupArchive archive;
    private final BackupRestore restore;

    /**
     * @param bundles finds a kept bundle by its fingerprint
     * @param recorded brings the files of a job's run up to its log
     * @param admit keeps a bundle that this node can run, or refuses it
     * @param restored hears of each job that was brought back
     */
    public LocalBackups(
            Store store,
            Look look,
            Places places,
            RunNames names,
            Function<String, KeptBundle> bundles,
            Consumer<JobId> recorded,
            BundleReader reader,
            ManifestLimits limits,
            Function<ReadBundle.Contents, KeptBundle> admit,
            Scratch scratch,
            InstantSource clock,
            RandomGenerator random,
            String node,
            Consumer<JobId> restored) {
        this.look = look;
        this.export = new BackupExport(store, places, bundles, scratch, clock, recorded);
        this.archive = new BackupArchive(scratch);
        this.restore =
                new BackupRestore(
                        new BackupRestore.Around(
                                store, names, places, reader, limits, admit, clock, random, node,
                                restored));
    }

    @Override
    public Backup export(JobId pausedJob, ExportOptions options) {
        return export.export(look.at(pausedJob, export::freeze), options);
    }

    @Override
    public void writeZip(Backup backup, Path file) {
        with(
                backup,
                folder -> {
                    archive.write(folder, file);
                    return true;
                });
    }

    @Override
    public Backup readZip(Path file) {
        return archive.read(file);
    }

    @Override
    public Backup of(JsonObject document, Map<String, byte[]> bundleFiles) {
        return archive.read(document, bundleFiles);
    }

    @Override
    public RestoreResult restore(
            Backup backup, RestoreMode mode, Optional<String> blueprintId, Optional<RunId> runId) {
        return with(backup, folder -> restore.restore(folder, mode, blueprintId, runId));
    }

    /** A backup of another runtime comes as its document. */
    private <T> T with(Backup backup, Function<BackupFolder, T> action) {
        if (backup instanceof BackupFolder own) {
            return action.apply(own);
        }
        try (var read = archive.read(backup.toJson(), backup.bundleFiles())) {
            return action.apply(read);
        }
    }
}
