package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * A file of lines that only grows, and the older parts that it left behind: {@code
 * events.001.jsonl} is the newest of them.
 *
 * <p>How long the file is, the position says and not the file system: what is beyond was written
 * and not noted before a crash, and is written again. So lines are never doubled and never torn.
 *
 * @see "storage contract, section 4.5"
 */
final class LineFile {

    static final int SEGMENTS_MAX = 5;

    private static final String SUFFIX = ".jsonl";

    private final String name;
    private final Path folder;
    private long bytes;
    private long lines;
    private long generation;
    private String firstTs = "";
    private String lastTs = "";
    private List<JsonObject> segments = new ArrayList<>();
    private long droppedSegments;
    private long droppedLines;

    LineFile(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /**
     * @throws IllegalArgumentException when the state is none that {@link #state} gave
     * @throws ClassCastException likewise
     */
    static LineFile of(Path folder, String name, JsonObject state) {
        var file = new LineFile(folder, name);
        file.bytes = count(state, "bytes");
        file.lines = count(state, "lines");
        file.generation = count(state, "generation");
        file.firstTs = state.string("first_ts").orElse("");
        file.lastTs = state.string("last_ts").orElse("");
        for (var segment : state.array("segments")) {
            file.segments.add((JsonObject) segment);
        }
        file.droppedSegments = count(state, "dropped_segments");
        file.droppedLines = count(state, "dropped_lines");
        return file;
    }

    /** A member that counts something; 0 when it is absent. */
    static long count(JsonObject state, String name) {
        long count = state.integer(name).orElse(0);
        if (count < 0) {
            throw new IllegalArgumentException(name + ": " + count + " (expected: >= 0)");
        }
        return count;
    }

    JsonObject state() {
        return JsonObject.builder()
                .put("bytes", bytes)
                .put("lines", lines)
                .put("generation", generation)
                .put("first_ts", firstTs)
                .put("last_ts", lastTs)
                .put("segments", JsonArray.of(segments))
                .put("dropped_segments", droppedSegments)
                .put("dropped_lines", droppedLines)
                .build();
    }

    String name() {
        return name;
    }

    long bytes() {
        return bytes;
    }

    /** With the older parts that are kept. */
    long totalBytes() {
        long total = bytes;
        for (var segment : segments) {
            total += segment.integer("size").orElse(0);
        }
        return total;
    }

    /** Grows by one with each rotation. */
    long generation() {
        return generation;
    }

    int segments() {
        return segments.size();
    }

    private Path current() {
        return folder.resolve(name);
    }

    /** The file of a segment; 0 is the current one. */
    static String segment(String name, int number) {
        return number == 0
                ? name
                : name.substring(0, name.length() - SUFFIX.length())
                        + String.format(Locale.ROOT, ".%03d", number)
                        + SUFFIX;
    }

    /**
     * The names of what there is of a file, oldest lines first; those that are missing left out.
     */
    static List<Path> all(Path folder, String name) {
        var files = new ArrayList<Path>();
        for (int number = SEGMENTS_MAX; number >= 0; number--) {
            var file = folder.resolve(segment(name, number));
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                files.add(file);
            }
        }
        return files;
    }

    /** What a crash left beyond the noted length goes; false when less is there than was noted. */
    boolean cut() throws IOException {
        if (!Files.exists(current(), LinkOption.NOFOLLOW_LINKS)) {
            return bytes == 0;
        }
        if (!Files.isRegularFile(current(), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (var channel = opened(current())) {
            long size = channel.size();
            channel.truncate(bytes);
            return size >= bytes;
        }
    }

    /**
     * A file of a folder in which workers write too: a link that one of them put there is refused.
     * A pipe would hold up whoever opens it to write only; reading and writing does not wait, and
     * then fails where a place in the file is named.
     */
    private static FileChannel opened(Path file, OpenOption... more) throws IOException {
        var options =
                new HashSet<OpenOption>(
                        Set.of(
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS));
        options.addAll(List.of(more));
        return FileChannel.open(file, options);
    }

    /** Writes lines at the noted end, in one call. */
    void append(byte[] data, int count, String first, String last) throws IOException {
        try (var channel = opened(current(), StandardOpenOption.CREATE)) {
            var buffer = ByteBuffer.wrap(data);
            while (buffer.hasRemaining()) {
                channel.write(buffer, bytes + buffer.position());
            }
        }
        bytes += data.length;
        lines += count;
        if (count > 0) {
            firstTs = firstTs.isEmpty() ? first : firstTs;
            lastTs = last;
        }
    }

    /** True when these bytes belong into a new file. */
    boolean isFull(long more, long bytesMax) {
        return bytes > 0 && bytes + more > bytesMax;
    }

    /**
     * Moves every part one place down. Each move goes into an empty place, so that a crash between
     * two leaves exactly one gap, from which {@link #settle} goes on.
     *
     * @param before how many older parts there were when the rotation began
     * @return false when more is missing than a crash can explain
     */
    static boolean settle(Path folder, String name, int before) throws IOException {
        int last = Math.min(before, SEGMENTS_MAX - 1) + 1;
        int gap = -1;
        for (int number = 0; number <= last; number++) {
            var part = folder.resolve(segment(name, number));
            if (!Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
                if (gap >= 0) {
                    return false;
                }
                gap = number;
            } else if (!Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
                // A worker's doing; what it leads to is not ours to cut.
                return false;
            }
        }
        if (gap < 0) {
            Files.delete(folder.resolve(segment(name, last)));
            gap = last;
        }
        for (int number = gap - 1; number >= 0; number--) {
            Files.move(
                    folder.resolve(segment(name, number)),
                    folder.resolve(segment(name, number + 1)),
                    StandardCopyOption.ATOMIC_MOVE);
        }
        return true;
    }

    /** Notes a rotation whose moves are done, and writes the index that others read. */
    void rotated() throws IOException {
        var moved = folder.resolve(segment(name, 1));
        try (var channel = opened(moved)) {
            channel.truncate(bytes);
        }
        segments.addFirst(
                JsonObject.builder()
                        .put("first_ts", firstTs)
                        .put("last_ts", lastTs)
                        .put("lines", lines)
                        .put("size", bytes)
                        .put("sha256", WholeFiles.sha256(new PlainFile(folder, moved), bytes))
                        .build());
        if (segments.size() > SEGMENTS_MAX) {
            droppedLines += segments.removeLast().integer("lines").orElse(0);
            droppedSegments++;
        }
        bytes = 0;
        lines = 0;
        firstTs = "";
        lastTs = "";
        generation++;
        writeIndex();
    }

    private void writeIndex() throws IOException {
        var base = name.substring(0, name.length() - SUFFIX.length());
        var listed = new ArrayList<JsonValue>();
        for (int i = 0; i < segments.size(); i++) {
            listed.add(
                    JsonObject.builder()
                            .put("file", segment(name, i + 1))
                            .put(
                                    "artifact_id",
                                    String.format(Locale.ROOT, "%s_jsonl_%03d", base, i + 1))
                            .putAll(segments.get(i))
                            .build());
        }
        WholeFiles.write(
                folder.resolve(base + ".index.json"),
                JsonObject.builder()
                        .put("schema_version", "mn.run_index.v1")
                        .put("current", name)
                        .put("generation", generation)
                        .put("segments", JsonArray.of(listed))
                        .put("dropped_segments", droppedSegments)
                        .put("dropped_lines", droppedLines)
                        .build());
    }

    /** Deletes the file with everything that it left behind. */
    static void delete(Path folder, String name) throws IOException {
        for (int number = 0; number <= SEGMENTS_MAX; number++) {
            Files.deleteIfExists(folder.resolve(segment(name, number)));
        }
        var base = name.substring(0, name.length() - SUFFIX.length());
        Files.deleteIfExists(folder.resolve(base + ".index.json"));
    }
}
