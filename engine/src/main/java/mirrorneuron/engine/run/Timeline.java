package mirrorneuron.engine.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * The course of a run in its large steps: one {@code run_started} first, one terminal record last,
 * and in between when agents and steps began and ended.
 *
 * @see "REST contract, section 11.3"
 */
final class Timeline {

    private static final String SCHEMA = "mn.timeline.v1";

    /**
     * What is remembered of beginnings, for durations. Beyond that a duration is left out: it can
     * be had from the events.
     */
    private static final int OPEN_MAX = 1_000;

    private static final int AGENTS_MAX = 1_000;

    private final Map<String, Long> open = new LinkedHashMap<>();
    private final Set<String> agents = new LinkedHashSet<>();
    private long startedAtMs;
    private boolean ended;

    /** The records of an event, in order; most events have none. */
    List<JsonObject> add(JsonObject line) {
        if (ended) {
            return List.of();
        }
        var records = new ArrayList<JsonObject>(1);
        long atMs = Timestamps.parse(line.string("ts").orElseThrow()).toEpochMilli();
        if (startedAtMs == 0) {
            startedAtMs = atMs;
            records.add(record(line, "run_started", "running", "Run started").build());
        }
        var step = line.string("step_id").orElse("");
        var agent = line.string("agent_id").orElse("");
        switch (line.string("type").orElse("")) {
            case "executor_lease_acquired" -> {
                begin("agent:" + agent, atMs);
                firstOf(agent, line, records);
            }
            case "message_dispatched", "agent_message_received" -> firstOf(agent, line, records);
            case "sandbox_job_completed" -> agentEnded(line, "completed", agent, atMs, records);
            case "sandbox_job_failed" -> agentEnded(line, "failed", agent, atMs, records);
            case "workflow_step_started" -> {
                begin("step:" + step, atMs);
                records.add(record(line, "step_started", "running", Wording.of(line)).build());
            }
            case "workflow_step_completed" -> stepEnded(line, "completed", step, atMs, records);
            case "workflow_step_partial" -> stepEnded(line, "partial", step, atMs, records);
            case "workflow_step_skipped" -> stepEnded(line, "skipped", step, atMs, records);
            case "workflow_step_failed" -> stepEnded(line, "failed", step, atMs, records);
            case "human_input_requested" ->
                    records.add(
                            record(line, "human_requested", "waiting", Wording.of(line))
                                    .put("phase", "waiting_for_human")
                                    .build());
            case "artifact_written" ->
                    records.add(
                            record(line, "artifact_written", "completed", Wording.of(line))
                                    .put("phase", "writing_artifacts")
                                    .build());
            case "job_paused", "job_paused_for_manual_restart" ->
                    records.add(record(line, "run_paused", "paused", Wording.of(line)).build());
            case "job_resumed" ->
                    records.add(record(line, "run_resumed", "running", Wording.of(line)).build());
            case "job_completed" -> runEnded(line, "run_completed", "completed", atMs, records);
            case "job_failed" -> runEnded(line, "run_failed", "failed", atMs, records);
            case "job_cancelled" -> runEnded(line, "run_cancelled", "cancelled", atMs, records);
            default -> {}
        }
        return records;
    }

    private void firstOf(String agent, JsonObject line, List<JsonObject> to) {
        if (!agent.isEmpty() && agents.size() < AGENTS_MAX && agents.add(agent)) {
            to.add(
                    record(line, "agent_started", "running", "Agent " + agent + " started")
                            .put("phase", "running_worker")
                            .build());
        }
    }

    private void agentEnded(
            JsonObject line, String status, String agent, long atMs, List<JsonObject> to) {
        to.add(
                lasted(
                        record(line, "agent_completed", status, Wording.of(line)),
                        "agent:" + agent,
                        atMs));
    }

    private void stepEnded(
            JsonObject line, String status, String step, long atMs, List<JsonObject> to) {
        to.add(
                lasted(
                        record(line, "step_completed", status, Wording.of(line)),
                        "step:" + step,
                        atMs));
    }

    private void runEnded(
            JsonObject line, String type, String status, long atMs, List<JsonObject> to) {
        ended = true;
        open.clear();
        agents.clear();
        to.add(
                record(line, type, status, Wording.of(line))
                        .put("phase", status)
                        .put("duration_ms", Math.max(0, atMs - startedAtMs))
                        .build());
    }

    private void begin(String what, long atMs) {
        if (open.size() < OPEN_MAX) {
            open.put(what, atMs);
        }
    }

    private JsonObject lasted(JsonObject.Builder record, String what, long atMs) {
        var began = open.remove(what);
        return began == null
                ? record.build()
                : record.put("duration_ms", Math.max(0, atMs - began)).build();
    }

    private static JsonObject.Builder record(
            JsonObject line, String type, String status, String summary) {
        var record =
                JsonObject.builder()
                        .put("schema_version", SCHEMA)
                        .put("ts", line.at("ts"))
                        .put("run_id", line.at("run_id"))
                        .put("job_id", line.at("job_id"))
                        .put("trace_id", line.at("trace_id"))
                        .put("span_id", line.at("span_id"))
                        .put("event_id", line.at("event_id"))
                        .put("type", type)
                        .put("status", status)
                        .put("summary", summary);
        return record.putIfPresent("step_id", line.string("step_id"))
                .putIfPresent("agent_id", line.string("agent_id"));
    }

    JsonObject state() {
        var began = JsonObject.builder();
        open.forEach(began::put);
        return JsonObject.builder()
                .put("started", startedAtMs)
                .put("ended", ended)
                .put("open", began.build())
                .put("agents", JsonArray.ofStrings(agents))
                .build();
    }

    static Timeline of(JsonObject state) {
        var timeline = new Timeline();
        timeline.startedAtMs = state.integer("started").orElse(0);
        timeline.ended = state.bool("ended").orElse(false);
        state.object("open")
                .forEach(
                        (what, at) -> {
                            if (at instanceof JsonNumber number) {
                                timeline.open.put(what, number.asLong().orElse(0));
                            }
                        });
        for (var agent : state.array("agents")) {
            Optional.of(agent)
                    .filter(JsonString.class::isInstance)
                    .ifPresent(text -> timeline.agents.add(((JsonString) text).value()));
        }
        return timeline;
    }
}
