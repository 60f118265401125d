package mirrorneuron.runtime.job;

import java.util.ArrayList;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.message.Reference;
import mirrorneuron.store.Blobs;

/**
 * Large values as references. A value beyond a limit is kept once as a blob and travels as a {@link
 * Reference}; whoever hands it to code or to people puts the value back. Safe from any thread.
 */
public final class Bodies {

    /** Message bodies beyond this many bytes of JSON become references. */
    public static final int BODY_BYTES_MAX = 256 * 1_024;

    private final Blobs blobs;

    public Bodies(Blobs blobs) {
        this.blobs = blobs;
    }

    /** The value itself when it is small, else a reference to it. */
    public JsonValue shrink(JsonValue value, int bytesMax) {
        return Reference.large(value, bytesMax)
                .<JsonValue>map(bytes -> new Reference(blobs.put(bytes), bytes.length).toJson())
                .orElse(value);
    }

    /** Keeps large values that stand as references already; durable when it returns. */
    void keep(Iterable<byte[]> values) {
        values.forEach(blobs::put);
    }

    /** The value with every reference in it replaced by what it refers to. */
    public JsonValue restore(JsonValue value) {
        return switch (value) {
            case JsonObject object when Reference.of(object).isPresent() ->
                    fetch(object, Reference.of(object).get());
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

    /** A reference to nothing that is here stays what it is: it may be anybody's document. */
    private JsonValue fetch(JsonObject document, Reference reference) {
        return blobs.get(reference.sha256()).map(Json::parse).map(this::restore).orElse(document);
    }

    private static boolean hasReference(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                if (Reference.of(object).isPresent()) {
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
}
