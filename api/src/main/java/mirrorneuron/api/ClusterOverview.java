package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * Nodes and jobs at one glance.
 *
 * @param jobs those that were asked for
 * @param metrics of all jobs; empty when the runtime does not count them
 */
public record ClusterOverview(
        List<NodeInfo> nodes, List<JobSummary> jobs, Optional<Metrics> metrics) {

    public ClusterOverview {
        nodes = List.copyOf(nodes);
        jobs = List.copyOf(jobs);
        requireNonNull(metrics, "metrics");
    }

    /** An overview without counts. */
    public ClusterOverview(List<NodeInfo> nodes, List<JobSummary> jobs) {
        this(nodes, jobs, Optional.empty());
    }

    /** {@code {nodes, jobs, metrics}}; {@code metrics} only where there are any. */
    public JsonObject toJson() {
        var json =
                JsonObject.builder()
                        .put("nodes", JsonArray.of(nodes.stream().map(NodeInfo::toJson).toList()))
                        .put("jobs", JsonArray.of(jobs.stream().map(JobSummary::toJson).toList()));
        metrics.ifPresent(counts -> json.put("metrics", counts.toJson()));
        return json.build();
    }
}
