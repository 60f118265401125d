package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.BodyShape;
import mirrorneuron.engine.manifest.FieldValue;

/** Makes bodies of fields: values as written, and references into what the run has so far. */
final class FlowFields {

    private FlowFields() {}

    /**
     * Where references begin.
     *
     * @param upstreams bodies by step or agent
     */
    record Roots(JsonObject runInputs, Map<String, JsonValue> upstreams, JsonValue flowOutput) {}

    /** The body that the shape makes; the given one when it names no fields. */
    static JsonValue body(BodyShape shape, JsonValue given, Roots roots) {
        return shape.fields().isPresent() ? members(shape.fields().get(), roots) : given;
    }

    /** Members whose reference leads nowhere are left out, so that a schema can miss them. */
    private static JsonObject members(FieldValue.Members members, Roots roots) {
        var object = JsonObject.builder();
        members.members()
                .forEach(
                        (name, value) ->
                                resolve(value, roots).ifPresent(found -> object.put(name, found)));
        return object.build();
    }

    private static Optional<JsonValue> resolve(FieldValue value, Roots roots) {
        return switch (value) {
            case FieldValue.Literal(var literal) -> Optional.of(literal);
            case FieldValue.Members members -> Optional.of(members(members, roots));
            case FieldValue.Elements(var elements) -> {
                var list = new ArrayList<JsonValue>(elements.size());
                // Positions count in a list, so nothing is left out of one.
                for (var element : elements) {
                    list.add(resolve(element, roots).orElse(JsonNull.NULL));
                }
                yield Optional.of(JsonArray.of(list));
            }
            case FieldValue.Reference reference ->
                    Optional.of(at(root(reference, roots), reference.path()))
                            .filter(found -> !found.isNull());
        };
    }

    private static JsonValue root(FieldValue.Reference reference, Roots roots) {
        return switch (reference.root()) {
            case RUN_INPUT -> roots.runInputs();
            case UPSTREAM -> roots.upstreams().getOrDefault(reference.step(), JsonNull.NULL);
            case FLOW_OUTPUT -> roots.flowOutput();
        };
    }

    private static JsonValue at(JsonValue from, List<String> path) {
        var value = from;
        for (var part : path) {
            value =
                    switch (value) {
                        case JsonObject object -> object.at(part);
                        case JsonArray array when isPosition(part, array.size()) ->
                                array.get(Integer.parseInt(part));
                        default -> JsonNull.NULL;
                    };
        }
        return value;
    }

    private static boolean isPosition(String part, int size) {
        return !part.isEmpty()
                && part.length() <= 9
                && part.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(part) < size;
    }
}
