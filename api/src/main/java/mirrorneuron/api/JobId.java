package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/**
 * Names one job: {@code <graph id>-<epoch milliseconds>-<12 hex digits>} when the runtime mints it.
 */
public record JobId(String value) implements Comparable<JobId> {

    public JobId {
        requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new InvalidRequestException("job id: \"" + value + "\" (expected: not blank)");
        }
    }

    public static JobId of(String value) {
        return new JobId(value);
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    /** The bare text. */
    @Override
    public String toString() {
        return value;
    }
}
