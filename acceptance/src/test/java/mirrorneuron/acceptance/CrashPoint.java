package mirrorneuron.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A place in the product at which a process can be made to die. The product knows nothing of it:
 * {@link CrashAgent} changes the one class while it is loaded. A place that was renamed is never
 * reached, which fails the suite that asks for it.
 */
enum CrashPoint {
    /** A group of facts, records and index entries is ready, and nothing of it is written. */
    BEFORE_APPEND("store.rocksdb.Database", "write", "entry", 60),
    /** The group is in the log, and nobody has waited for the disk. */
    APPENDED_NOT_SYNCED("store.rocksdb.Database", "write", "append", 60),
    /** The disk has the group, and no writer has heard of it. */
    SYNCED("store.rocksdb.Database", "write", "exit", 60),
    /** A job's commit is done; no reply, no worker, no timer has come of it. */
    COMMITTED("store.rocksdb.RocksStore", "commit", "exit", 40),
    /** A job is made, and whoever submitted it was not told. */
    SUBMITTED("store.rocksdb.RocksStore", "create", "exit", 6),
    BEFORE_SNAPSHOT("store.rocksdb.RocksStore", "commit", "entry", "snapshot", 4),
    AFTER_SNAPSHOT("store.rocksdb.RocksStore", "commit", "exit", "snapshot", 4),
    /** The index is part of the group: it is staged between the facts and the sync. */
    BEFORE_INDEX("store.rocksdb.Group", "index", "entry", 12),
    AFTER_INDEX("store.rocksdb.Group", "index", "exit", 12),
    /** A command runs, and nothing has been heard of it. */
    WORKER_STARTED("runtime.worker.ProcessGroup", "start", "exit", 5),
    /** Lines of a run are in their file, and its position does not say so yet. */
    LINES_RECORDED("runtime.run.LineFile", "append", "exit", 20),
    /** The new position lies beside the old one. */
    BEFORE_POSITION("runtime.run.WholeFiles", "write", "call move", ".recording.json", 8),
    AFTER_POSITION("runtime.run.Position", "write", "exit", 8),

    RECOVERY_LOCKED("store.rocksdb.HomeLock", "acquire", "exit", 1),
    RECOVERY_LOG_SYNCED("store.rocksdb.WriteAheadLog", "sync", "exit", 1),
    RECOVERY_OPENED("store.rocksdb.Inspection", "begin", "exit", 1),
    /** Workers of the dead process are ended, and none of their attempts is judged. */
    RECOVERY_WORKERS_ENDED("runtime.worker.ProcessWorkerHost", "endOrphans", "exit", 1),
    RECOVERY_RECORDER("runtime.run.RunRecorder", "start", "exit", 1),
    RECOVERY_SWEPT("runtime.worker.ProcessWorkerHost", "sweep", "exit", 1),
    /** A job has a new epoch and is not loaded. */
    RECOVERY_CLAIMED("store.rocksdb.RocksStore", "claim", "exit", 2),
    RECOVERY_LOADED("runtime.job.JobLoader", "load", "exit", 2),

    /** The run of an old job is complete, and its log is there. */
    BEFORE_DELETE("store.rocksdb.RocksStore", "delete", "entry", 3),
    AFTER_DELETE("store.rocksdb.RocksStore", "delete", "exit", 3),
    /** An old run has lost its name, and none of its files. */
    RUN_RENAMED("runtime.run.RunRetention", "rename", "exit", 1),
    /** Some files of an old run are gone. */
    RUN_HALF_DELETED("runtime.bundle.Folders$1", "visitFile", "exit", RunFiles.SUMMARY, 1);

    /** Those that every home comes to; the others need one that keeps nothing for long. */
    static final List<CrashPoint> OF_WORK =
            Arrays.stream(values()).filter(point -> point.compareTo(BEFORE_DELETE) < 0).toList();

    static final List<CrashPoint> OF_RETENTION =
            Arrays.stream(values()).filter(point -> point.compareTo(BEFORE_DELETE) >= 0).toList();

    private static final Path AGENT = agent();

    private final String owner;
    private final String method;
    private final String where;
    private final String only;

    /** It is worth dying at the first to the last of this many times that it is reached. */
    final int times;

    CrashPoint(String owner, String method, String where, int times) {
        this(owner, method, where, "", times);
    }

    /**
     * @param where {@code entry} or {@code exit} of the method, {@code call NAME} before that call
     *     in it, {@code append} at the entry after writing what is to be written without a sync
     * @param only what the method's first argument has to have to count: an accessor that gives
     *     something, or the name of a file
     */
    CrashPoint(String owner, String method, String where, String only, int times) {
        this.owner = "mirrorneuron." + owner;
        this.method = method;
        this.where = where;
        this.only = only;
        this.times = times;
    }

    /** The JVM's option that lets a process die when it comes here for the n-th time. */
    String option(int time) {
        return option(owner, method, where, only, time);
    }

    /** The JVM's option that makes each sync of the store take longer by this time. */
    static String slowDisk(int ms) {
        return option(BEFORE_APPEND.owner, BEFORE_APPEND.method, "slow", "", ms);
    }

    private static String option(
            String owner, String method, String where, String only, int number) {
        return "-javaagent:%s=%s".formatted(AGENT, owner)
                + ",%s,%s,%s,%d".formatted(method, where.replace(' ', ':'), only, number);
    }

    private static Path agent() {
        var manifest = new Manifest();
        var attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", CrashAgent.class.getName());
        var folder = Path.of(CrashAgent.class.getPackageName().replace('.', '/'));
        try {
            var jar = Files.createTempFile("crash-agent-", ".jar");
            jar.toFile().deleteOnExit();
            try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                    var classes =
                            Files.newDirectoryStream(
                                    Product.TESTS.resolve(folder), "CrashAgent*.class")) {
                for (var file : classes) {
                    out.putNextEntry(new JarEntry(folder + "/" + file.getFileName()));
                    Files.copy(file, out);
                }
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
