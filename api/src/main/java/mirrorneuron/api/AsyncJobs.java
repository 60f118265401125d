package mirrorneuron.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@link Jobs}, whose calls give futures. Safe from any thread. */
public final class AsyncJobs extends Async<Jobs> {

    AsyncJobs(Jobs part) {
        super(part);
    }

    /** {@link Jobs#validate}. */
    public CompletableFuture<Validation> validate(BundleSource bundle) {
        return call(part -> part.validate(bundle));
    }

    /** {@link Jobs#preview}. */
    public CompletableFuture<Validation> preview(BundleSource bundle) {
        return call(part -> part.preview(bundle));
    }

    /** {@link Jobs#submit}. */
    public CompletableFuture<Submission> submit(BundleSource bundle, SubmitOptions options) {
        return call(part -> part.submit(bundle, options));
    }

    /** {@link Jobs#retry}. */
    public CompletableFuture<Submission> retry(JobId job) {
        return call(part -> part.retry(job));
    }

    /** {@link Jobs#run}. */
    public CompletableFuture<RunOutcome> run(BundleSource bundle, SubmitOptions options) {
        return call(part -> part.run(bundle, options));
    }

    /** {@link Jobs#await}. */
    public CompletableFuture<WaitOutcome> await(JobId job, Duration timeout) {
        return call(part -> part.await(job, timeout));
    }

    /** {@link Jobs#inspect}. */
    public CompletableFuture<Optional<JobRecord>> inspect(JobId job) {
        return call(part -> part.inspect(job));
    }

    /** {@link Jobs#agents}. */
    public CompletableFuture<List<AgentSnapshot>> agents(JobId job) {
        return call(part -> part.agents(job));
    }

    /** {@link Jobs#events}. */
    public CompletableFuture<List<RuntimeEvent>> events(JobId job, EventQuery query) {
        return call(part -> part.events(job, query));
    }

    /** {@link Jobs#events}. */
    public CompletableFuture<List<RuntimeEvent>> events(JobId job) {
        return call(part -> part.events(job));
    }

    /** {@link Jobs#follow}. */
    public CompletableFuture<EventStream> follow(JobId job, FollowOptions options) {
        return call(part -> part.follow(job, options));
    }

    /** {@link Jobs#awaitChange}. */
    public CompletableFuture<Boolean> awaitChange(JobId job, long afterSequence, Duration timeout) {
        return call(part -> part.awaitChange(job, afterSequence, timeout));
    }

    /** {@link Jobs#deadLetters}. */
    public CompletableFuture<List<DeadLetter>> deadLetters(JobId job) {
        return call(part -> part.deadLetters(job));
    }

    /** {@link Jobs#deadLetter}. */
    public CompletableFuture<Optional<DeadLetter>> deadLetter(JobId job, int index) {
        return call(part -> part.deadLetter(job, index));
    }

    /** {@link Jobs#replay}. */
    public CompletableFuture<Delivery> replay(JobId job, int deadLetterIndex, boolean force) {
        return call(part -> part.replay(job, deadLetterIndex, force));
    }

    /** {@link Jobs#replay}. */
    public CompletableFuture<Delivery> replay(JobId job, int deadLetterIndex) {
        return call(part -> part.replay(job, deadLetterIndex));
    }

    /** {@link Jobs#pause}. */
    public CompletableFuture<ControlResult> pause(JobId job, PauseOptions options) {
        return call(part -> part.pause(job, options));
    }

    /** {@link Jobs#pause}. */
    public CompletableFuture<ControlResult> pause(JobId job) {
        return call(part -> part.pause(job));
    }

    /** {@link Jobs#resume}. */
    public CompletableFuture<ControlResult> resume(JobId job) {
        return call(part -> part.resume(job));
    }

    /** {@link Jobs#cancel}. */
    public CompletableFuture<ControlResult> cancel(JobId job, String reason) {
        return call(part -> part.cancel(job, reason));
    }

    /** {@link Jobs#cancel}. */
    public CompletableFuture<ControlResult> cancel(JobId job) {
        return call(part -> part.cancel(job));
    }

    /** {@link Jobs#cancelAll}. */
    public CompletableFuture<OperationHandle> cancelAll() {
        return call(part -> part.cancelAll());
    }

    /** {@link Jobs#clearTerminal}. */
    public CompletableFuture<OperationHandle> clearTerminal() {
        return call(part -> part.clearTerminal());
    }

    /** {@link Jobs#humanRequests}. */
    public CompletableFuture<List<HumanRequest>> humanRequests(JobId job) {
        return call(part -> part.humanRequests(job));
    }

    /** {@link Jobs#respond}. */
    public CompletableFuture<ControlResult> respond(
            JobId job, String requestId, HumanDecision decision) {
        return call(part -> part.respond(job, requestId, decision));
    }

    /** {@link Jobs#cleanup}. */
    public CompletableFuture<Jobs.Cleanup> cleanup(boolean all) {
        return call(part -> part.cleanup(all));
    }

    /** {@link Jobs#send}. */
    public CompletableFuture<Delivery> send(JobId job, AgentId agent, Message message) {
        return call(part -> part.send(job, agent, message));
    }
}
