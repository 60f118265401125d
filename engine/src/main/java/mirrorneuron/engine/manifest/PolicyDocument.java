package mirrorneuron.engine.manifest;

import java.util.Locale;
import mirrorneuron.api.json.JsonObject;

/**
 * How a job answers failures, with every default filled in, as its record shows it. Made once for a
 * manifest, since the record is written whenever a job changes.
 */
final class PolicyDocument {

    private PolicyDocument() {}

    static JsonObject of(
            RestartPolicy restart, String jobType, String recoveryMode, JsonObject written) {
        return JsonObject.builder()
                .put("restart_policy", restart(restart))
                .put("reschedule_policy", reschedule(jobType, recoveryMode, written))
                .build();
    }

    /** The job's own policy; a node may have another. */
    private static JsonObject restart(RestartPolicy policy) {
        return JsonObject.builder()
                .put("attempts", policy.attempts())
                .put("interval_ms", policy.interval().toMillis())
                .put("delay_ms", policy.delay().toMillis())
                .put("max_delay_ms", policy.maxDelay().toMillis())
                .put("delay_function", policy.delayFunction().name().toLowerCase(Locale.ROOT))
                .put("mode", policy.mode().name().toLowerCase(Locale.ROOT))
                .build();
    }

    /** Moves to other nodes: what the manifest asks for, over what its kind of job gets. */
    private static JsonObject reschedule(String jobType, String recoveryMode, JsonObject written) {
        var defaults = JsonObject.builder();
        if (!recoveryMode.equals("cluster_recover")) {
            defaults.put("attempts", 0).put("unlimited", false);
        } else if (jobType.equals("service") || jobType.equals("system")) {
            defaults.put("attempts", 0)
                    .put("unlimited", true)
                    .put("interval_ms", 600_000)
                    .put("delay_ms", 5_000)
                    .put("max_delay_ms", 300_000)
                    .put("delay_function", "exponential");
        } else {
            defaults.put("attempts", 1)
                    .put("unlimited", false)
                    .put("interval_ms", 86_400_000)
                    .put("delay_ms", 5_000)
                    .put("max_delay_ms", 5_000)
                    .put("delay_function", "constant");
        }
        return defaults.putAll(written.object("reschedule")).build();
    }
}
