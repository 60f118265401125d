package mirrorneuron.engine.run;

import java.util.ArrayList;
import java.util.Arrays;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Keeps each line of a run's files small. Cut values say that they were cut: {@code {truncated:
 * true, chars, preview}}, and a text that readers need as a text ends with {@code …}. Secrets were
 * taken out before, so a preview never shows what the whole value hid.
 *
 * @see "storage contract, section 4.5"
 */
final class RecordCap {

    /** Bytes of a line in UTF-8, its end included. */
    static final int BYTES_MAX = 64 * 1_024;

    /** A text at the top of a record stays one; four bytes for each character at most. */
    private static final int TOP_CHARS_MAX = 8 * 1_024;

    private static final int PREVIEW_CHARS = 1_024;

    private RecordCap() {}

    /** The line with its end. */
    static byte[] line(JsonObject record) {
        var bytes = Json.bytes(record);
        if (bytes.length >= BYTES_MAX) {
            bytes = Json.bytes(cut(record));
        }
        var line = Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        return line;
    }

    private static JsonObject cut(JsonObject record) {
        // First the large values alone; what is large because it is wide goes as a whole.
        var shorter = members(record, false);
        return Json.bytes(shorter).length < BYTES_MAX ? shorter : members(record, true);
    }

    private static JsonObject members(JsonObject record, boolean whole) {
        var builder = JsonObject.builder();
        record.forEach(
                (name, value) ->
                        builder.put(
                                name,
                                switch (value) {
                                    case JsonString text -> new JsonString(start(text.value()));
                                    case JsonObject _, JsonArray _ ->
                                            whole ? preview(value) : shortened(value);
                                    default -> value;
                                }));
        return builder.build();
    }

    private static JsonValue shortened(JsonValue value) {
        return switch (value) {
            case JsonString text ->
                    text.value().length() <= PREVIEW_CHARS ? text : preview(text.value());
            case JsonObject object -> {
                var builder = JsonObject.builder();
                object.forEach((name, member) -> builder.put(name, shortened(member)));
                yield builder.build();
            }
            case JsonArray array -> {
                var values = new ArrayList<JsonValue>(array.size());
                array.forEach(element -> values.add(shortened(element)));
                yield JsonArray.of(values);
            }
            default -> value;
        };
    }

    private static JsonValue preview(JsonValue value) {
        var text = value.toString();
        return text.length() <= 4 * PREVIEW_CHARS ? value : preview(text);
    }

    private static JsonObject preview(String text) {
        return JsonObject.builder()
                .put("truncated", true)
                .put("chars", text.length())
                .put("preview", head(text, PREVIEW_CHARS))
                .build();
    }

    private static String start(String text) {
        return text.length() <= TOP_CHARS_MAX ? text : head(text, TOP_CHARS_MAX - 1) + "…";
    }

    /** Never half of a pair of surrogates. */
    private static String head(String text, int chars) {
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars);
    }
}
