package mirrorneuron.api;

import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * The stored record of an agent.
 *
 * @param currentState the agent's own state, as far as it fits 32 KiB
 * @param metadata {@code paused}, {@code outbound_edges} and more
 */
public record AgentSnapshot(
        AgentId agentId,
        String agentType,
        Optional<String> type,
        Optional<NodeName> assignedNode,
        long processedMessages,
        long mailboxDepth,
        JsonObject currentState,
        JsonObject metadata,
        JsonObject raw) {

    /** Reads the stored document; members that are missing become empty. */
    public static AgentSnapshot fromJson(JsonObject raw) {
        return new AgentSnapshot(
                AgentId.of(raw.string("agent_id").orElse("unknown")),
                raw.string("agent_type").orElse(""),
                raw.string("type"),
                raw.string("assigned_node").filter(node -> !node.isBlank()).map(NodeName::of),
                raw.integer("processed_messages").orElse(0),
                raw.integer("mailbox_depth").orElse(0),
                raw.object("current_state"),
                raw.object("metadata"),
                raw);
    }

    public JsonObject toJson() {
        return raw;
    }
}
