package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonObject;

/**
 * The folders that runs leave behind: events, logs, timeline, result. Each read sees everything
 * that was committed before it. Safe from any thread.
 *
 * <p>Every method throws {@link InvalidRequestException} ({@code INVALID_ID}) for what is no run id
 * and {@link NoSuchEntityException} ({@code RUN_NOT_FOUND}) for a run that there is not.
 */
public interface RunFiles {

    /** The channels that records come from. */
    List<String> CHANNELS = List.of("events", "logs", "human", "resources", "timeline");

    /** {@code run.json}: how the run stands. */
    JsonObject run(String runId);

    /**
     * {@code result.json}: how the run ended and with what.
     *
     * @throws NoSuchEntityException {@code RESULT_NOT_FOUND} before its end
     */
    JsonObject result(String runId);

    /**
     * {@code final_artifact.json}: a worker's, else the runtime's.
     *
     * @throws NoSuchEntityException {@code ARTIFACT_NOT_FOUND} when neither wrote one
     */
    JsonObject finalArtifact(String runId);

    /** {@code {run_id, artifacts, data}}: the run's files by relative path, then its outputs. */
    JsonObject artifacts(String runId);

    /** {@code mn.observability_summary.v1}, as of now. */
    JsonObject summary(String runId);

    /**
     * What the run used over time.
     *
     * @param window how far back; a number with {@code s}, {@code m}, {@code h} or {@code d}
     * @param bucket what is taken together, in the same form
     * @throws InvalidRequestException {@code INVALID_QUERY} for another form
     */
    JsonObject resources(String runId, String window, String bucket);

    /**
     * {@code {run_id, data}}: what people were asked and told, and what they answered.
     *
     * @param status {@code pending}, {@code answered}, or empty for all
     * @throws InvalidRequestException {@code INVALID_QUERY} for another status
     */
    JsonObject human(String runId, Optional<String> status);

    /**
     * Answers a request.
     *
     * @param body the answer; members {@code decision, notes, reviewer} are understood
     * @return the record of the answer
     * @throws InvalidRequestException {@code VALIDATION_FAILED} for an empty answer and for a
     *     decision that the request does not allow
     * @throws NoSuchEntityException {@code HUMAN_REQUEST_NOT_FOUND}
     * @throws ConflictException {@code ALREADY_RESPONDED} for a second answer
     */
    JsonObject respond(String runId, String requestId, JsonObject body);

    /**
     * Acknowledges a notice; repeating it gives the first record again.
     *
     * @param body more members for the record; may be empty
     * @throws NoSuchEntityException {@code HUMAN_NOTICE_NOT_FOUND}
     */
    JsonObject acknowledge(String runId, String noticeId, JsonObject body);

    /**
     * The next records of several channels, merged in the order of time.
     *
     * @param cursor of the page before, or of any record of it; empty or unusable = from the start
     * @throws InvalidRequestException {@code INVALID_QUERY} for an unknown channel or level
     */
    Page page(String runId, Filter filter, String cursor);

    /**
     * Deletes the folder of a run whose job was deleted, or has ended; in the second case a later
     * read writes it again, without what workers wrote.
     *
     * @return false when the job goes on, and then nothing was deleted
     */
    boolean delete(String runId);

    /**
     * Derives a run's files from its job's log again. What workers wrote stays, and so do samples
     * of the machine, which no log holds. Events that were trimmed from a long log do not come
     * back.
     *
     * @throws NoSuchEntityException {@code JOB_NOT_FOUND} when its job was deleted, and then
     *     nothing was changed
     */
    Rebuilt rebuild(String runId);

    /**
     * Which records are wanted.
     *
     * @param channels of {@link #CHANNELS}
     * @param level the lowest of log records, in any case; empty = all
     * @param since only later ones
     */
    record Filter(Set<String> channels, Optional<String> level, Optional<Instant> since) {
        public Filter {
            channels = Set.copyOf(channels);
            requireNonNull(level, "level");
            requireNonNull(since, "since");
        }

        /** Every record of some channels. */
        public static Filter of(String... channels) {
            return new Filter(Set.of(channels), Optional.empty(), Optional.empty());
        }
    }

    /**
     * A part of a run's records.
     *
     * @param records each {@code {id, channel, ts, run_id, …}} with the members of its file; the id
     *     is the cursor after that record
     * @param cursor where the next page begins; opaque
     * @param ended whether the run has ended and these were the last records
     * @param status of the run
     */
    record Page(List<JsonObject> records, String cursor, boolean ended, String status) {
        public Page {
            records = List.copyOf(records);
        }
    }

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
