package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * A process that runs work.
 *
 * @param hardware empty when the node does not say
 * @param status {@link NodeStatus#HEALTHY} while it takes work
 * @param raw the whole document, with the sandbox levels it found
 */
public record NodeInfo(
        NodeName name,
        List<NodeName> connectedNodes,
        boolean self,
        String schedulerHint,
        Map<String, PoolStats> executorPools,
        Optional<Hardware> hardware,
        NodeStatus status,
        boolean schedulingEligible,
        JsonObject raw) {

    public NodeInfo {
        connectedNodes = List.copyOf(connectedNodes);
        executorPools = Map.copyOf(executorPools);
        requireNonNull(hardware, "hardware");
        requireNonNull(status, "status");
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
                raw.at("hardware") instanceof JsonObject found
                        ? Optional.of(Hardware.fromJson(found))
                        : Optional.empty(),
                NodeStatus.ofWire(raw.string("status").orElse("")),
                raw.bool("scheduling_eligible").orElse(true),
                raw);
    }
}
