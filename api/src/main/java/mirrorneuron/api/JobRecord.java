package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * The stored record of a job.
 *
 * @param result {@code {agent_id, output}} when completed, {@code {agent_id, error}} when failed,
 *     else empty
 * @param raw the whole document, with every member that other releases wrote
 */
public record JobRecord(
        JobId jobId,
        String graphId,
        Optional<String> jobName,
        JobStatus status,
        Instant submittedAt,
        Instant updatedAt,
        String placementPolicy,
        String recoveryPolicy,
        List<AgentId> rootAgentIds,
        Optional<JsonValue> result,
        JsonObject manifestRef,
        Optional<Failure> failure,
        JsonObject raw) {

    public JobRecord {
        requireNonNull(jobId, "jobId");
        requireNonNull(graphId, "graphId");
        requireNonNull(jobName, "jobName");
        requireNonNull(status, "status");
        requireNonNull(submittedAt, "submittedAt");
        requireNonNull(updatedAt, "updatedAt");
        requireNonNull(placementPolicy, "placementPolicy");
        requireNonNull(recoveryPolicy, "recoveryPolicy");
        rootAgentIds = List.copyOf(rootAgentIds);
        requireNonNull(result, "result");
        requireNonNull(manifestRef, "manifestRef");
        requireNonNull(failure, "failure");
        requireNonNull(raw, "raw");
    }

    /** Reads the stored document. Members that are missing get their documented defaults. */
    public static JobRecord fromJson(JsonObject raw) {
        var failure = raw.object("failure");
        return new JobRecord(
                JobId.of(raw.string("job_id").orElse("unknown")),
                raw.string("graph_id").orElse(""),
                raw.string("job_name"),
                JobStatus.ofWire(raw.string("status").orElse("")),
                raw.string("submitted_at").map(Timestamps::parse).orElse(Instant.EPOCH),
                raw.string("updated_at").map(Timestamps::parse).orElse(Instant.EPOCH),
                raw.string("placement_policy").orElse("local"),
                raw.string("recovery_policy").orElse("local_restart"),
                raw.array("root_agent_ids").stream()
                        .filter(JsonString.class::isInstance)
                        .map(id -> AgentId.of(((JsonString) id).value()))
                        .toList(),
                raw.get("result").filter(value -> !value.isNull()),
                raw.object("manifest_ref"),
                failure.isEmpty() ? Optional.empty() : Optional.of(Failure.fromJson(failure)),
                // Older releases wrote failures in another form than the one that is shown.
                failure.isEmpty() ? raw : raw.with("failure", Failure.fromJson(failure).toJson()));
    }

    /** The {@code output} of a completed job, or null as a value. */
    public JsonValue output() {
        return result.filter(JsonObject.class::isInstance)
                .map(value -> ((JsonObject) value).at("output"))
                .orElse(mirrorneuron.api.json.JsonNull.NULL);
    }

    public JsonObject toJson() {
        return raw;
    }
}
