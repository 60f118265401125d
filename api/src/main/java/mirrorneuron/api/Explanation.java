package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Why something is where it is.
 *
 * @param subject {@code job <id>} or {@code agent <id>}
 * @param state the subject's state
 * @param cause a stable word for the reason, such as {@code waiting_for_lease}
 * @param sentence the reason in one line
 * @param evidence the facts behind it, one a line
 * @param nextWake when the runtime looks again by itself; empty when only something from outside
 *     can change it
 * @param remediation what a person can do; empty when there is nothing to do
 */
public record Explanation(
        String subject,
        String state,
        String cause,
        String sentence,
        List<String> evidence,
        Optional<Instant> nextWake,
        String remediation) {

    public Explanation {
        requireNonNull(subject, "subject");
        requireNonNull(state, "state");
        requireNonNull(cause, "cause");
        requireNonNull(sentence, "sentence");
        requireNonNull(nextWake, "nextWake");
        requireNonNull(remediation, "remediation");
        evidence = List.copyOf(evidence);
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("subject", subject)
                .put("state", state)
                .put("cause", cause)
                .put("sentence", sentence)
                .put("evidence", JsonArray.ofStrings(evidence))
                .put(
                        "next_wake_at",
                        nextWake.<JsonValue>map(at -> new JsonString(Timestamps.format(at)))
                                .orElse(JsonNull.NULL))
                .put("remediation", remediation)
                .build();
    }

    /** Reads what {@link #toJson()} wrote; what is missing is empty. */
    public static Explanation fromJson(JsonObject json) {
        return new Explanation(
                json.string("subject").orElse(""),
                json.string("state").orElse(""),
                json.string("cause").orElse(""),
                json.string("sentence").orElse(""),
                json.array("evidence").strings(),
                json.string("next_wake_at").map(Timestamps::parse),
                json.string("remediation").orElse(""));
    }
}
