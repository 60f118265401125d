package mirrorneuron.engine.run;

import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * {@code mn.error.v1} as it goes out: members without a value are left out, never empty or null.
 *
 * @see "REST contract, section 11.1"
 */
public final class ErrorObject {

    private static final JsonArray LINKS =
            JsonArray.of(
                    link("errors", "errors_jsonl"),
                    link("events", "events_jsonl"),
                    link("logs", "logs_jsonl"));

    private ErrorObject() {}

    /** A failure that no event tells of, such as a job record's. */
    public static JsonObject of(Failure failure) {
        return of(failure, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * @param event the event that tells of the failure, unless the failure names another
     * @param trace the run's trace, unless the failure names another
     * @param span the event's span, unless the failure names another
     */
    static JsonObject of(
            Failure failure,
            Optional<String> event,
            Optional<String> trace,
            Optional<String> span) {
        var json =
                JsonObject.builder()
                        .put("schema_version", Failure.SCHEMA)
                        .put("code", failure.code())
                        .put("desc", sentence(failure.desc()))
                        .put("details", failure.details())
                        .put("severity", failure.severity().toUpperCase(Locale.ROOT));
        if (failure.occurredAt().toEpochMilli() > 0) {
            json.put("occurred_at", Timestamps.format(failure.occurredAt()));
        }
        return json.putIfPresent("event_id", present(failure.eventId()).or(() -> event))
                .putIfPresent("trace_id", failure.traceId().or(() -> trace))
                .putIfPresent("span_id", failure.spanId().or(() -> span))
                .putIfPresent("remediation", present(failure.remediation()))
                .put("links", links(failure))
                .build();
    }

    private static JsonValue links(Failure failure) {
        return failure.links().isEmpty()
                ? LINKS
                : JsonArray.of(
                        failure.links().stream()
                                .map(link -> link(link.rel(), link.artifactId()))
                                .toList());
    }

    private static JsonObject link(String rel, String artifact) {
        return JsonObject.builder().put("rel", rel).put("artifact_id", artifact).build();
    }

    /** A description that begins with a name in small letters is made a sentence. */
    private static JsonString sentence(String text) {
        return new JsonString(
                text.isEmpty() || !Character.isLowerCase(text.charAt(0))
                        ? text
                        : Character.toUpperCase(text.charAt(0)) + text.substring(1));
    }

    private static Optional<String> present(String text) {
        return Optional.of(text).filter(value -> !value.isEmpty());
    }
}
