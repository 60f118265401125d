package mirrorneuron.api;

import java.util.List;
import java.util.Map;
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

    public JsonObject toJson() {
        return raw;
    }
}
