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

    /** Whether the author gave the id; one that was made ends with the edge's position. */
    public boolean hasOwnId() {
        return !id.equals(idOf(index, from, to, messageType));
    }

    /** The id of an edge whose author gave none. */
    static String idOf(int index, AgentId from, AgentId to, String messageType) {
        return from + "->" + to + ":" + messageType + "#" + index;
    }

    public boolean accepts(String type) {
        return messageType.equals("*") || messageType.equals(type);
    }
}
