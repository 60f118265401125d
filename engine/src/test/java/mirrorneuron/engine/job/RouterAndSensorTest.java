package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import org.junit.jupiter.api.Test;

/** What routers and sensors make of a message. */
class RouterAndSensorTest extends JobSpec {

    @Test
    void a_router_passes_a_message_on_as_it_is() {
        givenQuiet(
                """
                a: router
                b: module
                a -> b: x
                """);
        send(
                "a",
                Message.of("x", json("{'n': 1}"))
                        .withHeaders(object("{'h': 1}"))
                        .withPriority(7)
                        .withTtlMs(60_000));
        var sent = inHand("b");
        assertThat(sent.type()).isEqualTo("x");
        assertThat(sent.messageClass()).isEqualTo("command");
        assertThat(sent.body()).isEqualTo(json("{'n': 1}"));
        assertThat(sent.headers()).isEqualTo(object("{'h': 1}"));
        assertThat(sent.priority()).isEqualTo(7);
        assertThat(sent.ttlMs()).hasValue(60_000);
        assertThat(agent("a").processed).isEqualTo(1);
        assertThat(JobViews.snapshots(job).getFirst().currentState())
                .isEqualTo(object("{'forwarded': 1}"));
    }

    @Test
    void emit_type_renames_what_a_router_passes_on() {
        given(
                """
                a: router {'emit_type': 'y'}
                b: module
                a -> b: y
                """);
        assertThat(inHand("b").type()).isEqualTo("y");
    }

    @Test
    void a_router_alone_never_completes_a_job() {
        given("a: router");
        thenStatus(JobStatus.RUNNING);
        assertThat(explain().cause()).isEqualTo("idle");
    }

    @Test
    void a_sensor_counts_and_emits_each_time() {
        givenQuiet(
                """
                s: sensor
                b: module
                s -> b: sensor_ready
                """);
        send("s", "x", "{'n': 1}");
        then(
                "agent_message_received(s)",
                "agent_started(s)",
                "sensor_observed(s)",
                "route_selected(s)",
                "agent_message_received(b)",
                "message_acked(s)",
                "agent_started(b)",
                "message_dispatched(b)");
        assertThat(payload("sensor_observed").integer("count")).hasValue(1);
        assertThat(inHand("b").body()).isEqualTo(json("{'n': 1}"));
        send("s", "x", "{'n': 2}");
        assertThat(payload("sensor_observed").integer("count")).hasValue(2);
        assertThat(bodies("b")).containsExactly("{\"n\":2}");
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void a_sensor_that_completes_the_run_does_so_at_its_count() {
        givenQuiet(
                """
                s: sensor {'complete_after': 2, 'terminal_sink': true, 'complete_run': true, 'output_message_type': 'seen'}
                """);
        send("s", "x", "{'n': 1}");
        thenStatus(JobStatus.RUNNING);
        send("s", "x", "{'n': 2}");
        thenAmongOthers("sensor_observed(s)", "agent_completed_run(s)", "job_completed");
        thenStatus(JobStatus.COMPLETED);
        assertThat(output()).isEqualTo(json("{'count': 2, 'last_message': {'n': 2}}"));
        thenEffects(Effect.JobEnded.class);
    }
}
