package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import mirrorneuron.api.json.JsonNumber;
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

    /**
     * Reads the document, which counts statuses as they are shown; those without jobs are left out.
     */
    public static Metrics fromJson(JsonObject raw) {
        var byStatus = new EnumMap<JobStatus, Long>(JobStatus.class);
        raw.object("jobs")
                .object("by_status")
                .forEach(
                        (name, value) -> {
                            long jobs =
                                    value instanceof JsonNumber number
                                            ? number.asLong().orElse(0)
                                            : 0;
                            if (jobs > 0) {
                                byStatus.merge(JobStatus.ofWire(name), jobs, Long::sum);
                            }
                        });
        return new Metrics(
                raw.object("jobs").integer("total").orElse(0),
                byStatus,
                (int) raw.object("nodes").integer("total").orElse(0),
                raw);
    }
}
