package mirrorneuron.api.codec;

import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;

/** Reads messages; {@link Message#toJson()} writes them. */
public final class Messages {

    private Messages() {}

    /** Reads a {@code mn-msg/1} document; envelope members that are missing have their defaults. */
    public static Message message(JsonObject json) {
        var envelope = json.object("envelope");
        var stream = json.object("stream");
        return new Message(
                envelope.string("message_id").orElse(""),
                envelope.string("from").orElse("external"),
                envelope.string("to").orElse(""),
                envelope.string("type").orElse(""),
                envelope.string("class").orElse("command"),
                envelope.string("timestamp").map(Timestamps::parse).orElse(Instant.EPOCH),
                envelope.string("correlation_id").orElse(""),
                envelope.string("causation_id"),
                Members.number(envelope, "attempt").orElse(1),
                Members.number(envelope, "priority").orElse(Message.PRIORITY_DEFAULT),
                envelope.integer("ttl_ms"),
                envelope.string("content_type").orElse(Message.CONTENT_TYPE_DEFAULT),
                envelope.string("content_encoding").orElse(Message.CONTENT_ENCODING_DEFAULT),
                json.object("headers"),
                json.at("body"),
                json.array("artifacts"),
                stream.isEmpty() ? Optional.empty() : Optional.of(StreamFrame.fromJson(stream)));
    }
}
