package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.WorkflowSpec;

/**
 * An accepted workflow definition: every default filled in, every alias resolved, every reference
 * checked.
 *
 * @param type {@code batch} or {@code service}
 * @param jobType {@code batch}, {@code service}, {@code system} or {@code sysbatch}
 * @param edges in written order; {@link EdgeSpec#index()} is the position in this list
 * @param entrypoints in written order
 * @param initialInputs messages by entrypoint, as written; an entrypoint without a key gets one
 *     empty message, one with an empty list gets none
 * @param workflow the steps that the job works through; none for a flat manifest
 * @param metadata free, apart from the documented keys
 * @param raw the document as it was written, unknown members included
 */
public record RuntimeManifest(
        String dialect,
        String graphId,
        String jobName,
        String manifestVersion,
        String type,
        String jobType,
        List<NodeSpec> nodes,
        List<EdgeSpec> edges,
        List<AgentId> entrypoints,
        Map<AgentId, List<JsonValue>> initialInputs,
        Policies policies,
        WorkflowSpec workflow,
        JsonObject metadata,
        JsonObject raw) {

    public RuntimeManifest {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
        entrypoints = List.copyOf(entrypoints);
        initialInputs = Map.copyOf(initialInputs);
    }

    /**
     * True when the job has a group of agents on each node. A workflow has none, whatever its type:
     * its steps are done once.
     */
    public boolean isPerNode() {
        return (jobType.equals("system") || jobType.equals("sysbatch")) && workflow.isEmpty();
    }

    /** The id of an agent in its node's group. */
    public static AgentId onNode(AgentId agent, String node) {
        return AgentId.of(agent.value() + "@" + node);
    }

    /**
     * The same graph once for each of these nodes, group after group: every agent has its node in
     * its id, and edges lead to agents of the same group.
     */
    public RuntimeManifest onNodes(List<String> targets) {
        var groupNodes = new ArrayList<NodeSpec>(nodes.size() * targets.size());
        var groupEdges = new ArrayList<EdgeSpec>(edges.size() * targets.size());
        var groupEntrypoints = new ArrayList<AgentId>(entrypoints.size() * targets.size());
        var groupInputs = new HashMap<AgentId, List<JsonValue>>();
        for (var target : targets) {
            nodes.forEach(node -> groupNodes.add(node.named(onNode(node.id(), target))));
            for (var edge : edges) {
                groupEdges.add(
                        new EdgeSpec(
                                groupEdges.size(),
                                edge.id(),
                                onNode(edge.from(), target),
                                onNode(edge.to(), target),
                                edge.messageType(),
                                edge.mode(),
                                edge.condition()));
            }
            entrypoints.forEach(entry -> groupEntrypoints.add(onNode(entry, target)));
            initialInputs.forEach(
                    (entry, inputs) -> groupInputs.put(onNode(entry, target), inputs));
        }
        return new RuntimeManifest(
                dialect,
                graphId,
                jobName,
                manifestVersion,
                type,
                jobType,
                groupNodes,
                groupEdges,
                groupEntrypoints,
                groupInputs,
                policies,
                workflow,
                metadata,
                raw);
    }
}
