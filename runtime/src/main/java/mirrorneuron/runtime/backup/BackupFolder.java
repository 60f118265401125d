package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Backup;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/** A backup as a folder of its sections: what the archive is made from and read into. */
final class BackupFolder implements Backup {

    private final Path root;
    private final Path owned;
    private final JsonObject description;

    /**
     * @param root where the sections are
     * @param owned what is removed when the backup is closed; the root or above it
     */
    BackupFolder(Path root, Path owned, JsonObject description) {
        this.root = root;
        this.owned = owned;
        this.description = description;
    }

    @Override
    public JsonObject description() {
        return description;
    }

    String schema() {
        return description.string("schema_version").orElse("");
    }

    Path at(String section) {
        return root.resolve(section);
    }

    boolean has(String section) {
        return Files.exists(at(section));
    }

    /** The JSON in a section; empty when there is none. */
    Optional<JsonValue> document(String section) throws IOException {
        return Files.isRegularFile(at(section))
                ? Optional.of(json(at(section), section))
                : Optional.empty();
    }

    /** The object in a section that has to be there. */
    JsonObject object(String section) throws IOException {
        if (document(section).orElseThrow(() -> missing(section)) instanceof JsonObject object) {
            return object;
        }
        throw Refusals.invalid(
                "Expected a JSON object in " + section + " of the backup, but found another value");
    }

    JsonArray array(String section) throws IOException {
        if (document(section).orElseThrow(() -> missing(section)) instanceof JsonArray array) {
            return array;
        }
        throw Refusals.invalid(
                "Expected a JSON array in " + section + " of the backup, but found another value");
    }

    private static RuntimeException missing(String section) {
        return Refusals.invalid("Expected " + section + " in the backup, but found none");
    }

    static JsonValue json(Path file, String section) throws IOException {
        if (Files.size(file) > Sections.DOCUMENT_BYTES_MAX) {
            throw Refusals.invalid(
                    "Expected at most "
                            + Sections.DOCUMENT_BYTES_MAX
                            + " bytes in "
                            + section
                            + ", but found "
                            + Files.size(file));
        }
        try {
            return Json.parse(Files.readAllBytes(file));
        } catch (JsonParseException notJson) {
            throw Refusals.invalid(
                    "Expected JSON in " + section + " of the backup, but: ", notJson);
        }
    }

    void write(String section, byte[] content) throws IOException {
        var file = at(section);
        Files.createDirectories(file.getParent());
        Files.write(file, content, StandardOpenOption.CREATE_NEW);
    }

    @Override
    public JsonObject toJson() {
        try {
            return BackupDocument.of(this);
        } catch (IOException failure) {
            throw Refusals.unavailable("read the backup", failure);
        }
    }

    @Override
    public Map<String, byte[]> bundleFiles() {
        try {
            BackupDocument.requireRoom(at(Sections.BUNDLE));
            var files = new LinkedHashMap<String, byte[]>();
            for (var file : Trees.files(at(Sections.BUNDLE)).entrySet()) {
                files.put(file.getKey(), Files.readAllBytes(file.getValue()));
            }
            return Collections.unmodifiableMap(files);
        } catch (IOException failure) {
            throw Refusals.unavailable("read the backup's bundle", failure);
        }
    }

    @Override
    public void close() {
        Scratch.drop(owned);
    }
}
