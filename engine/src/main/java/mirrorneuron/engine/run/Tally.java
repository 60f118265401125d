package mirrorneuron.engine.run;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * The counters behind a run's summary. They grow with each line, so a summary never reads a log.
 *
 * @see "REST contract, section 11.4"
 */
final class Tally {

    private static final String SCHEMA = "mn.observability_summary.v1";

    /** More are waited for without being remembered: the run waits as long as any of these does. */
    private static final int GATES_MAX = 1_000;

    private final Set<String> gates = new LinkedHashSet<>();
    private String status = "pending";
    private String startedAt = "";
    private String updatedAt = "";
    private String endedAt = "";
    private String failedStep = "";
    private String failedAgent = "";
    private long events;
    private long logs;
    private long errors;
    private long warnings;
    private long timeline;
    private long retries;
    private double cpuPctMax;
    private double memoryMbMax;
    private long inputTokens;
    private long outputTokens;
    private long totalTokens;
    private long calls;
    private boolean estimated;

    void add(Derived derived) {
        var line = derived.event();
        events++;
        logs += derived.logs().size();
        errors += derived.errors().size();
        timeline += derived.timeline().size();
        for (var log : derived.logs()) {
            warnings += log.string("level").filter("WARN"::equals).isPresent() ? 1 : 0;
        }
        derived.samples().forEach(this::sample);
        updatedAt = line.string("ts").orElse(updatedAt);
        if (startedAt.isEmpty()) {
            startedAt = updatedAt;
        }
        var type = line.string("type").orElse("");
        waits(line, type);
        switch (type) {
            case "job_running", "job_resumed", "job_recovered" -> status = "running";
            case "job_pausing" -> status = "pausing";
            case "job_paused", "job_paused_for_manual_restart" -> status = "paused";
            case "job_completed", "job_failed", "job_cancelled" -> {
                status = type.substring("job_".length());
                endedAt = updatedAt;
            }
            case "executor_retry_scheduled",
                    "workflow_step_attempt_retry_scheduled",
                    "message_retry_scheduled" ->
                    retries++;
            default -> {}
        }
        if (type.equals("workflow_step_failed")) {
            failedStep = line.string("step_id").orElse(failedStep);
        }
        if (type.equals("sandbox_job_failed") || type.equals("job_failed")) {
            failedAgent =
                    line.string("agent_id")
                            .or(() -> line.object("payload").string("agent_id"))
                            .orElse(failedAgent);
        }
        if (status.equals("completed")) {
            // What failed on the way did not stop the run.
            failedStep = "";
            failedAgent = "";
        }
    }

    /** Which steps' gates are open; one closes with its step too. */
    private void waits(JsonObject line, String type) {
        var step = line.string("step_id").orElse("");
        switch (type) {
            case "human_input_requested" -> {
                // What a command asked by itself holds nothing up once the command has ended.
                if (line.object("payload").has("attempt_id") && gates.size() < GATES_MAX) {
                    gates.add(step);
                }
            }
            case "human_decision_applied",
                    "workflow_step_completed",
                    "workflow_step_partial",
                    "workflow_step_skipped",
                    "workflow_step_failed" ->
                    gates.remove(step);
            default -> {}
        }
    }

    void sample(JsonObject sample) {
        cpuPctMax = Math.max(cpuPctMax, number(sample.at("cpu_pct")));
        memoryMbMax = Math.max(memoryMbMax, number(sample.at("memory_rss_mb")));
        var llm = sample.object("llm");
        inputTokens += (long) number(llm.at("input_tokens"));
        outputTokens += (long) number(llm.at("output_tokens"));
        totalTokens += (long) number(llm.at("total_tokens"));
        calls += (long) number(llm.at("calls"));
        estimated |= llm.bool("estimated").orElse(false);
    }

    String status() {
        return status.equals("running") && !gates.isEmpty() ? "waiting_for_human" : status;
    }

    String startedAt() {
        return startedAt;
    }

    String updatedAt() {
        return updatedAt;
    }

    String endedAt() {
        return endedAt;
    }

    /**
     * @param now stands for the end of a run that goes on
     * @param artifacts {@code {artifact_id, url}} of each file
     */
    JsonObject summary(
            String runId, String jobId, String traceId, Instant now, JsonArray artifacts) {
        var json =
                JsonObject.builder()
                        .put("schema_version", SCHEMA)
                        .put("run_id", runId)
                        .put("job_id", jobId)
                        .put("status", status())
                        .put("trace_id", traceId)
                        .put("started_at", orNull(startedAt))
                        .put("ended_at", orNull(endedAt))
                        .put("duration_ms", durationMs(now))
                        .put(
                                "counts",
                                JsonObject.builder()
                                        .put("events", events)
                                        .put("logs", logs)
                                        .put("errors", errors)
                                        .put("warnings", warnings)
                                        .put("timeline", timeline)
                                        .put("artifacts", artifacts.size())
                                        .build())
                        .put("retry_count", retries);
        if (!failedStep.isEmpty()) {
            json.put("failed_step_id", failedStep);
        }
        if (!failedAgent.isEmpty()) {
            json.put("failed_agent_id", failedAgent);
        }
        return json.put(
                        "resource_peaks",
                        JsonObject.builder()
                                .put("max_cpu_pct", cpuPctMax)
                                .put("max_memory_rss_mb", memoryMbMax)
                                .build())
                .put(
                        "token_totals",
                        JsonObject.builder()
                                .put("input_tokens", inputTokens)
                                .put("output_tokens", outputTokens)
                                .put("total_tokens", totalTokens)
                                .put("calls", calls)
                                .put("estimated", estimated)
                                .build())
                .put("artifact_links", artifacts)
                .build();
    }

    private long durationMs(Instant now) {
        if (startedAt.isEmpty()) {
            return 0;
        }
        var end = endedAt.isEmpty() ? now : Timestamps.parse(endedAt);
        return Math.max(0, end.toEpochMilli() - Timestamps.parse(startedAt).toEpochMilli());
    }

    JsonObject state() {
        return JsonObject.builder()
                .put("status", status)
                .put("gates", JsonArray.ofStrings(gates))
                .put("started_at", startedAt)
                .put("updated_at", updatedAt)
                .put("ended_at", endedAt)
                .put("failed_step", failedStep)
                .put("failed_agent", failedAgent)
                .put("events", events)
                .put("logs", logs)
                .put("errors", errors)
                .put("warnings", warnings)
                .put("timeline", timeline)
                .put("retries", retries)
                .put("cpu_pct_max", cpuPctMax)
                .put("memory_mb_max", memoryMbMax)
                .put("input_tokens", inputTokens)
                .put("output_tokens", outputTokens)
                .put("total_tokens", totalTokens)
                .put("calls", calls)
                .put("estimated", estimated)
                .build();
    }

    static Tally of(JsonObject state) {
        var tally = new Tally();
        tally.status = state.string("status").orElse("pending");
        for (var gate : state.array("gates")) {
            if (gate instanceof JsonString step) {
                tally.gates.add(step.value());
            }
        }
        tally.startedAt = state.string("started_at").orElse("");
        tally.updatedAt = state.string("updated_at").orElse("");
        tally.endedAt = state.string("ended_at").orElse("");
        tally.failedStep = state.string("failed_step").orElse("");
        tally.failedAgent = state.string("failed_agent").orElse("");
        tally.events = state.integer("events").orElse(0);
        tally.logs = state.integer("logs").orElse(0);
        tally.errors = state.integer("errors").orElse(0);
        tally.warnings = state.integer("warnings").orElse(0);
        tally.timeline = state.integer("timeline").orElse(0);
        tally.retries = state.integer("retries").orElse(0);
        tally.cpuPctMax = number(state.at("cpu_pct_max"));
        tally.memoryMbMax = number(state.at("memory_mb_max"));
        tally.inputTokens = state.integer("input_tokens").orElse(0);
        tally.outputTokens = state.integer("output_tokens").orElse(0);
        tally.totalTokens = state.integer("total_tokens").orElse(0);
        tally.calls = state.integer("calls").orElse(0);
        tally.estimated = state.bool("estimated").orElse(false);
        return tally;
    }

    private static double number(JsonValue value) {
        return value instanceof JsonNumber number ? number.asDouble() : 0;
    }

    private static JsonValue orNull(String text) {
        return text.isEmpty() ? JsonNull.NULL : new JsonString(text);
    }
}
