package mirrorneuron.cli.blueprint;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * The graph that jobs of a manifest begin with: in the form of a job's graph, before anything went
 * along its edges. Stateless.
 */
final class ManifestGraph {

    private record Edge(String from, String to) {}

    private ManifestGraph() {}

    static JobGraph of(Manifest manifest) {
        var steps = manifest.raw().object("workflow").array("steps").objects();
        var nodes = steps.isEmpty() ? agents(manifest) : steps(steps);
        var edges =
                steps.isEmpty()
                        ? edges(manifest.raw().array("edges").objects())
                        : stepEdges(manifest.raw().object("workflow"), steps);
        return JobGraph.fromJson(
                JsonObject.builder()
                        .put("job_id", manifest.graphId())
                        .put("graph_id", manifest.graphId())
                        .put("status", "pending")
                        .put("nodes", JsonArray.of(nodes))
                        .put(
                                "edges",
                                JsonArray.of(
                                        edges.stream()
                                                .map(
                                                        edge ->
                                                                JsonObject.builder()
                                                                        .put("source", edge.from())
                                                                        .put("target", edge.to())
                                                                        .build())
                                                .toList()))
                        .put(
                                "stats",
                                JsonObject.builder()
                                        .put("agent_count", nodes.size())
                                        .put("edge_count", edges.size())
                                        .build())
                        .build());
    }

    private static List<JsonObject> agents(Manifest manifest) {
        return manifest.raw().array("nodes").objects().stream()
                .map(
                        node ->
                                node(
                                        node.string("node_id").orElse("?"),
                                        node.string("agent_type").orElse("agent")))
                .toList();
    }

    private static List<JsonObject> steps(List<JsonObject> steps) {
        return steps.stream()
                .map(
                        step ->
                                node(
                                        step.string("id").orElse("?"),
                                        step.string("type").orElse("step")))
                .toList();
    }

    private static JsonObject node(String id, String type) {
        return JsonObject.builder().put("id", id).put("agent_type", type).build();
    }

    private static Set<Edge> edges(List<JsonObject> edges) {
        var found = new LinkedHashSet<Edge>();
        for (var edge : edges) {
            var from = edge.string("from_node").or(() -> edge.string("from"));
            var to = edge.string("to_node").or(() -> edge.string("to"));
            if (from.isPresent() && to.isPresent()) {
                found.add(new Edge(from.get(), to.get()));
            }
        }
        return found;
    }

    /** What is written as edges, and what steps say of those before them. */
    private static Set<Edge> stepEdges(JsonObject workflow, List<JsonObject> steps) {
        var found = edges(workflow.array("edges").objects());
        for (var step : steps) {
            for (var before : step.array("needs").strings()) {
                found.add(new Edge(before, step.string("id").orElse("?")));
            }
        }
        return found;
    }
}
