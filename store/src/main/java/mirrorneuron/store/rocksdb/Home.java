package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    static Home open(Path home, String program, InstantSource clock) {
        try {
            Files.createDirectories(home);
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

    private static Home open(Path home, HomeLock lock) throws IOException {
        var blobs = FileBlobs.open(Files.createDirectories(home.resolve("blobs")));
        var state = Files.createDirectories(home.resolve("state"));
        int format = Format.check(state);
        var damage = new Damage();
        var database = openDatabase(state);
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

    private static Database openDatabase(Path state) {
        try {
            return Database.open(state, Database.Recovery.CUT_TAIL);
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
                "Expected to open the store %s, but %s: check the disk and its permissions"
                        .formatted(state, e.getMessage()),
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
                    default ->
                            e.getMessage()
                                    + ": free space or mend the disk, or use another MN_HOME";
                };
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to open the home %s, but %s".formatted(home, found),
                e);
    }

    /** Call when nothing uses the database any more. */
    @Override
    public void close() {
        database.close();
        lock.close();
    }
}
