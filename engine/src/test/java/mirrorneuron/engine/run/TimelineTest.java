package mirrorneuron.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The large steps of a run, one event after the other. */
class TimelineTest {

    private Timeline timeline = new Timeline();
    private int second;

    private List<JsonObject> add(String type, String members) {
        var line = "{'ts': '2026-03-28T11:00:%02d.000Z', 'type': '%s'%s}";
        return timeline.add(
                (JsonObject)
                        Json.parse(line.formatted(second++, type, members).replace('\'', '"')));
    }

    private static List<String> types(List<JsonObject> records) {
        return records.stream().map(record -> record.string("type").orElseThrow()).toList();
    }

    @Test
    void whatever_comes_first_begins_the_run() {
        var first = add("message_dispatched", "");
        assertThat(types(first)).containsExactly("run_started");
        assertThat(first.getFirst().string("status")).contains("running");
        assertThat(add("job_pending", "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"message_dispatched", "agent_message_received", "executor_lease_acquired"})
    void an_agent_starts_once_with_the_first_that_is_heard_of_it(String type) {
        add("job_running", "");
        assertThat(types(add(type, ", 'agent_id': 'a'"))).containsExactly("agent_started");
        assertThat(add(type, ", 'agent_id': 'a'")).isEmpty();
        assertThat(add(type, "")).isEmpty();
        assertThat(types(add(type, ", 'agent_id': 'b'"))).containsExactly("agent_started");
    }

    @ParameterizedTest
    @CsvSource({
        "workflow_step_completed, completed",
        "workflow_step_partial, partial",
        "workflow_step_skipped, skipped",
        "workflow_step_failed, failed"
    })
    void a_step_ends_in_its_own_way_after_the_time_it_took(String type, String status) {
        add("workflow_step_started", ", 'step_id': 's'");
        add("job_pending", "");
        var ended = add(type, ", 'step_id': 's'").getFirst();
        assertThat(ended.string("type")).contains("step_completed");
        assertThat(ended.string("status")).contains(status);
        assertThat(ended.string("step_id")).contains("s");
        assertThat(ended.integer("duration_ms")).hasValue(2_000);
    }

    @Test
    void what_never_began_has_no_duration() {
        assertThat(add("workflow_step_skipped", ", 'step_id': 's'").getLast().has("duration_ms"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"sandbox_job_completed, completed", "sandbox_job_failed, failed"})
    void a_command_ends_after_the_time_it_took(String type, String status) {
        add("executor_lease_acquired", ", 'agent_id': 'a'");
        var ended = add(type, ", 'agent_id': 'a'").getFirst();
        assertThat(ended.string("type")).contains("agent_completed");
        assertThat(ended.string("status")).contains(status);
        assertThat(ended.integer("duration_ms")).hasValue(1_000);
        assertThat(add(type, ", 'agent_id': 'a'").getFirst().has("duration_ms"))
                .as("its time counts once")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "job_completed, run_completed, completed",
        "job_failed, run_failed, failed",
        "job_cancelled, run_cancelled, cancelled"
    })
    void a_run_ends_once(String type, String record, String status) {
        add("job_running", "");
        add("workflow_step_started", ", 'step_id': 's'");
        add("message_dispatched", ", 'agent_id': 'a'");
        var ended = add(type, "").getFirst();
        assertThat(ended.string("type")).contains(record);
        assertThat(ended.string("status")).contains(status);
        assertThat(ended.string("phase")).contains(status);
        assertThat(ended.integer("duration_ms")).hasValue(3_000);
        assertThat(add(type, "")).isEmpty();
        assertThat(add("workflow_step_completed", ", 'step_id': 's'")).isEmpty();
        assertThat(timeline.state().object("open").isEmpty()).isTrue();
        assertThat(timeline.state().array("agents").size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "job_paused, run_paused",
        "job_paused_for_manual_restart, run_paused",
        "job_resumed, run_resumed",
        "human_input_requested, human_requested",
        "artifact_written, artifact_written"
    })
    void a_run_may_rest_ask_and_write(String type, String record) {
        add("job_running", "");
        assertThat(types(add(type, ""))).containsExactly(record);
    }

    @Test
    void it_goes_on_after_a_restart_as_if_there_had_been_none() {
        add("executor_lease_acquired", ", 'agent_id': 'a'");
        add("workflow_step_started", ", 'step_id': 's'");
        timeline = Timeline.of(timeline.state());
        assertThat(add("message_dispatched", ", 'agent_id': 'a'")).isEmpty();
        var records = new ArrayList<>(add("sandbox_job_completed", ", 'agent_id': 'a'"));
        records.addAll(add("workflow_step_completed", ", 'step_id': 's'"));
        records.addAll(add("job_completed", ""));
        assertThat(records)
                .extracting(record -> record.integer("duration_ms").orElse(-1))
                .containsExactly(3_000L, 3_000L, 5_000L);
        timeline = Timeline.of(timeline.state());
        assertThat(add("job_completed", "")).isEmpty();
    }

    @Test
    void so_many_beginnings_are_remembered() {
        add("job_running", "");
        for (int i = 0; i < 1_001; i++) {
            second = 1;
            add("workflow_step_started", ", 'step_id': 's" + i + "'");
        }
        assertThat(add("workflow_step_completed", ", 'step_id': 's999'").getFirst())
                .matches(record -> record.has("duration_ms"));
        assertThat(add("workflow_step_completed", ", 'step_id': 's1000'").getFirst())
                .matches(record -> !record.has("duration_ms"));
    }
}
