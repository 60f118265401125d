package mirrorneuron.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * A process that runs work.
 *
 * @param status {@code healthy} while it takes work
 * @param raw the whole document, with the sandbox levels it found
 */
public record NodeInfo(
        NodeName name,
        List<NodeName> connectedNodes,
        boolean self,
        String schedulerHint,
        Map<String, PoolStats> executorPools,
        String status,
        boolean schedulingEligible,
        JsonObject raw) {

    public NodeInfo {
        connectedNodes = List.copyOf(connectedNodes);
        executorPools = Map.copyOf(executorPools);
    }

    /**
     * {@code {platform, cpu, memory, disk, devices}}, with what could be found out; empty when the
     * node does not say.
     */
    public Optional<JsonObject> hardware() {
        return raw.at("hardware") instanceof JsonObject found
                ? Optional.of(found)
                : Optional.empty();
    }

    public JsonObject toJson() {
        return raw;
    }

    /** Reads the document of a node; members that are missing become empty. */
    public static NodeInfo fromJson(JsonObject raw) {
        var pools = new HashMap<String, PoolStats>();
        raw.object("executor_pools")
                .forEach(
                        (name, pool) -> {
                            if (pool instanceof JsonObject object) {
                                pools.put(name, PoolStats.fromJson(object));
                            }
                        });
        return new NodeInfo(
                NodeName.of(raw.string("name").orElse("unknown")),
                raw.array("connected_nodes").strings().stream().map(NodeName::of).toList(),
                raw.bool("self?").or(() -> raw.bool("self")).orElse(false),
                raw.string("scheduler_hint").orElse(""),
                pools,
                raw.string("status").orElse("unknown"),
                raw.bool("scheduling_eligible").orElse(true),
                raw);
    }
}
