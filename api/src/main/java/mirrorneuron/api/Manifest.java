package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import mirrorneuron.api.json.JsonObject;

/**
 * What a workflow says of itself, with defaults filled in.
 *
 * @param type {@code batch} or {@code service}
 * @param raw the document as it was written, unknown members included
 */
public record Manifest(
        String graphId,
        String jobName,
        String manifestVersion,
        String type,
        List<AgentId> agents,
        List<AgentId> entrypoints,
        JsonObject raw) {

    public Manifest {
        requireNonNull(graphId, "graphId");
        requireNonNull(jobName, "jobName");
        requireNonNull(manifestVersion, "manifestVersion");
        requireNonNull(type, "type");
        agents = List.copyOf(agents);
        entrypoints = List.copyOf(entrypoints);
        requireNonNull(raw, "raw");
    }
}
