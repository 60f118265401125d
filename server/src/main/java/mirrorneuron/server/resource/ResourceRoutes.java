package mirrorneuron.server.resource;

import java.util.List;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.server.http.HttpFailure;
import mirrorneuron.server.http.Problem;
import mirrorneuron.server.http.Problems;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;

/** Reads and sets the limits of resources. */
public final class ResourceRoutes {

    private final MirrorNeuron runtime;
    private final LimitUpdates updates;

    public ResourceRoutes(MirrorNeuron runtime, LimitUpdates updates) {
        this.runtime = runtime;
        this.updates = updates;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/resource", _ -> Response.ok(runtime.resources().get().toJson())),
                new Route("POST", "/resource", this::update),
                new Route("PUT", "/resource", this::update));
    }

    /** Sets what the body names and leaves the rest. */
    private Response update(Request request) {
        var wanted = wanted(request.object());
        if (!LimitUpdates.isAbout(wanted)) {
            throw HttpFailure.invalid(
                    "Expected at least one of cpu, gpu, memory and disk, but the body has none");
        }
        for (var problem : LimitUpdates.problems(wanted)) {
            throw HttpFailure.invalid(problem.why())
                    .with(JsonObject.builder().put("field", problem.limit()).build());
        }
        return Response.ok(updates.apply(wanted).toJson());
    }

    /** Clients name limits at the top of a body or under {@code limits}, and some do both. */
    private static JsonObject wanted(JsonObject body) {
        var nested = body.at("limits");
        if (nested.isNull()) {
            return body;
        }
        if (!(nested instanceof JsonObject limits)) {
            throw Problems.wrongType("limits", "an object");
        }
        var wanted = body;
        for (var name : LimitUpdates.NAMES) {
            if (body.has(name) && limits.has(name)) {
                requireSame(name, body.at(name), limits.at(name));
            } else if (limits.has(name)) {
                wanted = wanted.with(name, limits.at(name));
            }
        }
        return wanted;
    }

    private static void requireSame(String name, JsonValue top, JsonValue nested) {
        if (!LimitUpdates.isSame(top, nested)) {
            throw HttpFailure.invalid(
                            "%s: %s, but limits.%s: %s (expected: one value)"
                                    .formatted(
                                            name,
                                            Problem.shown(top.toString()),
                                            name,
                                            Problem.shown(nested.toString())))
                    .with(JsonObject.builder().put("field", name).build());
        }
    }
}
