package mirrorneuron.engine.manifest;

import java.util.List;

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
        List<Fields> settings) {

    private static final String CODE = "workflow.field_type";

    Layout {
        settings = List.copyOf(settings);
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
                List.of(workflow));
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
                List.of(flow, graph));
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
