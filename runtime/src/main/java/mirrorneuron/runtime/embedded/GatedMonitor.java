package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ClusterOverview;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Metrics;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.WorkflowProgress;

/** {@link Monitor} behind the {@link Gate}. */
final class GatedMonitor implements Monitor {

    private final Monitor monitor;
    private final Gate gate;

    GatedMonitor(Monitor monitor, Gate gate) {
        this.monitor = monitor;
        this.gate = gate;
    }

    @Override
    public List<JobSummary> listJobs(JobQuery query) {
        requireNonNull(query, "query");
        return gate.list(() -> monitor.listJobs(query));
    }

    @Override
    public long countJobs(JobQuery query) {
        requireNonNull(query, "query");
        return gate.pass(() -> monitor.countJobs(query));
    }

    @Override
    public Metrics metrics() {
        return gate.pass(monitor::metrics);
    }

    @Override
    public Optional<JobDetails> jobDetails(JobId job, int eventLimit) {
        requireNonNull(job, "job");
        return gate.pass(() -> monitor.jobDetails(job, eventLimit));
    }

    @Override
    public Optional<JobGraph> graph(JobId job) {
        requireNonNull(job, "job");
        return gate.pass(() -> monitor.graph(job));
    }

    @Override
    public ClusterOverview clusterOverview(JobQuery query) {
        requireNonNull(query, "query");
        return gate.pass(() -> monitor.clusterOverview(query));
    }

    @Override
    public Optional<Explanation> explain(JobId job) {
        requireNonNull(job, "job");
        return gate.pass(() -> monitor.explain(job));
    }

    @Override
    public Optional<Explanation> explain(JobId job, AgentId agent) {
        requireNonNull(job, "job");
        requireNonNull(agent, "agent");
        return gate.pass(() -> monitor.explain(job, agent));
    }

    @Override
    public Optional<Explanation> explainStep(JobId job, String stepId) {
        requireNonNull(job, "job");
        requireNonNull(stepId, "stepId");
        return gate.pass(() -> monitor.explainStep(job, stepId));
    }

    @Override
    public List<Explanation> explainAll(JobId job, int limit) {
        requireNonNull(job, "job");
        return gate.list(() -> monitor.explainAll(job, limit));
    }

    @Override
    public Optional<WorkflowProgress> workflowProgress(JobId job) {
        requireNonNull(job, "job");
        return gate.pass(() -> monitor.workflowProgress(job));
    }
}
