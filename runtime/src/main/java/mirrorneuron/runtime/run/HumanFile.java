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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.engine.run.HumanRecords;
import mirrorneuron.engine.run.RunFold;

/**
 * {@code human.jsonl}, which workers append to as well. So nothing in it is ever cut or replaced; a
 * record is told by what it is about, and written once.
 */
final class HumanFile {

    /** A request is a few hundred bytes; what is beyond this was not meant for people. */
    private static final long BYTES_MAX = 16 << 20;

    private final Path file;

    HumanFile(Path folder) {
        this.file = folder.resolve(RunFolder.HUMAN);
    }

    /** Every line that is an object, in the order of the file. */
    List<JsonObject> records() throws IOException {
        var records = new ArrayList<JsonObject>();
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > BYTES_MAX) {
            return records;
        }
        for (var line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
            parsed(line).ifPresent(records::add);
        }
        return records;
    }

    private static Optional<JsonObject> parsed(String line) {
        if (line.isBlank()) {
            return Optional.empty();
        }
        try {
            return Json.parse(line) instanceof JsonObject object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonParseException torn) {
            return Optional.empty();
        }
    }

    /** Appends those of the records that the file does not hold yet. */
    void add(List<JsonObject> records) throws IOException {
        if (records.isEmpty()) {
            return;
        }
        var known = new HashSet<String>();
        records().forEach(record -> known.add(key(record)));
        for (var record : records) {
            if (known.add(key(record))) {
                append(record);
            }
        }
    }

    /**
     * One line, in one call; a line that somebody left without an end is ended first. A link or a
     * pipe in the place of the file gives way: it would lead elsewhere, or hold the writer up.
     */
    private void append(JsonObject record) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(file);
        }
        var line = RunFold.line(record);
        boolean ended = endsWithLine();
        var bytes = ByteBuffer.allocate(line.length + 1);
        if (!ended) {
            bytes.put((byte) '\n');
        }
        bytes.put(line).flip();
        try (var channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.APPEND,
                                StandardOpenOption.CREATE,
                                LinkOption.NOFOLLOW_LINKS))) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private boolean endsWithLine() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return true;
        }
        try (var channel =
                FileChannel.open(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            var last = ByteBuffer.allocate(1);
            channel.read(last, channel.size() - 1);
            return last.get(0) == '\n';
        }
    }

    /** True when the record says which request or notice it is about. */
    static boolean isNamed(JsonObject record) {
        return subject(record).isPresent();
    }

    private static Optional<String> subject(JsonObject record) {
        var payload = payload(record);
        return switch (type(record)) {
            case HumanRecords.REQUESTED, HumanRecords.RECEIVED, HumanRecords.TIMED_OUT ->
                    payload.string("request_id");
            case HumanRecords.NOTICE, HumanRecords.ACKNOWLEDGED -> payload.string("notice_id");
            default -> Optional.empty();
        };
    }

    private static String type(JsonObject record) {
        return record.string("type").or(() -> record.string("event")).orElse("");
    }

    /** What a record is about: the same request is one, whoever wrote it down. */
    static String key(JsonObject record) {
        return type(record)
                + '\n'
                + subject(record).or(() -> record.string("event_id")).orElseGet(record::toString);
    }

    /** The payload, which short lines of workers spread over the record itself. */
    static JsonObject payload(JsonObject record) {
        return record.at("payload") instanceof JsonObject payload
                ? payload
                : record.without("type").without("event");
    }
}
