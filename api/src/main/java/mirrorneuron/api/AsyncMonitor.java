package mirrorneuron.api;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@link Monitor}, whose calls give futures. Safe from any thread. */
public final class AsyncMonitor extends Async<Monitor> {

    AsyncMonitor(Monitor part) {
        super(part);
    }

    /** {@link Monitor#listJobs}. */
    public CompletableFuture<List<JobSummary>> listJobs(JobQuery query) {
        return call(part -> part.listJobs(query));
    }

    /** {@link Monitor#countJobs}. */
    public CompletableFuture<Long> countJobs(JobQuery query) {
        return call(part -> part.countJobs(query));
    }

    /** {@link Monitor#metrics}. */
    public CompletableFuture<Metrics> metrics() {
        return call(part -> part.metrics());
    }

    /** {@link Monitor#jobDetails}. */
    public CompletableFuture<Optional<JobDetails>> jobDetails(JobId job, int eventLimit) {
        return call(part -> part.jobDetails(job, eventLimit));
    }

    /** {@link Monitor#jobDetails}. */
    public CompletableFuture<Optional<JobDetails>> jobDetails(JobId job) {
        return call(part -> part.jobDetails(job));
    }

    /** {@link Monitor#graph}. */
    public CompletableFuture<Optional<JobGraph>> graph(JobId job) {
        return call(part -> part.graph(job));
    }

    /** {@link Monitor#clusterOverview}. */
    public CompletableFuture<ClusterOverview> clusterOverview(JobQuery query) {
        return call(part -> part.clusterOverview(query));
    }

    /** {@link Monitor#explain}. */
    public CompletableFuture<Optional<Explanation>> explain(JobId job) {
        return call(part -> part.explain(job));
    }

    /** {@link Monitor#explain}. */
    public CompletableFuture<Optional<Explanation>> explain(JobId job, AgentId agent) {
        return call(part -> part.explain(job, agent));
    }

    /** {@link Monitor#explainStep}. */
    public CompletableFuture<Optional<Explanation>> explainStep(JobId job, String stepId) {
        return call(part -> part.explainStep(job, stepId));
    }

    /** {@link Monitor#explainAll}. */
    public CompletableFuture<List<Explanation>> explainAll(JobId job, int limit) {
        return call(part -> part.explainAll(job, limit));
    }

    /** {@link Monitor#workflowProgress}. */
    public CompletableFuture<Optional<WorkflowProgress>> workflowProgress(JobId job) {
        return call(part -> part.workflowProgress(job));
    }
}
