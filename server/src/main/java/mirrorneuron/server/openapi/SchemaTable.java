package mirrorneuron.server.openapi;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** A schema as a table of its members; what is inside a member follows it under its path. */
final class SchemaTable {

    private static final int DEPTH_MAX = 4;

    private final StringBuilder html;

    SchemaTable(StringBuilder html) {
        this.html = html;
    }

    void append(JsonObject schema) {
        html.append("<p class=\"type\">").append(type(schema)).append("</p>\n");
        if (schema.object("properties").isEmpty()) {
            return;
        }
        html.append("<div class=\"wide\"><table>\n");
        rows("", schema, 0);
        html.append("</table></div>\n");
    }

    private void rows(String prefix, JsonObject schema, int depth) {
        var required = names(schema.array("required"));
        schema.object("properties")
                .forEach(
                        (name, value) -> {
                            var member = (JsonObject) value;
                            html.append("<tr><td><code>")
                                    .append(ApiPage.text(prefix + name))
                                    .append("</code>")
                                    .append(required.contains(name) ? "" : " <em>optional</em>")
                                    .append("</td><td class=\"type\">")
                                    .append(type(member))
                                    .append("</td><td>")
                                    .append(ApiPage.text(member.string("description").orElse("")))
                                    .append("</td></tr>\n");
                            if (depth < DEPTH_MAX) {
                                rows(prefix + name + ".", member, depth + 1);
                                rows(prefix + name + "[].", member.object("items"), depth + 1);
                            }
                        });
    }

    private static Set<String> names(JsonArray names) {
        var all = new LinkedHashSet<String>();
        for (var name : names) {
            if (name instanceof JsonString(var text)) {
                all.add(text);
            }
        }
        return all;
    }

    /** What a value may be, in a few words; schemas with a name are links. */
    static String type(JsonObject schema) {
        var reference = schema.string("$ref");
        if (reference.isPresent()) {
            var name = reference.get().substring(reference.get().lastIndexOf('/') + 1);
            return "<a href=\"#schema-" + name + "\">" + name + "</a>";
        }
        if (schema.has("const")) {
            return "<code>" + ApiPage.text(shown(schema.at("const"))) + "</code>";
        }
        if (schema.has("enum")) {
            return each(schema.array("enum").values(), " | ", one -> ApiPage.text(shown(one)));
        }
        if (schema.has("anyOf") && !schema.has("properties")) {
            return each(alternatives(schema), " or ", SchemaTable::alternative);
        }
        if (schema.has("allOf")) {
            return each(schema.array("allOf").values(), " and ", SchemaTable::alternative)
                    + (schema.has("properties") ? " and" : "");
        }
        var items = schema.object("items");
        if (!items.isEmpty()) {
            return "array of " + type(items);
        }
        var values = schema.object("additionalProperties");
        if (!values.isEmpty()) {
            return "object of " + type(values);
        }
        return switch (schema.at("type")) {
            case JsonString(var one) -> one;
            case JsonArray several -> String.join(" or ", names(several));
            default -> "any";
        };
    }

    /** Alternatives that only ask for other members say nothing of the type. */
    private static List<JsonValue> alternatives(JsonObject schema) {
        var all = new ArrayList<JsonValue>();
        for (var one : schema.array("anyOf")) {
            if (((JsonObject) one).names().equals(List.of("required"))) {
                return List.of(JsonObject.of("type", schema.at("type")));
            }
            all.add(one);
        }
        return all;
    }

    private static String alternative(JsonValue value) {
        return type((JsonObject) value);
    }

    private static String shown(JsonValue value) {
        return value instanceof JsonString(var text) ? text : value.toString();
    }

    private static String each(
            List<JsonValue> values, String between, Function<JsonValue, String> text) {
        return String.join(between, values.stream().map(text).toList());
    }
}
