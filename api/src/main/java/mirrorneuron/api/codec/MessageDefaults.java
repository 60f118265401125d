package mirrorneuron.api.codec;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What a message gets where its sender said nothing. Ids and the time come from the caller, so that
 * a replay fills in the same ones.
 *
 * @param messageId empty = the runtime assigns one later
 * @param to empty = edges decide
 * @param correlationId empty = assigned later
 */
public record MessageDefaults(
        String messageId,
        String from,
        String to,
        String type,
        String messageClass,
        Instant timestamp,
        String correlationId) {

    public MessageDefaults {
        requireNonNull(messageId, "messageId");
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(type, "type");
        requireNonNull(messageClass, "messageClass");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(correlationId, "correlationId");
    }

    /** The documented defaults of any message. */
    public static MessageDefaults plain(String messageId, String correlationId, Instant timestamp) {
        return new MessageDefaults(
                messageId, "runtime", "", "command", "event", timestamp, correlationId);
    }

    /** The first message of an entrypoint. */
    public static MessageDefaults seed(
            String messageId, String to, String correlationId, Instant timestamp) {
        return new MessageDefaults(
                messageId, "runtime", to, "init", "command", timestamp, correlationId);
    }

    /** A message that a person or a program outside sends to an agent. */
    public static MessageDefaults external(
            String messageId, String to, String correlationId, Instant timestamp) {
        return new MessageDefaults(
                messageId, "external", to, "command", "command", timestamp, correlationId);
    }
}
