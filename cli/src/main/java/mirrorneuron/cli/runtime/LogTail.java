package mirrorneuron.cli.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a file that grows, and that is renamed and begun anew when it has grown too long. Not
 * for sharing.
 */
final class LogTail {

    /** What is read of the end at once; log files are renamed long before. */
    private static final int TAIL_BYTES_MAX = 4 << 20;

    private final Path file;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private @Nullable Object identity;
    private long position;

    LogTail(Path file) {
        this.file = file;
    }

    /**
     * The last lines, oldest first; {@link #added} goes on behind them.
     *
     * @param count at most; fewer when the file has fewer, or they are very long
     */
    List<String> last(int count) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        identity = attributes.fileKey();
        position = Math.max(0, attributes.size() - TAIL_BYTES_MAX);
        boolean cut = position > 0;
        var lines = read(attributes.size());
        if (cut && !lines.isEmpty()) {
            lines.removeFirst();
        }
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    /** Whole lines that were written since the last look. */
    List<String> added() throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException renamed) {
            return List.of();
        }
        if (!Objects.equals(attributes.fileKey(), identity) || attributes.size() < position) {
            identity = attributes.fileKey();
            position = 0;
            unfinished.reset();
        }
        return read(attributes.size());
    }

    private List<String> read(long end) throws IOException {
        var lines = new ArrayList<String>();
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(position);
            var bytes = new byte[(int) Math.min(TAIL_BYTES_MAX, Math.max(0, end - position))];
            int read = Math.max(0, in.read(bytes));
            position += read;
            for (int i = 0; i < read; i++) {
                if (bytes[i] == '\n') {
                    lines.add(unfinished.toString(StandardCharsets.UTF_8));
                    unfinished.reset();
                } else {
                    unfinished.write(bytes[i]);
                }
            }
        }
        return lines;
    }
}
