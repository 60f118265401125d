package mirrorneuron.runtime.simulation;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** Writes the manifests of workloads. */
final class ManifestText {

    private final String graphId;
    private final List<JsonValue> nodes = new ArrayList<>();
    private final List<JsonValue> edges = new ArrayList<>();
    private List<String> entrypoints = List.of();

    ManifestText(String graphId) {
        this.graphId = graphId;
    }

    ManifestText entrypoints(String... ids) {
        entrypoints = List.of(ids);
        return this;
    }

    ManifestText node(String id, String type, String config) {
        nodes.add(
                JsonObject.builder()
                        .put("node_id", id)
                        .put("agent_type", type)
                        .put("config", Json.parse(config))
                        .build());
        return this;
    }

    ManifestText edge(String from, String to, String type) {
        edges.add(
                JsonObject.builder()
                        .put("edge_id", from + "-" + to + "-" + type)
                        .put("from_node", from)
                        .put("to_node", to)
                        .put("message_type", type)
                        .build());
        return this;
    }

    /** Agents that fail are started again as often as it takes. */
    JsonObject json() {
        return JsonObject.builder()
                .put("manifest_version", "1.0")
                .put("graph_id", graphId)
                .put("entrypoints", JsonArray.ofStrings(entrypoints))
                .put("nodes", JsonArray.of(nodes))
                .put("edges", JsonArray.of(edges))
                .put(
                        "policies",
                        Json.parse(
                                """
                                {"recovery_mode": "local_restart",
                                 "restart": {"attempts": 1000, "delay_ms": 100}}"""))
                .build();
    }
}
