package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.OperationHandle;
import mirrorneuron.api.OperationRequest;
import mirrorneuron.api.Operations;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;

/** {@link Jobs} behind the {@link Gate}. */
final class GatedJobs implements Jobs {

    private final Jobs jobs;
    private final Gate gate;
    private final Optional<String> traceId;
    private final Supplier<Operations> operations;

    /**
     * @param traceId of submissions that name none
     * @param operations begins what is done to many jobs
     */
    GatedJobs(Jobs jobs, Gate gate, Optional<String> traceId, Supplier<Operations> operations) {
        this.jobs = jobs;
        this.gate = gate;
        this.traceId = traceId;
        this.operations = operations;
    }

    private SubmitOptions traced(SubmitOptions options) {
        return traceId.map(options::inTrace).orElse(options);
    }

    @Override
    public Validation validate(BundleSource bundle) {
        requireNonNull(bundle, "bundle");
        return gate.pass(() -> jobs.validate(bundle));
    }

    @Override
    public Validation preview(BundleSource bundle) {
        requireNonNull(bundle, "bundle");
        return gate.pass(() -> jobs.preview(bundle));
    }

    @Override
    public Submission submit(BundleSource bundle, SubmitOptions options) {
        requireNonNull(bundle, "bundle");
        requireNonNull(options, "options");
        return gate.pass(() -> jobs.submit(bundle, traced(options)));
    }

    @Override
    public Submission retry(JobId job) {
        requireNonNull(job, "job");
        return gate.pass(() -> jobs.retry(job));
    }

    @Override
    public RunOutcome run(BundleSource bundle, SubmitOptions options) throws InterruptedException {
        requireNonNull(bundle, "bundle");
        requireNonNull(options, "options");
        return gate.await(() -> jobs.run(bundle, traced(options)));
    }

    @Override
    public WaitOutcome await(JobId job, Duration timeout) throws InterruptedException {
        requireNonNull(job, "job");
        requireNonNull(timeout, "timeout");
        return gate.await(() -> jobs.await(job, timeout));
    }

    @Override
    public boolean awaitChange(JobId job, long afterSequence, Duration timeout)
            throws InterruptedException {
        requireNonNull(job, "job");
        requireNonNull(timeout, "timeout");
        return gate.await(() -> jobs.awaitChange(job, afterSequence, timeout));
    }

    @Override
    public Optional<JobRecord> inspect(JobId job) {
        requireNonNull(job, "job");
        return gate.pass(() -> jobs.inspect(job));
    }

    @Override
    public List<AgentSnapshot> agents(JobId job) {
        requireNonNull(job, "job");
        return gate.list(() -> jobs.agents(job));
    }

    @Override
    public List<RuntimeEvent> events(JobId job, EventQuery query) {
        requireNonNull(job, "job");
        requireNonNull(query, "query");
        return gate.list(() -> jobs.events(job, query));
    }

    @Override
    public EventStream follow(JobId job, FollowOptions options) {
        requireNonNull(job, "job");
        requireNonNull(options, "options");
        return gate.pass(() -> jobs.follow(job, options));
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        requireNonNull(job, "job");
        return gate.list(() -> jobs.deadLetters(job));
    }

    @Override
    public Optional<DeadLetter> deadLetter(JobId job, int index) {
        requireNonNull(job, "job");
        return gate.pass(() -> jobs.deadLetter(job, index));
    }

    @Override
    public Delivery replay(JobId job, int deadLetterIndex, boolean force) {
        requireNonNull(job, "job");
        return gate.pass(() -> jobs.replay(job, deadLetterIndex, force));
    }

    @Override
    public ControlResult pause(JobId job, PauseOptions options) {
        requireNonNull(job, "job");
        requireNonNull(options, "options");
        return gate.pass(() -> jobs.pause(job, options));
    }

    @Override
    public ControlResult resume(JobId job) {
        requireNonNull(job, "job");
        return gate.pass(() -> jobs.resume(job));
    }

    @Override
    public List<HumanRequest> humanRequests(JobId job) {
        requireNonNull(job, "job");
        return gate.list(() -> jobs.humanRequests(job));
    }

    @Override
    public ControlResult respond(JobId job, String requestId, HumanDecision decision) {
        requireNonNull(job, "job");
        requireNonNull(requestId, "requestId");
        requireNonNull(decision, "decision");
        return gate.pass(() -> jobs.respond(job, requestId, decision));
    }

    @Override
    public ControlResult cancel(JobId job, String reason) {
        requireNonNull(job, "job");
        requireNonNull(reason, "reason");
        return gate.pass(() -> jobs.cancel(job, reason));
    }

    @Override
    public OperationHandle cancelAll() {
        return operations.get().start(new OperationRequest.CancelAllJobs());
    }

    @Override
    public OperationHandle clearTerminal() {
        return operations.get().start(new OperationRequest.ClearJobs());
    }

    @Override
    public Cleanup cleanup(boolean all) {
        return gate.pass(() -> jobs.cleanup(all));
    }

    @Override
    public Delivery send(JobId job, AgentId agent, Message message) {
        requireNonNull(job, "job");
        requireNonNull(agent, "agent");
        requireNonNull(message, "message");
        return gate.pass(() -> jobs.send(job, agent, message));
    }
}
