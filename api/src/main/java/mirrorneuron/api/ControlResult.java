package mirrorneuron.api;

import java.util.List;

/** What became of a pause, resume or cancel. */
public sealed interface ControlResult {

    JobId jobId();

    /** The job has this status now, durably. */
    record Applied(JobId jobId, JobStatus status) implements ControlResult {}

    /** The wish is durable; these nodes still have to act on it. */
    record Pending(JobId jobId, List<NodeName> waitingFor) implements ControlResult {
        public Pending {
            waitingFor = List.copyOf(waitingFor);
        }
    }

    /** It was so already. */
    record Unchanged(JobId jobId, JobStatus status) implements ControlResult {}

    /** It cannot be done; nothing changed. */
    record Refused(JobId jobId, JobStatus status, String why) implements ControlResult {}

    record NotFound(JobId jobId) implements ControlResult {}
}
