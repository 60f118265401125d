package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.RestartPolicy;

/**
 * How a job answers failures, and what that has come to: the policies with every default filled in,
 * and each agent's starts after a failure.
 */
final class PolicyViews {

    private PolicyViews() {}

    /** The job's own policy; a node may have another. */
    static JsonObject restart(RestartPolicy policy) {
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
    static JsonObject reschedule(Job job) {
        var manifest = job.graph().manifest();
        boolean moves = manifest.policies().recoveryMode().equals("cluster_recover");
        boolean service =
                manifest.jobType().equals("service") || manifest.jobType().equals("system");
        var defaults = JsonObject.builder();
        if (!moves) {
            defaults.put("attempts", 0).put("unlimited", false);
        } else if (service) {
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
        return defaults.putAll(manifest.policies().raw().object("reschedule")).build();
    }

    /** Only agents that have failed are in it. */
    static JsonObject state(Job job) {
        var agents = JsonObject.builder();
        for (var agent : job.agents()) {
            if (!agent.restarts.isEmpty()) {
                agents.put(agent.id().value(), agent(job, agent));
            }
        }
        return JsonObject.of("agents", agents.build());
    }

    private static JsonObject agent(Job job, AgentState agent) {
        var history = new ArrayList<JsonValue>();
        agent.restarts.forEach(at -> history.add(time(at)));
        int left = agent.vertex.spec().restart().attempts() - agent.restarts.size();
        boolean review = job.recoveryStatus.equals("paused_for_review");
        return JsonObject.builder()
                .put("restart_history", JsonArray.of(history))
                .put("reschedule_history", JsonArray.empty())
                .put("restart_attempts", agent.restarts.size())
                .put("last_reason", agent.restartReason)
                .put("next_action", agent.restartAt > 0 ? JsonString.of("restart") : JsonNull.NULL)
                .put(
                        "next_eligible_at",
                        agent.restartAt > 0 ? time(agent.restartAt) : JsonNull.NULL)
                .put(
                        "exhausted_reason",
                        left <= 0 && agent.restartAt == 0
                                ? JsonString.of("restart attempts are used up")
                                : JsonNull.NULL)
                .put("requires_review", review)
                .build();
    }

    private static JsonString time(long atMs) {
        return JsonString.of(Timestamps.format(Instant.ofEpochMilli(atMs)));
    }
}
