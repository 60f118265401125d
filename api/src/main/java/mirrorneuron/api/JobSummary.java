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
}
