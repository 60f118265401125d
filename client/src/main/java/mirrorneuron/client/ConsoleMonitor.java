package mirrorneuron.client;

import static mirrorneuron.client.Console.about;

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
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.codec.Requests;
import mirrorneuron.api.codec.Views;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ConsoleGrpc;

/** {@link Monitor} of a server with a console. */
final class ConsoleMonitor implements Monitor {

    private final Console console;

    ConsoleMonitor(Console console) {
        this.console = console;
    }

    @Override
    public List<JobSummary> listJobs(JobQuery query) {
        return console.list(ConsoleGrpc.getListJobsMethod(), about(Requests.toJson(query))).stream()
                .map(Views::jobSummary)
                .toList();
    }

    @Override
    public long countJobs(JobQuery query) {
        return console.read(ConsoleGrpc.getCountJobsMethod(), about(Requests.toJson(query)))
                .integer("count")
                .orElse(0);
    }

    @Override
    public Metrics metrics() {
        return Views.metrics(
                console.read(ConsoleGrpc.getGetMetricsMethod(), about(JsonObject.empty())));
    }

    @Override
    public Optional<JobDetails> jobDetails(JobId job, int eventLimit) {
        return console.find(
                        ConsoleGrpc.getGetDetailsMethod(),
                        about(job, JsonObject.builder().put("event_limit", eventLimit).build()))
                .map(Views::jobDetails);
    }

    @Override
    public Optional<JobGraph> graph(JobId job) {
        return console.find(ConsoleGrpc.getGetGraphMethod(), about(job)).map(Views::jobGraph);
    }

    @Override
    public ClusterOverview clusterOverview(JobQuery query) {
        return new ClusterOverview(nodes(), listJobs(query), Optional.of(metrics()));
    }

    List<NodeInfo> nodes() {
        return console
                .read(ConsoleGrpc.getListNodesMethod(), about(JsonObject.empty()))
                .array("data")
                .objects()
                .stream()
                .map(NodeInfo::fromJson)
                .toList();
    }

    @Override
    public Optional<Explanation> explain(JobId job) {
        return console.find(ConsoleGrpc.getExplainMethod(), about(job)).map(Explanation::fromJson);
    }

    @Override
    public Optional<Explanation> explain(JobId job, AgentId agent) {
        return console.find(ConsoleGrpc.getExplainAgentMethod(), about(job, agent.value()))
                .map(Explanation::fromJson);
    }

    @Override
    public Optional<Explanation> explainStep(JobId job, String stepId) {
        return console.find(ConsoleGrpc.getExplainStepMethod(), about(job, stepId))
                .map(Explanation::fromJson);
    }

    @Override
    public List<Explanation> explainAll(JobId job, int limit) {
        return console
                .read(
                        ConsoleGrpc.getExplainAllMethod(),
                        about(job, JsonObject.builder().put("limit", limit).build()))
                .array("data")
                .objects()
                .stream()
                .map(Explanation::fromJson)
                .toList();
    }

    @Override
    public Optional<WorkflowProgress> workflowProgress(JobId job) {
        return console.find(ConsoleGrpc.getGetProgressMethod(), about(job))
                .map(Views::workflowProgress);
    }
}
