package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;

/**
 * A regular file in a folder in which workers write, at the place where it was found.
 *
 * <p>A worker that still runs may put a link in the place of the file, or of a folder on the way to
 * it, at any moment: a path that was checked says nothing a moment later. So it is opened name by
 * name, each in the folder that is already open, and no link is followed below the root.
 *
 * @param root a folder whose own place no worker can change
 * @param file below it, as a path without {@code ..}
 */
public record PlainFile(Path root, Path file) {

    public PlainFile {
        if (!file.startsWith(root) || file.equals(root)) {
            throw new IllegalArgumentException(
                    "file: \"" + file + "\" (expected: a path below " + root + ")");
        }
    }

    /** A file that lies in the folder itself. */
    static PlainFile in(Path root, String name) {
        return new PlainFile(root, root.resolve(name));
    }

    /**
     * Opens it for reading; the caller closes it.
     *
     * @throws IOException if it is gone, or if a link or anything else stands on the way to it or
     *     in its place
     */
    public SeekableByteChannel open() throws IOException {
        try (var folder = Files.newDirectoryStream(root)) {
            if (folder instanceof SecureDirectoryStream<Path> secure) {
                return open(secure, root.relativize(file));
            }
            throw new IOException("this file system cannot open a file without following links");
        }
    }

    private static SeekableByteChannel open(SecureDirectoryStream<Path> folder, Path rest)
            throws IOException {
        if (rest.getNameCount() > 1) {
            try (var inner =
                    folder.newDirectoryStream(rest.getName(0), LinkOption.NOFOLLOW_LINKS)) {
                return open(inner, rest.subpath(1, rest.getNameCount()));
            }
        }
        var about =
                folder.getFileAttributeView(
                        rest, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        // To open a pipe is to wait for who writes to it.
        if (!about.readAttributes().isRegularFile()) {
            throw new IOException(rest + " is no regular file any more");
        }
        return folder.newByteChannel(
                rest, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }
}
