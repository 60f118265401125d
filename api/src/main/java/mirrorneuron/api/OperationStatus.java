package mirrorneuron.api;

import java.util.Arrays;
import java.util.Locale;

/** Where an operation stands. The texts on every wire are the lower-case names. */
public enum OperationStatus {
    /** Targets are being dealt with. */
    RUNNING,
    /** Every target was dealt with; some end by themselves, and the operation waits for them. */
    WAITING,
    COMPLETED,
    COMPLETED_WITH_FAILURES,
    FAILED,
    /** One of a newer release; the text stays in the document. */
    UNKNOWN;

    /** Whether nothing happens any more. */
    public boolean terminal() {
        return this == COMPLETED || this == COMPLETED_WITH_FAILURES || this == FAILED;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a text; {@link #UNKNOWN} for one of a newer release. */
    public static OperationStatus ofWire(String text) {
        return Arrays.stream(values())
                .filter(status -> status.wire().equals(text))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
