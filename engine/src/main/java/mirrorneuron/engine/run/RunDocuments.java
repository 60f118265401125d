package mirrorneuron.engine.run;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * The files of a run that are written as a whole.
 *
 * @param status of the run
 * @param startedAt ISO-8601; empty before the first event
 * @param endedAt empty while the run goes on
 * @see "REST contract, sections 6.1 and 11.2"
 */
public record RunDocuments(
        String jobId,
        String runId,
        String traceId,
        String status,
        String startedAt,
        String updatedAt,
        String endedAt) {

    static final String INPUT_ADAPTER = "json";

    /** {@code run.json}. */
    public JsonObject run(JobRecord record) {
        var json =
                JsonObject.builder()
                        .put("run_id", runId)
                        .put("job_id", jobId)
                        .put("graph_id", record.graphId())
                        .putIfPresent("job_name", record.jobName())
                        .putIfPresent("blueprint_id", RunIds.blueprintOf(record))
                        .put("status", status)
                        .put("created_at", orNull(startedAt))
                        .put("started_at", orNull(startedAt))
                        .put("updated_at", orNull(updatedAt))
                        .put("ended_at", orNull(endedAt))
                        .put("trace_id", traceId)
                        .put(
                                "paths",
                                JsonObject.builder()
                                        .put("run_dir", ".")
                                        .put("config", "config.json")
                                        .put("inputs", "inputs.json")
                                        .put("events", "events.jsonl")
                                        .put("result", "result.json")
                                        .put("final_artifact", "final_artifact.json")
                                        .build());
        failure(record).ifPresent(failure -> json.put("failure", failure));
        return json.build();
    }

    /**
     * {@code inputs.json}: what the run was given, over its defaults, without secrets.
     *
     * @param inputs by name
     */
    public static JsonObject inputs(JsonObject inputs) {
        return JsonObject.builder()
                .put("adapter", INPUT_ADAPTER)
                .put("real_ready", true)
                .put("inputs", Redaction.byKey(inputs))
                .build();
    }

    /** {@code artifacts.json}: the files of a run that has ended, with their hashes. */
    public JsonObject artifacts(JsonArray listed) {
        return JsonObject.builder()
                .put("schema_version", "mn.artifacts.v1")
                .put("run_id", runId)
                .put("artifacts", listed)
                .build();
    }

    /** {@code job.json}: the job's record without what other files hold. */
    public static JsonObject job(JobRecord record) {
        var json =
                JsonObject.builder()
                        .putAll(Redaction.byKey(record.raw().without("result").without("failure")));
        record.failure().ifPresent(failure -> json.put("failure", failure.toJson()));
        return json.build();
    }

    /**
     * {@code result.json} of a run that has ended.
     *
     * @param output what the terminal agent gave, whole; JSON null when there is none
     */
    public JsonObject result(JobRecord record, JsonValue output) {
        var json =
                JsonObject.builder()
                        .put("run_id", runId)
                        .put("job_id", jobId)
                        .put("status", status)
                        .put("trace_id", traceId)
                        .put("started_at", orNull(startedAt))
                        .put("completed_at", orNull(endedAt))
                        .put("result", object(output))
                        .put("output_files", outputFiles(output));
        failure(record).ifPresent(failure -> json.put("failure", failure));
        return json.build();
    }

    /**
     * {@code final_artifact.json} of a run that completed and whose workers wrote none: what they
     * call so elsewhere, else what the run gave.
     *
     * @param resultFile {@code result.json} as it stands in the folder; empty when there is none
     */
    public JsonObject finalArtifact(JsonObject resultFile, JsonValue output) {
        return FinalAnswer.of(resultFile, output).orElseGet(() -> outputOnly(output));
    }

    private JsonObject outputOnly(JsonValue output) {
        return JsonObject.builder()
                .put("type", "run_result")
                .put("run_id", runId)
                .put("job_id", jobId)
                .put("created_at", orNull(endedAt))
                .put("content", output)
                .put("output_files", JsonArray.empty())
                .build();
    }

    /** {@code timeline.json}: the same records once more, as one document. */
    public JsonObject timeline(List<JsonObject> records, boolean truncated) {
        var json =
                JsonObject.builder()
                        .put("schema_version", "mn.timeline.compact.v1")
                        .put("run_id", runId);
        if (truncated) {
            json.put("truncated", true);
        }
        return json.put("records", JsonArray.of(records)).build();
    }

    private Optional<JsonObject> failure(JobRecord record) {
        return status.equals("failed") ? record.failure().map(Failure::toJson) : Optional.empty();
    }

    private static JsonObject object(JsonValue output) {
        return switch (output) {
            case JsonObject object -> object;
            case JsonNull _ -> JsonObject.empty();
            default -> JsonObject.of("output", output);
        };
    }

    /** Files that the output names: the worker says so in {@code output_files}. */
    private static JsonArray outputFiles(JsonValue output) {
        if (!(output instanceof JsonObject object)) {
            return JsonArray.empty();
        }
        return object.at("output_files") instanceof JsonArray named
                ? named
                : object.object("outputs").array("output_files");
    }

    private static JsonValue orNull(String text) {
        return text.isEmpty() ? JsonNull.NULL : new JsonString(text);
    }
}
