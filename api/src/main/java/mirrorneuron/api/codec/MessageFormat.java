package mirrorneuron.api.codec;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * From what a sender wrote to a {@link Message}. Only something that is not an object is refused;
 * every member that cannot be used takes its default.
 *
 * @see "runtime contract, section 4.3"
 */
public final class MessageFormat {

    /** Messages live at most a week. */
    public static final long TTL_MS_MAX = 604_800_000L;

    /** Top-level names that mean something in the legacy shape, so they never reach the body. */
    public static final Set<String> RESERVED_KEYS =
            Set.of(
                    "message_id",
                    "job_id",
                    "from",
                    "to",
                    "type",
                    "class",
                    "timestamp",
                    "correlation_id",
                    "causation_id",
                    "attempt",
                    "priority",
                    "ttl_ms",
                    "content_type",
                    "content_encoding",
                    "headers",
                    "artifacts",
                    "stream",
                    "payload",
                    "body",
                    "envelope");

    private static final Instant TIMESTAMP_MIN = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant TIMESTAMP_MAX = Instant.parse("9999-12-31T23:59:59.999Z");

    private MessageFormat() {}

    /** What normalising gave. */
    public sealed interface Result {

        record Normalised(Message message) implements Result {}

        /** The input is no message; the code is {@code message.not_an_object}. */
        record Refused(String code, String problem) implements Result {}
    }

    /**
     * Reads what a sender wrote, in the spec shape (an object with {@code envelope}) or the legacy
     * shape (any other object). Blank texts count as absent; a time to live beyond {@link
     * #TTL_MS_MAX} is cut to it.
     */
    public static Result normalise(JsonValue input, MessageDefaults defaults) {
        if (!(input instanceof JsonObject object)) {
            return new Result.Refused(
                    "message.not_an_object", "Expected a message object, but found " + kind(input));
        }
        boolean spec = object.has("envelope");
        var envelope = spec ? object.object("envelope") : object;
        var ttl = envelope.integer("ttl_ms");
        return new Result.Normalised(
                new Message(
                        text(envelope, "message_id", defaults.messageId()),
                        text(envelope, "from", defaults.from()),
                        text(envelope, "to", defaults.to()),
                        text(envelope, "type", defaults.type()),
                        text(envelope, "class", defaults.messageClass()),
                        timestamp(envelope).orElse(defaults.timestamp()),
                        text(envelope, "correlation_id", defaults.correlationId()),
                        Optional.of(text(envelope, "causation_id", "")).filter(id -> !id.isEmpty()),
                        Math.max(1, whole(envelope, "attempt", 1)),
                        whole(envelope, "priority", Message.PRIORITY_DEFAULT),
                        ttl.isPresent() && ttl.getAsLong() >= 0
                                ? OptionalLong.of(Math.min(ttl.getAsLong(), TTL_MS_MAX))
                                : OptionalLong.empty(),
                        text(envelope, "content_type", Message.CONTENT_TYPE_DEFAULT),
                        text(envelope, "content_encoding", Message.CONTENT_ENCODING_DEFAULT),
                        object.object("headers"),
                        spec ? specBody(object) : legacyBody(object),
                        object.array("artifacts"),
                        stream(object.at("stream"))));
    }

    /**
     * Reads back a document that {@link Message#toJson()} wrote: every text is taken as it is,
     * empty ones included, so the message that was written comes back equal (its time to the
     * millisecond).
     */
    public static Message read(JsonObject document) {
        var envelope = document.object("envelope");
        return new Message(
                envelope.string("message_id").orElse(""),
                envelope.string("from").orElse(""),
                envelope.string("to").orElse(""),
                envelope.string("type").orElse(""),
                envelope.string("class").orElse(""),
                timestamp(envelope).orElse(Instant.EPOCH),
                envelope.string("correlation_id").orElse(""),
                envelope.string("causation_id"),
                whole(envelope, "attempt", 1),
                whole(envelope, "priority", Message.PRIORITY_DEFAULT),
                envelope.integer("ttl_ms"),
                envelope.string("content_type").orElse(Message.CONTENT_TYPE_DEFAULT),
                envelope.string("content_encoding").orElse(Message.CONTENT_ENCODING_DEFAULT),
                document.object("headers"),
                document.at("body"),
                document.array("artifacts"),
                stream(document.at("stream")));
    }

    /**
     * The reserved words of an input that is meant as a body but reads as a message: those present
     * while none of {@code body}, {@code payload}, {@code envelope} is.
     */
    public static List<String> reservedKeysOf(JsonObject input) {
        if (input.has("body") || input.has("payload") || input.has("envelope")) {
            return List.of();
        }
        return input.names().stream().filter(RESERVED_KEYS::contains).toList();
    }

    private static JsonValue specBody(JsonObject object) {
        return object.get("body").or(() -> object.get("payload")).orElseGet(() -> binaryOr(object));
    }

    private static JsonValue binaryOr(JsonObject object) {
        return object.get("body_base64")
                .map(bytes -> JsonObject.of("body_base64", bytes))
                .orElse(JsonObject.empty());
    }

    private static JsonValue legacyBody(JsonObject object) {
        return object.get("body")
                .or(() -> object.get("payload"))
                .orElseGet(() -> withoutReserved(object));
    }

    private static JsonObject withoutReserved(JsonObject object) {
        var body = JsonObject.builder();
        object.forEach(
                (name, value) -> {
                    if (!RESERVED_KEYS.contains(name)) {
                        body.put(name, value);
                    }
                });
        return body.build();
    }

    private static String text(JsonObject envelope, String name, String fallback) {
        return switch (envelope.at(name)) {
            case JsonString(var text) when !text.isBlank() -> text;
            case JsonNumber number -> number.toString();
            default -> fallback;
        };
    }

    private static int whole(JsonObject envelope, String name, int fallback) {
        return envelope.number(name)
                .map(number -> number.asInt().orElse(fallback))
                .orElse(fallback);
    }

    private static Optional<Instant> timestamp(JsonObject envelope) {
        return envelope.string("timestamp").flatMap(MessageFormat::instant);
    }

    private static Optional<Instant> instant(String text) {
        try {
            var instant = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
            return Optional.of(instant)
                    .filter(at -> !at.isBefore(TIMESTAMP_MIN) && !at.isAfter(TIMESTAMP_MAX));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    private static Optional<StreamFrame> stream(JsonValue value) {
        if (!(value instanceof JsonObject frame)) {
            return Optional.empty();
        }
        return Optional.of(
                new StreamFrame(
                        text(frame, "stream_id", ""),
                        frame.integer("seq").orElse(0),
                        frame.bool("open").orElse(false),
                        frame.bool("close").orElse(false)));
    }

    private static String kind(JsonValue value) {
        return switch (value) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "a list";
            case JsonString _ -> "text";
            case JsonNumber _ -> "a number";
            default -> value.toString();
        };
    }
}
