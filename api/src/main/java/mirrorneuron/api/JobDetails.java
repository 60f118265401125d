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

    /**
     * Reads the document of a job's details.
     *
     * @param newestFirst whether its events come newest first, as older servers send them
     */
    public static JobDetails fromJson(JsonObject raw, boolean newestFirst) {
        var events =
                raw.array("recent_events").objects().stream().map(RuntimeEvent::fromJson).toList();
        var summary = raw.object("summary");
        return new JobDetails(
                JobRecord.fromJson(raw.object("job")),
                JobSummary.fromJson(summary),
                raw.array("agents").objects().stream().map(AgentView::fromJson).toList(),
                raw.array("sandboxes").objects().stream().map(SandboxView::fromJson).toList(),
                newestFirst ? events : events.reversed(),
                summary.bool("detail_truncated").orElse(false)
                        || summary.integer("event_count").orElse(0) > events.size(),
                raw);
    }
}
