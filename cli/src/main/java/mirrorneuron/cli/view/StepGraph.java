package mirrorneuron.cli.view;

import java.util.ArrayList;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/** The steps of a job and what they wait for, in the form of a job's graph. Stateless. */
public final class StepGraph {

    private StepGraph() {}

    /** Instances of a step are no steps of their own here: it stands for all of them. */
    public static JobGraph of(WorkflowProgress progress) {
        var nodes = new ArrayList<JsonObject>();
        var edges = new ArrayList<JsonObject>();
        for (var step : progress.steps()) {
            if (StepRow.isInstance(step)) {
                continue;
            }
            nodes.add(
                    JsonObject.builder()
                            .put("id", step.id())
                            .put("label", step.label())
                            .put("agent_type", "step")
                            .put("status", step.status())
                            .build());
            for (var parent : step.raw().array("parents").strings()) {
                edges.add(
                        JsonObject.builder()
                                .put("source", parent)
                                .put("target", step.id())
                                .build());
            }
        }
        return JobGraph.fromJson(
                JsonObject.builder()
                        .put("job_id", progress.jobId().value())
                        .put("graph_id", progress.raw().string("workflow_id").orElse("workflow"))
                        .put("status", progress.status().shown().wire())
                        .put("nodes", JsonArray.of(nodes))
                        .put("edges", JsonArray.of(edges))
                        .put(
                                "stats",
                                JsonObject.builder()
                                        .put("agent_count", nodes.size())
                                        .put("edge_count", edges.size())
                                        .build())
                        .build());
    }
}
