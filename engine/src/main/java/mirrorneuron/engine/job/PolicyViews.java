package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** What a job's answers to failures have come to: each agent's starts after one. */
final class PolicyViews {

    private PolicyViews() {}

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
                .put("requires_review", job.requiresReview())
                .build();
    }

    private static JsonString time(long atMs) {
        return JsonString.of(Timestamps.format(Instant.ofEpochMilli(atMs)));
    }
}
