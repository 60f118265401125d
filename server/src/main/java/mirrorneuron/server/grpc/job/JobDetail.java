package mirrorneuron.server.grpc.job;

import java.util.List;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.server.grpc.event.EventDocument;
import mirrorneuron.server.job.JobDocuments;

/** One job in brief. */
final class JobDetail {

    private static final int RECENT_EVENTS = 25;

    private static final List<String> POLICIES =
            List.of(
                    "requested_recovery_policy",
                    "restart_policy",
                    "reschedule_policy",
                    "policy_state");

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
                .put("job", job(runtime, details.job()))
                .put("summary", summary(details))
                .put("agents", JsonArray.of(details.agents().stream().map(AgentView::raw).toList()))
                .put(
                        "recent_events",
                        JsonArray.of(details.recentEvents().stream().map(events::brief).toList()))
                .put(
                        "sandboxes",
                        JsonArray.of(details.sandboxes().stream().map(SandboxView::raw).toList()))
                .build();
    }

    /** The record with the graph that the job has grown to, and its end by the name it has here. */
    private static JsonObject job(MirrorNeuron runtime, JobRecord record) {
        var job =
                JsonObject.builder()
                        .putAll(JobViews.document(record).without("manifest").without("result"))
                        .put("completed_at", record.raw().at("finished_at"));
        runtime.monitor()
                .graph(record.jobId())
                .ifPresent(graph -> job.put("runtime_topology", JobDocuments.topology(graph)));
        return job.build();
    }

    /** The line of a list with the policies that it has no room for. */
    private static JsonObject summary(JobDetails details) {
        var summary = JsonObject.builder().putAll(details.summary().toJson());
        for (var name : POLICIES) {
            details.job().raw().get(name).ifPresent(policy -> summary.put(name, policy));
        }
        return summary.build();
    }
}
