package mirrorneuron.runtime.backup;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.RunIds;

/**
 * What a backup says of the job that it was made of.
 *
 * @param blueprintId what the job is known as; empty when the backup does not say
 */
record Source(String schema, JobId job, String run, Optional<String> blueprintId, Instant takenAt) {

    /**
     * @throws mirrorneuron.api.InvalidRequestException when it does not say what has to be known
     */
    static Source of(JsonObject description) {
        var source = description.object("source");
        var job =
                text(source, "job_id")
                        .orElseThrow(
                                () ->
                                        Refusals.invalid(
                                                "Expected source.job_id in the backup's"
                                                        + " description, but found "
                                                        + source.at("job_id")));
        try {
            var id = JobId.of(job);
            return new Source(
                    description.string("schema_version").orElse(""),
                    id,
                    text(source, "run_id").orElseGet(() -> RunIds.of(id)),
                    text(source, "blueprint_id").or(() -> text(source, "graph_id")),
                    Timestamps.parse(description.string("created_at").orElse("")));
        } catch (IllegalArgumentException | DateTimeException malformed) {
            throw Refusals.invalid(
                    "Expected a job id and a time in the backup's description, but: ", malformed);
        }
    }

    private static Optional<String> text(JsonObject object, String name) {
        return object.string(name).filter(text -> !text.isBlank());
    }

    /**
     * What a job's workflow is known as; empty when neither its submission nor its manifest says.
     *
     * @param record the job's record
     */
    static Optional<String> blueprintId(JsonObject record, JsonObject manifest) {
        var metadata = manifest.object("metadata");
        return text(record.object("metadata"), "blueprint_id")
                .or(() -> text(metadata.object("mn_cli"), "blueprint_id"))
                .or(() -> text(metadata, "blueprint_id"));
    }
}
