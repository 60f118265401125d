package mirrorneuron.engine.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * Where a dialect keeps the parts of a workflow.
 *
 * @param agents holds the nodes and the edges between them
 * @param nodes the member that lists the nodes
 * @param edges the member that lists the edges between nodes
 * @param entrypoints holds the ids of the nodes that get the first messages
 * @param steps holds the steps
 * @param stepList the member that lists them
 * @param stepEdges holds the edges between steps, under {@code edges}
 * @param settings hold everything else about steps, the one to look into first at the front
 * @param workerDefaults config that agents of steps start from
 * @param registry workers that steps may name, by their ids
 */
record Layout(
        Dialect dialect,
        Fields top,
        Fields agents,
        String nodes,
        String edges,
        Fields entrypoints,
        Fields steps,
        String stepList,
        Fields stepEdges,
        List<Fields> settings,
        JsonObject workerDefaults,
        Map<String, Fields> registry) {

    private static final String CODE = "workflow.field_type";

    Layout {
        settings = List.copyOf(settings);
        registry = Map.copyOf(registry);
    }

    /** The form that an author writes: steps under {@code workflow}, nodes under {@code agents}. */
    static Layout workflow(Fields top) {
        var workflow = top.fields(CODE, "workflow");
        var agents = top.fields(CODE, "agents");
        return new Layout(
                Dialect.WORKFLOW,
                top,
                agents,
                "nodes",
                "edges",
                agents,
                workflow,
                // The shortest workflow one can write has nodes for steps.
                workflow.value("steps").isNull() ? "nodes" : "steps",
                workflow,
                List.of(workflow),
                JsonObject.empty(),
                Map.of());
    }

    /** The form that can run: everything under {@code flow}. */
    static Layout executable(Fields top) {
        var flow = top.fields(CODE, "flow");
        var graph = flow.fields(CODE, "graph");
        return new Layout(
                Dialect.EXECUTABLE,
                top,
                flow,
                "nodes",
                "edges",
                top,
                flow,
                "steps",
                graph,
                List.of(flow, graph),
                JsonObject.empty(),
                Map.of());
    }

    /** The form that is expanded: steps that say what runs them, and spare nodes. */
    static Layout source(Fields top) {
        var workflow = top.fields(CODE, "workflow");
        var agents = top.fields(CODE, "agents");
        return new Layout(
                Dialect.SOURCE,
                top,
                agents,
                "extra_nodes",
                "extra_edges",
                agents,
                workflow,
                "steps",
                workflow,
                List.of(workflow),
                workerDefaults(top),
                registry(agents));
    }

    private static JsonObject workerDefaults(Fields top) {
        var runtime = top.fields(CODE, "runtime").object(CODE, "worker_defaults");
        var own = top.fields(CODE, "defaults").fields(CODE, "worker").object(CODE, "with");
        return WorkerNode.merged(runtime.has("with") ? runtime.object("with") : runtime, own);
    }

    /** Workers by id: they stand in a list, or by id. */
    private static Map<String, Fields> registry(Fields agents) {
        var workers = new LinkedHashMap<String, Fields>();
        if (agents.value("registry") instanceof JsonArray) {
            for (var worker : agents.objects(CODE, "registry")) {
                Binding.workerId(worker).ifPresent(id -> workers.putIfAbsent(id, worker));
            }
            return workers;
        }
        var byId = agents.fields(CODE, "registry");
        for (var id : byId.json().names()) {
            if (byId.value(id) instanceof JsonObject) {
                workers.put(id, byId.fields(CODE, id));
            } else {
                byId.wrong(CODE, "an object", id);
            }
        }
        return workers;
    }

    /** The settings that have one of these members; the first ones when none has. */
    Fields with(String... names) {
        for (var holder : settings) {
            if (holder.has(names)) {
                return holder;
            }
        }
        return settings.getFirst();
    }
}
