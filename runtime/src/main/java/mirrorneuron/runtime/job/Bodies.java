package mirrorneuron.runtime.job;

import java.util.ArrayList;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.store.Blobs;

/**
 * Large values as references. A value beyond a limit is kept once as a blob and travels as {@code
 * {"$mn_blob": sha256, "size": bytes}}; whoever hands it to code or to people puts the value back.
 * Safe from any thread.
 */
public final class Bodies {

    /** Message bodies beyond this many bytes of JSON become references. */
    public static final int BODY_BYTES_MAX = 256 * 1_024;

    /** Job outputs beyond this many bytes of JSON become references in the job's record. */
    public static final int OUTPUT_BYTES_MAX = 64 * 1_024;

    private static final String REFERENCE = "$mn_blob";

    private final Blobs blobs;

    public Bodies(Blobs blobs) {
        this.blobs = blobs;
    }

    /** The value itself when it is small, else a reference to it. */
    public JsonValue shrink(JsonValue value, int bytesMax) {
        // A scalar or a small tree is recognised without writing it out.
        if (atMost(value, bytesMax) >= 0) {
            return value;
        }
        var bytes = Json.bytes(value);
        return bytes.length <= bytesMax
                ? value
                : JsonObject.builder()
                        .put(REFERENCE, blobs.put(bytes))
                        .put("size", bytes.length)
                        .build();
    }

    /** The value with every reference in it replaced by what it refers to. */
    public JsonValue restore(JsonValue value) {
        return switch (value) {
            case JsonObject object when isReference(object) -> fetch(object);
            case JsonObject object when hasReference(object) -> {
                var builder = JsonObject.builder();
                object.forEach((name, member) -> builder.put(name, restore(member)));
                yield builder.build();
            }
            case JsonArray array when hasReference(array) -> {
                var values = new ArrayList<JsonValue>(array.size());
                array.forEach(element -> values.add(restore(element)));
                yield JsonArray.of(values);
            }
            default -> value;
        };
    }

    private JsonValue fetch(JsonObject reference) {
        return reference.string(REFERENCE).flatMap(blobs::get).map(Json::parse).orElse(reference);
    }

    private static boolean isReference(JsonObject object) {
        return object.size() == 2
                && object.has("size")
                && object.at(REFERENCE) instanceof JsonString;
    }

    private static boolean hasReference(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                if (isReference(object)) {
                    yield true;
                }
                for (var member : object.members()) {
                    if (hasReference(member.getValue())) {
                        yield true;
                    }
                }
                yield false;
            }
            case JsonArray array -> array.stream().anyMatch(Bodies::hasReference);
            default -> false;
        };
    }

    /**
     * What is left of a budget of bytes after a value, estimated from above; negative when the
     * value may be larger.
     */
    private static long atMost(JsonValue value, long budget) {
        return switch (value) {
            case JsonObject object -> {
                long left = budget - 2;
                for (var member : object.members()) {
                    left = atMost(member.getValue(), left - 6L * member.getKey().length() - 4);
                    if (left < 0) {
                        yield left;
                    }
                }
                yield left;
            }
            case JsonArray array -> {
                long left = budget - 2;
                for (var element : array) {
                    left = atMost(element, left - 1);
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
