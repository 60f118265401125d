package mirrorneuron.server.resource;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.server.http.HttpFailure;
import mirrorneuron.server.http.Problem;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;

/** Reads and sets the limits of resources. */
public final class ResourceRoutes {

    private static final Map<String, BiFunction<ResourceLimits, Integer, ResourceLimits>> SETTERS =
            Map.of(
                    "cpu", ResourceLimits::withCpu,
                    "gpu", ResourceLimits::withGpu,
                    "memory", ResourceLimits::withMemory,
                    "disk", ResourceLimits::withDisk);

    private final MirrorNeuron runtime;

    // Two updates of different members must both hold.
    private final ReentrantLock updating = new ReentrantLock();

    public ResourceRoutes(MirrorNeuron runtime) {
        this.runtime = runtime;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/resource", _ -> Response.ok(runtime.resources().get().toJson())),
                new Route("POST", "/resource", this::update),
                new Route("PUT", "/resource", this::update));
    }

    /** Sets what the body names and leaves the rest. */
    private Response update(Request request) {
        var body = request.object();
        var wanted = body.at("limits") instanceof JsonObject nested ? nested : body;
        if (SETTERS.keySet().stream().noneMatch(wanted::has)) {
            throw HttpFailure.invalid(
                    "Expected at least one of cpu, gpu, memory and disk, but the body has none");
        }
        updating.lock();
        try {
            var limits = runtime.resources().get().limits();
            for (var name : List.of("cpu", "gpu", "memory", "disk")) {
                if (wanted.has(name)) {
                    limits = set(limits, name, wanted.at(name));
                }
            }
            return Response.ok(runtime.resources().set(limits).toJson());
        } finally {
            updating.unlock();
        }
    }

    private static ResourceLimits set(ResourceLimits limits, String name, JsonValue value) {
        var percent = percent(value);
        if (percent.isEmpty() || !List.of(25, 50, 75, 100).contains(percent.getAsInt())) {
            throw HttpFailure.invalid(
                            name
                                    + ": "
                                    + Problem.shown(value.toString())
                                    + " (expected: 25, 50, 75 or 100)")
                    .with(JsonObject.builder().put("field", name).build());
        }
        var setter = SETTERS.get(name);
        return setter == null ? limits : setter.apply(limits, percent.getAsInt());
    }

    private static OptionalInt percent(JsonValue value) {
        var text =
                switch (value) {
                    case JsonNumber number -> number.toString();
                    case JsonString(var digits) -> digits.strip();
                    default -> "";
                };
        return text.matches("\\d{1,3}")
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }
}
