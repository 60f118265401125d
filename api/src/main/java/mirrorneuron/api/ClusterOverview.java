package mirrorneuron.api;

import java.util.List;

/** Nodes and jobs at one glance. */
public record ClusterOverview(List<NodeInfo> nodes, List<JobSummary> jobs) {

    public ClusterOverview {
        nodes = List.copyOf(nodes);
        jobs = List.copyOf(jobs);
    }
}
