package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * A job that was brought back.
 *
 * @param status {@link JobStatus#PAUSED}
 * @param provenance {@code mode, source_job_id, source_run_id, source_blueprint_id, backup_schema,
 *     backup_created_at}
 * @param notCarried what the backup's schema has no room for, each in a sentence; empty for a
 *     backup that this release wrote
 */
public record RestoreResult(
        JobId jobId,
        RunId runId,
        String blueprintId,
        JobStatus status,
        JobId sourceJobId,
        RunId sourceRunId,
        JsonObject provenance,
        List<String> notCarried) {

    public RestoreResult {
        requireNonNull(jobId, "jobId");
        requireNonNull(runId, "runId");
        requireNonNull(blueprintId, "blueprintId");
        requireNonNull(status, "status");
        requireNonNull(sourceJobId, "sourceJobId");
        requireNonNull(sourceRunId, "sourceRunId");
        requireNonNull(provenance, "provenance");
        notCarried = List.copyOf(notCarried);
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("job_id", jobId.value())
                .put("run_id", runId.value())
                .put("blueprint_id", blueprintId)
                .put("status", status.wire())
                .put("source_job_id", sourceJobId.value())
                .put("source_run_id", sourceRunId.value())
                .put("restore_provenance", provenance)
                .put(
                        "recovery",
                        JsonObject.builder()
                                .put("status", "restored_from_backup")
                                .put("requires_review", true)
                                .build())
                .put("not_carried", JsonArray.ofStrings(notCarried))
                .build();
    }
}
