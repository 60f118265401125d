package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import org.junit.jupiter.api.Test;

/** The agents of a job and what went between them. */
class GraphViewsTest extends JobSpec {

    private static final String LINE =
            """
            f: module
            r: router
            c: aggregator {'complete_after': 9}
            f -> r: x
            r -> c: *
            """;

    private JsonObject graph() {
        return GraphViews.of(job).raw();
    }

    private List<String> edges() {
        return graph().array("edges").stream()
                .map(JsonObject.class::cast)
                .map(
                        edge ->
                                edge.string("id").orElseThrow()
                                        + " "
                                        + edge.integer("count").orElseThrow()
                                        + " "
                                        + edge.string("source_event").orElseThrow())
                .toList();
    }

    private JsonObject node(String id) {
        return graph().array("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(node -> node.string("id").orElseThrow().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void before_the_start_every_agent_is_declared_and_every_edge_unused() {
        submitted(LINE);
        assertThat(node("r"))
                .isEqualTo(
                        object(
                                "{'id': 'r', 'label': 'r', 'agent_type': 'router', 'type':"
                                        + " 'generic', 'status': 'declared', 'assigned_node':"
                                        + " 'unassigned', 'processed_messages': 0,"
                                        + " 'mailbox_depth': 0}"));
        assertThat(graph().string("status")).contains("pending");
        assertThat(graph().array("nodes").stream().map(n -> ((JsonObject) n).at("id").toString()))
                .containsExactly("\"c\"", "\"f\"", "\"r\"");
        assertThat(graph().array("edges").get(0))
                .isEqualTo(
                        object(
                                "{'id': 'f->r:x', 'source': 'f', 'target': 'r', 'message_type':"
                                        + " 'x', 'count': 0, 'last_seen_at': null,"
                                        + " 'source_event': 'manifest'}"));
        assertThat(graph().object("stats"))
                .isEqualTo(
                        object(
                                "{'agent_count': 3, 'edge_count': 2, 'message_count': 0,"
                                        + " 'event_count': %d}".formatted(job.sequence())));
    }

    @Test
    void messages_are_counted_along_their_edges_and_beside_them() {
        given(LINE);
        now += 1_500;
        handle(
                "f",
                with("{}")
                        .emit("x", json("1"))
                        .emit("x", json("2"))
                        .emitTo(AgentId.of("c"), "note", json("3"))
                        .build());
        assertThat(edges())
                .containsExactly(
                        "f->r:x 2 manifest+events",
                        "r->c:* 2 manifest+events",
                        "f->c:note 1 agent_message_received");
        assertThat(((JsonObject) graph().array("edges").get(0)).string("last_seen_at"))
                .contains("2026-01-01T00:00:01.500Z");
        assertThat(graph().object("stats").integer("message_count")).hasValue(5);
        assertThat(node("r").integer("processed_messages")).hasValue(2);
        assertThat(node("r").string("status")).contains("ready");
        assertThat(node("r").string("assigned_node")).contains(NODE);

        var before = graph();
        crashAndReadSnapshot();
        assertThat(graph().array("edges")).isEqualTo(before.array("edges"));
    }

    @Test
    void a_message_straight_where_an_edge_leads_counts_for_the_edge() {
        given(LINE);
        handle("f", with("{}").emitTo(AgentId.of("r"), "x", json("1")).build());
        assertThat(edges()).containsExactly("f->r:x 1 manifest+events", "r->c:* 1 manifest+events");
    }

    @Test
    void ways_beside_the_edges_are_told_apart_up_to_a_limit() {
        given("f: module\nr: router");
        var result = with("{}");
        for (int i = 0; i < Traffic.DIRECT_MAX + 5; i++) {
            result = result.emitTo(AgentId.of("r"), "type-" + i, json("1"));
        }
        handle("f", result.build());
        assertThat(GraphViews.of(job).edges()).isEqualTo(Traffic.DIRECT_MAX);
        assertThat(GraphViews.of(job).messages()).isEqualTo(Traffic.DIRECT_MAX + 5);
        crashAndReadSnapshot();
        assertThat(GraphViews.of(job).messages()).isEqualTo(Traffic.DIRECT_MAX + 5);
    }

    @Test
    void names_of_an_author_are_shown_and_edges_keep_their_own_ids() {
        var manifest =
                """
                {'manifest_version': '1.0', 'graph_id': 'g', 'type': 'service',
                 'nodes': [{'node_id': 'a', 'agent_type': 'router', 'alias': 'Al', 'role': 'root'},
                           {'node_id': 'b', 'agent_type': 'router', 'label': 'Second'}],
                 'edges': [{'edge_id': 'first', 'from_node': 'a', 'to_node': 'b',
                            'message_type': 'x'},
                           {'from_node': 'a', 'to_node': 'b', 'message_type': 'y'},
                           {'from_node': 'a', 'to_node': 'b', 'message_type': 'y'}],
                 'entrypoints': ['a']}
                """;
        var loaded = ManifestLoader.load(JobText.json(manifest), ManifestLimits.DEFAULT);
        submitted(Graph.of(loaded.manifest().orElseThrow()), Job.Submission.none());
        assertThat(node("a").string("label")).contains("Al");
        assertThat(node("a").string("alias")).contains("Al");
        assertThat(node("a").string("role")).contains("root");
        assertThat(node("b").string("label")).contains("Second");
        assertThat(node("b").names()).doesNotContain("alias", "display_name", "role");
        assertThat(edges())
                .containsExactly("first 0 manifest", "a->b:y 0 manifest", "a->b:y#2 0 manifest");
    }

    @Test
    void a_job_that_is_being_cancelled_is_shown_as_running() {
        given("x: executor");
        grant("x");
        when(new JobCommand.Cancel("enough"));
        assertThat(job.status()).isEqualTo(JobStatus.CANCELLING);
        assertThat(graph().string("status")).contains("running");
    }
}
