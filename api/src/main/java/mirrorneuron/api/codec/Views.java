package mirrorneuron.api.codec;

import static mirrorneuron.api.codec.Members.array;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Metrics;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * Records whose document is made for pages and shows less than the record knows. They travel as
 * that {@code document} with, beside it, what it shows only in part.
 */
public final class Views {

    private static final String DOCUMENT = "document";

    private Views() {}

    public static JsonObject toJson(JobSummary summary) {
        var json =
                JsonObject.builder()
                        .put(DOCUMENT, summary.raw())
                        .put("status", summary.status().wire());
        summary.failure().ifPresent(failure -> json.put("failure", failure.toJson()));
        return json.build();
    }

    public static JobSummary jobSummary(JsonObject json) {
        return JobSummary.fromJson(json.object(DOCUMENT)).with(status(json), failure(json));
    }

    public static JsonObject toJson(JobDetails details) {
        return JsonObject.builder()
                .put(DOCUMENT, details.raw())
                .put("job", details.job().raw())
                .put("summary", toJson(details.summary()))
                .put(
                        "agent_statuses",
                        array(details.agents(), agent -> new JsonString(agent.status().wire())))
                .put("truncated", details.truncated())
                .build();
    }

    public static JobDetails jobDetails(JsonObject json) {
        var raw = json.object(DOCUMENT);
        var statuses = json.array("agent_statuses").strings();
        var agents = new ArrayList<AgentView>();
        for (var agent : raw.array("agents").objects()) {
            var view = AgentView.fromJson(agent);
            agents.add(
                    agents.size() < statuses.size()
                            ? view.withStatus(AgentStatus.ofWire(statuses.get(agents.size())))
                            : view);
        }
        return new JobDetails(
                JobRecord.fromJson(json.object("job")),
                jobSummary(json.object("summary")),
                agents,
                raw.array("sandboxes").objects().stream().map(SandboxView::fromJson).toList(),
                raw.array("recent_events").objects().reversed().stream()
                        .map(RuntimeEvent::fromJson)
                        .toList(),
                json.bool("truncated").orElse(false),
                raw);
    }

    public static JsonObject toJson(Metrics metrics) {
        var counts = JsonObject.builder();
        metrics.byStatus().forEach((status, jobs) -> counts.put(status.wire(), jobs));
        return JsonObject.builder()
                .put(DOCUMENT, metrics.raw())
                .put("total", metrics.total())
                .put("by_status", counts.build())
                .put("nodes", metrics.nodes())
                .build();
    }

    public static Metrics metrics(JsonObject json) {
        var counts = new EnumMap<JobStatus, Long>(JobStatus.class);
        json.object("by_status")
                .forEach(
                        (status, jobs) ->
                                counts.merge(
                                        JobStatus.ofWire(status),
                                        jobs instanceof JsonNumber number
                                                ? number.asLong().orElse(0L)
                                                : 0L,
                                        Long::sum));
        return new Metrics(
                json.integer("total").orElse(0),
                counts,
                (int) json.integer("nodes").orElse(0),
                json.object(DOCUMENT));
    }

    public static JsonObject toJson(JobGraph graph) {
        return JsonObject.builder()
                .put(DOCUMENT, graph.raw())
                .put("status", graph.status().wire())
                .build();
    }

    public static JobGraph jobGraph(JsonObject json) {
        var graph = JobGraph.fromJson(json.object(DOCUMENT));
        return new JobGraph(
                graph.jobId(),
                graph.graphId(),
                status(json),
                graph.agents(),
                graph.edges(),
                graph.messages(),
                graph.raw());
    }

    public static JsonObject toJson(WorkflowProgress progress) {
        return JsonObject.builder()
                .put(DOCUMENT, progress.raw())
                .put("status", progress.status().wire())
                .put("has_steps", progress.hasSteps())
                .put("steps", array(progress.steps(), Views::toJson))
                .build();
    }

    /** Its document stands in the progress's own, at the same place. */
    private static JsonObject toJson(WorkflowProgress.Step step) {
        return JsonObject.builder()
                .put("status", step.status())
                .put("attempt", step.attempt())
                .put("reason", step.reason())
                .build();
    }

    public static WorkflowProgress workflowProgress(JsonObject json) {
        var progress = WorkflowProgress.fromJson(json.object(DOCUMENT));
        return new WorkflowProgress(
                progress.jobId(),
                status(json),
                progress.sequence(),
                progress.percent(),
                json.bool("has_steps").orElse(true),
                steps(progress.steps(), json.array("steps").objects()),
                progress.layers(),
                progress.raw());
    }

    private static List<WorkflowProgress.Step> steps(
            List<WorkflowProgress.Step> shown, List<JsonObject> known) {
        var steps = new ArrayList<WorkflowProgress.Step>();
        for (int i = 0; i < shown.size(); i++) {
            var step = shown.get(i);
            var more = i < known.size() ? known.get(i) : JsonObject.empty();
            steps.add(
                    new WorkflowProgress.Step(
                            step.id(),
                            step.label(),
                            more.string("status").orElse(step.status()),
                            (int) more.integer("attempt").orElse(step.attempt()),
                            more.string("reason").orElse(step.reason()),
                            step.raw()));
        }
        return steps;
    }

    private static JobStatus status(JsonObject json) {
        return JobStatus.ofWire(json.string("status").orElse(""));
    }

    private static Optional<Failure> failure(JsonObject json) {
        var failure = json.object("failure");
        return failure.isEmpty() ? Optional.empty() : Optional.of(Failure.fromJson(failure));
    }
}
