package mirrorneuron.engine.workflow;

import java.util.Locale;
import java.util.Optional;

/** How a step ended, as an edge names it. A failed step is none of these: no edge accepts it. */
public enum Outcome {
    DONE,
    PARTIAL,
    SKIPPED;

    public static Optional<Outcome> of(String word) {
        for (var outcome : values()) {
            if (outcome.wire().equals(word)) {
                return Optional.of(outcome);
            }
        }
        return Optional.empty();
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
