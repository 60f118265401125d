package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Graphs of a few agents of every type, with conditions, first-match edges, circles, edges to
 * oneself, and mailboxes of one to four messages.
 *
 * <p>Agents that need nothing from outside send only onwards, so no circle consists of them alone:
 * such a circle never rests, in the engine as in its manifest. Circles through commands and modules
 * are plenty.
 */
final class RandomGraphs {

    static final List<String> TYPES = List.of("red", "blue");

    private static final int AGENTS_MAX = 6;

    private RandomGraphs() {}

    /** One agent; the numbers choose among what its type can be. */
    record Node(String type, int room, int choice) {

        boolean pure() {
            return !type.equals("executor") && !type.equals("module");
        }
    }

    /** One edge by positions; positions beyond the agents wrap around. */
    record Edge(int from, int to, int type, int mode, int condition) {}

    static Arbitrary<Graph> any() {
        var nodes =
                Combinators.combine(
                                Arbitraries.of(
                                        "executor",
                                        "executor",
                                        "module",
                                        "module",
                                        "module",
                                        "router",
                                        "aggregator",
                                        "sensor",
                                        "step_source",
                                        "step_join",
                                        "step_sink"),
                                Arbitraries.integers().between(1, 4),
                                Arbitraries.integers().between(0, 11))
                        .as(Node::new)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(AGENTS_MAX);
        var small = Arbitraries.integers().between(0, AGENTS_MAX - 1);
        var edges =
                Combinators.combine(
                                small,
                                small,
                                Arbitraries.integers().between(0, TYPES.size()),
                                Arbitraries.integers().between(0, 5),
                                Arbitraries.integers().between(0, 5))
                        .as(Edge::new)
                        .list()
                        .ofMaxSize(12);
        var jobTypes = Arbitraries.of("batch", "service");
        return Combinators.combine(nodes, edges, jobTypes).as(RandomGraphs::graph);
    }

    private static Graph graph(List<Node> nodes, List<Edge> edges, String jobType) {
        var manifest = manifest(nodes, edges, jobType);
        var loaded = ManifestLoader.load(manifest, ManifestLimits.DEFAULT);
        return Graph.of(
                loaded.manifest()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                loaded.issues() + "\n" + manifest)));
    }

    private static JsonObject manifest(List<Node> nodes, List<Edge> edges, String jobType) {
        var nodesJson = new ArrayList<JsonValue>();
        for (int i = 0; i < nodes.size(); i++) {
            nodesJson.add(node("n" + i, nodes.get(i)));
        }
        var edgesJson = new ArrayList<JsonValue>();
        for (var edge : edges) {
            int from = edge.from() % nodes.size();
            int to = edge.to() % nodes.size();
            if (!nodes.get(from).pure() || to > from) {
                edgesJson.add(edge(from, to, edge));
            }
        }
        var inputs =
                JsonArray.of(
                        Json.parse("{\"type\": \"red\", \"body\": {\"v\": 1}}"),
                        Json.parse("{\"type\": \"blue\", \"body\": {\"v\": 2}, \"priority\": 5}"),
                        Json.parse("{\"type\": \"red\", \"body\": {\"v\": 3}}"));
        return JsonObject.builder()
                .put("manifest_version", "1.0")
                .put("graph_id", "random")
                .put("entrypoints", JsonArray.of(new JsonString("n0")))
                .put("initial_inputs", JsonObject.of("n0", inputs))
                .put("nodes", JsonArray.of(nodesJson))
                .put("edges", JsonArray.of(edgesJson))
                .put(
                        "policies",
                        Json.parse(
                                """
                                {"recovery_mode": "local_restart", "job_type": "%s",
                                 "restart": {"attempts": 2, "interval_ms": 60000, "delay_ms": 500}}"""
                                        .formatted(jobType)))
                .build();
    }

    private static JsonObject node(String id, Node node) {
        var config =
                switch (node.type()) {
                    case "executor" ->
                            "\"runner_module\": \"host_local\", \"command\": [\"true\"], \"max_attempts\": "
                                    + (1 + node.choice() % 3)
                                    + (node.choice() % 2 == 0 ? ", \"safe_to_retry\": true" : "")
                                    + (node.choice() % 5 == 0
                                            ? ", \"failure_message_type\": \"red\""
                                            : "")
                                    + (node.choice() % 4 == 0
                                            ? ", \"output_message_type\": null"
                                            : ", \"output_message_type\": \"blue\"");
                    case "module" ->
                            "\"module\": \"any\""
                                    + (node.choice() == 0 ? ", \"unsafe\": true" : "");
                    case "router" -> node.choice() % 3 == 0 ? "\"emit_type\": \"blue\"" : "";
                    case "aggregator" -> aggregator(node.choice());
                    case "step_source" ->
                            "\"dispatches\": [{\"message_type\": \"red\"}, {\"message_type\": \"blue\"}]"
                                    + (node.choice() % 2 == 0
                                            ? ", \"required_upstreams\": [\"n0\", \"runtime\"]"
                                            : "");
                    case "step_join" -> join(node.choice());
                    case "step_sink" ->
                            node.choice() % 2 == 0
                                    ? "\"output_message_type\": \"blue\""
                                    : "\"output_message_type\": \"red\", \"schema\": {\"required\": [\"v\"]}";
                    default -> "\"output_message_type\": \"red\"";
                };
        var backpressure = "\"backpressure\": {\"max_queue_depth\": " + node.room() + "}";
        return JsonObject.builder()
                .put("node_id", id)
                .put("agent_type", node.type())
                .put(
                        "config",
                        Json.parse(
                                "{" + config + (config.isEmpty() ? "" : ", ") + backpressure + "}"))
                .build();
    }

    private static String aggregator(int choice) {
        return switch (choice % 6) {
            case 0 -> "\"complete_after\": 4";
            case 1 -> "\"complete_after\": \"all_sources\", \"output_message_type\": \"red\"";
            case 2 -> "\"complete_on_message\": true, \"output_message_type\": \"blue\"";
            case 3 ->
                    "\"dedupe_by\": \"v\", \"output_message_type\": \"blue\", \"complete_after\": 2";
            default ->
                    "\"complete_after\": 2, \"output_message_type\": \"red\", \"reset_after_emit\": true";
        };
    }

    private static String join(int choice) {
        var sources =
                "\"output_message_type\": \"red\", \"expected_sources\": [\"n0\", \"external\"]";
        return switch (choice % 4) {
            case 0 -> sources + ", \"completion_mode\": \"first\"";
            case 1 -> sources + ", \"passthrough\": true";
            case 2 -> sources + ", \"fail_on_message\": true";
            default -> sources;
        };
    }

    private static JsonObject edge(int from, int to, Edge edge) {
        var json =
                JsonObject.builder()
                        .put("from_node", "n" + from)
                        .put("to_node", "n" + to)
                        .put(
                                "message_type",
                                edge.type() == TYPES.size() ? "*" : TYPES.get(edge.type()))
                        .put("routing_mode", edge.mode() == 0 ? "first_match" : "broadcast");
        if (edge.condition() < 3) {
            json.put(
                    "conditions",
                    JsonObject.of("expr", new JsonString("${payload.v} >= " + edge.condition())));
        }
        return json.build();
    }
}
