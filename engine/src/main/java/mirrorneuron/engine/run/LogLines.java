package mirrorneuron.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import mirrorneuron.api.json.JsonObject;

/**
 * The log of a run: what happened in words, and what commands printed. Messages that merely pass
 * make no lines; they are in the events.
 *
 * @see "REST contract, section 6.5"
 */
final class LogLines {

    private static final Set<String> WARNINGS =
            Set.of(
                    "executor_retry_scheduled",
                    "executor_lease_rejected",
                    "executor_output_warning",
                    "executor_fallback_dispatched",
                    "workflow_step_attempt_timed_out",
                    "workflow_step_attempt_retry_scheduled",
                    "workflow_graph_patch_rejected",
                    "message_retry_scheduled",
                    "message_unrouted",
                    "agent_restart_scheduled",
                    "agent_restart_deferred",
                    "agent_beacon_missed",
                    "external_input_rejected",
                    "stream_gap",
                    "human_input_timeout",
                    "job_recovery_started",
                    "job_paused_for_manual_restart");

    /** Each message makes several of these, so a log with them would hide what it should show. */
    private static final Set<String> TRAFFIC =
            Set.of(
                    "agent_message_received",
                    "message_dispatched",
                    "message_acked",
                    "message_delayed",
                    "message_returned",
                    "route_evaluated",
                    "route_selected",
                    "route_not_matched",
                    "executor_lease_requested",
                    "executor_lease_acquired",
                    "executor_lease_released",
                    "executor_progress",
                    "backpressure_signal",
                    "backpressure_state",
                    "aggregator_received",
                    "aggregator_duplicate_ignored",
                    "aggregator_late_message",
                    "aggregator_sources_ended",
                    "sensor_observed",
                    "workflow_message_received",
                    "workflow_step_beacon",
                    "workflow_step_stale_output_ignored",
                    "workflow_step_duplicate_message_ignored");

    private LogLines() {}

    static List<JsonObject> of(JsonObject line, Aside aside) {
        var lines = new ArrayList<JsonObject>();
        output(line, aside.stdout(), "stdout", "INFO", lines);
        output(line, aside.stderr(), "stderr", "WARN", lines);
        var type = line.string("type").orElse("");
        boolean silentBeacon =
                type.equals("agent_beacon") && line.object("payload").string("message").isEmpty();
        if (!TRAFFIC.contains(type) && !silentBeacon) {
            var record = record(line, level(line, type), component(type), Wording.of(line));
            record.put("fields", JsonObject.builder().put("event_type", type).build());
            if (line.has("error")) {
                record.put("error", line.at("error"));
            }
            lines.add(record.build());
        }
        return lines;
    }

    private static void output(
            JsonObject line, String text, String stream, String level, List<JsonObject> to) {
        if (text.isEmpty()) {
            return;
        }
        int number = 0;
        for (var said : text.split("\\R", -1)) {
            number++;
            if (!said.isBlank()) {
                to.add(
                        record(line, level, "executor", said)
                                .put(
                                        "fields",
                                        JsonObject.builder()
                                                .put("stream", stream)
                                                .put("line", number)
                                                .build())
                                .build());
            }
        }
    }

    private static JsonObject.Builder record(
            JsonObject line, String level, String component, String message) {
        return JsonObject.builder()
                .put("ts", line.at("ts"))
                .put("timestamp", line.at("ts"))
                .put("run_id", line.at("run_id"))
                .put("job_id", line.at("job_id"))
                .put("level", level)
                .put("component", component)
                .put("message", message)
                .putIfPresent("agent_id", line.string("agent_id"))
                .putIfPresent("step_id", line.string("step_id"))
                .put("event_id", line.at("event_id"))
                .put("trace_id", line.at("trace_id"))
                .put("span_id", line.at("span_id"));
    }

    private static String level(JsonObject line, String type) {
        if (line.has("error")) {
            return "ERROR";
        }
        if (WARNINGS.contains(type)) {
            return "WARN";
        }
        if (type.equals("human_notice")) {
            return noticeLevel(line.object("payload").string("severity").orElse("info"));
        }
        return type.equals("agent_beacon") ? "DEBUG" : "INFO";
    }

    private static String noticeLevel(String severity) {
        return severity.toLowerCase(Locale.ROOT).startsWith("warn") ? "WARN" : "INFO";
    }

    private static String component(String type) {
        if (type.startsWith("job_")) {
            return "runtime";
        }
        if (type.startsWith("workflow_")) {
            return "workflow";
        }
        if (type.startsWith("executor_") || type.startsWith("sandbox_")) {
            return "executor";
        }
        return type.startsWith("human_") ? "human" : "agent";
    }
}
