package mirrorneuron.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/**
 * How far a job is, step by step; a job without steps shows its agents as steps.
 *
 * @param sequence grows with every change
 * @param percent 0 to 100; 100 exactly when the job has completed
 * @param hasSteps false when the job has none and its agents stand in their place
 * @param steps in declared order, those that were added later at the end
 * @param layers ids of steps by their distance from the first
 * @param raw the whole as a JSON document, {@code mn.workflow_progress.v1}
 */
public record WorkflowProgress(
        JobId jobId,
        JobStatus status,
        long sequence,
        double percent,
        boolean hasSteps,
        List<Step> steps,
        List<List<String>> layers,
        JsonObject raw) {

    public JsonObject toJson() {
        return raw;
    }

    public WorkflowProgress {
        steps = List.copyOf(steps);
        layers = layers.stream().map(List::copyOf).toList();
    }

    /**
     * @param status one of pending, ready, queued, running, retry_wait, blocked, waiting,
     *     completed, partial, skipped, failed, cancelled
     * @param attempt number of the newest attempt; 0 before the first
     * @param reason why it stands where it stands; never empty
     */
    public record Step(
            String id, String label, String status, int attempt, String reason, JsonObject raw) {

        /** Reads the document of a step; members that are missing become empty. */
        public static Step fromJson(JsonObject raw) {
            return new Step(
                    raw.string("id").orElse(""),
                    raw.string("label").orElse(""),
                    raw.string("status").orElse(""),
                    (int) raw.integer("attempt").orElse(0),
                    raw.string("status_reason").orElse(""),
                    raw);
        }
    }

    /** Reads the document, which shows fewer statuses than there are ({@link JobStatus#shown}). */
    public static WorkflowProgress fromJson(JsonObject raw) {
        var layers = new ArrayList<List<String>>();
        for (var layer : raw.array("layers")) {
            layers.add(layer instanceof JsonArray ids ? ids.strings() : List.of());
        }
        return new WorkflowProgress(
                JobId.of(raw.string("job_id").orElse("unknown")),
                JobStatus.ofWire(raw.string("status").orElse("")),
                raw.integer("sequence").orElse(0),
                raw.number("percent").map(JsonNumber::asDouble).orElse(0.0),
                !raw.string("progress_source").equals(Optional.of("estimated")),
                raw.array("steps").objects().stream().map(Step::fromJson).toList(),
                layers,
                raw);
    }
}
