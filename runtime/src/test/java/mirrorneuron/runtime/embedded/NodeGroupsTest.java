package mirrorneuron.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose agents belong to a node, from the outside. */
@Timeout(60)
class NodeGroupsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path home;

    private MirrorNeuron open() {
        return MirrorNeuron.embedded().home(home).nodeName("left").start();
    }

    /** A command that says who it is ends the group; a door in front lets it wait. */
    private static BundleSource job(String type) {
        return BundleSource.manifest(
                """
                {"manifest_version": "1.0", "graph_id": "group", "entrypoints": ["door"],
                 "nodes": [
                   {"node_id": "door", "agent_type": "aggregator",
                    "config": {"complete_after": 2, "output_message_type": "open"}},
                   {"node_id": "who", "agent_type": "executor",
                    "config": {"runner_module": "host_local",
                      "command": ["sh", "-c", "printf %%s \\"$MN_AGENT_ID\\""],
                      "terminal_sink": true, "complete_run": true}}],
                 "edges": [{"from_node": "door", "to_node": "who", "message_type": "open"}],
                 "policies": {"job_type": "%s"}}
                """
                        .formatted(type));
    }

    private static JobId submit(MirrorNeuron mn, String type) {
        var inputs = (JsonObject) Json.parse("{\"door\": [{\"type\": \"knock\"}]}");
        return mn.jobs()
                .submit(
                        job(type),
                        SubmitOptions.defaults().withJobId(JobId.of(type)).withInputs(inputs))
                .orThrow();
    }

    private static List<String> agents(MirrorNeuron mn, JobId job) {
        return mn.jobs().agents(job).stream().map(agent -> agent.agentId().value()).toList();
    }

    @Test
    void a_sysbatch_job_is_over_when_its_node_is_and_is_read_back_so() throws Exception {
        JobId job;
        try (var mn = open()) {
            job = submit(mn, "sysbatch");
            assertThat(agents(mn, job)).containsExactlyInAnyOrder("door@left", "who@left");
        }
        try (var mn = open()) {
            assertThat(agents(mn, job)).containsExactlyInAnyOrder("door@left", "who@left");
            assertThat(
                            mn.jobs()
                                    .send(
                                            job,
                                            AgentId.of("door"),
                                            Message.of("knock", JsonObject.empty())))
                    .isInstanceOf(Delivery.Delivered.class);
            assertThat(mn.jobs().await(job, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        }
        try (var mn = open()) {
            var result = mn.jobs().inspect(job).orElseThrow().result().orElseThrow();
            assertThat(result.toString())
                    .contains("\"completed_targets\":[\"who@left\"]")
                    .contains("\"completed_agents\":[\"who\"]")
                    .contains("\"stdout\":\"who@left\"");
            assertThat(agents(mn, job)).containsExactlyInAnyOrder("door@left", "who@left");
            assertThat(
                            mn.jobs().events(job, EventQuery.all()).stream()
                                    .filter(event -> event.type().equals("agent_started"))
                                    .map(RuntimeEvent::agentId))
                    .extracting(id -> id.orElseThrow().value())
                    .containsExactly("door@left", "who@left");
        }
    }

    @Test
    void a_system_job_goes_on_when_its_node_has_finished() throws Exception {
        try (var mn = open()) {
            var job = submit(mn, "system");
            mn.jobs().send(job, AgentId.of("door@left"), Message.of("knock", JsonObject.empty()));
            try (var events = mn.jobs().follow(job, FollowOptions.fromStart())) {
                for (var event : events) {
                    if (event.type().equals("system_target_completed")) {
                        assertThat(event.payload().string("node")).contains("left");
                        assertThat(event.payload().string("agent_id")).contains("who@left");
                        break;
                    }
                }
            }
            assertThat(mn.jobs().await(job, Duration.ZERO))
                    .isInstanceOf(WaitOutcome.StillRunning.class);
        }
    }
}
