package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/** Names one run, and its folder: never with a colon, which job ids may have. */
public record RunId(String value) implements Comparable<RunId> {

    public RunId {
        requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_ID, "run id: \"" + value + "\" (expected: not blank)", null);
        }
    }

    public static RunId of(String value) {
        return new RunId(value);
    }

    @Override
    public int compareTo(RunId other) {
        return value.compareTo(other.value);
    }

    /** The bare text. */
    @Override
    public String toString() {
        return value;
    }
}
