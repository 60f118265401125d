package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import mirrorneuron.api.spi.HomeFolder;

/** What a directory needs beyond its files. */
final class Directories {

    private Directories() {}

    /**
     * Makes the names in a directory durable: a synced file without its name is lost all the same.
     */
    static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes a directory with its parents, durably; one that exists stays as it is. */
    static Path make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return directory;
        }
        var parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            make(parent);
        }
        Files.createDirectories(directory);
        if (parent != null) {
            sync(parent);
        }
        return directory;
    }

    /** Makes the directory of a home, durably, for its owner alone. */
    static void makeHome(Path home) throws IOException {
        var parent = home.toAbsolutePath().getParent();
        if (parent != null) {
            make(parent);
        }
        if (!Files.isDirectory(home)) {
            HomeFolder.make(home);
            if (parent != null) {
                sync(parent);
            }
        }
    }

    /** Deletes a directory with all that is in it; an absent one is already deleted. */
    static void delete(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
