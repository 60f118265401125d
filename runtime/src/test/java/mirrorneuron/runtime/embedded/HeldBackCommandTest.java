package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.SubmitOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A command prints faster than the agents behind it can take while its job is to rest. */
@Timeout(30)
class HeldBackCommandTest {

    private static final JobId JOB = JobId.of("stream-1");

    @TempDir Path home;

    @Test
    void a_command_that_waits_for_room_and_has_more_to_say_is_ended_by_a_pause() {
        try (var mn = MirrorNeuron.embedded().home(home).start()) {
            produce(mn);
            var drain = PauseOptions.Mode.DRAIN;
            assertThat(
                            mn.jobs()
                                    .pause(
                                            JOB,
                                            new PauseOptions(
                                                    drain,
                                                    Duration.ofMillis(200),
                                                    Duration.ofSeconds(40),
                                                    "maintenance")))
                    .isEqualTo(new ControlResult.Applied(JOB, JobStatus.PAUSED));
        }
    }

    @Test
    void a_close_does_not_wait_for_a_command_that_waits_for_room() {
        var mn = MirrorNeuron.embedded().home(home).start();
        produce(mn);
        // Nobody makes room while the runtime closes, and its grace is 30 s.
        assertTimeout(Duration.ofSeconds(10), mn::close);
    }

    private static void produce(MirrorNeuron mn) {
        mn.jobs()
                .submit(
                        new BundleSource.Inline(
                                """
                                {"manifest_version":"1.0","graph_id":"stream",
                                 "entrypoints":["producer"],
                                 "nodes":[{"node_id":"producer","agent_type":"executor","config":{
                                   "runner_module":"host_local","command":["sh","produce.sh"],
                                   "upload_path":"produce.sh","output_message_type":null,
                                   "safe_to_retry":true}},
                                  {"node_id":"relay","agent_type":"router","config":{
                                   "backpressure":{"max_queue_depth":4,"high_watermark":3,
                                     "low_watermark":1}}}],
                                 "edges":[{"edge_id":"frame","from_node":"producer",
                                   "to_node":"relay","message_type":"frame"}],
                                 "policies":{"recovery_mode":"local_restart"}}
                                """,
                                Map.of(
                                        "produce.sh",
                                        """
                                        while :; do
                                            echo '{"mn":{"emit_messages":[{"type":"frame","body":{}}]}}'
                                        done
                                        """
                                                .getBytes(UTF_8))),
                        SubmitOptions.defaults().withJobId(JOB))
                .orThrow();
        await().until(
                        () ->
                                mn.monitor().jobDetails(JOB).orElseThrow().recentEvents().stream()
                                        .anyMatch(
                                                event -> event.type().equals("executor_progress")));
    }
}
