package mirrorneuron.cli.output;

import java.util.Set;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Writes a JSON value as block-style YAML. A string that could be read as something else is written
 * as its JSON text, which YAML reads the same way. Stateless.
 */
public final class Yaml {

    private static final Pattern BARE =
            Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*");
    private static final Set<String> WORDS =
            Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private Yaml() {}

    /** The value with a line end after it. */
    public static String of(JsonValue value) {
        var text = new StringBuilder();
        write(value, 0, false, text);
        return text.toString();
    }

    private static void write(JsonValue value, int indent, boolean inline, StringBuilder text) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> {
                boolean first = inline;
                for (var member : object.members()) {
                    indent(first ? 0 : indent, text);
                    first = false;
                    text.append(scalar(member.getKey())).append(':');
                    nested(member.getValue(), indent, text);
                }
            }
            case JsonArray array when !array.isEmpty() -> {
                boolean first = inline;
                for (var element : array) {
                    indent(first ? 0 : indent, text);
                    first = false;
                    text.append("- ");
                    write(element, indent + 2, true, text);
                }
            }
            case JsonString string -> text.append(scalar(string.value())).append('\n');
            default -> text.append(value).append('\n');
        }
    }

    private static void nested(JsonValue value, int indent, StringBuilder text) {
        boolean block =
                value instanceof JsonObject object && !object.isEmpty()
                        || value instanceof JsonArray array && !array.isEmpty();
        if (block) {
            text.append('\n');
            write(value, indent + 2, false, text);
        } else {
            text.append(' ');
            write(value, indent, true, text);
        }
    }

    private static void indent(int columns, StringBuilder text) {
        text.repeat(' ', columns);
    }

    private static String scalar(String string) {
        return BARE.matcher(string).matches()
                        && !WORDS.contains(string.toLowerCase(java.util.Locale.ROOT))
                ? string
                : new JsonString(string).toString();
    }
}
