package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import mirrorneuron.api.Timestamps;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Makes a store that can be opened out of one that cannot. It works on a copy; the damaged files
 * move to {@code <home>/damaged/<time>/state} and are never changed.
 */
final class Salvage {

    // The second name is given only when the copy is complete and can be opened.
    private static final String COPY = "state.copy";
    private static final String SALVAGED = "state.salvaged";

    private Salvage() {}

    /**
     * Ends a salvage that a crash interrupted between its two renames; otherwise the home would
     * look empty, and a new store would take the place of the salvaged one.
     */
    static void finish(Path home) throws IOException {
        var state = home.resolve("state");
        var salvaged = home.resolve(SALVAGED);
        if (Files.notExists(state) && Files.exists(salvaged)) {
            Files.move(salvaged, state, StandardCopyOption.ATOMIC_MOVE);
            Directories.sync(home);
        }
    }

    /**
     * @return what was done and what may be missing, in one sentence
     */
    static String run(Path home, Instant now) throws IOException, RocksDBException {
        var state = home.resolve("state");
        Format.check(state);
        // A colon in a file name troubles other systems and many tools.
        var time = Timestamps.format(now).replace(':', '-');
        var folder = home.resolve("damaged").resolve(time);
        var aside = folder.resolve("state");
        var sentence =
                ("The store was salvaged at %s: work that was acknowledged shortly before the"
                                + " damage may be missing; all files as they were are in %s")
                        .formatted(Timestamps.format(now), aside);
        var copy = home.resolve(COPY);
        try {
            mend(copy(state, copy), time, sentence);
        } catch (IOException | RocksDBException | RuntimeException e) {
            Directories.delete(copy);
            throw e;
        }
        Directories.make(folder);
        var salvaged = home.resolve(SALVAGED);
        Directories.delete(salvaged);
        Files.move(copy, salvaged, StandardCopyOption.ATOMIC_MOVE);
        Files.move(state, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.move(salvaged, state, StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(folder);
        Directories.sync(home);
        return sentence;
    }

    private static void mend(Path copy, String time, String sentence)
            throws IOException, RocksDBException {
        try (var database = open(copy)) {
            IndexBuilder.rebuild(database);
            note(database, time, sentence);
        }
        WriteAheadLog.sync(copy);
    }

    // Up to the first damaged record of the log when the tables are whole, which keeps all
    // families at one moment; else whatever tables can be read, without the log.
    private static Database open(Path copy) throws RocksDBException {
        try {
            return Database.open(copy, Database.Recovery.TORN_GROUP);
        } catch (RocksDBException e) {
            try {
                return Database.open(copy, Database.Recovery.WHAT_IS_READABLE);
            } catch (RocksDBException second) {
                second.addSuppressed(e);
                throw second;
            }
        }
    }

    private static void note(Database database, String time, String sentence)
            throws RocksDBException {
        try (var batch = new WriteBatch()) {
            batch.put(
                    database.handle(Database.Family.RECORDS),
                    Keys.damaged(time, "salvage"),
                    Keys.utf8(sentence));
            database.write(batch);
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        Directories.delete(to);
        Files.createDirectory(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(file.getFileName().toString());
                Files.copy(file, target);
                try (var channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
        Directories.sync(to);
        return to;
    }
}
