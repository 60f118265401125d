package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Traffic.Way;

/** A job's agents and what went between them. A pure function of the state. */
public final class GraphViews {

    private GraphViews() {}

    public static JobGraph of(Job job) {
        var graphId = job.graph().manifest().graphId();
        var agents = new ArrayList<>(job.agents());
        agents.sort(Comparator.comparing(AgentState::id));
        var edges = new ArrayList<JsonValue>();
        long messages = edges(job, edges);
        return new JobGraph(
                job.id(),
                graphId,
                job.status(),
                agents.size(),
                edges.size(),
                messages,
                JsonObject.builder()
                        .put("job_id", job.id().value())
                        .put("graph_id", graphId)
                        .put("status", job.status().shown().wire())
                        .put(
                                "nodes",
                                JsonArray.of(
                                        agents.stream().map(agent -> node(job, agent)).toList()))
                        .put("edges", JsonArray.of(edges))
                        .put(
                                "stats",
                                JsonObject.builder()
                                        .put("agent_count", agents.size())
                                        .put("edge_count", edges.size())
                                        .put("message_count", messages)
                                        .put("event_count", job.sequence())
                                        .build())
                        .build());
    }

    private static JsonObject node(Job job, AgentState agent) {
        var spec = agent.vertex.spec();
        var names = Names.of(agent);
        var node =
                JsonObject.builder()
                        .put("id", agent.id().value())
                        .put("label", names.shown())
                        .put("agent_type", spec.agentType().wire())
                        .put("type", spec.template().wire())
                        .put(
                                "status",
                                job.startedAt == 0
                                        ? "declared"
                                        : JobViews.status(job, agent).shown().wire())
                        .put("assigned_node", JobViews.assignedNode(job))
                        .put("processed_messages", agent.processed)
                        .put("mailbox_depth", agent.depth());
        names.put(node);
        return node.build();
    }

    /**
     * The manifest's edges, then the ways that were taken beside them.
     *
     * @return how many messages there were
     */
    private static long edges(Job job, List<JsonValue> edges) {
        var traffic = job.traffic;
        var direct = new LinkedHashMap<>(traffic.direct());
        var ids = new HashSet<String>();
        long messages = traffic.otherDirect();
        for (var edge : job.graph().manifest().edges()) {
            var way = new Way(edge.from().value(), edge.to().value(), edge.messageType());
            // What went straight where an edge leads went along it, as far as anybody can see.
            var beside = direct.remove(way);
            long count = traffic.count(edge.index()) + (beside == null ? 0 : beside.count);
            long lastAt =
                    Math.max(traffic.lastAt(edge.index()), beside == null ? 0 : beside.lastAt);
            messages += count;
            var id = edge.hasOwnId() || !ids.add(id(way)) ? edge.id() : id(way);
            edges.add(edge(id, way, count, lastAt, count == 0 ? "manifest" : "manifest+events"));
        }
        for (var other : direct.entrySet()) {
            var passed = other.getValue();
            messages += passed.count;
            edges.add(
                    edge(
                            id(other.getKey()),
                            other.getKey(),
                            passed.count,
                            passed.lastAt,
                            "agent_message_received"));
        }
        return messages;
    }

    private static String id(Way way) {
        return way.from() + "->" + way.to() + ":" + way.type();
    }

    private static JsonObject edge(String id, Way way, long count, long lastAt, String by) {
        return JsonObject.builder()
                .put("id", id)
                .put("source", way.from())
                .put("target", way.to())
                .put("message_type", way.type())
                .put("count", count)
                .put(
                        "last_seen_at",
                        lastAt == 0
                                ? JsonNull.NULL
                                : new JsonString(Timestamps.format(Instant.ofEpochMilli(lastAt))))
                .put("source_event", by)
                .build();
    }
}
