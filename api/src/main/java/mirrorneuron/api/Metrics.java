package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import mirrorneuron.api.json.JsonObject;

/**
 * How much there is.
 *
 * @param total jobs that are stored, ended ones included
 * @param byStatus of these, how many have each status; a status without jobs is absent
 * @param nodes processes that run work
 * @param raw the whole as a document: {@code jobs} with {@code total} and {@code by_status}, which
 *     has a number for each status that is shown, {@code nodes} with {@code total}, and {@code
 *     source}
 */
public record Metrics(long total, Map<JobStatus, Long> byStatus, int nodes, JsonObject raw) {

    public Metrics {
        byStatus = Map.copyOf(byStatus);
        requireNonNull(raw, "raw");
    }

    public JsonObject toJson() {
        return raw;
    }
}
