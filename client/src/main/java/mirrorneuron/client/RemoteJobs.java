package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.InvalidRequestException;
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
import mirrorneuron.api.json.Json;

/** {@link Jobs} of a server, in the words that it understands. */
final class RemoteJobs implements Jobs {

    /** As the embedded runtime has it; what is larger is not even sent. */
    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    private final Link link;
    private final Generation generation;
    private final Jobs console;
    private final Jobs older;
    private final Operations operations;

    RemoteJobs(Link link, Generation generation) {
        this.link = link;
        this.generation = generation;
        this.console = new ConsoleJobs(link);
        this.older = new OlderJobs(link);
        this.operations = new RemoteOperations(link, generation);
    }

    private Jobs at() {
        return generation.hasConsole(link) ? console : older;
    }

    /** For a wait of several calls. */
    private Jobs at(Link within) {
        return generation.hasConsole(within) ? new ConsoleJobs(within) : new OlderJobs(within);
    }

    @Override
    public Validation validate(BundleSource bundle) {
        requireNonNull(bundle, "bundle");
        return at().validate(bundle);
    }

    @Override
    public Validation preview(BundleSource bundle) {
        requireNonNull(bundle, "bundle");
        return at().preview(bundle);
    }

    @Override
    public Submission submit(BundleSource bundle, SubmitOptions options) {
        requireNonNull(bundle, "bundle");
        requireNonNull(options, "options");
        return at().submit(bundle, options);
    }

    @Override
    public Submission retry(JobId job) {
        requireNonNull(job, "job");
        return at().retry(job);
    }

    @Override
    public RunOutcome run(BundleSource bundle, SubmitOptions options) throws InterruptedException {
        requireNonNull(bundle, "bundle");
        requireNonNull(options, "options");
        return Interrupts.pass(() -> at(link.forOneWait()).run(bundle, options));
    }

    @Override
    public WaitOutcome await(JobId job, Duration timeout) throws InterruptedException {
        requireNonNull(job, "job");
        requireNonNull(timeout, "timeout");
        var within = link.forOneWait();
        return Interrupts.pass(() -> within.persistently(() -> at(within)).await(job, timeout));
    }

    @Override
    public boolean awaitChange(JobId job, long afterSequence, Duration timeout)
            throws InterruptedException {
        requireNonNull(job, "job");
        requireNonNull(timeout, "timeout");
        var within = link.forOneWait();
        return Interrupts.pass(
                () ->
                        within.persistently(() -> at(within))
                                .awaitChange(job, afterSequence, timeout));
    }

    @Override
    public Optional<JobRecord> inspect(JobId job) {
        requireNonNull(job, "job");
        return at().inspect(job);
    }

    @Override
    public List<AgentSnapshot> agents(JobId job) {
        requireNonNull(job, "job");
        return at().agents(job);
    }

    @Override
    public List<RuntimeEvent> events(JobId job, EventQuery query) {
        requireNonNull(job, "job");
        requireNonNull(query, "query");
        return at().events(job, query);
    }

    @Override
    public EventStream follow(JobId job, FollowOptions options) {
        requireNonNull(job, "job");
        requireNonNull(options, "options");
        return at().follow(job, options);
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        requireNonNull(job, "job");
        return at().deadLetters(job);
    }

    @Override
    public Delivery replay(JobId job, int deadLetterIndex, boolean force) {
        requireNonNull(job, "job");
        return at().replay(job, deadLetterIndex, force);
    }

    @Override
    public ControlResult pause(JobId job, PauseOptions options) {
        requireNonNull(job, "job");
        requireNonNull(options, "options");
        return at().pause(job, options);
    }

    @Override
    public ControlResult resume(JobId job) {
        requireNonNull(job, "job");
        return at().resume(job);
    }

    @Override
    public ControlResult cancel(JobId job, String reason) {
        requireNonNull(job, "job");
        requireNonNull(reason, "reason");
        return at().cancel(job, reason);
    }

    @Override
    public List<HumanRequest> humanRequests(JobId job) {
        requireNonNull(job, "job");
        return at().humanRequests(job);
    }

    @Override
    public ControlResult respond(JobId job, String requestId, HumanDecision decision) {
        requireNonNull(job, "job");
        requireNonNull(requestId, "requestId");
        requireNonNull(decision, "decision");
        return at().respond(job, requestId, decision);
    }

    @Override
    public OperationHandle cancelAll() {
        return operations.start(new OperationRequest.CancelAllJobs());
    }

    @Override
    public OperationHandle clearTerminal() {
        return operations.start(new OperationRequest.ClearJobs());
    }

    @Override
    public Cleanup cleanup(boolean all) {
        return at().cleanup(all);
    }

    @Override
    public Delivery send(JobId job, AgentId agent, Message message) {
        requireNonNull(job, "job");
        requireNonNull(agent, "agent");
        int bytes = Json.bytes(message.body()).length;
        if (bytes > MESSAGE_BYTES_MAX) {
            throw new InvalidRequestException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "message body: " + bytes + " bytes (expected: <= " + MESSAGE_BYTES_MAX + ")",
                    null);
        }
        return at().send(job, agent, message);
    }
}
