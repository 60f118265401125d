package mirrorneuron.api;

import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

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
        JsonObject raw) {

    /**
     * Reads the document of an agent. It shows fewer statuses than there are ({@link
     * AgentStatus#shown}), and so does what is read from it.
     */
    public static AgentView fromJson(JsonObject raw) {
        var lease = raw.object("lease");
        return new AgentView(
                AgentId.of(raw.string("agent_id").orElse("unknown")),
                raw.string("agent_type").orElse(""),
                raw.string("type"),
                raw.string("assigned_node")
                        .filter(node -> !node.isBlank() && !node.equals("unassigned"))
                        .map(NodeName::of),
                AgentStatus.ofWire(raw.string("status").orElse("")),
                raw.bool("running?").or(() -> raw.bool("running")).orElse(false),
                raw.integer("processed_messages").orElse(0),
                raw.integer("mailbox_depth").orElse(0),
                raw.bool("paused?").or(() -> raw.bool("paused")).orElse(false),
                raw.string("last_error"),
                raw.string("sandbox_name"),
                !blank(lease) ? Optional.of(Lease.fromJson(lease)) : Optional.empty(),
                raw);
    }

    private static boolean blank(JsonObject lease) {
        return lease.asMap().values().stream().allMatch(JsonValue::isNull);
    }

    /** The same agent with this status. */
    public AgentView withStatus(AgentStatus other) {
        return new AgentView(
                agentId,
                agentType,
                type,
                assignedNode,
                other,
                running,
                processedMessages,
                mailboxDepth,
                paused,
                lastError,
                sandboxName,
                lease,
                raw);
    }

    public JsonObject toJson() {
        return raw;
    }
}
