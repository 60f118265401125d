package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import mirrorneuron.engine.worker.Emission;
import mirrorneuron.engine.worker.StructuredResult;
import org.junit.jupiter.api.Test;

/** What random runs have found in the engine, each as the smallest story that shows it. */
class RandomFindingsTest {

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

    @Test
    void a_dead_letter_that_two_callers_read_is_replayed_once() {
        var job =
                started(
                        graph(
                                """
                                {"manifest_version": "1.0", "graph_id": "one", "entrypoints": ["m"],
                                 "nodes": [{"node_id": "m", "agent_type": "module",
                                            "config": {"module": "any"}}],
                                 "edges": []}"""));
        var rejected = new Turn(job, 2_000);
        rejected.take(
                new JobCommand.ModuleFinished(
                        AgentId.of("m"), "m-a1", new AgentResult.Reject("never")));
        var letter = rejected.deadLetters().getFirst();

        var turn = new Turn(job, 3_000);
        assertThat(turn.take(new JobCommand.Replay(letter, false)))
                .isInstanceOf(Decision.Accepted.class);
        assertThat(turn.take(new JobCommand.Replay(letter, false)))
                .isInstanceOfSatisfying(
                        Decision.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_REPLAYABLE));
    }

    @Test
    void an_unsafe_command_caught_while_pausing_waits_for_a_person() {
        var job =
                started(
                        graph(
                                """
                                {"manifest_version": "1.0", "graph_id": "one", "entrypoints": ["x"],
                                 "nodes": [{"node_id": "x", "agent_type": "executor", "config":
                                     {"runner_module": "host_local", "command": ["true"]}}],
                                 "edges": []}"""));
        var turn = new Turn(job, 2_000);
        turn.take(new JobCommand.LeaseGranted(AgentId.of("x"), "x-a1", "lease", 0));
        turn.take(new JobCommand.Pause("lunch", false, 60_000));
        assertThat(job.status()).isEqualTo(JobStatus.PAUSING);

        turn.take(new JobCommand.Recover("node"));

        assertThat(job.status()).isEqualTo(JobStatus.PAUSED);
        assertThat(job.recoveryStatus).isEqualTo("paused_for_review");
    }

    @Test
    void a_command_that_holds_the_slots_it_waits_for_may_print_on() {
        var executor =
                "\"runner_module\": \"host_local\", \"command\": [\"true\"], \"backpressure\": {\"max_queue_depth\": 1}";
        var job =
                started(
                        graph(
                                """
                                {"manifest_version": "1.0", "graph_id": "one", "entrypoints": ["r"],
                                 "nodes": [
                                   {"node_id": "r", "agent_type": "executor", "config": {%s}},
                                   {"node_id": "p", "agent_type": "executor", "config": {%s}}],
                                 "edges": [{"from_node": "r", "to_node": "p",
                                            "message_type": "frame"}]}"""
                                        .formatted(executor, executor)));
        var turn = new Turn(job, 2_000);
        turn.take(new JobCommand.LeaseGranted(AgentId.of("r"), "r-a1", "lease", 0));
        for (int line = 0; line < 3; line++) {
            turn.take(new JobCommand.WorkerProgress(AgentId.of("r"), "r-a1", frame()));
            turn.run();
        }
        assertThat(JobEngine.mayGoOn(job, AgentId.of("r"))).isFalse();

        var rejected = new Turn(job, 32_000);
        rejected.take(
                new JobCommand.LeaseRejected(AgentId.of("p"), "p-a2", "waited 30 s", 250, false));
        rejected.run();

        assertThat(JobEngine.mayGoOn(job, AgentId.of("r"))).isTrue();
        assertThat(rejected.effects()).contains(new Effect.ProducerMayGoOn("r-a1"));
    }

    private static StructuredResult frame() {
        return new StructuredResult(
                List.of(),
                List.of(
                        new Emission(
                                Optional.of("frame"),
                                Optional.empty(),
                                Optional.of(JsonObject.empty()),
                                Optional.empty(),
                                JsonObject.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static Graph graph(String manifest) {
        var loaded = ManifestLoader.load(Json.parse(manifest), ManifestLimits.DEFAULT);
        return Graph.of(loaded.manifest().orElseThrow());
    }

    private static Job started(Graph graph) {
        var submitted =
                JobEngine.submitted(
                        JobId.of("empty-1"), graph, "fp", Job.Submission.none(), "node", 1_000);
        var job = JobEngine.create(submitted, graph);
        var turn = Turn.first(job, submitted);
        turn.take(new JobCommand.Start("node"));
        turn.run();
        return job;
    }
}
