package mirrorneuron.engine.workflow;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A person's say in a step's output.
 *
 * @param title what the person reads first; the step's label when the author gave none
 * @param decisions that are allowed; never empty
 * @param timeoutMs milliseconds until the default is taken; 0 = it waits for ever
 * @param fallback what is decided when nobody has; one of the allowed decisions or {@link
 *     Decision#REJECT}
 * @param blockedActions names of actions that are refused while the gate is open
 */
public record Approval(
        Mode mode,
        String title,
        List<Decision> decisions,
        long timeoutMs,
        Decision fallback,
        List<String> blockedActions) {

    public Approval {
        decisions = List.copyOf(decisions);
        blockedActions = List.copyOf(blockedActions);
    }

    public enum Mode {
        DISABLED,
        /** People are told, and nothing waits. */
        NOTICE_ONLY,
        APPROVAL_REQUIRED;

        public static Optional<Mode> of(String word) {
            for (var mode : values()) {
                if (mode.wire().equals(word)) {
                    return Optional.of(mode);
                }
            }
            return Optional.empty();
        }

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public enum Decision {
        /** The output goes on to the next steps. */
        APPROVE,
        /** The step runs again, with the person's note. */
        REVISE,
        /** The step fails. */
        REJECT;

        public static Optional<Decision> of(String word) {
            for (var decision : values()) {
                if (decision.wire().equals(word)) {
                    return Optional.of(decision);
                }
            }
            return Optional.empty();
        }

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
