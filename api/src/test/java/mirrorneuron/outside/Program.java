package mirrorneuron.outside;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.AsyncMirrorNeuron;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.ClusterOverview;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.Failure;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.InternalRuntimeException;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.Metrics;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationHandle;
import mirrorneuron.api.OperationId;
import mirrorneuron.api.OperationRequest;
import mirrorneuron.api.OperationStream;
import mirrorneuron.api.Operations;
import mirrorneuron.api.OverloadedException;
import mirrorneuron.api.PreconditionFailedException;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RetryPolicy;
import mirrorneuron.api.RunId;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeObserver;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Store;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.TlsOptions;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.agent.AgentFactory;
import mirrorneuron.api.json.JsonObject;

/** A program that somebody else wrote, with every call and every case that it was promised. */
final class Program {

    private Program() {}

    static MirrorNeuron embedded(Path home, AgentFactory agents) {
        return MirrorNeuron.embedded()
                .home(home)
                .nodeName("here")
                .store(new Store.File())
                .pools(Map.of("default", 8))
                .clock(InstantSource.system())
                .agent("door", agents)
                .observer(new RuntimeObserver() {})
                .shutdownGrace(Duration.ofSeconds(30))
                .recoverUnfinished(true)
                .start();
    }

    static MirrorNeuron remote(Path token) {
        return MirrorNeuron.remote("localhost:55051")
                .token("secret")
                .tokenFile(token)
                .timeout(Duration.ofSeconds(10))
                .tls(TlsOptions.platform())
                .retry(RetryPolicy.defaults())
                .strict(true)
                .connect();
    }

    static void runtime() {
        try (MirrorNeuron mn = MirrorNeuron.connect()) {
            var hurried =
                    new CallOptions(
                            Optional.of(Duration.ofSeconds(2)), Optional.empty(), Optional.empty());
            MirrorNeuron view = mn.with(hurried);
            Capabilities found = view.capabilities();
            switch (found.mode()) {
                case EMBEDDED, REMOTE -> System.out.println(found.version() + found.features());
            }
        }
    }

    static JobId submitted(Jobs jobs, Path folder, Bundle bundle) {
        List<BundleSource> sources =
                List.of(
                        BundleSource.folder(folder),
                        BundleSource.zip(folder),
                        BundleSource.manifest("{}"),
                        BundleSource.of(bundle));
        Submission submission = jobs.submit(sources.getFirst(), SubmitOptions.defaults());
        return switch (submission) {
            case Submission.Accepted accepted -> accepted.jobId();
            case Submission.Rejected(var reason, var issues) -> {
                System.out.println(reason + ": " + issues);
                yield submission.orThrow();
            }
        };
    }

    static String checked(Jobs jobs, BundleSource source) {
        return switch (jobs.validate(source)) {
            case Validation.Valid(var bundle, var warnings) -> bundle.fingerprint() + warnings;
            case Validation.Invalid(var issues) -> issues.getFirst().location().toString();
        };
    }

    static String ran(Jobs jobs, BundleSource source, SubmitOptions options)
            throws InterruptedException {
        return switch (jobs.run(source, options)) {
            case RunOutcome.Ran(var job, var outcome) -> job + " " + outcome;
            case RunOutcome.NotStarted(var rejection) -> rejection.reason().name();
        };
    }

    static String awaited(Jobs jobs, JobId job) throws InterruptedException {
        WaitOutcome outcome = jobs.await(job, Jobs.WAIT_FOREVER);
        if (outcome instanceof WaitOutcome.Finished finished) {
            System.out.println(finished.job().status());
        }
        return switch (outcome) {
            case WaitOutcome.Completed(var record, var result) -> record.jobId() + " " + result;
            case WaitOutcome.Failed(var record, Failure failure) -> record + failure.desc();
            case WaitOutcome.Cancelled(JobRecord record) -> record.graphId();
            case WaitOutcome.StillRunning(_, JobStatus status, Duration waited) ->
                    status.wire() + status.terminal() + waited;
            case WaitOutcome.Unknown(var id) -> id.value();
        };
    }

    static String controlled(Jobs jobs, JobId job) {
        for (ControlResult result : List.of(jobs.pause(job), jobs.resume(job))) {
            System.out.println(result.jobId());
        }
        return switch (jobs.cancel(job)) {
            case ControlResult.Applied(_, var status) -> status.wire();
            case ControlResult.Pending(_, var waitingFor) -> waitingFor.toString();
            case ControlResult.Unchanged(_, var status) -> status.wire();
            case ControlResult.Refused(_, var status, var why) -> status + why;
            case ControlResult.NotFound(var id) -> id.value();
        };
    }

    static String delivered(Jobs jobs, JobId job, AgentId agent, Message message) {
        Delivery replayed = jobs.replay(job, 0);
        System.out.println(replayed);
        return switch (jobs.send(job, agent, message)) {
            case Delivery.Delivered(var messageId) -> messageId;
            case Delivery.Backpressure(var retryAfter) -> retryAfter.toString();
            case Delivery.NoSuchAgent(_, var id) -> id.value();
            case Delivery.NotRunning(var id) -> id.value();
            case Delivery.NotReplayable(var why) -> why;
        };
    }

    static void read(Jobs jobs, JobId job) {
        Optional<JobRecord> record = jobs.inspect(job);
        List<AgentSnapshot> agents = jobs.agents(job);
        List<RuntimeEvent> all = jobs.events(job);
        var query = new EventQuery(OptionalLong.of(3), OptionalInt.of(9), Set.of("a"), true);
        List<RuntimeEvent> some = jobs.events(job, query);
        List<DeadLetter> letters = jobs.deadLetters(job);
        System.out.println(record + "" + agents + all + some + letters);
    }

    static void followed(Jobs jobs, JobId job) throws InterruptedException {
        var options = new FollowOptions(OptionalInt.of(9), true, Duration.ofSeconds(5), true);
        try (EventStream events = jobs.follow(job, options)) {
            Optional<RuntimeEvent> first = events.next(Duration.ofSeconds(1));
            System.out.println(first.map(RuntimeEvent::terminal));
            for (RuntimeEvent event : events) {
                System.out.println(event.sequence());
            }
            events.forEachAsync(event -> System.out.println(event.payload()));
            Stream<RuntimeEvent> stream = events.stream();
            Flow.Publisher<RuntimeEvent> publisher = events.publisher();
            System.out.println(stream.count() + "" + publisher);
            switch (events.endReason()) {
                case OPEN, TERMINAL_EVENT, CLOSED, SERVER_ENDED, ERROR -> {}
            }
        }
    }

    static void watched(Monitor monitor, JobId job) {
        List<JobSummary> jobs = monitor.listJobs(JobQuery.all());
        Optional<JobDetails> details =
                monitor.jobDetails(job, 25).or(() -> monitor.jobDetails(job));
        ClusterOverview overview = monitor.clusterOverview(JobQuery.all());
        Metrics metrics = monitor.metrics();
        Optional<WorkflowProgress> progress = monitor.workflowProgress(job);
        List<JsonObject> documents =
                List.of(
                        jobs.getFirst().toJson(),
                        details.orElseThrow().toJson(),
                        overview.toJson(),
                        metrics.toJson(),
                        progress.orElseThrow().toJson());
        System.out.println(documents);
    }

    static void operated(MirrorNeuron mn) throws InterruptedException {
        Cluster cluster = mn.cluster();
        List<NodeInfo> nodes = cluster.nodes();
        Resources resources = mn.resources();
        ResourceReport before = resources.get();
        ResourceReport after = resources.set(new ResourceLimits(25, 50, 75, 100));
        Operations operations = mn.operations();
        OperationHandle handle = operations.start(new OperationRequest.CancelAllJobs());
        OperationId id = handle.id();
        Operation done = handle.await(Duration.ofMinutes(1));
        Optional<Operation> found = operations.get(id);
        try (OperationStream events = handle.follow()) {
            System.out.println(events.next(Duration.ZERO));
        }
        List<OperationHandle> others = List.of(mn.jobs().cancelAll(), mn.jobs().clearTerminal());
        System.out.println(nodes + "" + before + after + done + found + others);
    }

    static RestoreResult movedTo(Backups backups, JobId paused, Path file) {
        Backup backup = backups.export(paused);
        backups.writeZip(backup, file);
        return backups.restore(
                backups.readZip(file), Optional.of("tea"), Optional.of(RunId.of("monday")));
    }

    static CompletableFuture<String> withoutWaiting(MirrorNeuron mn, BundleSource source) {
        AsyncMirrorNeuron async = mn.async();
        return async.jobs()
                .submit(source, SubmitOptions.defaults())
                .thenCompose(made -> async.jobs().await(made.orThrow(), Jobs.WAIT_FOREVER))
                .thenCombine(async.monitor().metrics(), (end, metrics) -> end + "" + metrics);
    }

    static String refused(MirrorNeuronException refusal) {
        ErrorCode code = refusal.code();
        Optional<Failure> failure = refusal.failure();
        Optional<Duration> retryAfter = refusal.retryAfter();
        System.out.println(code + "" + failure + refusal.retryable() + retryAfter);
        return switch (refusal) {
            case RuntimeUnavailableException _ -> "unavailable";
            case CallTimeoutException _ -> "late";
            case NotAuthorizedException _ -> "not allowed";
            case InvalidRequestException _ -> "wrong";
            case NoSuchJobException _, NoSuchEntityException _ -> "not there";
            case PreconditionFailedException _ -> "not now";
            case OverloadedException _ -> "full";
            case ConflictException _ -> "taken";
            case SubmissionRejectedException _ -> "rejected";
            case UnsupportedFeatureException _ -> "too old";
            case InternalRuntimeException _ -> "a bug";
        };
    }
}
