package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/** Names one runtime process that can run work. */
public record NodeName(String value) implements Comparable<NodeName> {

    public NodeName {
        requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new InvalidRequestException("node name: \"" + value + "\" (expected: not blank)");
        }
    }

    public static NodeName of(String value) {
        return new NodeName(value);
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    /** The bare text. */
    @Override
    public String toString() {
        return value;
    }
}
