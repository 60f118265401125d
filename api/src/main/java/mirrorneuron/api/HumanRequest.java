package mirrorneuron.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * A step that waits for a person, or once did.
 *
 * @param requestId names the request in its job
 * @param title what the person reads first
 * @param request what the author and the worker ask: {@code title}, {@code prompt}, {@code
 *     blocked_actions} and members of the worker's own
 * @param output what is to be decided on; JSON null once it was
 * @param allowedDecisions words that may be answered, or might have been
 * @param timeoutAt when the default is taken, or would have been; absent = never
 * @param decision absent while it waits
 */
public record HumanRequest(
        String requestId,
        String stepId,
        String title,
        JsonObject request,
        JsonValue output,
        List<String> allowedDecisions,
        Instant requestedAt,
        Optional<Instant> timeoutAt,
        Optional<HumanDecision> decision) {

    public HumanRequest {
        allowedDecisions = List.copyOf(allowedDecisions);
    }

    public boolean pending() {
        return decision.isEmpty();
    }

    /** The same request about this output. */
    public HumanRequest withOutput(JsonValue other) {
        return new HumanRequest(
                requestId,
                stepId,
                title,
                request,
                other,
                allowedDecisions,
                requestedAt,
                timeoutAt,
                decision);
    }

    public JsonObject toJson() {
        var json =
                JsonObject.builder()
                        .put("request_id", requestId)
                        .put("step_id", stepId)
                        .put("title", title)
                        .put("status", pending() ? "pending" : "answered")
                        .put("request", request)
                        .put("output", output)
                        .put("allowed_decisions", JsonArray.ofStrings(allowedDecisions))
                        .put("requested_at", Timestamps.format(requestedAt))
                        .put("timeout_at", time(timeoutAt));
        decision.ifPresent(
                taken ->
                        json.put("decision", taken.decision())
                                .put("decision_id", taken.decisionId())
                                .put("reviewer", taken.reviewer())
                                .put("notes", taken.notes()));
        return json.build();
    }

    private static JsonValue time(Optional<Instant> at) {
        return at.<JsonValue>map(instant -> new JsonString(Timestamps.format(instant)))
                .orElse(JsonNull.NULL);
    }

    /** Reads what {@link #toJson()} wrote; what is missing is empty. */
    public static HumanRequest fromJson(JsonObject json) {
        return new HumanRequest(
                json.string("request_id").orElse(""),
                json.string("step_id").orElse(""),
                json.string("title").orElse(""),
                json.object("request"),
                json.at("output"),
                json.array("allowed_decisions").strings(),
                json.string("requested_at").map(Timestamps::parse).orElse(Instant.EPOCH),
                json.string("timeout_at").map(Timestamps::parse),
                json.has("decision")
                        ? Optional.of(HumanDecision.fromJson(json))
                        : Optional.empty());
    }
}
