package mirrorneuron.server.job;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Compaction;
import mirrorneuron.engine.run.ErrorObject;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.run.Runs;
import mirrorneuron.server.http.HttpEdge;
import mirrorneuron.server.http.PercentText;

/** Documents of one job, in the forms that clients ask for. */
final class JobDocuments {

    private JobDocuments() {}

    static JsonObject compacted(JsonObject document) {
        return Compaction.of(document);
    }

    /** The job in one of the forms compact, summary and full, with what its run has recorded. */
    static JsonObject details(JobDetails details, Runs runs, String form, int eventLimit) {
        boolean full = form.equals("full");
        var record = details.job();
        var runId = RunIds.of(record);
        var traceId = RunIds.traceOf(record);
        var events = new ArrayList<JsonValue>();
        for (var event : details.recentEvents().reversed()) {
            var line = EventLine.of(event, record.jobId(), runId, traceId);
            events.add(full ? line : compacted(line));
        }
        if (eventLimit == 0) {
            events.clear();
        }
        var artifacts = runs.artifacts(runId).array("artifacts");
        var summary =
                JsonObject.builder()
                        .putAll(details.summary().toJson())
                        .put("mode", form)
                        .put("event_count", record.raw().integer("rev").orElse(0))
                        .put("recent_event_count", events.size())
                        .put("artifact_count", artifacts.size())
                        .put(
                                "full_detail_url",
                                HttpEdge.BASE
                                        + "/jobs/"
                                        + PercentText.encode(record.jobId().value())
                                        + "?include=full");
        var json =
                JsonObject.builder()
                        .put("mode", form)
                        .put("job", full ? record.raw() : compacted(record.raw()))
                        .put("summary", summary.build())
                        .put("agents", agents(details, form))
                        .put("recent_events", JsonArray.of(events))
                        .put(
                                "sandboxes",
                                JsonArray.of(
                                        details.sandboxes().stream()
                                                .map(SandboxView::raw)
                                                .toList()))
                        .put("artifacts", artifacts)
                        .put("output_files", runs.outputs(runId).array("outputs"))
                        .put("trace_id", traceId)
                        .put("observability_summary", runs.summary(runId));
        var webUi = runs.ui(runId, 1).object("web_ui");
        if (!webUi.isEmpty()) {
            json.put("web_ui", webUi);
        }
        json.put(
                "failure",
                record.failure()
                        .<JsonValue>map(failure -> ErrorObject.of(failure))
                        .orElse(JsonNull.NULL));
        return json.build();
    }

    private static JsonArray agents(JobDetails details, String form) {
        return JsonArray.of(
                details.agents().stream()
                        .map(agent -> form.equals("summary") ? brief(agent) : agent.raw())
                        .toList());
    }

    private static JsonObject brief(AgentView agent) {
        return JsonObject.builder()
                .put("agent_id", agent.raw().at("agent_id"))
                .put("agent_type", agent.raw().at("agent_type"))
                .put("status", agent.raw().at("status"))
                .build();
    }

    static JsonObject explanations(JobId job, List<Explanation> explanations) {
        return JsonObject.builder()
                .put("job_id", job.value())
                .put("explanation", explanations.getFirst().toJson())
                .put("steps", about("step ", explanations))
                .put("agents", about("agent ", explanations))
                .build();
    }

    private static JsonArray about(String kind, List<Explanation> explanations) {
        return JsonArray.of(
                explanations.stream()
                        .filter(one -> one.subject().startsWith(kind))
                        .map(Explanation::toJson)
                        .toList());
    }

    static JsonObject deadLetter(DeadLetter letter) {
        return JsonObject.builder()
                .put("index", letter.index())
                .put("event_index", letter.eventIndex())
                .put("seq", letter.eventIndex())
                .put("agent_id", letter.agentId().value())
                .put("reason", letter.reason())
                .put("detail", letter.error())
                .put("attempts", letter.attempts())
                .put("timestamp", Timestamps.format(letter.timestamp()))
                .put("message", letter.message())
                .put("replayed", letter.replayCount() > 0)
                .build();
    }
}
