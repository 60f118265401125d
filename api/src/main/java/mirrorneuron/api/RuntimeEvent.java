package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * A recorded fact, as readers see it.
 *
 * @param sequence counts from 1 within the job, without gaps when it was written
 * @param raw the whole document
 */
public record RuntimeEvent(
        Instant timestamp,
        String type,
        Optional<AgentId> agentId,
        JsonObject payload,
        Optional<Failure> error,
        OptionalLong sequence,
        JsonObject raw) {

    public RuntimeEvent {
        requireNonNull(timestamp, "timestamp");
        requireNonNull(type, "type");
        requireNonNull(agentId, "agentId");
        requireNonNull(payload, "payload");
        requireNonNull(error, "error");
        requireNonNull(sequence, "sequence");
        requireNonNull(raw, "raw");
    }

    /** The last event of a job. */
    public boolean terminal() {
        return type.equals("job_completed")
                || type.equals("job_failed")
                || type.equals("job_cancelled");
    }

    /** The name of a job's event; the same in every file and on every wire. */
    public static String idOf(JobId job, long sequence) {
        return "evt_" + job.value() + "_" + sequence;
    }

    public JsonObject toJson() {
        return raw;
    }

    /** Builds the event and its document from the parts that every event has. */
    public static RuntimeEvent of(
            JobId job,
            long sequence,
            Instant at,
            String type,
            Optional<AgentId> agent,
            JsonObject payload,
            boolean stateClass) {
        var raw =
                JsonObject.builder()
                        .put("timestamp", Timestamps.format(at))
                        .put("type", type)
                        .put(
                                "agent_id",
                                agent.<JsonValue>map(id -> new JsonString(id.value()))
                                        .orElse(JsonNull.NULL))
                        .put("payload", payload)
                        .put("job_id", job.value())
                        .put("seq", sequence)
                        .put("event_id", idOf(job, sequence))
                        .put("class", stateClass ? "state" : "trace")
                        .build();
        var failure = payload.object("failure");
        return new RuntimeEvent(
                at,
                type,
                agent,
                payload,
                failure.isEmpty() ? Optional.empty() : Optional.of(Failure.fromJson(failure)),
                OptionalLong.of(sequence),
                raw);
    }

    /** Reads the document of an event; members that are missing become empty. */
    public static RuntimeEvent fromJson(JsonObject raw) {
        var payload = raw.object("payload");
        var failure =
                raw.object("error").isEmpty() ? payload.object("failure") : raw.object("error");
        var sequence = raw.integer("seq");
        return new RuntimeEvent(
                raw.string("timestamp").map(Timestamps::parse).orElse(Instant.EPOCH),
                raw.string("type").orElse(""),
                raw.string("agent_id").filter(id -> !id.isBlank()).map(AgentId::of),
                payload,
                failure.isEmpty() ? Optional.empty() : Optional.of(Failure.fromJson(failure)),
                sequence.isPresent() ? sequence : raw.integer("sequence"),
                raw);
    }
}
