package mirrorneuron.api;

import java.util.Map;
import mirrorneuron.api.json.JsonObject;

/**
 * A paused job with everything that it needs to go on elsewhere. It holds files until it is closed;
 * closing twice is the same as closing once. Safe from any thread until then.
 *
 * @see Backups
 */
public interface Backup extends AutoCloseable {

    /**
     * What it is, without what it holds: {@code schema_version}, {@code created_at}, {@code source}
     * {@code {job_id, run_id, blueprint_id, graph_id, submitted_at, status}}, {@code
     * target_policy}, {@code platform}, {@code sections}, {@code bundle}.
     */
    JsonObject description();

    /**
     * The description with the job's state in it, as the protocol carries it in a message. The
     * bundle's files travel beside it. Files of the run and the job's data folder, which may be of
     * any size, are in archives only.
     *
     * @throws OverloadedException {@code RESOURCE_OVERLOADED} when the state is too large for a
     *     message; an archive can hold it
     */
    JsonObject toJson();

    /** The bundle's files by their path in it; always with {@code manifest.json}. */
    Map<String, byte[]> bundleFiles();

    /** Removes what was put aside for this backup. */
    @Override
    void close();
}
