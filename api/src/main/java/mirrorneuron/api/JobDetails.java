package mirrorneuron.api;

import java.util.List;
import mirrorneuron.api.json.JsonObject;

/**
 * Everything a monitor shows of one job.
 *
 * @param recentEvents newest first
 * @param truncated whether older events were left out
 * @param raw {@code {job, summary, agents, sandboxes, recent_events, trace_id, failure}}; here the
 *     events come oldest first, as pages read them
 */
public record JobDetails(
        JobRecord job,
        JobSummary summary,
        List<AgentView> agents,
        List<SandboxView> sandboxes,
        List<RuntimeEvent> recentEvents,
        boolean truncated,
        JsonObject raw) {

    public JobDetails {
        agents = List.copyOf(agents);
        sandboxes = List.copyOf(sandboxes);
        recentEvents = List.copyOf(recentEvents);
    }

    public JsonObject toJson() {
        return raw;
    }
}
