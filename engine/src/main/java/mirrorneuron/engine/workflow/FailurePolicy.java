package mirrorneuron.engine.workflow;

import java.util.Locale;
import java.util.Optional;

/** What the author says shall become of the run when a step has failed for good. */
public enum FailurePolicy {
    FAIL_WORKFLOW,
    CONTINUE_PARTIAL,
    CONTINUE,
    SKIP,
    FAIL_CLOSED;

    /** The policy of that name; empty when there is none, and then the run fails. */
    public static Optional<FailurePolicy> of(String word) {
        for (var policy : values()) {
            if (policy.wire().equals(word)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
