package mirrorneuron.api;

import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/** One agent, for people. */
public record AgentView(
        AgentId agentId,
        String agentType,
        Optional<String> type,
        Optional<NodeName> assignedNode,
        AgentStatus status,
        boolean running,
        long processedMessages,
        long mailboxDepth,
        boolean paused,
        Optional<String> lastError,
        Optional<String> sandboxName,
        Optional<Lease> lease,
        JsonObject raw) {}
