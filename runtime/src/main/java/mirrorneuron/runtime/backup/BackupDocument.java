package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import mirrorneuron.api.OverloadedException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.RelativePath;
import mirrorneuron.store.BlobName;

/** A backup as one JSON document, with the files of its bundle beside it. */
final class BackupDocument {

    private static final String RUNTIME = "runtime";
    private static final String DEAD_LETTERS = "dead_letters";
    private static final String BLOBS = "blobs";

    private BackupDocument() {}

    /** The description with the sections in it that are documents. */
    static JsonObject of(BackupFolder folder) throws IOException {
        requireRoom(folder.at(RUNTIME));
        requireRoom(folder.at(Sections.BLOBS));
        var runtime = JsonObject.builder();
        for (var member : Map.of("snapshot", Sections.SNAPSHOT, "job", Sections.JOB).entrySet()) {
            var document = folder.document(member.getValue());
            document.ifPresent(value -> runtime.put(member.getKey(), value));
        }
        folder.document(Sections.AGENTS).ifPresent(agents -> runtime.put("agents", agents));
        runtime.put("events", lines(folder.at(Sections.LOG)));
        var document =
                JsonObject.builder().putAll(folder.description()).put(RUNTIME, runtime.build());
        folder.document(Sections.DEAD_LETTERS)
                .ifPresent(letters -> document.put(DEAD_LETTERS, letters));
        var blobs = JsonObject.builder();
        for (var blob : Trees.files(folder.at(Sections.BLOBS)).entrySet()) {
            var bytes = Files.readAllBytes(blob.getValue());
            blobs.put(blob.getKey(), Base64.getEncoder().encodeToString(bytes));
        }
        return document.put(BLOBS, blobs.build()).build();
    }

    static void requireRoom(Path section) throws IOException {
        long bytes = 0;
        for (var file : Trees.files(section).values()) {
            bytes += Files.size(file);
        }
        if (bytes > Sections.MESSAGE_BYTES_MAX) {
            throw new OverloadedException(
                    "Expected a backup whose "
                            + Refusals.name(section)
                            + " has at most "
                            + Sections.MESSAGE_BYTES_MAX
                            + " bytes, to fit into a message, but it has "
                            + bytes
                            + ": write an archive instead");
        }
    }

    private static JsonArray lines(Path file) throws IOException {
        var values = new ArrayList<JsonValue>();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    values.add(Json.parse(line));
                }
            } catch (JsonParseException | CharacterCodingException notJson) {
                throw Refusals.invalid(
                        "Expected a JSON document a line in " + Sections.LOG + ", but: ", notJson);
            }
        }
        return JsonArray.of(values);
    }

    /** Lays a document and its bundle out as a folder, in this empty one. */
    static BackupFolder layOut(Path root, JsonObject document, Map<String, byte[]> bundleFiles)
            throws IOException {
        var folder =
                new BackupFolder(
                        root, root, document.without(RUNTIME).without(DEAD_LETTERS).without(BLOBS));
        var runtime = document.object(RUNTIME);
        write(folder, Sections.SNAPSHOT, runtime, "snapshot");
        write(folder, Sections.JOB, runtime, "job");
        write(folder, Sections.AGENTS, runtime, "agents");
        write(folder, Sections.DEAD_LETTERS, document, DEAD_LETTERS);
        if (runtime.has("events")) {
            var lines = new StringBuilder();
            runtime.array("events").forEach(event -> lines.append(event).append('\n'));
            folder.write(Sections.LOG, lines.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (var blob : document.object(BLOBS).members()) {
            folder.write(Sections.BLOBS + "/" + blobName(blob.getKey()), bytes(blob.getValue()));
        }
        bundle(folder, bundleFiles);
        return folder;
    }

    private static void write(
            BackupFolder folder, String section, JsonObject document, String member)
            throws IOException {
        if (document.has(member)) {
            folder.write(section, Json.bytes(document.at(member)));
        }
    }

    private static String blobName(String name) {
        if (!BlobName.isWellFormed(name)) {
            throw Refusals.invalid(
                    "Expected blobs of the backup to be named by SHA-256, but found " + name);
        }
        return name;
    }

    private static byte[] bytes(JsonValue value) {
        try {
            return Base64.getDecoder().decode(value instanceof JsonString(var text) ? text : "?");
        } catch (IllegalArgumentException malformed) {
            throw Refusals.invalid("Expected blobs of the backup in base64, but: ", malformed);
        }
    }

    private static void bundle(BackupFolder folder, Map<String, byte[]> files) throws IOException {
        var paths = new TreeMap<String, byte[]>();
        for (var file : files.entrySet()) {
            var path =
                    RelativePath.normalise(file.getKey())
                            .orElseThrow(
                                    () ->
                                            Refusals.invalid(
                                                    "Expected a plain path inside the bundle, but"
                                                            + " found a path that leads outside: "
                                                            + file.getKey().replace('\0', '?')));
            if (paths.put(path, file.getValue()) != null) {
                throw Refusals.invalid("Expected every bundle file once, but found " + path);
            }
        }
        for (var file : paths.entrySet()) {
            var path = file.getKey();
            for (int at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
                if (paths.containsKey(path.substring(0, at))) {
                    throw Refusals.invalid(
                            "Expected a folder, but found a file with members: "
                                    + path.substring(0, at));
                }
            }
            folder.write(Sections.BUNDLE + "/" + path, file.getValue());
        }
    }
}
