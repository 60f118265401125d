package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes folders of runs that were closed long enough ago. Folders of others are left alone. */
final class RunRetention {

    private static final Logger LOG = LoggerFactory.getLogger(RunRetention.class);

    private final Path root;
    private final Duration kept;
    private final InstantSource clock;

    RunRetention(Path root, Duration kept, InstantSource clock) {
        this.root = root;
        this.kept = kept;
        this.clock = clock;
    }

    /** Looks through all folders; returns how many went. */
    int sweep() {
        if (!Files.isDirectory(root)) {
            return 0;
        }
        int deleted = 0;
        var before = clock.instant().minus(kept);
        try (var folders = Files.newDirectoryStream(root)) {
            for (var folder : folders) {
                var position = folder.resolve(RunFolder.POSITION);
                if (Files.isRegularFile(position, LinkOption.NOFOLLOW_LINKS)
                        && Files.getLastModifiedTime(position).toInstant().isBefore(before)
                        && isClosed(position)) {
                    delete(folder);
                    deleted++;
                }
            }
        } catch (IOException failure) {
            // The next sweep finds the same work again.
            LOG.warn("the sweep of runs stopped: {}", failure.getMessage(), failure);
        }
        return deleted;
    }

    private static boolean isClosed(Path position) throws IOException {
        return WholeFiles.read(position).flatMap(json -> json.bool("closed")).orElse(false);
    }

    /**
     * Deletes a folder with all that is in it; links are deleted and never followed. What makes it
     * a run goes last: a sweep that a crash interrupts is finished by the next one.
     */
    static void delete(Path folder) throws IOException {
        var position = folder.resolve(RunFolder.POSITION);
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes about)
                            throws IOException {
                        if (!file.equals(position)) {
                            Files.delete(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        if (directory.equals(folder)) {
                            Files.deleteIfExists(position);
                        }
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
