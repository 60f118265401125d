package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB itself: from {@code java.library.path} where an installation keeps it, else out of
 * its jar.
 */
final class NativeLibrary {

    private NativeLibrary() {}

    /**
     * Loads it once for this process. A copy out of the jar is taken off the disk again as soon as
     * it is loaded: RocksDB itself leaves that to the end of the process, so every killed one would
     * leave 17 MB behind.
     */
    static void load() {
        if (!isInstalled()) {
            loadOutOfJar();
        }
        RocksDB.loadLibrary(); // finds it loaded, and notes its version
    }

    private static boolean isInstalled() {
        try {
            System.loadLibrary(Environment.getJniLibraryName("rocksdb"));
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    private static void loadOutOfJar() {
        try {
            var copies = Files.createTempDirectory("mn-rocksdb-");
            try {
                NativeLibraryLoader.getInstance().loadLibrary(copies.toString());
            } finally {
                discard(copies);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Expected to copy RocksDB's library out of its jar to %s, but %s: free space there, or choose another folder with -Djava.io.tmpdir"
                            .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
                    e);
        }
    }

    // A system that does not let go of a loaded file keeps it until the process ends.
    private static void discard(Path directory) throws IOException {
        try (var copies = Files.list(directory)) {
            copies.forEach(NativeLibrary::removeOrLeave);
        }
        removeOrLeave(directory);
    }

    private static void removeOrLeave(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }
}
