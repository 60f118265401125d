package mirrorneuron.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run adds up to. */
class TallyTest {

    private static final Instant NOW = Instant.parse("2026-03-28T11:01:00Z");

    private Tally tally = new Tally();
    private int second;

    private static JsonObject object(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"'));
    }

    private JsonObject line(String type, String members) {
        return object(
                "{'ts': '2026-03-28T11:00:%02d.000Z', 'type': '%s'%s}"
                        .formatted(second++, type, members));
    }

    private void add(String type, String members) {
        tally.add(
                new Derived(
                        line(type, members),
                        List.of(JsonObject.empty()),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    private JsonObject summary() {
        return tally.summary("run-1", "job-1", "trc_1", NOW, JsonArray.empty());
    }

    @Test
    void a_run_of_which_nothing_is_known() {
        var summary = summary();
        assertThat(summary.string("status")).contains("pending");
        assertThat(summary.at("started_at").isNull()).isTrue();
        assertThat(summary.at("ended_at").isNull()).isTrue();
        assertThat(summary.integer("duration_ms")).hasValue(0);
        assertThat(summary.has("failed_step_id")).isFalse();
        assertThat(summary.has("failed_agent_id")).isFalse();
        assertThat(summary.object("token_totals").bool("estimated")).contains(false);
    }

    @ParameterizedTest
    @CsvSource({
        "job_running, running",
        "job_resumed, running",
        "job_recovered, running",
        "job_pausing, pausing",
        "job_paused, paused",
        "job_paused_for_manual_restart, paused",
        "job_completed, completed",
        "job_failed, failed",
        "job_cancelled, cancelled"
    })
    void its_status_is_what_happened_last(String type, String status) {
        add("job_pending", "");
        add(type, "");
        add("message_acked", "");
        assertThat(tally.status()).isEqualTo(status);
        assertThat(tally.startedAt()).isEqualTo("2026-03-28T11:00:00.000Z");
        assertThat(tally.updatedAt()).isEqualTo("2026-03-28T11:00:02.000Z");
        boolean over = List.of("completed", "failed", "cancelled").contains(status);
        assertThat(tally.endedAt()).isEqualTo(over ? "2026-03-28T11:00:01.000Z" : "");
        assertThat(summary().integer("duration_ms")).hasValue(over ? 1_000 : 60_000);
    }

    @Test
    void lines_of_each_kind_are_counted() {
        var warning = object("{'level': 'WARN'}");
        var info = object("{'level': 'INFO'}");
        for (int i = 0; i < 2; i++) {
            tally.add(
                    new Derived(
                            line("message_acked", ""),
                            List.of(info),
                            List.of(warning, info, info),
                            Collections.nCopies(4, info),
                            Collections.nCopies(5, info),
                            List.of(),
                            List.of()));
        }
        assertThat(summary().object("counts"))
                .isEqualTo(
                        object(
                                "{'events': 2, 'logs': 6, 'errors': 8, 'warnings': 2, 'timeline': 10, 'artifacts': 0}"));
    }

    @ParameterizedTest
    @CsvSource({
        "executor_retry_scheduled",
        "workflow_step_attempt_retry_scheduled",
        "message_retry_scheduled"
    })
    void each_retry_counts(String type) {
        add(type, "");
        add(type, "");
        assertThat(summary().integer("retry_count")).hasValue(2);
    }

    @Test
    void it_names_the_step_and_the_agent_that_failed_last() {
        add("workflow_step_failed", ", 'step_id': 'first', 'agent_id': 'x'");
        add("sandbox_job_failed", ", 'step_id': 'y', 'agent_id': 'a'");
        add("workflow_step_failed", "");
        add("job_failed", "");
        assertThat(summary().string("failed_step_id")).contains("first");
        assertThat(summary().string("failed_agent_id")).contains("a");
        add("job_failed", ", 'payload': {'agent_id': 'b'}");
        assertThat(summary().string("failed_agent_id")).contains("b");
    }

    @Test
    void what_failed_on_the_way_did_not_stop_a_run_that_completed() {
        add("workflow_step_failed", ", 'step_id': 's'");
        add("sandbox_job_failed", ", 'agent_id': 'a'");
        add("job_completed", "");
        assertThat(summary().has("failed_step_id")).isFalse();
        assertThat(summary().has("failed_agent_id")).isFalse();
    }

    @Test
    void peaks_are_the_highest_and_tokens_the_sum() {
        tally.sample(
                object(
                        "{'cpu_pct': 50, 'memory_rss_mb': 10.5, 'llm': {'input_tokens': 1, 'output_tokens': 20, 'total_tokens': 300, 'calls': 4, 'estimated': true}}"));
        tally.sample(
                object(
                        "{'cpu_pct': 20, 'memory_rss_mb': 90, 'llm': {'input_tokens': 1, 'output_tokens': 20, 'total_tokens': 300, 'calls': 4}}"));
        assertThat(summary().object("resource_peaks"))
                .isEqualTo(object("{'max_cpu_pct': 50.0, 'max_memory_rss_mb': 90.0}"));
        assertThat(summary().object("token_totals"))
                .isEqualTo(
                        object(
                                "{'input_tokens': 2, 'output_tokens': 40, 'total_tokens': 600, 'calls': 8, 'estimated': true}"));
    }

    @Test
    void it_goes_on_after_a_restart_as_if_there_had_been_none() {
        add("job_running", "");
        add("workflow_step_failed", ", 'step_id': 's'");
        add("sandbox_job_failed", ", 'agent_id': 'a'");
        add("message_retry_scheduled", "");
        tally.sample(
                object(
                        "{'cpu_pct': 50, 'memory_rss_mb': 10.5, 'llm': {'input_tokens': 1, 'output_tokens': 2, 'total_tokens': 3, 'calls': 4, 'estimated': true}}"));
        add("job_failed", "");
        var before = summary();
        tally = Tally.of(tally.state());
        assertThat(summary()).isEqualTo(before);
        assertThat(tally.updatedAt()).isEqualTo("2026-03-28T11:00:04.000Z");
    }
}
