package mirrorneuron.server.resource;

import java.util.List;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.http.HttpFailure;
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
        var body = request.object();
        var wanted = body.at("limits") instanceof JsonObject nested ? nested : body;
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
}
