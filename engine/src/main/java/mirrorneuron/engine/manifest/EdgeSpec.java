package mirrorneuron.engine.manifest;

import mirrorneuron.api.AgentId;
import mirrorneuron.engine.routing.Condition;

/**
 * A way from one agent to another for messages of one type.
 *
 * @param index position among the manifest's edges
 * @param messageType {@code *} matches every type
 */
public record EdgeSpec(
        int index,
        String id,
        AgentId from,
        AgentId to,
        String messageType,
        RoutingMode mode,
        Condition condition) {

    public enum RoutingMode {
        BROADCAST,
        FIRST_MATCH,
        ALL_MATCH
    }

    public boolean accepts(String type) {
        return messageType.equals("*") || messageType.equals(type);
    }
}
