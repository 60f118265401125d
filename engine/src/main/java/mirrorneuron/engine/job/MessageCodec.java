package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.api.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a message: only what differs from the defaults, and nothing that is the very
 * value of the message that caused it, because the log holds that one already. A body that is
 * passed on through ten agents is written once.
 */
final class MessageCodec {

    private MessageCodec() {}

    /**
     * @param cause the message whose body, headers, artifacts and correlation may be left out when
     *     they are the same objects; the reader must be given the same message
     */
    static void write(JsonWriter to, Message message, @Nullable Message cause) {
        to.beginObject().field("i", message.messageId());
        to.field("f", message.from()).field("t", message.to()).field("y", message.type());
        if (!message.messageClass().equals("event")) {
            to.field("c", message.messageClass());
        }
        to.field("at", message.timestamp().toEpochMilli());
        if (cause == null || message.correlationId() != cause.correlationId()) {
            to.field("co", message.correlationId());
        }
        if (message.causationId().isPresent()) {
            to.field("ca", message.causationId().get());
        }
        if (message.attempt() != 1) {
            to.field("n", message.attempt());
        }
        if (message.priority() != Message.PRIORITY_DEFAULT) {
            to.field("p", message.priority());
        }
        if (message.ttlMs().isPresent()) {
            to.field("ttl", message.ttlMs().getAsLong());
        }
        if (!message.contentType().equals(Message.CONTENT_TYPE_DEFAULT)) {
            to.field("ct", message.contentType());
        }
        if (!message.contentEncoding().equals(Message.CONTENT_ENCODING_DEFAULT)) {
            to.field("ce", message.contentEncoding());
        }
        if (cause == null || message.headers() != cause.headers()) {
            to.field("h", message.headers());
        }
        if (cause == null || message.body() != cause.body()) {
            to.field("b", message.body());
        }
        if (cause == null || message.artifacts() != cause.artifacts()) {
            to.field("ar", message.artifacts());
        }
        if (message.stream().isPresent()) {
            to.field("st", message.stream().get().toJson());
        }
        to.endObject();
    }

    /**
     * Reads what {@link #write} wrote. Without the cause, what it would have supplied is empty:
     * enough for everything that events show.
     */
    static Message read(JsonObject json, @Nullable Message cause) {
        return new Message(
                text(json, "i"),
                text(json, "f"),
                text(json, "t"),
                text(json, "y"),
                json.string("c").orElse("event"),
                Instant.ofEpochMilli(json.integer("at").orElse(0)),
                json.string("co").orElseGet(() -> cause == null ? "" : cause.correlationId()),
                json.string("ca"),
                (int) json.integer("n").orElse(1),
                (int) json.integer("p").orElse(Message.PRIORITY_DEFAULT),
                json.has("ttl") ? json.integer("ttl") : OptionalLong.empty(),
                json.string("ct").orElse(Message.CONTENT_TYPE_DEFAULT),
                json.string("ce").orElse(Message.CONTENT_ENCODING_DEFAULT),
                json.has("h")
                        ? json.object("h")
                        : cause == null ? JsonObject.empty() : cause.headers(),
                body(json, cause),
                json.has("ar")
                        ? json.array("ar")
                        : cause == null ? JsonArray.empty() : cause.artifacts(),
                json.has("st") ? Optional.of(frame(json.object("st"))) : Optional.empty());
    }

    private static JsonValue body(JsonObject json, @Nullable Message cause) {
        return json.get("b").orElseGet(() -> cause == null ? JsonNull.NULL : cause.body());
    }

    private static StreamFrame frame(JsonObject json) {
        return new StreamFrame(
                text(json, "stream_id"),
                json.integer("seq").orElse(0),
                json.bool("open").orElse(false),
                json.bool("close").orElse(false));
    }

    private static String text(JsonObject json, String name) {
        return json.string(name).orElse("");
    }
}
