package mirrorneuron.server.system;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.NodeStatus;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;

/** What one may ask of the server itself. */
public final class SystemRoutes {

    private static final JsonObject NO_REDIS =
            JsonObject.builder()
                    .put("status", "ok")
                    .put("detail", "not used: the store is part of this process")
                    .build();

    private final MirrorNeuron runtime;
    private final ServerSettings settings;
    private final Endpoint endpoint;
    private final Instant startedAt;
    private final InstantSource clock;

    public SystemRoutes(
            MirrorNeuron runtime, ServerSettings settings, Endpoint endpoint, InstantSource clock) {
        this.runtime = runtime;
        this.settings = settings;
        this.endpoint = endpoint;
        this.startedAt = clock.instant();
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/health", this::health),
                new Route("GET", "/runtime/status", this::status),
                new Route("GET", "/system/summary", this::summary));
    }

    /** 200 as long as the process can answer; whether it is well is in the body. */
    private Response health(Request request) {
        var store = store();
        return Response.ok(
                JsonObject.builder()
                        .put("status", store.ok() ? "ok" : "degraded")
                        .put("auth", settings.http().token().isPresent() ? "enabled" : "disabled")
                        .put("version", version())
                        .put(
                                "dependencies",
                                JsonObject.builder()
                                        .put("store", store.toJson())
                                        // Older clients look for it by name.
                                        .put("redis", NO_REDIS)
                                        .build())
                        .build());
    }

    /**
     * @param detail what is wrong; empty when it is well
     */
    private record Component(String name, boolean ok, String detail) {

        JsonObject toJson() {
            var json = JsonObject.builder().put("status", ok ? "ok" : "down");
            return detail.isEmpty() ? json.build() : json.put("detail", detail).build();
        }

        JsonValue row() {
            var json =
                    JsonObject.builder()
                            .put("name", name)
                            .put("status", ok ? "passing" : "critical");
            return detail.isEmpty() ? json.build() : json.put("detail", detail).build();
        }
    }

    /** Asks the store for the cheapest thing it keeps. */
    private Component store() {
        try {
            runtime.monitor().metrics();
            return new Component("store", true, "");
        } catch (MirrorNeuronException down) {
            return new Component("store", false, String.valueOf(down.getMessage()));
        }
    }

    private Response status(Request request) {
        // There is one process, so nothing has to be waited for; the value is checked all the same.
        request.query().seconds("timeout", 3, 0, 3_600);
        var store = store();
        var nodes = runtime.cluster().nodes();
        var components = new ArrayList<JsonValue>();
        components.add(new Component("api", true, "").row());
        components.add(store.row());
        var problems = new ArrayList<String>();
        for (var node : nodes) {
            node.raw().array("problems").forEach(problem -> problems.add(problem.toString()));
            components.add(
                    new Component(
                                    "node " + node.name(),
                                    node.status() == NodeStatus.HEALTHY,
                                    node.status() == NodeStatus.HEALTHY ? "" : node.status().wire())
                            .row());
        }
        if (!problems.isEmpty()) {
            components.add(
                    JsonObject.builder()
                            .put("name", "home")
                            .put("status", "warning")
                            .put("detail", String.join("; ", problems))
                            .build());
        }
        return Response.ok(
                JsonObject.builder()
                        .put(
                                "overall",
                                !store.ok()
                                        ? "critical"
                                        : problems.isEmpty() ? "passing" : "warning")
                        .put("checked_at", Timestamps.format(clock.instant()))
                        .put(
                                "runtime",
                                JsonObject.builder()
                                        .put("mode", "single_node")
                                        .put("version", version())
                                        .put(
                                                "uptime_seconds",
                                                Duration.between(startedAt, clock.instant())
                                                        .toSeconds())
                                        .put("node", nodes.getFirst().name().value())
                                        .build())
                        .put(
                                "endpoints",
                                JsonObject.builder()
                                        .put("api", endpoint.url())
                                        .putIfPresent("grpc", endpoint.grpc())
                                        .build())
                        .put("components", JsonArray.of(components))
                        .put("nodes", JsonObject.builder().put("total", nodes.size()).build())
                        .put("jobs", jobs())
                        .put("shared_storage", JsonObject.empty())
                        .build());
    }

    private JsonObject jobs() {
        var metrics = runtime.monitor().metrics();
        long active =
                metrics.byStatus().entrySet().stream()
                        .filter(count -> !count.getKey().terminal())
                        .mapToLong(Map.Entry::getValue)
                        .sum();
        return metrics.raw().object("jobs").with("active", JsonNumber.of(active));
    }

    private Response summary(Request request) {
        var summary = SystemSummary.of(runtime);
        return Response.ok(
                JsonObject.builder()
                        .put("nodes", summary.nodes())
                        .put("jobs", JsonArray.of(summary.jobs()))
                        .build());
    }

    private String version() {
        return runtime.capabilities().version();
    }
}
