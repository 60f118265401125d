package mirrorneuron.client;

import static mirrorneuron.client.Console.about;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.codec.Outcomes;
import mirrorneuron.api.codec.Requests;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.spi.Following;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.ext.ConsoleAnswer;
import mirrorneuron.protocol.ext.ConsoleBundleRequest;
import mirrorneuron.protocol.ext.ConsoleGrpc;

/** {@link Jobs} of a server with a console. */
final class ConsoleJobs implements Jobs {

    private final Link link;
    private final Console console;

    ConsoleJobs(Link link) {
        this.link = link;
        this.console = new Console(link);
    }

    @Override
    public Validation validate(BundleSource bundle) {
        return check(ConsoleGrpc.getValidateMethod(), bundle);
    }

    @Override
    public Validation preview(BundleSource bundle) {
        return check(ConsoleGrpc.getPreviewMethod(), bundle);
    }

    private Validation check(
            MethodDescriptor<ConsoleBundleRequest, ConsoleAnswer> method, BundleSource bundle) {
        var parcel = Parcel.of(bundle);
        return parcel.returned(
                Outcomes.validation(
                        console.ask(method, parcel.request(JsonObject.empty()), Again.HARMLESS)));
    }

    @Override
    public Submission submit(BundleSource bundle, SubmitOptions options) {
        var traced = link.settings().traceId().map(options::inTrace).orElse(options);
        return Outcomes.submission(
                console.ask(
                        ConsoleGrpc.getSubmitMethod(),
                        Parcel.of(bundle).request(Requests.toJson(traced)),
                        // Only a key makes a second submission the same one.
                        options.idempotencyKey().isPresent() ? Again.HARMLESS : Again.NEVER));
    }

    @Override
    public Submission retry(JobId job) {
        // A second one would be another job.
        return Outcomes.submission(
                console.ask(ConsoleGrpc.getRetryMethod(), about(job), Again.NEVER));
    }

    @Override
    public RunOutcome run(BundleSource bundle, SubmitOptions options) throws InterruptedException {
        return Waits.run(this, bundle, options);
    }

    @Override
    public WaitOutcome await(JobId job, Duration timeout) throws InterruptedException {
        var wait = new Waits(link.shortened(timeout));
        while (true) {
            var part = wait.part();
            var outcome =
                    Outcomes.waitOutcome(
                            link.persistently(
                                    () ->
                                            console.await(
                                                    ConsoleGrpc.getAwaitMethod(),
                                                    about(job, Waits.options(part)),
                                                    part)));
            if (!(outcome instanceof WaitOutcome.StillRunning(_, var status, var waited))) {
                return outcome;
            }
            // A runtime that does not wait for the job has said all that it knows.
            if (wait.isOver() || waited.compareTo(part) < 0) {
                return new WaitOutcome.StillRunning(job, status, wait.waited());
            }
        }
    }

    @Override
    public boolean awaitChange(JobId job, long afterSequence, Duration timeout)
            throws InterruptedException {
        var wait = new Waits(link.shortened(timeout));
        while (true) {
            var part = wait.part();
            var options =
                    JsonObject.builder()
                            .putAll(Waits.options(part))
                            .put("after_sequence", afterSequence)
                            .build();
            var answer =
                    link.persistently(
                            () ->
                                    console.await(
                                            ConsoleGrpc.getAwaitChangeMethod(),
                                            about(job, options),
                                            part));
            boolean changed = answer.bool("changed").orElse(false);
            if (changed || answer.bool("over").orElse(false) || wait.isOver()) {
                return changed;
            }
        }
    }

    @Override
    public Optional<JobRecord> inspect(JobId job) {
        return console.find(ConsoleGrpc.getInspectMethod(), about(job)).map(JobRecord::fromJson);
    }

    @Override
    public List<AgentSnapshot> agents(JobId job) {
        return console.list(ConsoleGrpc.getAgentsMethod(), about(job)).stream()
                .map(AgentSnapshot::fromJson)
                .toList();
    }

    @Override
    public List<RuntimeEvent> events(JobId job, EventQuery query) {
        return console
                .list(ConsoleGrpc.getReadEventsMethod(), about(job, Requests.toJson(query)))
                .stream()
                .map(RuntimeEvent::fromJson)
                .toList();
    }

    @Override
    public EventStream follow(JobId job, FollowOptions options) {
        return options.follow()
                ? RemoteEvents.open(
                        link,
                        new ConsoleFollow(link, job, options.heartbeat()),
                        Following.begin(this, job, options),
                        options)
                : Following.recorded(this, job, options);
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        return console.list(ConsoleGrpc.getDeadLettersMethod(), about(job)).stream()
                .map(DeadLetter::fromJson)
                .toList();
    }

    @Override
    public Delivery replay(JobId job, int deadLetterIndex, boolean force) {
        return Outcomes.delivery(
                console.ask(
                        ConsoleGrpc.getReplayMethod(),
                        about(
                                job,
                                JsonObject.builder()
                                        .put("index", deadLetterIndex)
                                        .put("force", force)
                                        .build()),
                        Again.NEVER));
    }

    @Override
    public ControlResult pause(JobId job, PauseOptions options) {
        return Outcomes.controlResult(
                console.ask(
                        ConsoleGrpc.getPauseMethod(),
                        about(job, Requests.toJson(options)),
                        Again.HARMLESS,
                        options.grace()));
    }

    @Override
    public ControlResult resume(JobId job) {
        return Outcomes.controlResult(
                console.ask(ConsoleGrpc.getResumeMethod(), about(job), Again.HARMLESS));
    }

    @Override
    public ControlResult cancel(JobId job, String reason) {
        return Outcomes.controlResult(
                console.ask(
                        ConsoleGrpc.getCancelMethod(),
                        about(job, JsonObject.of("reason", new JsonString(reason))),
                        Again.HARMLESS));
    }

    @Override
    public List<HumanRequest> humanRequests(JobId job) {
        return console
                .read(ConsoleGrpc.getHumanRequestsMethod(), about(job))
                .array("data")
                .objects()
                .stream()
                .map(HumanRequest::fromJson)
                .toList();
    }

    @Override
    public ControlResult respond(JobId job, String requestId, HumanDecision decision) {
        return Outcomes.controlResult(
                console.ask(
                        ConsoleGrpc.getRespondMethod(),
                        Console.request(job.value(), requestId, decision.toJson()),
                        // The decision has an id, so a second one is the same one.
                        Again.HARMLESS));
    }

    @Override
    public Cleanup cleanup(boolean all) {
        return Outcomes.cleanup(
                console.ask(
                        ConsoleGrpc.getCleanupMethod(),
                        about(JsonObject.builder().put("all", all).build()),
                        Again.NEVER));
    }

    @Override
    public Delivery send(JobId job, AgentId agent, Message message) {
        return Outcomes.delivery(
                console.ask(
                        ConsoleGrpc.getSendMethod(),
                        Console.request(job.value(), agent.value(), message.toJson()),
                        message.messageId().isEmpty() ? Again.NEVER : Again.HARMLESS));
    }
}
