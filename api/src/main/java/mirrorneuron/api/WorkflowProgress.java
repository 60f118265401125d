package mirrorneuron.api;

import java.util.List;
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
            String id, String label, String status, int attempt, String reason, JsonObject raw) {}
}
