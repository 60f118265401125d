package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Stream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/** JSON: what is read, written and read again is the same; what is refused is refused in it. */
final class JsonTarget implements Target {

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "{\"a\":[1,-2.5e10,true,false,null,\"\\u00e9\\n\\ud83d\\ude00\"],\"b\":{}}",
                        "[0,1e999999999,-0.0,123456789012345678901234567890,1E-400,9223372036854775807]",
                        "\"\ud83d\ude00\\ud800 \\\" \\\\ \\/ \\b\\f\\r\\t\"",
                        "[".repeat(600) + "]".repeat(600),
                        "{\"a\":".repeat(511) + "1" + "}".repeat(511),
                        "9".repeat(1_001),
                        "{\"a\":1,\"a\":2}")
                .map(text -> text.getBytes(UTF_8))
                .toList();
    }

    @Override
    public String read(byte[] input) {
        JsonValue value;
        try {
            value = Json.parse(input);
        } catch (JsonParseException refused) {
            if (refused.offset() < 0 || refused.offset() > input.length) {
                throw new AssertionError("refused at byte " + refused.offset(), refused);
            }
            return "refused: " + Texts.shape(String.valueOf(refused.getMessage()));
        }
        same(value, Json.parse(Json.bytes(value)));
        same(value, Json.parse(Json.pretty(value)));
        same(value, Json.parse(value.toString()));
        return "read " + value.getClass().getSimpleName();
    }

    private static void same(JsonValue one, JsonValue other) {
        if (!one.equals(other) || one.hashCode() != other.hashCode()) {
            throw new AssertionError("another value came back");
        }
    }
}
