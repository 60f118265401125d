package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The headers by which a message belongs to an attempt, and what passes from step to step. */
class StampsTest extends JobSpec {

    private static final String TIMED =
            """
            a: executor {'output_message_type': 'next', 'beacon_enabled': true}
            b: executor {'output_message_type': null}
            a -> b: next
            step first: a {'control': {'timeout_seconds': %s}}
            step second: b {'control': {'timeout_seconds': 0}}
            first => second
            control: {'liveness': {'timeout_ms': 7000}}
            """;

    private JsonObject headers(String agent) {
        return inHand(agent).headers();
    }

    @Test
    void an_attempt_is_told_which_it_is_and_how_long_it_has() {
        given(TIMED.formatted("60"));
        var headers = headers("a");
        assertThat(headers.string("mn.workflow.run_id")).contains("g-1");
        assertThat(headers.string("mn.workflow.step_id")).contains("first");
        assertThat(headers.string("mn.workflow.attempt_id")).contains("first:attempt:1");
        assertThat(headers.integer("mn.workflow.attempt")).hasValue(1);
        assertThat(headers.string("mn.workflow.idempotency_key").orElseThrow())
                .startsWith("g-1:first:1:");
        assertThat(headers.at("mn.workflow.timeout_seconds")).isEqualTo(json("60"));
        assertThat(headers.integer("mn.workflow.heartbeat_timeout_ms")).hasValue(7_000);
        assertThat(headers.names())
                .doesNotContain("mn.workflow.source_step_id", "mn.human.note")
                .noneMatch(name -> name.startsWith("mn.workflow.graph"));
        now += 500;
        grant("a");
        var clocked = effect(Effect.StartWorker.class).message().headers();
        assertThat(clocked.string("mn.workflow.deadline_at")).contains("2026-01-01T00:01:00.500Z");
        assertThat(clocked.string("mn.workflow.heartbeat_deadline_at"))
                .contains("2026-01-01T00:00:07.500Z");
    }

    @Test
    void a_time_that_is_no_whole_number_of_seconds_is_told_as_it_is() {
        given(TIMED.formatted("1.5"));
        assertThat(headers("a").at("mn.workflow.timeout_seconds")).isEqualTo(json("1.5"));
    }

    @Test
    void what_goes_to_another_step_says_where_it_comes_from_and_carries_no_old_stamps() {
        given(TIMED.formatted("60"));
        grant("a");
        succeed(
                "a",
                "{'emit_messages': [{'type': 'next', 'body': 1, 'headers': {'own': 'x', 'mn.workflow.attempt_id': 'forged', 'mn.human.note': 'forged'}}], 'complete_step': 1}");
        var headers = headers("b");
        assertThat(headers.string("own")).contains("x");
        assertThat(headers.string("mn.workflow.attempt_id")).contains("second:attempt:1");
        assertThat(headers.string("mn.workflow.source_step_id")).contains("first");
        assertThat(headers.has("mn.human.note")).isFalse();
        assertThat(headers.has("mn.workflow.timeout_seconds")).isFalse();
        assertThat(headers.has("mn.workflow.heartbeat_timeout_ms")).isFalse();
    }

    @Test
    void without_limits_an_attempt_has_no_deadline() {
        given(TIMED.formatted("60"));
        complete("a", "1");
        grant("b");
        assertThat(effect(Effect.StartWorker.class).message().headers().names())
                .doesNotContain("mn.workflow.deadline_at", "mn.workflow.heartbeat_deadline_at");
    }

    @Test
    void outside_of_steps_headers_pass_as_they_are() {
        given("a: router\nb: module\na -> b: *");
        send("a", Message.of("x", json("1")).withHeaders(object("{'own': 'x'}")));
        assertThat(mailbox("b").getLast().headers()).isEqualTo(object("{'own': 'x'}"));
    }
}
