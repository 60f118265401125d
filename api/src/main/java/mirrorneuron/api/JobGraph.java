package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import mirrorneuron.api.json.JsonObject;

/**
 * A job's agents, the ways between them, and how many messages went each way.
 *
 * @param agents how many agents there are
 * @param edges the manifest's edges and, beside them, ways that agents took without one; at most
 *     1,000 of these are told apart
 * @param messages how many messages agents have sent each other
 * @param raw the whole as a document: {@code nodes} by id, {@code edges}, {@code stats}
 */
public record JobGraph(
        JobId jobId,
        String graphId,
        JobStatus status,
        int agents,
        int edges,
        long messages,
        JsonObject raw) {

    public JobGraph {
        requireNonNull(jobId, "jobId");
        requireNonNull(graphId, "graphId");
        requireNonNull(status, "status");
        requireNonNull(raw, "raw");
    }

    public JsonObject toJson() {
        return raw;
    }

    /** Reads the document, which shows fewer statuses than there are ({@link JobStatus#shown}). */
    public static JobGraph fromJson(JsonObject raw) {
        var stats = raw.object("stats");
        return new JobGraph(
                JobId.of(raw.string("job_id").orElse("unknown")),
                raw.string("graph_id").orElse(""),
                JobStatus.ofWire(raw.string("status").orElse("")),
                (int) stats.integer("agent_count").orElse(0),
                (int) stats.integer("edge_count").orElse(0),
                stats.integer("message_count").orElse(0),
                raw);
    }
}
