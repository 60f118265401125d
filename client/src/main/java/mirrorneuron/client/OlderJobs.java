package mirrorneuron.client;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.Failure;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.Issue;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.Message;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.OverloadedException;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.PreconditionFailedException;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.api.spi.Following;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.ext.InspectAgentsRequest;
import mirrorneuron.protocol.ext.InspectJobRequest;
import mirrorneuron.protocol.ext.ReplayDeadLetterRequest;
import mirrorneuron.protocol.ext.RuntimeExtensionsGrpc;
import mirrorneuron.protocol.ext.SendMessageRequest;
import mirrorneuron.protocol.ext.ValidateBundleRequest;
import mirrorneuron.protocol.job.CancelJobRequest;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.protocol.job.ResumeJobRequest;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.observability.StreamEventsRequest;

/**
 * {@link Jobs} of a server without a console, put together from the calls that it has. What it has
 * no call for is an {@link UnsupportedFeatureException}, of the server or of this class.
 */
final class OlderJobs implements Jobs {

    /** How soon a job is looked at again; each look waits half as long again, up to the second. */
    private static final Duration LOOK_FIRST = Duration.ofMillis(100);

    private static final Duration LOOK_LAST = Duration.ofSeconds(2);

    private final Link link;
    private final OlderJob jobs;

    OlderJobs(Link link) {
        this.link = link;
        this.jobs = new OlderJob(link);
    }

    static UnsupportedFeatureException unsupported(String what) {
        return new UnsupportedFeatureException(
                "Expected a server that can " + what + ", but it is too old");
    }

    // ---- bundles

    @Override
    public Validation validate(BundleSource source) {
        var bundle = OlderBundle.of(source);
        var answer =
                link.call(
                        RuntimeExtensionsGrpc.getValidateBundleMethod(),
                        ValidateBundleRequest.newBuilder()
                                .setManifestJson(bundle.manifestJson())
                                .putAllPayloads(bundle.payloads())
                                .setVersion(Console.VERSION)
                                .build(),
                        Again.HARMLESS);
        var report = Console.document(answer.getResultJson());
        var issues = issues(report, "issues");
        return report.bool("ok").orElse(false)
                ? new Validation.Valid(
                        unread(Console.document(bundle.manifestJson())), issues(report, "warnings"))
                : new Validation.Invalid(issues);
    }

    private static List<Issue> issues(JsonObject report, String name) {
        return report.array(name).objects().stream().map(Issue::fromJson).toList();
    }

    /** The server says whether it is good, not what it read: defaults are not filled in. */
    private static Bundle unread(JsonObject manifest) {
        var graphId = manifest.string("graph_id").orElse("");
        return new Bundle(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Manifest(
                        graphId,
                        manifest.string("job_name").orElse(graphId),
                        manifest.string("manifest_version").orElse(""),
                        manifest.string("type").orElse("batch"),
                        manifest.array("nodes").objects().stream()
                                .flatMap(node -> node.string("node_id").stream())
                                .map(AgentId::of)
                                .toList(),
                        manifest.array("entrypoints").strings().stream().map(AgentId::of).toList(),
                        manifest),
                "");
    }

    @Override
    public Submission submit(BundleSource source, SubmitOptions options) {
        return new OlderSubmission(link).submit(source, options);
    }

    @Override
    public Submission retry(JobId job) {
        throw unsupported("submit a job again");
    }

    @Override
    public RunOutcome run(BundleSource bundle, SubmitOptions options) throws InterruptedException {
        return Waits.run(this, bundle, options);
    }

    // ---- waits: such a server is looked at again and again

    @Override
    public WaitOutcome await(JobId job, Duration timeout) throws InterruptedException {
        var wait = new Waits(link.shortened(timeout));
        var pause = LOOK_FIRST;
        while (true) {
            var found = link.persistently(() -> Interrupts.pass(() -> jobs.find(job)));
            if (found.isEmpty()) {
                return new WaitOutcome.Unknown(job);
            }
            var record = found.get().job();
            switch (record.status()) {
                case COMPLETED -> {
                    return new WaitOutcome.Completed(record, result(job));
                }
                case FAILED -> {
                    return new WaitOutcome.Failed(record, failure(record));
                }
                case CANCELLED -> {
                    return new WaitOutcome.Cancelled(record);
                }
                default -> {
                    if (wait.isOver()) {
                        return new WaitOutcome.StillRunning(job, record.status(), wait.waited());
                    }
                }
            }
            var part = wait.part();
            Thread.sleep(part.compareTo(pause) < 0 ? part : pause);
            pause = pause.multipliedBy(3).dividedBy(2);
            pause = pause.compareTo(LOOK_LAST) > 0 ? LOOK_LAST : pause;
        }
    }

    /** The view of a job has no result; its last event has. */
    private JsonValue result(JobId job) {
        return allEvents(job).reversed().stream()
                .filter(event -> event.type().equals("job_completed"))
                .findFirst()
                .map(event -> event.payload().at("result"))
                .orElse(JsonNull.NULL);
    }

    private static Failure failure(JobRecord record) {
        return record.failure()
                .orElseGet(
                        () ->
                                Failure.of(
                                        "runtime.failure",
                                        "The job failed",
                                        JsonObject.empty(),
                                        record.updatedAt(),
                                        ""));
    }

    @Override
    public boolean awaitChange(JobId job, long afterSequence, Duration timeout)
            throws InterruptedException {
        return Interrupts.pass(
                () -> {
                    try (var events = follow(job, FollowOptions.after(afterSequence))) {
                        return events.next(link.shortened(timeout)).isPresent();
                    }
                });
    }

    // ---- reads

    @Override
    public Optional<JobRecord> inspect(JobId job) {
        try {
            var answer =
                    link.call(
                            RuntimeExtensionsGrpc.getInspectJobMethod(),
                            InspectJobRequest.newBuilder()
                                    .setJobId(job.value())
                                    .setVersion(Console.VERSION)
                                    .build(),
                            Again.HARMLESS);
            return Optional.of(JobRecord.fromJson(Console.document(answer.getResultJson())));
        } catch (NoSuchJobException none) {
            return Optional.empty();
        }
    }

    @Override
    public List<AgentSnapshot> agents(JobId job) {
        var answer =
                link.call(
                        RuntimeExtensionsGrpc.getInspectAgentsMethod(),
                        InspectAgentsRequest.newBuilder()
                                .setJobId(job.value())
                                .setVersion(Console.VERSION)
                                .build(),
                        Again.HARMLESS);
        return Console.document(answer.getResultJson()).array("data").objects().stream()
                .map(AgentSnapshot::fromJson)
                .toList();
    }

    @Override
    public List<RuntimeEvent> events(JobId job, EventQuery query) {
        jobs.require(job);
        var events = new ArrayList<RuntimeEvent>();
        for (var event : allEvents(job)) {
            if (event.sequence().orElse(0) >= query.fromSequence().orElse(0)
                    && (query.types().isEmpty() || query.types().contains(event.type()))) {
                events.add(event);
            }
        }
        if (query.newestFirst()) {
            Collections.reverse(events);
        }
        return List.copyOf(
                events.subList(
                        0, Math.min(events.size(), query.limit().orElse(Integer.MAX_VALUE))));
    }

    private List<RuntimeEvent> allEvents(JobId job) {
        var numbering = new OlderFollow.Numbering();
        return link
                .all(
                        ObservabilityServiceGrpc.getStreamEventsMethod(),
                        StreamEventsRequest.newBuilder()
                                .setJobId(job.value())
                                .setVersion(Console.VERSION)
                                .build())
                .stream()
                .map(numbering)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public EventStream follow(JobId job, FollowOptions options) {
        return options.follow()
                ? RemoteEvents.open(
                        link,
                        new OlderFollow(link, jobs, job, options.heartbeat()),
                        Following.begin(this, job, options),
                        options)
                : Following.recorded(this, job, options);
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        var query =
                new EventQuery(
                        OptionalLong.empty(), OptionalInt.empty(), Set.of("dead_letter"), false);
        var letters = new ArrayList<DeadLetter>();
        for (var event : events(job, query)) {
            letters.add(letter(letters.size(), event));
        }
        return List.copyOf(letters);
    }

    private static DeadLetter letter(int index, RuntimeEvent event) {
        // What a letter says stands in the event itself, or in its payload.
        var said = JsonObject.builder().putAll(event.payload()).putAll(event.raw()).build();
        return new DeadLetter(
                index,
                event.sequence().orElse(1) - 1,
                event.agentId().orElse(AgentId.of("unknown")),
                said.string("reason").or(() -> said.string("error")).orElse(""),
                said.string("error").or(() -> said.string("reason")).orElse(""),
                (int) said.integer("attempts").orElse(0),
                event.timestamp(),
                said.object("message"),
                0,
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public List<HumanRequest> humanRequests(JobId job) {
        throw unsupported("list requests to people");
    }

    // ---- control

    private ControlResult control(JobId job, Supplier<JobStatus> call) {
        try {
            return new ControlResult.Applied(job, call.get());
        } catch (NoSuchJobException | NoSuchEntityException none) {
            return new ControlResult.NotFound(job);
        } catch (PreconditionFailedException refused) {
            return new ControlResult.Refused(
                    job,
                    jobs.find(job).map(details -> details.job().status()).orElse(JobStatus.UNKNOWN),
                    String.valueOf(refused.getMessage()));
        }
    }

    private <Q, A> A harmless(MethodDescriptor<Q, A> method, Q request, Duration waits) {
        return link.call(method, request, Again.HARMLESS, waits);
    }

    @Override
    public ControlResult pause(JobId job, PauseOptions options) {
        if (options.mode() != PauseOptions.Mode.AUTO) {
            throw unsupported("be told how to pause");
        }
        return control(
                job,
                () ->
                        JobStatus.ofWire(
                                harmless(
                                                JobServiceGrpc.getPauseJobMethod(),
                                                PauseJobRequest.newBuilder()
                                                        .setJobId(job.value())
                                                        .setVersion(Console.VERSION)
                                                        .build(),
                                                options.grace())
                                        .getStatus()));
    }

    @Override
    public ControlResult resume(JobId job) {
        return control(
                job,
                () ->
                        JobStatus.ofWire(
                                harmless(
                                                JobServiceGrpc.getResumeJobMethod(),
                                                ResumeJobRequest.newBuilder()
                                                        .setJobId(job.value())
                                                        .setVersion(Console.VERSION)
                                                        .build(),
                                                Duration.ZERO)
                                        .getStatus()));
    }

    @Override
    public ControlResult cancel(JobId job, String reason) {
        var result =
                control(
                        job,
                        () ->
                                JobStatus.ofWire(
                                        harmless(
                                                        JobServiceGrpc.getCancelJobMethod(),
                                                        CancelJobRequest.newBuilder()
                                                                .setJobId(job.value())
                                                                .setVersion(Console.VERSION)
                                                                .build(),
                                                        Duration.ZERO)
                                                .getStatus()));
        // "cancellation_pending" is no status of a job; whom it waits for the server does not say.
        return result instanceof ControlResult.Applied(_, var status) && status == JobStatus.UNKNOWN
                ? new ControlResult.Pending(job, List.of())
                : result;
    }

    @Override
    public ControlResult respond(JobId job, String requestId, HumanDecision decision) {
        throw unsupported("take answers of people");
    }

    @Override
    public Cleanup cleanup(boolean all) {
        throw unsupported("say which jobs it deleted");
    }

    // ---- messages

    @Override
    public Delivery send(JobId job, AgentId agent, Message message) {
        return delivery(
                job,
                agent,
                () ->
                        link.call(
                                        RuntimeExtensionsGrpc.getSendMessageMethod(),
                                        SendMessageRequest.newBuilder()
                                                .setJobId(job.value())
                                                .setAgentId(agent.value())
                                                .setMessageJson(message.toJson().toString())
                                                .setVersion(Console.VERSION)
                                                .build(),
                                        message.messageId().isEmpty()
                                                ? Again.NEVER
                                                : Again.HARMLESS)
                                .getResultJson());
    }

    @Override
    public Delivery replay(JobId job, int deadLetterIndex, boolean force) {
        if (force) {
            throw unsupported("be forced to replay a dead letter");
        }
        try {
            var answer =
                    link.call(
                            RuntimeExtensionsGrpc.getReplayDeadLetterMethod(),
                            ReplayDeadLetterRequest.newBuilder()
                                    .setJobId(job.value())
                                    .setIndex(deadLetterIndex)
                                    .setVersion(Console.VERSION)
                                    .build(),
                            Again.NEVER);
            return delivered(answer.getResultJson());
        } catch (PreconditionFailedException refused) {
            return new Delivery.NotReplayable(String.valueOf(refused.getMessage()));
        }
    }

    private static Delivery delivery(JobId job, AgentId agent, Supplier<String> call) {
        try {
            return delivered(call.get());
        } catch (OverloadedException full) {
            return new Delivery.Backpressure(full.retryAfter().orElse(Duration.ofSeconds(1)));
        } catch (PreconditionFailedException over) {
            return new Delivery.NotRunning(job);
        } catch (NoSuchEntityException none) {
            return new Delivery.NoSuchAgent(job, agent);
        }
    }

    private static Delivery delivered(String answer) {
        return new Delivery.Delivered(Console.document(answer).string("message_id").orElse(""));
    }
}
