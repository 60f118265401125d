package mirrorneuron.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Submits jobs and follows them to their end. Every method is safe from any thread and blocks its
 * caller.
 */
public interface Jobs {

    /** A wait without a limit. */
    Duration WAIT_FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /**
     * Checks a bundle as its author's work and reports every issue at once: what a submission has a
     * default for must be written out here. Its rules for inputs are checked against the
     * configuration that it brings, its requirements against the hardware of the runtime. Reads
     * only; starts and stores nothing.
     */
    Validation validate(BundleSource bundle);

    /**
     * Reads a bundle as a submission would, with its defaults, and reports what that would. Reads
     * only; starts and stores nothing.
     */
    default Validation preview(BundleSource bundle) {
        return validate(bundle);
    }

    /** Accepts a job. Returns when the job is durable, which is before it runs. */
    Submission submit(BundleSource bundle, SubmitOptions options);

    /**
     * Submits again what a job was submitted with: the bundle as it is kept, the inputs and the
     * overrides, as a new job with a run of its own. The job itself stays as it is, whatever its
     * status.
     *
     * @throws NoSuchJobException when there is no such job
     * @throws PreconditionFailedException {@code CONFLICT} when what it was submitted with is not
     *     kept any more
     */
    Submission retry(JobId job);

    /** Submits, then waits up to the options' timeout; at the timeout the job goes on. */
    RunOutcome run(BundleSource bundle, SubmitOptions options) throws InterruptedException;

    /**
     * Waits for the job's end. A job that has ended answers at once, also after a restart; {@link
     * Duration#ZERO} is a poll. An interrupt ends the wait and leaves the job alone.
     */
    WaitOutcome await(JobId job, Duration timeout) throws InterruptedException;

    Optional<JobRecord> inspect(JobId job);

    /**
     * The job's agents, ordered by id.
     *
     * @throws NoSuchJobException when there is no such job
     */
    List<AgentSnapshot> agents(JobId job);

    /**
     * Recorded events, oldest first unless the query says otherwise.
     *
     * @throws NoSuchJobException when there is no such job
     */
    List<RuntimeEvent> events(JobId job, EventQuery query);

    /**
     * All recorded events that are kept, oldest first.
     *
     * @throws NoSuchJobException when there is no such job
     */
    default List<RuntimeEvent> events(JobId job) {
        return events(job, EventQuery.all());
    }

    /**
     * Recorded events and then new ones, without gap or repeat, until the job's last event.
     *
     * @throws NoSuchJobException when there is no such job
     */
    EventStream follow(JobId job, FollowOptions options);

    /**
     * Waits until the job has recorded events after this one, and reads none of them. A thousand
     * waiting callers cost a thousand waiting threads and nothing else.
     *
     * @return true when there are such events; false when the time is up, and at once for a job
     *     that has ended without any
     * @throws NoSuchJobException when there is no such job
     */
    boolean awaitChange(JobId job, long afterSequence, Duration timeout)
            throws InterruptedException;

    /**
     * Messages that could not be handled, oldest first.
     *
     * @throws NoSuchJobException when there is no such job
     */
    List<DeadLetter> deadLetters(JobId job);

    /**
     * One of them; empty when there is none with this index.
     *
     * @throws NoSuchJobException when there is no such job
     */
    default Optional<DeadLetter> deadLetter(JobId job, int index) {
        return deadLetters(job).stream().filter(letter -> letter.index() == index).findFirst();
    }

    /**
     * Sends a dead letter again, as a new message. A second replay of the same letter is refused
     * unless forced.
     */
    Delivery replay(JobId job, int deadLetterIndex, boolean force);

    default Delivery replay(JobId job, int deadLetterIndex) {
        return replay(job, deadLetterIndex, false);
    }

    /**
     * Stops user code of a job and keeps its messages. Nothing starts after this has returned.
     * Whether running commands finish first is for the options to say.
     */
    ControlResult pause(JobId job, PauseOptions options);

    default ControlResult pause(JobId job) {
        return pause(job, PauseOptions.defaults());
    }

    ControlResult resume(JobId job);

    /**
     * Ends a job: nothing of it starts any more, and what runs is stopped.
     *
     * @param reason recorded with the job, unless a server is too old to take one
     */
    ControlResult cancel(JobId job, String reason);

    default ControlResult cancel(JobId job) {
        return cancel(job, "cancelled by operator");
    }

    /**
     * Begins to end every job that has not ended: the operation {@link
     * OperationRequest.CancelAllJobs}.
     *
     * @throws OverloadedException when 256 operations are under way
     */
    default OperationHandle cancelAll() {
        throw new UnsupportedFeatureException("This runtime has no operations on many jobs");
    }

    /**
     * Begins to delete the records of jobs that have ended: the operation {@link
     * OperationRequest.ClearJobs}. {@link #cleanup} does the same before it returns.
     *
     * @throws OverloadedException when 256 operations are under way
     */
    default OperationHandle clearTerminal() {
        throw new UnsupportedFeatureException("This runtime has no operations on many jobs");
    }

    /**
     * Steps that wait for a person, and those that did, in the order of the steps.
     *
     * @throws NoSuchJobException when there is no such job
     */
    List<HumanRequest> humanRequests(JobId job);

    /**
     * Answers a request. An answer with a decision id that was used for the same decision before
     * changes nothing; a request that does not wait any more refuses it.
     *
     * @param requestId of the request, or the id of the step that waits
     */
    ControlResult respond(JobId job, String requestId, HumanDecision decision);

    /**
     * Deletes the records of jobs that have ended; with {@code all}, running jobs are cancelled
     * first and deleted too.
     */
    Cleanup cleanup(boolean all);

    /**
     * Puts a message into the agent's durable mailbox. Returns when it is there, not when it was
     * handled.
     *
     * @throws ConflictException {@code MESSAGE_ID_CONFLICT} when its id was used before for another
     *     content; nothing was sent
     */
    Delivery send(JobId job, AgentId agent, Message message);

    /** What {@link #cleanup} deleted. */
    record Cleanup(List<JobId> deletedJobs) {

        public Cleanup {
            deletedJobs = List.copyOf(deletedJobs);
        }

        public int deletedCount() {
            return deletedJobs.size();
        }
    }
}
