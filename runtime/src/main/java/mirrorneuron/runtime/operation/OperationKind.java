package mirrorneuron.runtime.operation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be done to many jobs at once. */
public enum OperationKind {
    CANCEL_ALL_JOBS,
    CLEAR_JOBS;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty when there is no such kind. */
    public static Optional<OperationKind> ofWire(String word) {
        return Arrays.stream(values()).filter(kind -> kind.wire().equals(word)).findFirst();
    }
}
