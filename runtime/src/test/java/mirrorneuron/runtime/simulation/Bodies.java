package mirrorneuron.runtime.simulation;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.worker.Emission;
import mirrorneuron.engine.worker.StructuredResult;

/** Small messages and results, made and read in one line. */
final class Bodies {

    private Bodies() {}

    static JsonObject body(String name, long value) {
        return JsonObject.builder().put(name, value).build();
    }

    /** An initial input of a type, with a number in its body. */
    static JsonValue message(String type, String name, long value) {
        return JsonObject.builder().put("type", type).put("body", body(name, value)).build();
    }

    static long number(JsonValue body, String name) {
        return body instanceof JsonObject object
                ? object.integer(name).orElse(Long.MIN_VALUE)
                : Long.MIN_VALUE;
    }

    static StructuredResult emits(Emission... emissions) {
        return new StructuredResult(
                List.of(),
                List.of(emissions),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    static Emission emission(String type, JsonValue body) {
        return emission(type, body, Optional.empty());
    }

    static Emission emission(String type, JsonValue body, Optional<StreamFrame> frame) {
        return new Emission(
                Optional.of(type),
                Optional.<AgentId>empty(),
                Optional.of(body),
                Optional.empty(),
                JsonObject.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                frame);
    }
}
