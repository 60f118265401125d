package mirrorneuron.engine.manifest;

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
}
