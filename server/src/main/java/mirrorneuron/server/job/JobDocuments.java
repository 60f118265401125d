package mirrorneuron.server.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Compaction;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.run.Runs;
import mirrorneuron.server.http.HttpEdge;
import mirrorneuron.server.http.PercentText;

/** Documents of one job, in the forms that clients ask for. */
public final class JobDocuments {

    private static final List<String> TOPOLOGY_NODE = List.of("id", "agent_type", "type");
    private static final List<String> TOPOLOGY_EDGE =
            List.of("id", "source", "target", "message_type");

    private JobDocuments() {}

    static JsonObject compacted(JsonObject document) {
        return Compaction.of(document);
    }

    /**
     * The job in one of the forms compact, summary and full, with what its run has recorded.
     *
     * @param snapshots what agents keep; shown where they are given
     */
    static JsonObject details(
            JobDetails details,
            List<AgentSnapshot> snapshots,
            Runs runs,
            String form,
            int eventLimit) {
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
        var job = JobViews.document(record).with("artifacts", artifacts);
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
                        .put("job", full ? job : compacted(job))
                        .put("summary", summary.build())
                        .put("agents", agents(details, snapshots, form))
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
        var webUi = runs.webUi(runId);
        if (!webUi.isEmpty()) {
            json.put("web_ui", webUi);
        }
        json.put("failure", record.failure().<JsonValue>map(Failure::toJson).orElse(JsonNull.NULL));
        return json.build();
    }

    /** Details whose job shows its topology. */
    static JsonObject withTopology(JsonObject details, JobGraph graph) {
        return details.with("job", details.object("job").with("topology", topology(graph)));
    }

    /** {@code nodes, edges}: agents and the ways between them, without what went along. */
    public static JsonObject topology(JobGraph graph) {
        return JsonObject.builder()
                .put("nodes", members(graph.raw().array("nodes"), TOPOLOGY_NODE))
                .put("edges", members(graph.raw().array("edges"), TOPOLOGY_EDGE))
                .build();
    }

    private static JsonArray members(JsonArray objects, List<String> names) {
        return JsonArray.of(
                objects.stream()
                        .map(JsonObject.class::cast)
                        .map(
                                object -> {
                                    var some = JsonObject.builder();
                                    names.forEach(name -> some.put(name, object.at(name)));
                                    return some.build();
                                })
                        .toList());
    }

    private static JsonArray agents(
            JobDetails details, List<AgentSnapshot> snapshots, String form) {
        var states = new HashMap<AgentId, JsonObject>();
        for (var snapshot : snapshots) {
            states.put(snapshot.agentId(), snapshot.currentState());
        }
        var agents = new ArrayList<JsonValue>();
        for (var agent : details.agents()) {
            var state = states.get(agent.agentId());
            if (form.equals("summary")) {
                agents.add(brief(agent));
            } else {
                agents.add(state == null ? agent.raw() : agent.raw().with("current_state", state));
            }
        }
        return JsonArray.of(agents);
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

    /** A message that could not be handled. */
    public static JsonObject deadLetter(DeadLetter letter) {
        return JsonObject.builder()
                .put("index", letter.index())
                .put("event_index", letter.eventIndex())
                .put("seq", letter.eventIndex() + 1)
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
