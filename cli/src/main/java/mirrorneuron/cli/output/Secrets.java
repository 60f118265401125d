package mirrorneuron.cli.output;

import java.util.ArrayList;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Takes secrets out of everything that is printed: values under secret names, bearer headers,
 * {@code NAME_TOKEN=value} pairs and secret query parameters inside any text. Stateless.
 */
public final class Secrets {

    /** What stands for a secret on a terminal. */
    public static final String MARK = "[redacted]";

    private Secrets() {}

    /** The text without the secrets that can be told by their surroundings. */
    public static String in(String text) {
        return Redaction.inText(text, MARK);
    }

    /** The document without secrets, by the names of its members and inside its texts. */
    public static JsonValue in(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                var builder = JsonObject.builder();
                object.forEach(
                        (name, member) ->
                                builder.put(
                                        name,
                                        isSecret(name, member)
                                                ? new JsonString(MARK)
                                                : in(member)));
                yield builder.build();
            }
            case JsonArray array -> {
                var values = new ArrayList<JsonValue>(array.size());
                for (var element : array) {
                    values.add(in(element));
                }
                yield JsonArray.of(values);
            }
            case JsonString string -> new JsonString(in(string.value()));
            default -> value;
        };
    }

    private static boolean isSecret(String name, JsonValue value) {
        // A flag or an empty place tells nothing; a reader wants to see that it is so.
        boolean holdsSomething =
                switch (value) {
                    case JsonObject object -> !object.isEmpty();
                    case JsonArray array -> !array.isEmpty();
                    case JsonString string -> !string.value().isEmpty();
                    default -> !value.isNull();
                };
        return holdsSomething && Redaction.isSecretKey(name);
    }
}
