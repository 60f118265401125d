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
        JsonObject raw) {}
