package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/**
 * Several files of a run as one stream. The cursor names a place in each of them by generation and
 * byte, so a rotation between two pages loses nothing and repeats nothing.
 *
 * @see "REST contract, section 12.3"
 */
final class Channels {

    /** The files of the channels, in the order in which records of one moment come. */
    static final Map<String, String> FILES = files();

    static final String HUMAN = "human";

    /** Read of one file for one page at most. */
    private static final int PAGE_BYTES = 1 << 20;

    /** A place in a file. */
    record Place(long generation, long offset) {}

    /**
     * A record, its channel, and the place behind it.
     *
     * @param order its time, or that of a later one before it in its file: clocks are set back, and
     *     samples come late, but a cursor can only go forward
     */
    private record Found(String channel, JsonObject record, String ts, String order, Place after) {}

    private record Part(List<Found> found, Place end, boolean more) {}

    /** How often a channel's file was rotated. */
    interface Generations {
        long of(String file) throws IOException;
    }

    private final Path folder;
    private final Generations generations;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private boolean more;

    Channels(Path folder, Generations generations, String cursor) {
        this.folder = folder;
        this.generations = generations;
        var known = decode(cursor);
        for (var channel : FILES.keySet()) {
            var place = known.object(channel);
            places.put(
                    channel,
                    new Place(
                            place.integer("g").orElse(-1),
                            Math.max(0, place.integer("o").orElse(0))));
        }
    }

    private static Map<String, String> files() {
        var files = new LinkedHashMap<String, String>();
        files.put("events", RunFolder.EVENTS);
        files.put("logs", RunFolder.LOGS);
        files.put(HUMAN, RunFolder.HUMAN);
        files.put("resources", RunFolder.SAMPLES);
        files.put("timeline", RunFolder.TIMELINE);
        return files;
    }

    /** True when a page left something out that is in the files already. */
    boolean hasMore() {
        return more;
    }

    /**
     * The next records. Their order is that of time within a page, except that the records of one
     * file keep theirs; no later page begins before an earlier one ended unless it was written
     * later.
     *
     * @param human the records of the human channel, all of them; its place counts records
     */
    List<JsonObject> next(
            Set<String> channels,
            List<JsonObject> human,
            String runId,
            Predicate<Map.Entry<String, JsonObject>> wanted)
            throws IOException {
        var all = new ArrayList<Found>();
        var ends = new LinkedHashMap<String, Place>();
        String bound = null;
        for (var entry : FILES.entrySet()) {
            var channel = entry.getKey();
            if (!channels.contains(channel)) {
                continue;
            }
            var from = places.getOrDefault(channel, new Place(-1, 0));
            var part =
                    channel.equals(HUMAN)
                            ? ofHuman(human, from)
                            : ofFile(channel, entry.getValue(), from);
            all.addAll(part.found());
            ends.put(channel, part.end());
            if (part.more() && !part.found().isEmpty()) {
                var last = part.found().getLast().order();
                bound = bound == null || last.compareTo(bound) < 0 ? last : bound;
            }
        }
        more = bound != null;
        all.sort(Comparator.comparing(Found::order));
        var frames = new ArrayList<JsonObject>();
        for (var found : all) {
            if (bound != null && found.order().compareTo(bound) > 0) {
                continue; // a page of another channel ends earlier; this comes after that
            }
            places.put(found.channel(), found.after());
            if (wanted.test(Map.entry(found.channel(), found.record()))) {
                frames.add(frame(found, runId));
            }
        }
        if (bound == null) {
            places.putAll(ends);
        }
        return frames;
    }

    private JsonObject frame(Found found, String runId) {
        return JsonObject.builder()
                .putAll(found.record())
                .put("id", cursor())
                .put("channel", found.channel())
                .put("ts", found.ts())
                .put("run_id", runId)
                .build();
    }

    private static Part ofHuman(List<JsonObject> records, Place from) {
        var found = new ArrayList<Found>();
        for (int i = (int) Math.min(from.offset(), records.size()); i < records.size(); i++) {
            add(found, HUMAN, records.get(i), new Place(0, i + 1));
        }
        return new Part(found, new Place(0, records.size()), false);
    }

    private Part ofFile(String channel, String file, Place from) throws IOException {
        long now = generations.of(file);
        var found = new ArrayList<Found>();
        long generation = from.generation();
        long offset = from.offset();
        if (generation < 0 || generation > now) {
            generation = Math.max(0, now - LineFile.SEGMENTS_MAX);
            offset = 0;
        } else if (now - generation > LineFile.SEGMENTS_MAX) {
            generation = now - LineFile.SEGMENTS_MAX; // what was between is gone
            offset = 0;
        }
        long budget = PAGE_BYTES;
        while (true) {
            var path = folder.resolve(LineFile.segment(file, (int) (now - generation)));
            long read = lines(channel, path, generation, offset, budget, found);
            offset += read;
            budget -= read;
            if (budget <= 0 || (read > 0 && offset < size(path))) {
                return new Part(
                        found,
                        new Place(generation, offset),
                        offset < size(path) || generation < now);
            }
            if (generation == now) {
                return new Part(found, new Place(generation, offset), false);
            }
            generation++;
            offset = 0;
        }
    }

    private static long size(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
    }

    /** Adds whole lines from a byte on; returns how many bytes they took. */
    private static long lines(
            String channel, Path file, long generation, long offset, long budget, List<Found> found)
            throws IOException {
        long size = size(file);
        if (offset >= size) {
            return 0;
        }
        var bytes =
                new byte
                        [(int)
                                Math.min(
                                        size - offset,
                                        // At least one line, whatever the budget has left.
                                        Math.max(budget, 2 * 64 * 1_024))];
        var buffer = ByteBuffer.wrap(bytes);
        try (var channelOfFile =
                FileChannel.open(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (buffer.hasRemaining()
                    && channelOfFile.read(buffer, offset + buffer.position()) > 0) {
                // Until the piece is whole.
            }
        }
        int from = 0;
        for (int i = 0; i < buffer.position(); i++) {
            if (bytes[i] == '\n') {
                var line = new String(bytes, from, i - from, StandardCharsets.UTF_8);
                from = i + 1;
                if (!line.isBlank()) {
                    add(
                            found,
                            channel,
                            TailReader.parse(line),
                            new Place(generation, offset + from));
                }
            }
        }
        return from;
    }

    private static void add(List<Found> found, String channel, JsonObject record, Place after) {
        var ts = record.string("ts").or(() -> record.string("timestamp")).orElse("");
        var before = found.isEmpty() ? "" : found.getLast().order();
        found.add(new Found(channel, record, ts, ts.compareTo(before) > 0 ? ts : before, after));
    }

    /** Where the stream stands; opaque to everybody else. */
    String cursor() {
        var json = JsonObject.builder();
        places.forEach(
                (channel, place) ->
                        json.put(
                                channel,
                                JsonObject.builder()
                                        .put("g", place.generation())
                                        .put("o", place.offset())
                                        .build()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json.build()));
    }

    /** A cursor that cannot be used begins from the start. */
    private static JsonObject decode(String cursor) {
        try {
            JsonValue json = Json.parse(Base64.getUrlDecoder().decode(cursor));
            return json instanceof JsonObject object ? object : JsonObject.empty();
        } catch (IllegalArgumentException | JsonParseException unusable) {
            return JsonObject.empty();
        }
    }
}
