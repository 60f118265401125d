package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/** Names one agent inside its job; it is the id of the graph's node. */
public record AgentId(String value) implements Comparable<AgentId> {

    public AgentId {
        requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new InvalidRequestException("agent id: \"" + value + "\" (expected: not blank)");
        }
    }

    public static AgentId of(String value) {
        return new AgentId(value);
    }

    @Override
    public int compareTo(AgentId other) {
        return value.compareTo(other.value);
    }

    /** The bare text. */
    @Override
    public String toString() {
        return value;
    }
}
