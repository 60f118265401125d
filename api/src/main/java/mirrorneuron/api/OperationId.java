package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/** Names one operation: {@code op-<16 hex digits>} when the runtime mints it. */
public record OperationId(String value) {

    public OperationId {
        requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new InvalidRequestException(
                    "operation id: \"" + value + "\" (expected: not blank)");
        }
    }

    public static OperationId of(String value) {
        return new OperationId(value);
    }

    /** The bare text. */
    @Override
    public String toString() {
        return value;
    }
}
