package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Removes folders that commands have filled: links are removed, never followed, and folders that
 * their maker closed are opened first.
 */
final class Trees {

    private Trees() {}

    /**
     * Removes a file, or a folder with everything in it; what does not exist is removed already.
     */
    static void remove(Path path) throws IOException {
        try {
            Files.walkFileTree(path, new Removal());
        } catch (NoSuchFileException gone) {
            // What was to be reached is reached.
        }
    }

    /** Removes everything in a folder, not the folder. */
    static void empty(Path folder) throws IOException {
        open(folder);
        try (var children = Files.newDirectoryStream(folder)) {
            for (var child : children) {
                try {
                    // Nearly always files, and one call removes a file.
                    Files.delete(child);
                } catch (IOException folderWithContent) {
                    remove(child);
                }
            }
        }
    }

    private static void open(Path folder) throws IOException {
        if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            open(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
            // A folder that its maker closed to everyone cannot be listed before it is opened.
            if (failure instanceof AccessDeniedException
                    && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                open(path);
                remove(path);
                return FileVisitResult.CONTINUE;
            }
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
