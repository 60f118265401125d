package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** The folders that runs leave behind: events, logs, timeline, result. Safe from any thread. */
public interface RunFiles {

    /**
     * Derives a run's files from its job's log again. What workers wrote stays, and so do samples
     * of the machine, which no log holds. Events that were trimmed from a long log do not come
     * back.
     *
     * @throws InvalidRequestException {@code INVALID_ID} for what is no run id
     * @throws NoSuchEntityException {@code RUN_NOT_FOUND} when there is no such run; {@code
     *     JOB_NOT_FOUND} when its job was deleted, and then nothing was changed
     */
    Rebuilt rebuild(String runId);

    /**
     * @param events how many events the files hold now
     */
    record Rebuilt(String runId, Optional<JobId> jobId, long events) {
        public Rebuilt {
            requireNonNull(runId, "runId");
            requireNonNull(jobId, "jobId");
        }
    }
}
