package mirrorneuron.api;

import java.time.Duration;
import mirrorneuron.api.json.JsonValue;

/** What waiting for a job found. */
public sealed interface WaitOutcome {

    /** The job has ended. */
    sealed interface Finished extends WaitOutcome {
        JobRecord job();
    }

    /**
     * @param result the job's {@code output}
     */
    record Completed(JobRecord job, JsonValue result) implements Finished {}

    record Failed(JobRecord job, Failure failure) implements Finished {}

    record Cancelled(JobRecord job) implements Finished {}

    /** The time ran out; the job goes on. */
    record StillRunning(JobId jobId, JobStatus status, Duration waited) implements WaitOutcome {}

    /** There is no such job. */
    record Unknown(JobId jobId) implements WaitOutcome {}
}
