package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.StoreException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * An opened home: its lock, its database, its blobs, and what is wrong with it. Opening is all or
 * nothing.
 */
record Home(HomeLock lock, Path state, Database database, FileBlobs blobs, Damage damage)
        implements AutoCloseable {

    // What a start writes at least, and some more.
    private static final int PROBE_BYTES = 1_024 * 1_024;

    static Home open(Path home, String program, InstantSource clock) {
        try {
            Directories.makeHome(home);
            var lock = HomeLock.acquire(home, program, clock.instant());
            try {
                return open(home, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(home, e);
        }
    }

    /** Makes a damaged store usable; the home must not be in use. */
    static String salvage(Path home, String program, InstantSource clock) {
        try (var _ = HomeLock.acquire(home, program, clock.instant())) {
            return Salvage.run(home, clock.instant());
        } catch (IOException e) {
            throw unusable(home, e);
        } catch (RocksDBException e) {
            throw damaged(home.resolve("state"), e);
        }
    }

    private static Home open(Path home, HomeLock lock) throws IOException {
        Salvage.finish(home);
        var blobs = FileBlobs.open(Directories.make(home.resolve("blobs")));
        var state = Directories.make(home.resolve("state"));
        int format = Format.check(state);
        var damage = new Damage();
        var database = openDatabase(state, damage);
        try {
            Format.migrate(state, format, database);
            Inspection.begin(database, damage);
            return new Home(lock, state, database, blobs, damage);
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        } catch (RocksDBException e) {
            database.close();
            throw damaged(state, e);
        }
    }

    private static Database openDatabase(Path state, Damage damage) throws IOException {
        WriteAheadLog.sync(state);
        try {
            return Database.open(state, Database.Recovery.CUT_TAIL);
        } catch (RocksDBException e) {
            if (Database.code(e) != Status.Code.Corruption) {
                throw damaged(state, e);
            }
            var torn = WriteAheadLog.tornGroup(state);
            if (torn.isEmpty()) {
                throw damaged(state, e);
            }
            return openWithout(torn.get(), state, damage);
        }
    }

    private static Database openWithout(WriteAheadLog.TornGroup torn, Path state, Damage damage) {
        damage.report(
                "log",
                ("The last %d bytes of %s (from %d on) are no whole group and were left out: a write"
                                + " that a crash interrupted before it was acknowledged, unless the"
                                + " disk changed them later")
                        .formatted(torn.bytes(), torn.log(), torn.offset()));
        try {
            return Database.open(state, Database.Recovery.TORN_GROUP);
        } catch (RocksDBException e) {
            throw damaged(state, e);
        }
    }

    private static StoreException damaged(Path state, RocksDBException e) {
        if (Database.code(e) == Status.Code.Corruption) {
            return new StoreException(
                    ErrorCode.STORE_DAMAGED,
                    "Expected to open the store %s, but it is damaged (%s): restore it from a"
                                    .formatted(state, e.getMessage())
                            + " backup, or salvage what is readable",
                    e);
        }
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to open the store %s, but %s: free space or mend the disk, and check its"
                                .formatted(state, e.getMessage())
                        + " permissions",
                e);
    }

    private static StoreException unusable(Path home, IOException e) {
        var found =
                switch (e) {
                    case FileAlreadyExistsException at ->
                            at.getFile() + " is a file: name a directory as MN_HOME";
                    case AccessDeniedException at ->
                            "access to "
                                    + at.getFile()
                                    + " is denied: grant it, or use another"
                                    + " MN_HOME";
                    case NoSuchFileException at ->
                            at.getFile()
                                    + " cannot be made there: name a directory on a disk as"
                                    + " MN_HOME";
                    default ->
                            e.getMessage()
                                    + ": free space or mend the disk, or use another MN_HOME";
                };
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to open the home %s, but %s".formatted(home, found),
                e);
    }

    /**
     * Throws as long as the disk takes no more than a little. Opening again needs room, and must
     * not close what can still be read before there is some.
     */
    void probeDisk() throws IOException {
        var probe = state.resolve("PROBE");
        try (var channel =
                FileChannel.open(
                        probe,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.allocate(PROBE_BYTES);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** Call when nothing uses the database any more. */
    @Override
    public void close() {
        database.close();
        lock.close();
    }
}
