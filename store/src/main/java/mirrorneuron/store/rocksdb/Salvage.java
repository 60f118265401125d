package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import mirrorneuron.api.Timestamps;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Makes a store that can be opened out of one that cannot. It works on a copy; the damaged files
 * move to {@code <home>/damaged/<time>/state} and are never changed.
 */
final class Salvage {

    private static final String COPY = "state.salvaged";

    private Salvage() {}

    /**
     * Ends a salvage that a crash interrupted between its two renames; otherwise the home would
     * look empty, and a new store would take the place of the salvaged one.
     */
    static void finish(Path home) throws IOException {
        var state = home.resolve("state");
        var copy = home.resolve(COPY);
        if (Files.notExists(state) && Files.exists(copy.resolve("FORMAT"))) {
            Files.move(copy, state, StandardCopyOption.ATOMIC_MOVE);
            sync(home);
        }
    }

    /**
     * @return what was done and what may be missing, in one sentence
     */
    static String run(Path home, Instant now) throws IOException, RocksDBException {
        var state = home.resolve("state");
        Format.check(state);
        var copy = copy(state, home.resolve(COPY));
        // A colon in a file name troubles other systems and many tools.
        var time = Timestamps.format(now).replace(':', '-');
        var aside = home.resolve("damaged").resolve(time).resolve("state");
        String sentence;
        try (var database = open(copy)) {
            IndexBuilder.rebuild(database);
            sentence =
                    ("The store was salvaged at %s: work that was acknowledged shortly before the"
                                    + " damage may be missing; all files as they were are in %s")
                            .formatted(Timestamps.format(now), aside);
            note(database, time, sentence);
        }
        WriteAheadLog.sync(copy);
        Files.createDirectories(aside.getParent());
        Files.move(state, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.move(copy, state, StandardCopyOption.ATOMIC_MOVE);
        sync(home);
        return sentence;
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
        if (Files.exists(to)) {
            try (var leftovers = Files.walk(to)) {
                for (var file : leftovers.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
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
        sync(to);
        return to;
    }

    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
