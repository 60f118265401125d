package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import org.junit.jupiter.api.Test;

/** What random runs found in snapshots, each as the smallest story that shows it. */
class SnapshotBugsTest {

    @Test
    void an_empty_aggregate_is_not_sent_again_after_a_snapshot() {
        var graph =
                graph(
                        """
                        {"manifest_version": "1.0", "graph_id": "empty", "entrypoints": ["all"],
                         "initial_inputs": {"all": []},
                         "nodes": [{"node_id": "all", "agent_type": "aggregator", "config":
                             {"complete_after": "all_sources", "output_message_type": "end"}}],
                         "edges": []}""");
        var job = started(graph);
        assertThat(job.agent(AgentId.of("all")).emitted).isTrue();

        var later = SnapshotCodec.read((JsonObject) Json.parse(SnapshotCodec.write(job)), graph);
        var turn = new Turn(later, 2_000);
        turn.run();

        assertThat(turn.isEmpty()).isTrue();
    }

    private static Graph graph(String manifest) {
        var loaded = ManifestLoader.load(Json.parse(manifest), ManifestLimits.DEFAULT);
        return Graph.of(loaded.manifest().orElseThrow());
    }

    private static Job started(Graph graph) {
        var submitted =
                JobEngine.submitted(JobId.of("empty-1"), graph, "fp", Job.Submission.none(), 1_000);
        var job = JobEngine.create(submitted, graph);
        var turn = Turn.first(job, submitted);
        turn.take(new JobCommand.Start("node"));
        turn.run();
        return job;
    }
}
