package mirrorneuron.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.Test;

class EventLineTest {

    private static final JobId JOB = JobId.of("simple-1");
    private static final Instant AT = Instant.parse("2026-03-28T11:00:04.000Z");

    @Test
    void an_event_of_the_job_has_no_agent_and_no_step_and_nothing_is_null() {
        var line = line(event("job_running", null, "{'node':'local'}"));

        assertThat(line.names())
                .containsExactly(
                        "event_id",
                        "seq",
                        "timestamp",
                        "ts",
                        "type",
                        "class",
                        "job_id",
                        "run_id",
                        "trace_id",
                        "span_id",
                        "payload");
        assertThat(line.string("event_id")).contains("evt_simple-1_7");
        assertThat(line.integer("seq")).hasValue(7);
        assertThat(line.string("timestamp")).contains("2026-03-28T11:00:04.000Z");
        assertThat(line.at("ts")).isEqualTo(line.at("timestamp"));
        assertThat(line.string("run_id")).contains("run-1");
        assertThat(line.string("trace_id")).contains("trc_1");
        assertThat(line.object("payload").string("node")).contains("local");
        line.forEach((name, value) -> assertThat(value).as(name).isNotEqualTo(JsonNull.NULL));
    }

    @Test
    void agent_and_step_are_named_when_known() {
        var line = line(event("workflow_step_started", "w", "{'step_id':'build'}"));
        assertThat(line.string("agent_id")).contains("w");
        assertThat(line.string("step_id")).contains("build");

        assertThat(line(event("agent_beacon", "w", "{'step':'build'}")).string("step_id"))
                .contains("build");
        assertThat(line(event("agent_beacon", "w", "{'step':null}")).has("step_id")).isFalse();
    }

    @Test
    void events_of_one_attempt_share_a_span() {
        var started = line(event("workflow_step_attempt_started", "w", "{'attempt_id':'a:1'}"));
        var ended = line(event("workflow_step_attempt_completed", "w", "{'attempt_id':'a:1'}"));
        var other = line(event("workflow_step_attempt_started", "w", "{'attempt_id':'a:2'}"));

        assertThat(started.at("span_id")).isEqualTo(ended.at("span_id"));
        assertThat(started.at("span_id")).isNotEqualTo(other.at("span_id"));
    }

    @Test
    void a_failed_job_carries_the_error_twice_and_only_as_an_object() {
        var failure =
                Failure.of(
                        "runtime.job.failed",
                        "agent w failed",
                        JsonObject.builder().put("agent_id", "w").build(),
                        AT,
                        "");
        var payload =
                JsonObject.builder()
                        .put("reason", failure.desc())
                        .put("failure", failure.toJson())
                        .build();

        var line = line(RuntimeEvent.of(JOB, 7, AT, "job_failed", Optional.empty(), payload, true));

        var error = line.object("error");
        assertThat(line.at("failure")).isEqualTo(error);
        assertThat(error.string("schema_version")).contains("mn.error.v1");
        assertThat(error.string("severity")).contains("ERROR");
        assertThat(error.string("desc")).contains("Agent w failed");
        assertThat(error.string("event_id")).contains("evt_simple-1_7");
        assertThat(error.string("trace_id")).contains("trc_1");
        assertThat(error.has("remediation")).isFalse();
        assertThat(error.array("links").size()).isEqualTo(3);
    }

    @Test
    void a_command_that_failed_for_good_is_an_error_and_one_that_is_tried_again_is_none() {
        var failed =
                line(
                        event(
                                "sandbox_job_failed",
                                "w",
                                "{'attempts':2,'cause':'exit_status','exit_code':3,"
                                        + "'error':'command exited with status 3'}"));

        var error = failed.object("error");
        assertThat(error.string("code")).contains("executor.exit_nonzero");
        assertThat(error.string("desc")).contains("Command exited with status 3");
        assertThat(error.object("details").string("agent_id")).contains("w");
        assertThat(error.object("details").integer("exit_code")).hasValue(3);
        assertThat(error.object("details").integer("attempt")).hasValue(2);
        assertThat(failed.object("payload").string("error"))
                .contains("command exited with status 3");

        var retried =
                line(event("executor_retry_scheduled", "w", "{'error':'status 3','attempt':1}"));
        assertThat(retried.has("error")).isFalse();
        assertThat(retried.has("failure")).isFalse();
    }

    @Test
    void a_dead_letter_says_why() {
        var line = line(event("dead_letter", "w", "{'reason':'unroutable_target','error':null}"));

        assertThat(line.object("error").string("code")).contains("runtime.dead_letter");
        assertThat(line.object("error").object("details").string("reason_type"))
                .contains("unroutable_target");
    }

    @Test
    void secrets_stay_behind() {
        var line = line(event("tool_called", "w", "{'call':{'api_key':'hunter2','n':1}}"));

        assertThat(line.toString()).doesNotContain("hunter2");
        assertThat(line.object("payload").object("call").at("api_key"))
                .isInstanceOf(JsonString.class);
        assertThat(line.object("payload").object("call").integer("n")).hasValue(1);
    }

    private static JsonObject line(RuntimeEvent event) {
        return EventLine.of(event, JOB, "run-1", "trc_1");
    }

    private static RuntimeEvent event(
            String type, @org.jspecify.annotations.Nullable String agent, String payload) {
        return RuntimeEvent.of(
                JOB,
                7,
                AT,
                type,
                Optional.ofNullable(agent).map(AgentId::of),
                (JsonObject) Json.parse(payload.replace('\'', '"')),
                true);
    }
}
