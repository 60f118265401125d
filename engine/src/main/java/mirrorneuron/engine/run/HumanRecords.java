package mirrorneuron.engine.run;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * What is asked of people and what they answered, in the shape of {@code human.jsonl}.
 *
 * @see "REST contract, section 6.8"
 */
public final class HumanRecords {

    public static final String REQUESTED = "human_input_requested";
    public static final String RECEIVED = "human_input_received";
    public static final String TIMED_OUT = "human_input_timeout";
    public static final String NOTICE = "human_notice";
    public static final String ACKNOWLEDGED = "human_notice_acknowledged";

    private static final Set<String> YES =
            Set.of("approve", "approved", "accept", "accepted", "yes", "true");

    /** Members of a request that people see, wherever the worker put them. */
    private static final List<String> ASKED =
            List.of(
                    "title",
                    "prompt",
                    "options",
                    "decision_type",
                    "action",
                    "mode",
                    "blocked_actions");

    private HumanRecords() {}

    /** The record of an event; empty when the event does not concern people. */
    static Optional<JsonObject> of(JsonObject line, Aside aside) {
        var payload = line.object("payload");
        var event = line.string("event_id").orElse("");
        return switch (line.string("type").orElse("")) {
            case REQUESTED ->
                    isOwnQuestion(payload)
                            ? Optional.of(record(line, REQUESTED, requested(payload, event, aside)))
                            : Optional.empty();
            case RECEIVED -> Optional.of(record(line, RECEIVED, received(payload, event)));
            case TIMED_OUT -> Optional.of(record(line, TIMED_OUT, timedOut(payload, event)));
            case NOTICE -> Optional.of(record(line, NOTICE, notice(payload, event)));
            default -> Optional.empty();
        };
    }

    /** False for a step's question without a name: its gate asks it again, and can be answered. */
    private static boolean isOwnQuestion(JsonObject payload) {
        return payload.has("request_id") || payload.string("step_id").isEmpty();
    }

    /** True for a decision that agrees. */
    public static boolean approves(String decision) {
        return YES.contains(decision.strip().toLowerCase(Locale.ROOT));
    }

    /**
     * The payload of an answer.
     *
     * @param response the answer as it was given; its {@code decision}, {@code notes} and {@code
     *     reviewer} come out beside it
     */
    public static JsonObject answer(String requestId, JsonObject response) {
        var decision = decision(response);
        return JsonObject.builder()
                .put("request_id", requestId)
                .put("decision", decision)
                .put("approved", approves(decision))
                .putIfPresent("notes", response.string("notes"))
                .putIfPresent("reviewer", response.string("reviewer"))
                .put("response", response)
                .build();
    }

    /** The decision in an answer; empty when it holds none. */
    public static String decision(JsonObject response) {
        return switch (response.at("decision")) {
            case JsonString text -> text.value();
            case JsonBool bool -> bool == JsonBool.TRUE ? "true" : "false";
            default ->
                    response.at("approved") instanceof JsonBool said
                            ? (said == JsonBool.TRUE ? "approve" : "reject")
                            : "";
        };
    }

    private static JsonObject requested(JsonObject payload, String event, Aside aside) {
        var request = payload.object("request");
        var json =
                JsonObject.builder()
                        .put("request_id", payload.string("request_id").orElse(event))
                        .put("prompt", prompt(payload, request));
        for (var name : ASKED) {
            value(payload, request, name).ifPresent(found -> json.put(name, found));
        }
        json.put("prompt", prompt(payload, request));
        value(payload, request, "allowed_decisions")
                .ifPresent(v -> json.put("allowed_decisions", v));
        json.putIfPresent("step_id", payload.string("step_id"))
                // The name under which the worker asked what a gate asks now.
                .putIfPresent("asked_as", request.string("request_id"))
                .putIfPresent("attempt_id", payload.string("attempt_id"))
                .putAll(aside.human());
        return json.put("status", "pending").build();
    }

    private static String prompt(JsonObject payload, JsonObject request) {
        return text(request, "prompt")
                .or(() -> text(payload, "prompt"))
                .or(() -> text(request, "title"))
                .or(() -> text(payload, "title"))
                .or(() -> text(payload, "step_id").map(step -> "Approve the output of " + step))
                .orElse("A decision is needed");
    }

    private static Optional<JsonValue> value(JsonObject payload, JsonObject request, String name) {
        return request.get(name)
                .or(() -> payload.get(name))
                .filter(
                        found ->
                                found instanceof JsonString
                                        || found instanceof JsonArray
                                        || found instanceof JsonObject
                                        || found instanceof JsonNumber);
    }

    private static JsonObject received(JsonObject payload, String event) {
        var said = payload.object("response");
        var response =
                said.isEmpty()
                        ? response(
                                decision(payload),
                                text(payload, "reviewer"),
                                text(payload, "notes"),
                                text(payload, "decision_id"))
                        : said;
        var answer = answer(payload.string("request_id").orElse(event), response);
        var json = JsonObject.builder().putAll(answer);
        return json.putIfPresent("step_id", payload.string("step_id")).build();
    }

    /** An answer as somebody gave it. */
    public static JsonObject response(
            String decision,
            Optional<String> reviewer,
            Optional<String> notes,
            Optional<String> decisionId) {
        return JsonObject.builder()
                .put("decision", decision)
                .putIfPresent("notes", notes)
                .putIfPresent("reviewer", reviewer)
                .putIfPresent("decision_id", decisionId)
                .build();
    }

    /** What time decided, where nobody did. */
    private static JsonObject timedOut(JsonObject payload, String event) {
        return JsonObject.builder()
                .put("request_id", payload.string("request_id").orElse(event))
                .put(
                        "default_action",
                        payload.string("default_action").orElseGet(() -> decision(payload)))
                .putIfPresent("step_id", payload.string("step_id"))
                .build();
    }

    private static JsonObject notice(JsonObject payload, String event) {
        var message =
                text(payload, "message")
                        .or(() -> text(payload, "title"))
                        .or(() -> text(payload, "prompt"))
                        .orElse("");
        return JsonObject.builder()
                .putAll(payload)
                .put("notice_id", text(payload, "notice_id").orElse(event))
                .put("message", message)
                .build();
    }

    private static JsonObject record(JsonObject line, String type, JsonObject payload) {
        var record =
                JsonObject.builder()
                        .put("ts", line.at("ts"))
                        .put("timestamp", line.at("ts"))
                        .put("run_id", line.at("run_id"))
                        .put("job_id", line.at("job_id"))
                        .put("channel", "human")
                        .put("type", type)
                        .put("event_id", line.at("event_id"));
        return record.putIfPresent("agent_id", line.string("agent_id"))
                .putIfPresent("step_id", line.string("step_id"))
                .put("payload", payload)
                .build();
    }

    private static Optional<String> text(JsonObject object, String name) {
        return object.string(name).filter(text -> !text.isBlank());
    }
}
