package mirrorneuron.server.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * Nodes and jobs at a glance, for every edge.
 *
 * @param jobs all that have not ended, then the last that have
 */
public record SystemSummary(JsonArray nodes, List<JsonObject> jobs) {

    /** Ended jobs in the summary; the list of jobs has them all. */
    private static final JobQuery ENDED =
            JobQuery.all()
                    .withLimit(50)
                    .withStatuses(
                            Set.of(JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED));

    public SystemSummary {
        jobs = List.copyOf(jobs);
    }

    public static SystemSummary of(MirrorNeuron runtime) {
        var overview = runtime.monitor().clusterOverview(JobQuery.unfinished());
        var jobs = new ArrayList<JobSummary>(overview.jobs());
        jobs.addAll(runtime.monitor().listJobs(ENDED));
        return new SystemSummary(
                JsonArray.of(overview.nodes().stream().map(NodeInfo::raw).toList()),
                jobs.stream().map(JobSummary::toJson).toList());
    }
}
