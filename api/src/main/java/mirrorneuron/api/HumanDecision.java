package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import mirrorneuron.api.json.JsonObject;

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

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("decision_id", decisionId)
                .put("decision", decision)
                .put("reviewer", reviewer)
                .put("notes", notes)
                .build();
    }

    /**
     * Reads what {@link #toJson()} wrote; what is missing is empty.
     *
     * @throws InvalidRequestException when the decision has no id
     */
    public static HumanDecision fromJson(JsonObject json) {
        return new HumanDecision(
                json.string("decision_id").orElse(""),
                json.string("decision").orElse(""),
                json.string("reviewer").orElse(""),
                json.string("notes").orElse(""));
    }
}
