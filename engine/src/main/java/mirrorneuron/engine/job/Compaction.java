package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Makes a document small enough for a page, however large what it tells of is: long texts keep
 * their beginning, what is known to be bulky keeps its size, long lists and deep branches end.
 */
public final class Compaction {

    private static final int TEXT_CHARS_MAX = 2_000;
    private static final int PREVIEW_CHARS = 200;
    private static final int ITEMS_MAX = 25;
    private static final int DEPTH_MAX = 5;

    /** Members that hold what a job has made, and not what it is. */
    private static final Set<String> BULKY =
            Set.of(
                    "logs",
                    "log",
                    "stdout",
                    "stderr",
                    "content",
                    "base64",
                    "bytes",
                    "result",
                    "final_artifact");

    private Compaction() {}

    /** The document with every member that is too large replaced; it stays an object. */
    public static JsonObject of(JsonObject document) {
        return (JsonObject) compact(document, 0);
    }

    private static JsonValue compact(JsonValue value, int depth) {
        return switch (value) {
            case JsonString(var text) -> text.length() > TEXT_CHARS_MAX ? cut(text) : value;
            case JsonObject object ->
                    depth >= DEPTH_MAX && !object.isEmpty()
                            ? omitted(object)
                            : members(object, depth);
            case JsonArray array ->
                    depth >= DEPTH_MAX && !array.isEmpty() ? omitted(array) : items(array, depth);
            default -> value;
        };
    }

    private static JsonObject members(JsonObject object, int depth) {
        var compacted = JsonObject.builder();
        object.forEach(
                (name, value) ->
                        compacted.put(
                                name,
                                isBulky(name, value) ? omitted(value) : compact(value, depth + 1)));
        return compacted.build();
    }

    /** What is empty, a number or a flag takes no room, whatever it is called. */
    private static boolean isBulky(String name, JsonValue value) {
        return BULKY.contains(name.toLowerCase(Locale.ROOT))
                && switch (value) {
                    case JsonString(var text) -> !text.isEmpty();
                    case JsonObject object -> !object.isEmpty();
                    case JsonArray array -> !array.isEmpty();
                    default -> false;
                };
    }

    private static JsonArray items(JsonArray array, int depth) {
        var compacted = new ArrayList<JsonValue>();
        for (int i = 0; i < Math.min(array.size(), ITEMS_MAX); i++) {
            compacted.add(compact(array.get(i), depth + 1));
        }
        if (array.size() > ITEMS_MAX) {
            compacted.add(
                    JsonObject.builder().put("omitted_items", array.size() - ITEMS_MAX).build());
        }
        return JsonArray.of(compacted);
    }

    private static JsonObject cut(String text) {
        int end =
                Character.isHighSurrogate(text.charAt(PREVIEW_CHARS - 1))
                        ? PREVIEW_CHARS - 1
                        : PREVIEW_CHARS;
        return JsonObject.builder()
                .put("truncated", true)
                .put("chars", text.length())
                .put("preview", text.substring(0, end) + "…")
                .build();
    }

    private static JsonObject omitted(JsonValue value) {
        var omitted = JsonObject.builder().put("omitted", true);
        return switch (value) {
            case JsonString(var text) ->
                    omitted.put("type", "string").put("chars", text.length()).build();
            case JsonArray array -> omitted.put("type", "array").put("items", array.size()).build();
            default ->
                    omitted.put("type", "object")
                            .put("keys", ((JsonObject) value).names().size())
                            .put("bytes", Json.bytes(value).length)
                            .build();
        };
    }
}
