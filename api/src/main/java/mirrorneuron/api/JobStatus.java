package mirrorneuron.api;

import java.util.Locale;

/** Where a job stands in its life. The texts on every wire are the lower-case names. */
public enum JobStatus {
    PENDING,
    VALIDATED,
    SCHEDULED,
    QUEUED,
    RUNNING,
    PAUSING,
    PAUSED,
    CANCELLING,
    COMPLETED,
    FAILED,
    CANCELLED,
    /**
     * A status that this release does not know; the text stays readable in the record's raw
     * document.
     */
    UNKNOWN;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** True when the job has ended and can never run again. */
    public boolean terminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /**
     * The status as lists and pages show it, which know fewer: what was only checked or placed has
     * not begun, and a job that is being cancelled still runs.
     */
    public JobStatus shown() {
        return switch (this) {
            case VALIDATED, SCHEDULED -> PENDING;
            case CANCELLING -> RUNNING;
            case PENDING, QUEUED, RUNNING, PAUSING, PAUSED, COMPLETED, FAILED, CANCELLED, UNKNOWN ->
                    this;
        };
    }

    /** The text that is stored and sent. */
    public String wire() {
        return wire;
    }

    /**
     * The status of a stored or received text; {@link #UNKNOWN} for a text from a newer release.
     */
    public static JobStatus ofWire(String text) {
        for (var status : values()) {
            if (status.wire.equals(text)) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
