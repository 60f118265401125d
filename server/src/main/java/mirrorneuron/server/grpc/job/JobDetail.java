package mirrorneuron.server.grpc.job;

import mirrorneuron.api.AgentView;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.server.grpc.event.EventDocument;

/** One job in brief. */
final class JobDetail {

    private static final int RECENT_EVENTS = 25;

    private JobDetail() {}

    /**
     * {@code job, summary, agents, recent_events, sandboxes}; empty for an unknown job, by which
     * older clients find out whether there is one.
     *
     * @throws NoSuchJobException for an unknown job, to a strict caller
     */
    static JsonObject of(MirrorNeuron runtime, JobId id, boolean strict) {
        var details = runtime.monitor().jobDetails(id, RECENT_EVENTS);
        if (details.isEmpty()) {
            if (strict) {
                throw new NoSuchJobException("Job " + id + " was not found");
            }
            return JsonObject.empty();
        }
        return Bounds.fit(document(runtime, details.get()));
    }

    private static JsonObject document(MirrorNeuron runtime, JobDetails details) {
        var events = new EventDocument(runtime.jobs(), details.job());
        return JsonObject.builder()
                .put("job", JobViews.document(details.job()).without("manifest").without("result"))
                .put("summary", details.summary().toJson())
                .put("agents", JsonArray.of(details.agents().stream().map(AgentView::raw).toList()))
                .put(
                        "recent_events",
                        JsonArray.of(details.recentEvents().stream().map(events::brief).toList()))
                .put(
                        "sandboxes",
                        JsonArray.of(details.sandboxes().stream().map(SandboxView::raw).toList()))
                .build();
    }
}
