package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * A job in a list.
 *
 * @param executorCount agents that run commands
 * @param activeExecutors of these, how many run one now
 * @param lastEvent {@code type(agent)} of the newest event
 * @param live whether it has not ended and a process of this runtime holds it
 * @param raw the whole document
 */
public record JobSummary(
        JobId jobId,
        String graphId,
        Optional<String> jobName,
        JobStatus status,
        Instant submittedAt,
        Instant updatedAt,
        String placementPolicy,
        String recoveryPolicy,
        int executorCount,
        int activeExecutors,
        List<NodeName> nodes,
        List<String> sandboxNames,
        Optional<String> lastEvent,
        boolean live,
        Optional<Failure> failure,
        JsonObject raw) {

    public JobSummary {
        requireNonNull(jobId, "jobId");
        nodes = List.copyOf(nodes);
        sandboxNames = List.copyOf(sandboxNames);
        requireNonNull(raw, "raw");
    }

    public JsonObject toJson() {
        return raw;
    }

    /**
     * Reads the line of a list. It shows fewer statuses than there are ({@link JobStatus#shown}),
     * and so does what is read from it.
     */
    public static JobSummary fromJson(JsonObject raw) {
        var failure = raw.object("failure");
        return new JobSummary(
                JobId.of(raw.string("job_id").orElse("unknown")),
                raw.string("graph_id").orElse(""),
                raw.string("job_name"),
                JobStatus.ofWire(raw.string("status").orElse("")),
                raw.string("submitted_at").map(Timestamps::parse).orElse(Instant.EPOCH),
                raw.string("updated_at").map(Timestamps::parse).orElse(Instant.EPOCH),
                raw.string("placement_policy").orElse("local"),
                raw.string("recovery_policy").orElse("local_restart"),
                (int) raw.integer("executor_count").orElse(0),
                (int) raw.integer("active_executors").orElse(0),
                raw.array("nodes").strings().stream().map(NodeName::of).toList(),
                raw.array("sandbox_names").strings(),
                raw.string("last_event"),
                raw.bool("live?").or(() -> raw.bool("live")).orElse(false),
                failure.isEmpty() ? Optional.empty() : Optional.of(Failure.fromJson(failure)),
                raw);
    }

    /** The same line with what a document shows only in part. */
    public JobSummary with(JobStatus otherStatus, Optional<Failure> otherFailure) {
        return new JobSummary(
                jobId,
                graphId,
                jobName,
                otherStatus,
                submittedAt,
                updatedAt,
                placementPolicy,
                recoveryPolicy,
                executorCount,
                activeExecutors,
                nodes,
                sandboxNames,
                lastEvent,
                live,
                otherFailure,
                raw);
    }
}
