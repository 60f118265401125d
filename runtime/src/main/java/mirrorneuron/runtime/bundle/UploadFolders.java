package mirrorneuron.runtime.bundle;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folders that uploads were unpacked to, side by side in one directory. When one was used last
 * is the time of change of its folder: that costs a use nothing that lasts, and is worth no more.
 * Safe from any thread.
 */
final class UploadFolders {

    /** Begins the names of folders that are not there yet, or no more. */
    private static final String PARTIAL = ".incoming-";

    private final Path directory;
    private final InstantSource clock;

    /**
     * @param directory made when first needed
     */
    UploadFolders(Path directory, InstantSource clock) {
        this.directory = requireNonNull(directory, "directory");
        this.clock = requireNonNull(clock, "clock");
    }

    /** A new folder that counts as an upload only once it is {@linkplain #keep kept}. */
    Path incoming() throws IOException {
        Files.createDirectories(directory);
        return Files.createTempDirectory(directory, PARTIAL);
    }

    /** Gives a folder that has come whole its name. */
    void keep(Path incoming, String name) throws IOException {
        var folder = directory.resolve(name);
        Files.move(incoming, folder, StandardCopyOption.ATOMIC_MOVE);
        touch(folder);
    }

    /** Where an upload, or a folder in it, lies; it may be gone. */
    Path at(String name) {
        return directory.resolve(name);
    }

    /** The upload that a path lies in, whether it leads there over links or not. */
    Optional<String> nameOf(Path path) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        for (var root : List.of(directory, directory.toRealPath())) {
            if (path.startsWith(root) && !path.equals(root)) {
                return Optional.of(root.relativize(path).getName(0).toString());
            }
        }
        return Optional.empty();
    }

    /** Marks an upload as used now; false when it is gone. */
    synchronized boolean use(String name) throws IOException {
        var folder = directory.resolve(name);
        if (!Files.isDirectory(folder)) {
            return false;
        }
        touch(folder);
        return true;
    }

    /** Names of uploads that were last used before an instant. */
    List<String> unusedSince(Instant before) throws IOException {
        var unused = new ArrayList<String>();
        if (Files.isDirectory(directory)) {
            try (var folders = Files.newDirectoryStream(directory)) {
                for (var folder : folders) {
                    if (!isPartial(folder) && isUnused(folder, before)) {
                        unused.add(folder.getFileName().toString());
                    }
                }
            }
        }
        return unused;
    }

    /** Removes an upload unless it was used since; false when it stays. */
    boolean remove(String name, Instant before) throws IOException {
        var folder = directory.resolve(name);
        var going = directory.resolve(PARTIAL + name);
        synchronized (this) {
            if (!Files.isDirectory(folder) || !isUnused(folder, before)) {
                return false;
            }
            // Gone at once for everybody; what a crash leaves is swept at the next start.
            Files.move(folder, going, StandardCopyOption.ATOMIC_MOVE);
        }
        Folders.delete(going);
        return true;
    }

    /** Deletes what a crash left half-way. */
    void sweep() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var left = Files.newDirectoryStream(directory, PARTIAL + "*")) {
            for (var folder : left) {
                Folders.delete(folder);
            }
        }
    }

    private void touch(Path folder) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(clock.instant()));
    }

    private static boolean isPartial(Path folder) {
        return folder.getFileName().toString().startsWith(PARTIAL);
    }

    private static boolean isUnused(Path folder, Instant before) throws IOException {
        return Files.getLastModifiedTime(folder).toInstant().isBefore(before);
    }
}
