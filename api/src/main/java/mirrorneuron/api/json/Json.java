package mirrorneuron.api.json;

import java.nio.charset.StandardCharsets;

/** Reads and writes documents. Stateless; safe from any thread. */
public final class Json {

    /**
     * How deeply arrays and objects may nest when a caller names no other bound: enough for people,
     * too little for attacks.
     */
    public static final int DEPTH_MAX = 512;

    private Json() {}

    /**
     * Reads one value that fills the whole text.
     *
     * @throws JsonParseException when the text is not JSON, with the byte offset of the first
     *     offending byte
     */
    public static JsonValue parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads one value from UTF-8 bytes; a byte sequence that is not UTF-8 is a parse error too. */
    public static JsonValue parse(byte[] utf8) {
        return new JsonReader(utf8, 0, utf8.length, DEPTH_MAX).document();
    }

    /** Reads one value from a part of an array; offsets in errors count from the part's start. */
    public static JsonValue parse(byte[] utf8, int from, int to) {
        return new JsonReader(utf8, from, to, DEPTH_MAX).document();
    }

    /** Reads one value and refuses nesting beyond {@code depthMax}. */
    public static JsonValue parse(byte[] utf8, int depthMax) {
        return new JsonReader(utf8, 0, utf8.length, depthMax).document();
    }

    public static byte[] bytes(JsonValue value) {
        var writer = new JsonWriter(256);
        writer.value(value);
        return writer.toByteArray();
    }

    /** The value over several lines, two spaces a level, for people. */
    public static String pretty(JsonValue value) {
        var text = new StringBuilder();
        pretty(value, "\n", text);
        return text.toString();
    }

    static String text(JsonValue value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    private static void pretty(JsonValue value, String lineStart, StringBuilder text) {
        var inner = lineStart + "  ";
        switch (value) {
            case JsonObject object when !object.isEmpty() -> {
                var separator = "{";
                for (var member : object.members()) {
                    text.append(separator)
                            .append(inner)
                            .append(new JsonString(member.getKey()))
                            .append(": ");
                    pretty(member.getValue(), inner, text);
                    separator = ",";
                }
                text.append(lineStart).append('}');
            }
            case JsonArray array when !array.isEmpty() -> {
                var separator = "[";
                for (var element : array) {
                    text.append(separator).append(inner);
                    pretty(element, inner, text);
                    separator = ",";
                }
                text.append(lineStart).append(']');
            }
            default -> text.append(value);
        }
    }
}
