package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/**
 * What a person decided.
 *
 * @param decisionId names the decision: sending it twice changes nothing; never blank
 * @param decision {@code approve}, {@code revise} or {@code reject}
 * @param reviewer who decided; may be empty
 * @param notes passed on to the step when it is sent back; may be empty
 */
public record HumanDecision(String decisionId, String decision, String reviewer, String notes) {

    public HumanDecision {
        requireNonNull(decision, "decision");
        requireNonNull(reviewer, "reviewer");
        requireNonNull(notes, "notes");
        if (decisionId.isBlank()) {
            throw new InvalidRequestException("decision id: blank (expected: a name)");
        }
    }
}
