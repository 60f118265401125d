package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import mirrorneuron.engine.manifest.RelativePath;
import org.jspecify.annotations.Nullable;

/** Folders of plain files. Links and devices in them are left out, never followed. */
final class Trees {

    private Trees() {}

    /** The plain files below a folder by their path in it; empty when it does not exist. */
    static SortedMap<String, Path> files(Path folder) throws IOException {
        return files(folder, new ArrayList<>());
    }

    private static SortedMap<String, Path> files(Path folder, List<String> leftOut)
            throws IOException {
        var files = new TreeMap<String, Path>();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return files;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        var path = folder.relativize(file).toString();
                        if (attributes.isRegularFile() && isPortable(path)) {
                            files.put(path, file);
                        } else {
                            leftOut.add(path);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                            throw failure;
                        }
                        return FileVisitResult.CONTINUE; // gone since it was listed
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return files;
    }

    /** A name that archives may hold: one that no reader takes for a path elsewhere. */
    private static boolean isPortable(String path) {
        return path.indexOf('\\') < 0 && RelativePath.normalise(path).equals(Optional.of(path));
    }

    /**
     * Copies the plain files below a folder that are wanted, durably, with their permissions.
     *
     * @return the paths of links, devices and names that no archive may hold, which were left out
     */
    static List<String> copy(Path from, Path to, Predicate<String> wanted) throws IOException {
        var leftOut = new ArrayList<String>();
        for (var file : files(from, leftOut).entrySet()) {
            if (wanted.test(file.getKey())) {
                var target = to.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                try {
                    Files.copy(
                            file.getValue(),
                            target,
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES,
                            LinkOption.NOFOLLOW_LINKS);
                } catch (NoSuchFileException gone) {
                    if (Files.exists(file.getValue(), LinkOption.NOFOLLOW_LINKS)) {
                        throw gone;
                    }
                    continue; // since it was listed: somebody is still writing here
                }
                force(target);
            }
        }
        return leftOut;
    }

    static void force(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
