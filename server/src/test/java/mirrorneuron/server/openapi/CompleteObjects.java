package mirrorneuron.server.openapi;

import java.util.HashSet;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * The same schemas with every object complete that does not say {@code additionalProperties}.
 * Schemas that others are made of stay open: who is made of them knows what else there is.
 */
final class CompleteObjects {

    private static final String SCHEMAS = "#/components/schemas/";

    private final Set<String> parts = new HashSet<>();

    private CompleteObjects() {}

    /**
     * @param schemas by name
     */
    static JsonObject of(JsonObject schemas) {
        var complete = new CompleteObjects();
        schemas.forEach((_, schema) -> complete.collectParts(schema));
        var all = JsonObject.builder();
        schemas.forEach(
                (name, schema) ->
                        all.put(
                                name,
                                complete.parts.contains(name)
                                        ? complete.inside((JsonObject) schema)
                                        : complete.completed(schema)));
        return all.build();
    }

    private void collectParts(JsonValue value) {
        switch (value) {
            case JsonObject object -> {
                for (var part : object.array("allOf")) {
                    ((JsonObject) part)
                            .string("$ref")
                            .ifPresent(name -> parts.add(name.substring(SCHEMAS.length())));
                }
                object.forEach((_, member) -> collectParts(member));
            }
            case JsonArray array -> array.forEach(this::collectParts);
            default -> {}
        }
    }

    private JsonValue completed(JsonValue value) {
        return switch (value) {
            case JsonObject schema -> {
                var inside = inside(schema);
                boolean describes = schema.has("properties") || schema.has("allOf");
                yield describes && !schema.has("additionalProperties")
                        ? inside.with("unevaluatedProperties", JsonBool.FALSE)
                        : inside;
            }
            case JsonArray array -> JsonArray.of(array.stream().map(this::completed).toList());
            default -> value;
        };
    }

    /**
     * What is inside of a schema, completed; the schema itself stays as open as it is. Alternatives
     * without a name see a part of the members only, and stay as they are.
     */
    private JsonObject inside(JsonObject schema) {
        var all = JsonObject.builder();
        schema.forEach(
                (name, value) ->
                        all.put(
                                name,
                                switch (name) {
                                    case "properties" -> members((JsonObject) value);
                                    case "items", "additionalProperties" -> completed(value);
                                    default -> value;
                                }));
        return all.build();
    }

    private JsonObject members(JsonObject members) {
        var all = JsonObject.builder();
        members.forEach((name, value) -> all.put(name, completed(value)));
        return all.build();
    }
}
