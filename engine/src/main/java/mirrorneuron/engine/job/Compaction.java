package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Makes a document small enough for a page: long texts become their beginning, members that hold
 * logs and files become a note of what was left out, lists and depth are bounded. What was left out
 * says so.
 */
public final class Compaction {

    private static final int STRING_CHARS_MAX = 2_000;
    private static final int PREVIEW_CHARS = 500;
    private static final int ITEMS_MAX = 25;
    private static final int DEPTH_MAX = 5;
    private static final Set<String> OMITTED =
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

    /** The document in short; the same one when nothing had to be left out. */
    public static JsonValue of(JsonValue document) {
        return of(document, 0);
    }

    private static JsonValue of(JsonValue value, int depth) {
        return switch (value) {
            case JsonString(var text) when text.length() > STRING_CHARS_MAX -> truncated(text);
            case JsonObject object when !object.isEmpty() && depth >= DEPTH_MAX ->
                    omitted("object", "members", object.size());
            case JsonArray array when array.size() > 0 && depth >= DEPTH_MAX ->
                    omitted("array", "items", array.size());
            case JsonObject object -> members(object, depth);
            case JsonArray array -> items(array, depth);
            case JsonString _, JsonNumber _, JsonBool _, JsonNull _ -> value;
        };
    }

    private static JsonValue members(JsonObject object, int depth) {
        var json = JsonObject.builder();
        object.forEach(
                (name, value) ->
                        json.put(
                                name,
                                OMITTED.contains(name) && !isSmall(value)
                                        ? omitted(name, value)
                                        : of(value, depth + 1)));
        return json.build();
    }

    /** Numbers, flags and what is empty say less about themselves when they are left out. */
    private static boolean isSmall(JsonValue value) {
        return switch (value) {
            case JsonNumber _, JsonBool _, JsonNull _ -> true;
            case JsonString(var text) -> text.isEmpty();
            case JsonObject object -> object.isEmpty();
            case JsonArray array -> array.size() == 0;
        };
    }

    private static JsonValue omitted(String name, JsonValue value) {
        return switch (value) {
            case JsonString(var text) when name.equals("base64") || name.equals("bytes") ->
                    omitted("bytes", "size_bytes", decodedBytes(text));
            case JsonString(var text) -> omitted("string", "chars", text.length());
            case JsonObject object -> omitted("object", "members", object.size());
            case JsonArray array -> omitted("array", "items", array.size());
            case JsonNumber _, JsonBool _, JsonNull _ -> value;
        };
    }

    private static long decodedBytes(String text) {
        try {
            return Base64.getMimeDecoder().decode(text).length;
        } catch (IllegalArgumentException notBase64) {
            return text.length();
        }
    }

    private static JsonObject omitted(String type, String unit, long size) {
        return JsonObject.builder().put("omitted", true).put("type", type).put(unit, size).build();
    }

    private static JsonObject truncated(String text) {
        int end = Character.isHighSurrogate(text.charAt(PREVIEW_CHARS - 1)) ? 1 : 0;
        return JsonObject.builder()
                .put("truncated", true)
                .put("chars", text.length())
                .put("preview", text.substring(0, PREVIEW_CHARS - end))
                .build();
    }

    private static JsonValue items(JsonArray array, int depth) {
        var items = new ArrayList<JsonValue>();
        for (int i = 0; i < Math.min(array.size(), ITEMS_MAX); i++) {
            items.add(of(array.get(i), depth + 1));
        }
        if (array.size() > ITEMS_MAX) {
            items.add(JsonObject.builder().put("omitted_items", array.size() - ITEMS_MAX).build());
        }
        return JsonArray.of(items);
    }
}
