package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;

/**
 * Reads a file of lines and its older parts from the newest line back, so the cost is that of what
 * is wanted and not of the file.
 */
final class TailReader {

    private static final int CHUNK_BYTES = 64 * 1_024;

    /** Clocks are set back now and then; a line this much older ends the search all the same. */
    private static final Duration CLOCK_SLACK = Duration.ofMinutes(1);

    private final Path folder;
    private final String name;

    TailReader(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** The newest records, oldest first. */
    List<JsonObject> last(int limit) throws IOException {
        return last(limit, Optional.empty(), _ -> true);
    }

    /**
     * The newest records that are wanted, oldest first.
     *
     * @param limit how many at most; 0 = all
     * @param since only those after this moment; empty = any
     */
    List<JsonObject> last(int limit, Optional<Instant> since, Predicate<JsonObject> wanted)
            throws IOException {
        var found = new ArrayList<JsonObject>();
        for (var file : LineFile.all(folder, name).reversed()) {
            if (!backwards(file, line -> take(line, limit, since, wanted, found))) {
                break;
            }
        }
        return found.reversed();
    }

    /** False when nothing older is wanted any more. */
    private static boolean take(
            String line,
            int limit,
            Optional<Instant> since,
            Predicate<JsonObject> wanted,
            List<JsonObject> found) {
        if (line.isBlank()) {
            return true;
        }
        var record = parse(line);
        var at = since.isEmpty() ? Optional.<Instant>empty() : time(record);
        if (at.isPresent() && !at.get().isAfter(since.get())) {
            return at.get().isAfter(since.get().minus(CLOCK_SLACK));
        }
        if (wanted.test(record)) {
            found.add(record);
        }
        return limit == 0 || found.size() < limit;
    }

    /** When a record was made; empty when it does not say. */
    static Optional<Instant> time(JsonObject record) {
        return record.string("ts")
                .or(() -> record.string("timestamp"))
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(Timestamps.parse(text));
                            } catch (DateTimeException malformed) {
                                return Optional.empty();
                            }
                        });
    }

    static JsonObject parse(String line) {
        try {
            if (Json.parse(line) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException malformed) {
            // Shown below as what it is.
        }
        return JsonObject.builder()
                .put("type", "unparseable_event")
                .put("payload", JsonObject.builder().put("line", line).build())
                .build();
    }

    /** Hands out whole lines from the last one back until nobody wants more. */
    private static boolean backwards(Path file, Predicate<String> lines) throws IOException {
        try (var channel =
                FileChannel.open(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long at = channel.size();
            var rest = new byte[0];
            boolean ended = false;
            while (at > 0) {
                int count = (int) Math.min(CHUNK_BYTES, at);
                at -= count;
                var bytes = new byte[count + rest.length];
                readFully(channel, ByteBuffer.wrap(bytes, 0, count), at);
                System.arraycopy(rest, 0, bytes, count, rest.length);
                int to = bytes.length;
                for (int i = bytes.length - 1; i >= 0; i--) {
                    if (bytes[i] != '\n') {
                        continue;
                    }
                    // What follows the last end of a line is being written just now.
                    if (ended && !lines.test(text(bytes, i + 1, to))) {
                        return false;
                    }
                    ended = true;
                    to = i;
                }
                rest = Arrays.copyOf(bytes, to);
            }
            return !ended || lines.test(text(rest, 0, rest.length));
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer into, long at)
            throws IOException {
        long from = at - into.position();
        while (into.hasRemaining() && channel.read(into, from + into.position()) > 0) {
            // Until the piece is whole.
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Every whole line of one file. */
    static List<JsonObject> whole(Path file) throws IOException {
        return from(file, 0);
    }

    /** Every whole line of one file that begins at or after a byte. */
    static List<JsonObject> from(Path file, long offset) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        var records = new ArrayList<JsonObject>();
        var bytes = Files.readAllBytes(file);
        int from = (int) Math.min(offset, bytes.length);
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                if (i > from) {
                    records.add(parse(text(bytes, from, i)));
                }
                from = i + 1;
            }
        }
        return records;
    }
}
