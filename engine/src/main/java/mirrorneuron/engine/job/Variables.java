package mirrorneuron.engine.job;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.WorkflowSpec;

/**
 * The variables of a workflow: what steps read of them by {@code $state.…} and {@code $inputs.…},
 * and where their outputs go.
 */
final class Variables {

    private static final String STATE = "$state.";
    private static final String INPUTS = "$inputs.";
    private static final String INPUTS_KEY = "$inputs";

    private Variables() {}

    /**
     * The variables of a run that has just begun: the declared ones with their first values, and
     * under {@code $inputs} what was given, over the defaults.
     */
    static JsonObject initial(WorkflowSpec spec, JsonObject given) {
        var inputs = JsonObject.builder().putAll(spec.inputs()).putAll(given).build();
        var variables = JsonObject.builder().put(INPUTS_KEY, inputs);
        spec.state().forEach((name, declared) -> variables.put(name, first(declared, inputs)));
        return variables.build();
    }

    static JsonObject inputs(JsonObject variables) {
        return variables.object(INPUTS_KEY);
    }

    private static JsonValue first(JsonValue declared, JsonObject inputs) {
        var from =
                declared instanceof JsonObject object
                        ? object.string("from")
                        : Optional.<String>empty();
        return from.isPresent() && from.get().startsWith(INPUTS)
                ? at(inputs, from.get().substring(INPUTS.length()))
                : declared;
    }

    /** What a step reads, by its own names; a path that leads nowhere gives null. */
    static JsonObject read(JsonObject variables, Map<String, String> in) {
        var read = JsonObject.builder();
        in.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> read.put(entry.getKey(), value(variables, entry.getValue())));
        return read.build();
    }

    private static JsonValue value(JsonObject variables, String path) {
        if (path.startsWith(STATE)) {
            return at(variables, path.substring(STATE.length()));
        }
        if (path.startsWith(INPUTS)) {
            return at(variables.object(INPUTS_KEY), path.substring(INPUTS.length()));
        }
        return JsonNull.NULL;
    }

    /** What an output gives to variables, by the step's own names. */
    static JsonObject given(Map<String, String> out, JsonValue output) {
        if (out.isEmpty() || !(output instanceof JsonObject all)) {
            return JsonObject.empty();
        }
        var outputs = all.at("outputs") instanceof JsonObject named ? named : all;
        var given = JsonObject.builder();
        out.entrySet().stream()
                .filter(way -> way.getValue().startsWith(STATE) && outputs.has(way.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(way -> given.put(way.getKey(), outputs.at(way.getKey())));
        return given.build();
    }

    /** The variables after a step has given them these values. */
    static JsonObject written(JsonObject variables, Map<String, String> out, JsonObject given) {
        var after = variables;
        for (var member : given.members()) {
            var path = Objects.requireNonNull(out.get(member.getKey()));
            after = put(after, path.substring(STATE.length()).split("\\."), 0, member.getValue());
        }
        return after;
    }

    private static JsonObject put(JsonObject into, String[] path, int from, JsonValue value) {
        if (from == path.length - 1) {
            return into.with(path[from], value);
        }
        return into.with(path[from], put(into.object(path[from]), path, from + 1, value));
    }

    private static JsonValue at(JsonObject from, String path) {
        JsonValue value = from;
        for (var part : path.split("\\.")) {
            value = value instanceof JsonObject object ? object.at(part) : JsonNull.NULL;
        }
        return value;
    }
}
