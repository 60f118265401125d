package mirrorneuron.server.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file that is renamed to {@code <name>.1} before it would grow past its bound;
 * {@code .1} is the newest of the older ones. Safe from any thread.
 */
final class RotatingFile implements AutoCloseable {

    private final Path path;
    private final long bytesMax;
    private final int backups;
    private @Nullable FileChannel channel; // guarded by this
    private long size; // guarded by this

    /**
     * @param bytesMax a longer file holds a single line
     * @param backups how many older files are kept; 0 = none
     */
    RotatingFile(Path path, long bytesMax, int backups) {
        this.path = path;
        this.bytesMax = bytesMax;
        this.backups = backups;
    }

    /**
     * Appends a line, its end included.
     *
     * @throws IOException when it could not be written whole; the next call tries to open the file
     *     again
     */
    synchronized void append(byte[] line) throws IOException {
        try {
            var to = opened();
            if (size > 0 && size + line.length > bytesMax) {
                release();
                rotate();
                to = opened();
            }
            write(to, line);
        } catch (IOException failure) {
            release();
            throw failure;
        }
    }

    /** Makes sure that lines can be written. */
    synchronized void open() throws IOException {
        opened();
    }

    private FileChannel opened() throws IOException {
        var known = channel;
        if (known != null) {
            return known;
        }
        var folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        boolean torn = isTorn();
        var opened = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        channel = opened;
        size = opened.size();
        if (torn) {
            // A line that a crash or a full disk cut off must not swallow the next one.
            write(opened, new byte[] {'\n'});
        }
        return opened;
    }

    private boolean isTorn() throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        try (var last = FileChannel.open(path, StandardOpenOption.READ)) {
            var end = ByteBuffer.allocate(1);
            return last.read(end, last.size() - 1) == 1 && end.get(0) != '\n';
        }
    }

    private void write(FileChannel to, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            size += to.write(buffer);
        }
    }

    private void rotate() throws IOException {
        if (backups < 1) {
            Files.deleteIfExists(path);
            return;
        }
        for (int i = backups - 1; i >= 1; i--) {
            if (Files.exists(numbered(i))) {
                Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(path, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void release() throws IOException {
        var open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        release();
    }
}
