package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * What agents send each other: an envelope that routes, and a body that means something to them.
 * The document form is {@code mn-msg/1}.
 *
 * @param messageId empty until the runtime has assigned one; a sender that sets it gets each id
 *     delivered at most once
 * @param to the receiving agent; empty when edges decide
 * @param type the word that edges match
 * @param messageClass {@code command}, {@code event}, {@code result} or {@code control}; carried,
 *     not enforced
 * @param correlationId shared by everything that one first message caused; empty until assigned
 * @param attempt which delivery of this message it is, from 1
 * @param priority lower goes first; one point is worth a second of waiting
 * @param ttlMs milliseconds from sending after which the message is a dead letter instead; absent =
 *     one day
 */
public record Message(
        String messageId,
        String from,
        String to,
        String type,
        String messageClass,
        Instant timestamp,
        String correlationId,
        Optional<String> causationId,
        int attempt,
        int priority,
        OptionalLong ttlMs,
        String contentType,
        String contentEncoding,
        JsonObject headers,
        JsonValue body,
        JsonArray artifacts,
        Optional<StreamFrame> stream) {

    public static final String SPEC_VERSION = "mn-msg/1";
    public static final int PRIORITY_DEFAULT = 100;
    public static final String CONTENT_TYPE_DEFAULT = "application/json";
    public static final String CONTENT_ENCODING_DEFAULT = "identity";

    public Message {
        requireNonNull(messageId, "messageId");
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(type, "type");
        requireNonNull(messageClass, "messageClass");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(correlationId, "correlationId");
        requireNonNull(causationId, "causationId");
        requireNonNull(ttlMs, "ttlMs");
        requireNonNull(contentType, "contentType");
        requireNonNull(contentEncoding, "contentEncoding");
        requireNonNull(headers, "headers");
        requireNonNull(body, "body");
        requireNonNull(artifacts, "artifacts");
        requireNonNull(stream, "stream");
    }

    /**
     * A message from outside with the documented defaults: from {@code external}, class {@code
     * command}.
     */
    public static Message of(String type, JsonValue body) {
        return new Message(
                "",
                "external",
                "",
                type,
                "command",
                Instant.EPOCH,
                "",
                Optional.empty(),
                1,
                PRIORITY_DEFAULT,
                OptionalLong.empty(),
                CONTENT_TYPE_DEFAULT,
                CONTENT_ENCODING_DEFAULT,
                JsonObject.empty(),
                body,
                JsonArray.empty(),
                Optional.empty());
    }

    public Message withId(String id) {
        return new Message(
                id,
                from,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    public Message withSender(String sender) {
        return new Message(
                messageId,
                sender,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    public Message withHeaders(JsonObject newHeaders) {
        return new Message(
                messageId,
                from,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                newHeaders,
                body,
                artifacts,
                stream);
    }

    public Message withBody(JsonValue newBody) {
        return new Message(
                messageId,
                from,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                newBody,
                artifacts,
                stream);
    }

    public Message withPriority(int newPriority) {
        return new Message(
                messageId,
                from,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                newPriority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    public Message withStream(StreamFrame frame) {
        return new Message(
                messageId,
                from,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                Optional.of(frame));
    }

    public Message withAttempt(int newAttempt) {
        return new Message(
                messageId,
                from,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                newAttempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    public Message withType(String newType) {
        return new Message(
                messageId,
                from,
                to,
                newType,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    public Message withTtlMs(long newTtlMs) {
        return new Message(
                messageId,
                from,
                to,
                type,
                messageClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                priority,
                OptionalLong.of(newTtlMs),
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    /**
     * A message that this one causes: everything that is not given is inherited; priority and
     * lifetime start anew.
     */
    public Message child(
            String newType, String newClass, JsonObject newHeaders, JsonValue newBody) {
        return new Message(
                messageId,
                from,
                to,
                newType,
                newClass,
                timestamp,
                correlationId,
                causationId,
                attempt,
                PRIORITY_DEFAULT,
                OptionalLong.empty(),
                contentType,
                contentEncoding,
                newHeaders,
                newBody,
                artifacts,
                stream);
    }

    /** This message with the given members replaced where they are present. */
    public Message overriding(
            Optional<String> newCorrelationId,
            Optional<String> newCausationId,
            Optional<String> newContentType,
            Optional<String> newContentEncoding,
            Optional<JsonArray> newArtifacts,
            Optional<StreamFrame> newStream) {
        return new Message(
                messageId,
                from,
                to,
                type,
                messageClass,
                timestamp,
                newCorrelationId.orElse(correlationId),
                newCausationId.or(() -> causationId),
                attempt,
                priority,
                ttlMs,
                newContentType.orElse(contentType),
                newContentEncoding.orElse(contentEncoding),
                headers,
                body,
                newArtifacts.orElse(artifacts),
                newStream.or(() -> stream));
    }

    /** This message addressed and stamped, as its first attempt. */
    public Message outgoing(
            String id, String sender, String receiver, Instant sentAt, String causedBy) {
        return new Message(
                id,
                sender,
                receiver,
                type,
                messageClass,
                sentAt,
                correlationId,
                Optional.of(causedBy),
                1,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    /** This message with its id, receiver, time and correlation filled in. */
    public Message addressed(String id, String receiver, Instant at, String newCorrelationId) {
        return new Message(
                id,
                from,
                receiver,
                type,
                messageClass,
                at,
                newCorrelationId,
                causationId,
                attempt,
                priority,
                ttlMs,
                contentType,
                contentEncoding,
                headers,
                body,
                artifacts,
                stream);
    }

    /** The {@code mn-msg/1} document; absent envelope members are left out. */
    public JsonObject toJson() {
        var envelope =
                JsonObject.builder()
                        .put("spec_version", SPEC_VERSION)
                        .put("message_id", messageId)
                        .put("from", from)
                        .put("to", to)
                        .put("type", type)
                        .put("class", messageClass)
                        .put("timestamp", Timestamps.format(timestamp))
                        .put("correlation_id", correlationId)
                        .putIfPresent("causation_id", causationId)
                        .put("attempt", attempt)
                        .put("priority", priority);
        ttlMs.ifPresent(ttl -> envelope.put("ttl_ms", ttl));
        return JsonObject.builder()
                .put(
                        "envelope",
                        envelope.put("content_type", contentType)
                                .put("content_encoding", contentEncoding)
                                .build())
                .put("headers", headers)
                .put("body", body)
                .put("artifacts", artifacts)
                .put("stream", streamJson())
                .build();
    }

    /** The members that events show of a message; the body stays out. */
    public JsonObject summary() {
        return JsonObject.builder()
                .put("message_id", messageId)
                .put("from", from)
                .put("to", to)
                .put("type", type)
                .put("class", messageClass)
                .put("content_type", contentType)
                .put("content_encoding", contentEncoding)
                .put("stream", streamJson())
                .build();
    }

    private JsonValue streamJson() {
        return stream.<JsonValue>map(StreamFrame::toJson).orElse(JsonNull.NULL);
    }

    /** The body's text when it is a string, else its JSON. */
    public String bodyText() {
        return body instanceof JsonString string ? string.value() : body.toString();
    }
}
