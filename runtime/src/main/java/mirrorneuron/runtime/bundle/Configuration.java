package mirrorneuron.runtime.bundle;

import mirrorneuron.api.json.JsonObject;

/** How two configurations become one. */
final class Configuration {

    private Configuration() {}

    /** The base with the other's members over it: objects are merged, anything else is replaced. */
    static JsonObject merge(JsonObject base, JsonObject over) {
        var merged = JsonObject.builder().putAll(base);
        over.forEach(
                (name, value) ->
                        merged.put(
                                name,
                                base.at(name) instanceof JsonObject below
                                                && value instanceof JsonObject above
                                        ? merge(below, above)
                                        : value));
        return merged.build();
    }
}
