package mirrorneuron.client;

import static mirrorneuron.client.OlderJobs.unsupported;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ClusterOverview;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Metrics;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.cluster.GetResourceRequest;
import mirrorneuron.protocol.cluster.GetSystemSummaryRequest;
import mirrorneuron.protocol.cluster.SetResourceRequest;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.job.ListJobsRequest;

/** {@link Monitor} and {@link Resources} of a server without a console. */
final class OlderMonitor implements Monitor, Resources {

    private final Link link;
    private final OlderJob jobs;

    OlderMonitor(Link link) {
        this.link = link;
        this.jobs = new OlderJob(link);
    }

    @Override
    public List<JobSummary> listJobs(JobQuery query) {
        var answer =
                link.call(
                        JobServiceGrpc.getListJobsMethod(),
                        ListJobsRequest.newBuilder()
                                .setLimit(Integer.MAX_VALUE)
                                .setIncludeTerminal(query.includeTerminal())
                                .setVersion(Console.VERSION)
                                .build(),
                        Again.HARMLESS);
        return Console.document(answer.getJobsJson()).array("data").objects().stream()
                .map(JobSummary::fromJson)
                .filter(job -> query.wants(job.status()) && (job.live() || !query.liveOnly()))
                .skip(query.offset())
                .limit(query.limit().orElse(Integer.MAX_VALUE))
                .toList();
    }

    @Override
    public long countJobs(JobQuery query) {
        return listJobs(query.withOffset(0).withLimit(Integer.MAX_VALUE)).size();
    }

    @Override
    public Metrics metrics() {
        return Metrics.fromJson(system().object("metrics"));
    }

    private JsonObject system() {
        return Console.document(
                link.call(
                                ClusterServiceGrpc.getGetSystemSummaryMethod(),
                                GetSystemSummaryRequest.newBuilder()
                                        .setVersion(Console.VERSION)
                                        .build(),
                                Again.HARMLESS)
                        .getSummaryJson());
    }

    /** The server chooses how many events it sends; more of them cannot be had this way. */
    @Override
    public Optional<JobDetails> jobDetails(JobId job, int eventLimit) {
        if (eventLimit < 0) {
            throw new InvalidRequestException("event limit: " + eventLimit + " (expected: >= 0)");
        }
        return jobs.find(job)
                .map(
                        details ->
                                new JobDetails(
                                        details.job(),
                                        details.summary(),
                                        details.agents(),
                                        details.sandboxes(),
                                        details.recentEvents().stream().limit(eventLimit).toList(),
                                        details.truncated()
                                                || details.recentEvents().size() > eventLimit,
                                        details.raw()));
    }

    @Override
    public ClusterOverview clusterOverview(JobQuery query) {
        var system = system();
        return new ClusterOverview(
                nodes(system),
                listJobs(query),
                Optional.of(Metrics.fromJson(system.object("metrics"))));
    }

    List<NodeInfo> nodes() {
        return nodes(system());
    }

    private static List<NodeInfo> nodes(JsonObject system) {
        return system.array("nodes").objects().stream().map(NodeInfo::fromJson).toList();
    }

    @Override
    public Optional<JobGraph> graph(JobId job) {
        throw unsupported("count messages along edges");
    }

    @Override
    public Optional<Explanation> explain(JobId job) {
        throw unsupported("explain");
    }

    @Override
    public Optional<Explanation> explain(JobId job, AgentId agent) {
        throw unsupported("explain");
    }

    @Override
    public Optional<Explanation> explainStep(JobId job, String stepId) {
        throw unsupported("explain");
    }

    @Override
    public List<Explanation> explainAll(JobId job, int limit) {
        throw unsupported("explain");
    }

    @Override
    public Optional<WorkflowProgress> workflowProgress(JobId job) {
        throw unsupported("tell the progress of steps");
    }

    // ---- resources

    @Override
    public ResourceReport get() {
        return ResourceReport.fromJson(
                Console.document(
                        link.call(
                                        ClusterServiceGrpc.getGetResourceMethod(),
                                        GetResourceRequest.newBuilder()
                                                .setVersion(Console.VERSION)
                                                .build(),
                                        Again.HARMLESS)
                                .getResourceJson()));
    }

    @Override
    public ResourceReport set(ResourceLimits limits) {
        return ResourceReport.fromJson(
                Console.document(
                        link.call(
                                        ClusterServiceGrpc.getSetResourceMethod(),
                                        SetResourceRequest.newBuilder()
                                                .setResourceJson(limits.toJson().toString())
                                                .setVersion(Console.VERSION)
                                                .build(),
                                        Again.HARMLESS)
                                .getResourceJson()));
    }
}
