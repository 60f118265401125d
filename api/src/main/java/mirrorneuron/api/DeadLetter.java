package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * A message that could not be handled, kept whole.
 *
 * @param index counts from 0 within the job and never changes
 * @param eventIndex place of the event that recorded it among those of the job, from 0: one less
 *     than its sequence number
 * @param reason {@code missing}, {@code expired}, {@code attempts_exhausted}, {@code
 *     invalid_payload}, {@code unroutable_target} or {@code handler_rejected}
 * @param error what the last attempt failed with
 */
public record DeadLetter(
        int index,
        long eventIndex,
        AgentId agentId,
        String reason,
        String error,
        int attempts,
        Instant timestamp,
        JsonObject message,
        int replayCount,
        Optional<Instant> replayedAt,
        Optional<String> replayMessageId) {

    public DeadLetter {
        requireNonNull(agentId, "agentId");
        requireNonNull(reason, "reason");
        requireNonNull(error, "error");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(message, "message");
        requireNonNull(replayedAt, "replayedAt");
        requireNonNull(replayMessageId, "replayMessageId");
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("index", index)
                .put("dead_letter_id", "dl_" + index)
                .put("event_index", eventIndex)
                .put("seq", eventIndex + 1)
                .put("agent_id", agentId.value())
                .put("reason", reason)
                .put("attempts", attempts)
                .put("timestamp", Timestamps.format(timestamp))
                .put("message", message)
                .put("first_error", error)
                .putOrNull("replayed_at", replayedAt.map(Timestamps::format))
                .putOrNull("replay_message_id", replayMessageId)
                .put("replay_count", replayCount)
                .build();
    }

    /** Reads what {@link #toJson()} wrote. */
    public static DeadLetter fromJson(JsonObject json) {
        // Documents without seq are older, and have it under the name of the index.
        long sequence = json.integer("seq").orElse(json.integer("event_index").orElse(1));
        return new DeadLetter(
                (int) json.integer("index").orElse(0),
                sequence - 1,
                AgentId.of(json.string("agent_id").orElse("unknown")),
                json.string("reason").orElse(""),
                json.string("first_error").orElse(""),
                (int) json.integer("attempts").orElse(0),
                json.string("timestamp").map(Timestamps::parse).orElse(Instant.EPOCH),
                json.object("message"),
                (int) json.integer("replay_count").orElse(0),
                json.string("replayed_at").map(Timestamps::parse),
                json.string("replay_message_id"));
    }
}
