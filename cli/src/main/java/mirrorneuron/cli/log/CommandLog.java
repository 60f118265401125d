package mirrorneuron.cli.log;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.spi.HomeFolder;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file that is renamed when it grows too long. A log that cannot be written is
 * no reason for a command to fail, so nothing is thrown. Safe from any thread.
 */
public final class CommandLog {

    static final long BYTES_MAX_DEFAULT = 1_048_576;
    static final int BACKUPS_DEFAULT = 5;

    private final Path home;
    private final Path file;
    private final long bytesMax;
    private final int backups;

    /**
     * @param home made with the first entry, when there is none yet
     */
    CommandLog(Path home, Path file, long bytesMax, int backups) {
        this.home = home;
        this.file = file;
        this.bytesMax = bytesMax;
        this.backups = backups;
    }

    public static CommandLog of(Surroundings surroundings, Path home) {
        return new CommandLog(
                home,
                path(surroundings, home),
                number(surroundings, "MN_LOG_MAX_BYTES", BYTES_MAX_DEFAULT),
                (int) number(surroundings, "MN_LOG_BACKUP_COUNT", BACKUPS_DEFAULT));
    }

    /** {@code MN_CLI_LOG_PATH}, else {@code logs/cli.log} below the home. */
    public static Path path(Surroundings surroundings, Path home) {
        return surroundings
                .variable("MN_CLI_LOG_PATH")
                .map(Path::of)
                .orElseGet(() -> home.resolve("logs").resolve("cli.log"));
    }

    private static long number(Surroundings surroundings, String name, long otherwise) {
        return surroundings
                .variable(name)
                .filter(value -> value.matches("[0-9]{1,12}"))
                .map(Long::parseLong)
                .orElse(otherwise);
    }

    /** Records an error with its stack, which no person is shown. */
    public void failure(String command, Throwable cause) {
        line("ERROR", command, String.valueOf(cause.getMessage()), cause);
    }

    /** Appends one entry. */
    public synchronized void line(
            String level, String source, String text, @Nullable Throwable cause) {
        var entry = new StringWriter();
        entry.append(Timestamps.format(Instant.now()))
                .append(' ')
                .append(level)
                .append(' ')
                .append(source)
                .append(' ')
                .append(Secrets.in(text))
                .append('\n');
        if (cause != null) {
            var stack = new StringWriter();
            cause.printStackTrace(new PrintWriter(stack));
            entry.append(Secrets.in(stack.toString()));
        }
        try {
            var folder = file.getParent();
            if (folder != null) {
                if (folder.startsWith(home)) {
                    HomeFolder.make(home);
                }
                Files.createDirectories(folder);
            }
            rotate();
            Files.writeString(
                    file, entry.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException | SecurityException unwritable) {
            // A full or read-only home: the command's own message still reaches the user.
        }
    }

    private void rotate() throws IOException {
        if (!Files.exists(file) || Files.size(file) < bytesMax) {
            return;
        }
        if (backups < 1) {
            Files.delete(file);
            return;
        }
        for (int i = backups - 1; i >= 1; i--) {
            if (Files.exists(numbered(i))) {
                Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
