package mirrorneuron.client;

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

/** {@link Monitor} of a server, in the words that it understands. */
final class RemoteMonitor implements Monitor {

    private final Link link;
    private final Generation generation;
    private final Monitor console;
    private final Monitor older;

    RemoteMonitor(Link link, Generation generation, Monitor console, Monitor older) {
        this.link = link;
        this.generation = generation;
        this.console = console;
        this.older = older;
    }

    private Monitor at() {
        return generation.hasConsole(link) ? console : older;
    }

    @Override
    public List<JobSummary> listJobs(JobQuery query) {
        requireNonNull(query, "query");
        return at().listJobs(query);
    }

    @Override
    public long countJobs(JobQuery query) {
        requireNonNull(query, "query");
        return at().countJobs(query);
    }

    @Override
    public Metrics metrics() {
        return at().metrics();
    }

    @Override
    public Optional<JobDetails> jobDetails(JobId job, int eventLimit) {
        requireNonNull(job, "job");
        return at().jobDetails(job, eventLimit);
    }

    @Override
    public Optional<JobGraph> graph(JobId job) {
        requireNonNull(job, "job");
        return at().graph(job);
    }

    @Override
    public ClusterOverview clusterOverview(JobQuery query) {
        requireNonNull(query, "query");
        return at().clusterOverview(query);
    }

    @Override
    public Optional<Explanation> explain(JobId job) {
        requireNonNull(job, "job");
        return at().explain(job);
    }

    @Override
    public Optional<Explanation> explain(JobId job, AgentId agent) {
        requireNonNull(job, "job");
        requireNonNull(agent, "agent");
        return at().explain(job, agent);
    }

    @Override
    public Optional<Explanation> explainStep(JobId job, String stepId) {
        requireNonNull(job, "job");
        requireNonNull(stepId, "stepId");
        return at().explainStep(job, stepId);
    }

    @Override
    public List<Explanation> explainAll(JobId job, int limit) {
        requireNonNull(job, "job");
        return at().explainAll(job, limit);
    }

    @Override
    public Optional<WorkflowProgress> workflowProgress(JobId job) {
        requireNonNull(job, "job");
        return at().workflowProgress(job);
    }
}
