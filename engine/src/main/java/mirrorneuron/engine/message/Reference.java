package mirrorneuron.engine.message;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Stands for a large value, which is kept once as an artifact under the name of its own bytes: in a
 * document {@code {"artifact_id": "blob_<sha256>", "sha256": …, "size": bytes}}.
 *
 * @param sha256 of the value's JSON text, in lower-case hex
 * @param size bytes of that text
 * @see "runtime contract, section 7.12"
 */
public record Reference(String sha256, long size) {

    /** Outputs of steps and of jobs beyond this many bytes of JSON text become references. */
    public static final int OUTPUT_BYTES_MAX = 64 * 1_024;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final String ID = "artifact_id";
    private static final String ID_PREFIX = "blob_";
    private static final String DIGEST = "sha256";
    private static final String SIZE = "size";

    /** The reference to a value that was written as these bytes. */
    public static Reference to(byte[] bytes) {
        return new Reference(MessageIds.digest(bytes), bytes.length);
    }

    /** What the document refers to; empty when it is no reference but a value itself. */
    public static Optional<Reference> of(JsonValue document) {
        if (!(document instanceof JsonObject object)
                || object.size() != 3
                || !(object.at(DIGEST) instanceof JsonString digest)
                || !SHA256.matcher(digest.value()).matches()
                || !object.at(ID).equals(new JsonString(ID_PREFIX + digest.value()))) {
            return Optional.empty();
        }
        var size = object.integer(SIZE);
        return size.isPresent()
                ? Optional.of(new Reference(digest.value(), size.getAsLong()))
                : Optional.empty();
    }

    /** Tells of every reference in a document; what it refers to is not looked at. */
    public static void each(JsonValue document, Consumer<Reference> found) {
        switch (document) {
            case JsonObject object -> {
                var reference = of(object);
                if (reference.isPresent()) {
                    found.accept(reference.get());
                } else {
                    object.forEach((_, member) -> each(member, found));
                }
            }
            case JsonArray array -> array.forEach(element -> each(element, found));
            default -> {}
        }
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put(ID, ID_PREFIX + sha256)
                .put(DIGEST, sha256)
                .put(SIZE, size)
                .build();
    }

    /** The value's JSON text when it is longer than this many bytes; else empty. */
    public static Optional<byte[]> large(JsonValue value, int bytesMax) {
        // A scalar or a small tree is recognised without writing it out.
        if (left(value, bytesMax) >= 0) {
            return Optional.empty();
        }
        var bytes = Json.bytes(value);
        return bytes.length > bytesMax ? Optional.of(bytes) : Optional.empty();
    }

    /**
     * What is left of a budget of bytes after a value, estimated from below; negative when the
     * value may be larger.
     */
    private static long left(JsonValue value, long budget) {
        return switch (value) {
            case JsonObject object -> {
                long left = budget - 2;
                for (var member : object.members()) {
                    left = left(member.getValue(), left - 6L * member.getKey().length() - 4);
                    if (left < 0) {
                        yield left;
                    }
                }
                yield left;
            }
            case JsonArray array -> {
                long left = budget - 2;
                for (var element : array) {
                    left = left(element, left - 1);
                    if (left < 0) {
                        yield left;
                    }
                }
                yield left;
            }
            case JsonString text -> budget - 6L * text.value().length() - 2;
            default -> budget - 32;
        };
    }
}
