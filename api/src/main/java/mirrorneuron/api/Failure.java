package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Why something failed, in the one shape that every edge writes: {@code mn.error.v1}.
 *
 * <p>Limits are kept by construction: code 128 characters, description 160, {@code details.message}
 * 2 KiB, remediation 1 KiB, the whole document 16 KiB. Secrets in details are redacted by key
 * before anything is stored.
 *
 * @param code stable and dotted, such as {@code workflow.step.timeout}
 * @param desc one line for people
 * @param details {@code message, category, retryable, reason_type, component, step_id, agent_id,
 *     attempt, max_attempts, node}, each only when known
 * @param remediation what to do about it; empty when nothing can be said
 * @param raw the whole document, with members that this release does not know where there is room
 *     for them
 */
public record Failure(
        String code,
        String desc,
        JsonObject details,
        String severity,
        Instant occurredAt,
        String eventId,
        Optional<String> traceId,
        Optional<String> spanId,
        String remediation,
        List<Link> links,
        JsonObject raw) {

    public static final String SCHEMA = "mn.error.v1";

    private static final Set<String> KNOWN =
            Set.of(
                    "schema_version",
                    "code",
                    "desc",
                    "details",
                    "severity",
                    "occurred_at",
                    "event_id",
                    "trace_id",
                    "span_id",
                    "remediation",
                    "links");

    private static final int CODE_CHARS_MAX = 128;
    private static final int DESC_CHARS_MAX = 160;
    private static final int MESSAGE_CHARS_MAX = 2_048;
    private static final int REMEDIATION_CHARS_MAX = 1_024;
    private static final int DOCUMENT_BYTES_MAX = 16 * 1_024;

    /** A stored artifact that says more. */
    public record Link(String rel, String artifactId) {

        public Link {
            requireNonNull(rel, "rel");
            requireNonNull(artifactId, "artifactId");
        }
    }

    public Failure {
        code = cut(requireNonNull(code, "code"), CODE_CHARS_MAX);
        desc = cut(requireNonNull(desc, "desc"), DESC_CHARS_MAX);
        remediation = cut(requireNonNull(remediation, "remediation"), REMEDIATION_CHARS_MAX);
        details = bounded(Redaction.byKey(details));
        links = List.copyOf(links);
        requireNonNull(severity, "severity");
        requireNonNull(occurredAt, "occurredAt");
        requireNonNull(eventId, "eventId");
        requireNonNull(traceId, "traceId");
        requireNonNull(spanId, "spanId");
        // Made of the members, so that it cannot say anything else than they do.
        var document =
                document(
                        code,
                        desc,
                        details,
                        severity,
                        occurredAt,
                        eventId,
                        traceId,
                        spanId,
                        remediation,
                        links);
        raw = withUnknown(document, requireNonNull(raw, "raw"));
    }

    /** A failure of which nothing else is known. */
    public Failure(
            String code,
            String desc,
            JsonObject details,
            String severity,
            Instant occurredAt,
            String eventId,
            Optional<String> traceId,
            Optional<String> spanId,
            String remediation,
            List<Link> links) {
        this(
                code,
                desc,
                details,
                severity,
                occurredAt,
                eventId,
                traceId,
                spanId,
                remediation,
                links,
                JsonObject.empty());
    }

    /** A failure with the usual severity and no trace. */
    public static Failure of(
            String code, String desc, JsonObject details, Instant occurredAt, String remediation) {
        return new Failure(
                code,
                desc,
                details,
                "error",
                occurredAt,
                "",
                Optional.empty(),
                Optional.empty(),
                remediation,
                List.of());
    }

    public JsonObject toJson() {
        return raw;
    }

    private static JsonObject document(
            String code,
            String desc,
            JsonObject details,
            String severity,
            Instant occurredAt,
            String eventId,
            Optional<String> traceId,
            Optional<String> spanId,
            String remediation,
            List<Link> links) {
        var json =
                JsonObject.builder()
                        .put("schema_version", SCHEMA)
                        .put("code", code)
                        .put("desc", desc)
                        .put("details", details)
                        .put("severity", severity)
                        .put("occurred_at", Timestamps.format(occurredAt))
                        .put("event_id", eventId)
                        .putIfPresent("trace_id", traceId)
                        .putIfPresent("span_id", spanId)
                        .put("remediation", remediation);
        json.put(
                "links",
                JsonArray.of(
                        links.stream()
                                .map(
                                        link ->
                                                JsonObject.builder()
                                                        .put("rel", link.rel())
                                                        .put("artifact_id", link.artifactId())
                                                        .build())
                                .toList()));
        return json.build();
    }

    private static JsonObject withUnknown(JsonObject document, JsonObject raw) {
        if (KNOWN.containsAll(raw.names())) {
            return document;
        }
        var whole = JsonObject.builder().putAll(document);
        Redaction.byKey(raw)
                .forEach(
                        (name, value) -> {
                            if (!KNOWN.contains(name)) {
                                whole.put(name, value);
                            }
                        });
        var built = whole.build();
        return Json.bytes(built).length <= DOCUMENT_BYTES_MAX ? built : document;
    }

    /**
     * Reads what {@link #toJson()} wrote; unknown members are kept in {@link #raw}, missing ones
     * become empty.
     */
    public static Failure fromJson(JsonObject json) {
        return new Failure(
                json.string("code").orElse("runtime.failure"),
                json.string("desc").orElse(""),
                json.object("details"),
                json.string("severity").orElse("error"),
                json.string("occurred_at").map(Timestamps::parse).orElse(Instant.EPOCH),
                json.string("event_id").orElse(""),
                json.string("trace_id"),
                json.string("span_id"),
                json.string("remediation").orElse(""),
                json.array("links").stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .map(
                                link ->
                                        new Link(
                                                link.string("rel").orElse(""),
                                                link.string("artifact_id").orElse("")))
                        .toList(),
                json);
    }

    private static JsonObject bounded(JsonObject details) {
        var message = details.string("message");
        if (message.isPresent() && message.get().length() > MESSAGE_CHARS_MAX) {
            details =
                    details.with("message", new JsonString(cut(message.get(), MESSAGE_CHARS_MAX)));
        }
        // The fixed members take at most 4 KiB even when every character needs three bytes; details
        // take the rest.
        if (Json.bytes(details).length <= DOCUMENT_BYTES_MAX - 4_096) {
            return details;
        }
        var text = details.toString();
        return JsonObject.builder()
                .put(
                        "message",
                        message.map(m -> (JsonValue) new JsonString(cut(m, MESSAGE_CHARS_MAX)))
                                .orElse(new JsonString("")))
                .put("truncated", true)
                .put("chars", JsonNumber.of(text.length()))
                .put("preview", cut(text, MESSAGE_CHARS_MAX))
                .build();
    }

    private static String cut(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        int end =
                Character.isHighSurrogate(text.charAt(charsMax - 2)) ? charsMax - 2 : charsMax - 1;
        return text.substring(0, end) + "…";
    }

    /** Bytes of the document in UTF-8. */
    public int size() {
        return Json.bytes(raw).length;
    }
}
