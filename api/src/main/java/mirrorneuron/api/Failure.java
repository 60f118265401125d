package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
 * @param desc one sentence for people, on one line
 * @param details {@code message, category, retryable, reason_type, component, step_id, agent_id,
 *     attempt, max_attempts, node, exit_code}, each only when known; the category is one of {@code
 *     timeout, scheduler, validation, cancelled, runtime}
 * @param severity {@code ERROR} or {@code WARN}
 * @param occurredAt {@link Instant#EPOCH} when unknown
 * @param eventId {@code evt_…}; empty when no event tells of it
 * @param remediation what to do about it; empty when nothing can be said
 * @param links the files of a run that say more; the usual three when none are given
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

    /** The files of every run that tell of its failures. */
    public static final List<Link> USUAL_LINKS =
            List.of(
                    new Link("errors", "errors_jsonl"),
                    new Link("events", "events_jsonl"),
                    new Link("logs", "logs_jsonl"));

    public Failure {
        code = cut(requireNonNull(code, "code"), CODE_CHARS_MAX);
        desc = cut(sentence(desc), DESC_CHARS_MAX);
        remediation = cut(requireNonNull(remediation, "remediation"), REMEDIATION_CHARS_MAX);
        details = bounded(Redaction.byKey(details));
        links = links.isEmpty() ? USUAL_LINKS : List.copyOf(links);
        // Logs of older releases have it in small letters.
        severity = severity.toUpperCase(Locale.ROOT);
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
                "ERROR",
                occurredAt,
                "",
                Optional.empty(),
                Optional.empty(),
                remediation,
                List.of());
    }

    /**
     * The same failure with what is known around it; what it says itself stays.
     *
     * @param event that tells of it; empty when none does
     */
    public Failure within(String event, Optional<String> trace, Optional<String> span) {
        return new Failure(
                code,
                desc,
                details,
                severity,
                occurredAt,
                eventId.isEmpty() ? event : eventId,
                traceId.or(() -> trace),
                spanId.or(() -> span),
                remediation,
                links,
                raw);
    }

    /** {@code mn.error.v1}: members without a value are left out, never empty or null. */
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
                        .put("severity", severity);
        if (occurredAt.toEpochMilli() > 0) {
            json.put("occurred_at", Timestamps.format(occurredAt));
        }
        return json.putIfPresent("event_id", present(eventId))
                .putIfPresent("trace_id", traceId)
                .putIfPresent("span_id", spanId)
                .putIfPresent("remediation", present(remediation))
                .put(
                        "links",
                        JsonArray.of(
                                links.stream()
                                        .map(
                                                link ->
                                                        JsonObject.builder()
                                                                .put("rel", link.rel())
                                                                .put(
                                                                        "artifact_id",
                                                                        link.artifactId())
                                                                .build())
                                        .toList()))
                .build();
    }

    private static Optional<String> present(String text) {
        return Optional.of(text).filter(value -> !value.isEmpty());
    }

    /** The first line, with a capital: what a command printed may follow it in the details. */
    private static String sentence(String text) {
        var line = text.strip().lines().findFirst().orElse("").stripTrailing();
        return line.isEmpty() || !Character.isLowerCase(line.charAt(0))
                ? line
                : Character.toUpperCase(line.charAt(0)) + line.substring(1);
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
                json.string("severity").orElse("ERROR"),
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
