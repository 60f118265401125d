package mirrorneuron.server.grpc.console;

import static mirrorneuron.server.grpc.console.Parts.answer;

import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.Operation;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.codec.Messages;
import mirrorneuron.api.codec.Outcomes;
import mirrorneuron.api.codec.Requests;
import mirrorneuron.api.codec.Views;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.protocol.ext.ConsoleAnswer;
import mirrorneuron.protocol.ext.ConsoleBundleRequest;
import mirrorneuron.protocol.ext.ConsoleFollowRequest;
import mirrorneuron.protocol.ext.ConsoleGrpc;
import mirrorneuron.protocol.ext.ConsoleRequest;

/** The interface for Java, call by call. Safe from any thread. */
public final class ConsoleService extends ConsoleGrpc.ConsoleImplBase {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final int EVENTS_SHOWN = 25;

    private static final int OPERATIONS_SHOWN = 20;

    private final MirrorNeuron runtime;
    private final Carrier carrier;
    private final Sources sources;

    /**
     * @param scratch where bundles lie while they are read; made when the first one comes
     */
    public ConsoleService(MirrorNeuron runtime, Carrier carrier, Path scratch) {
        this.runtime = runtime;
        this.carrier = carrier;
        this.sources = new Sources(scratch);
    }

    // ---- ways to answer

    private void one(
            ConsoleRequest request,
            StreamObserver<ConsoleAnswer> to,
            Function<Question, JsonObject> call) {
        carrier.answer(to, () -> answer(call.apply(Question.of(request))));
    }

    /** An answer about nothing is empty. */
    private void maybe(
            ConsoleRequest request,
            StreamObserver<ConsoleAnswer> to,
            Function<Question, Optional<JsonObject>> call) {
        carrier.answer(
                to,
                () -> call.apply(Question.of(request)).map(Parts::answer).orElse(Parts.NOTHING));
    }

    private void all(
            ConsoleRequest request,
            StreamObserver<ConsoleAnswer> to,
            Function<Question, List<? extends JsonValue>> call) {
        carrier.stream(
                to,
                reader -> {
                    for (var part : Parts.of(call.apply(Question.of(request)))) {
                        if (!reader.awaitReady()) {
                            return;
                        }
                        reader.send(part);
                    }
                });
    }

    /**
     * As {@code PauseJob}, {@code ResumeJob} and {@code ClearJobs} of the other services; what
     * deletes too.
     */
    private void asOperator(
            ConsoleRequest request,
            StreamObserver<ConsoleAnswer> to,
            Function<Question, JsonObject> call) {
        one(
                request,
                to,
                question -> {
                    carrier.operatorOnly();
                    return call.apply(question);
                });
    }

    private void control(
            ConsoleRequest request,
            StreamObserver<ConsoleAnswer> to,
            Function<Question, ControlResult> call) {
        one(request, to, question -> Outcomes.toJson(call.apply(question)));
    }

    private void check(
            ConsoleBundleRequest request,
            StreamObserver<ConsoleAnswer> to,
            Function<BundleSource, Validation> call) {
        carrier.answer(
                to,
                () -> {
                    try (var source = sources.open(request)) {
                        return answer(Outcomes.toJson(call.apply(source.bundle())));
                    }
                });
    }

    private static <T> List<JsonObject> documents(
            List<T> values, Function<? super T, JsonObject> toJson) {
        return values.stream().map(toJson).toList();
    }

    private static JsonObject data(List<JsonObject> documents) {
        return JsonObject.of("data", JsonArray.of(documents));
    }

    // ---- bundles

    @Override
    public void validate(ConsoleBundleRequest request, StreamObserver<ConsoleAnswer> to) {
        check(request, to, source -> runtime.jobs().validate(source));
    }

    @Override
    public void preview(ConsoleBundleRequest request, StreamObserver<ConsoleAnswer> to) {
        check(request, to, source -> runtime.jobs().preview(source));
    }

    @Override
    public void submit(ConsoleBundleRequest request, StreamObserver<ConsoleAnswer> to) {
        carrier.answer(
                to,
                () -> {
                    var options =
                            Requests.submitOptions(
                                    Question.object("options_json", request.getOptionsJson()));
                    try (var source = sources.openToKeep(request)) {
                        return answer(
                                Outcomes.toJson(runtime.jobs().submit(source.bundle(), options)));
                    }
                });
    }

    @Override
    public void retry(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, question -> Outcomes.toJson(runtime.jobs().retry(question.job())));
    }

    // ---- waits and streams

    @Override
    public void await(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question -> {
                    WaitOutcome outcome =
                            carrier.await(
                                    () ->
                                            runtime.jobs()
                                                    .await(question.job(), question.patience()));
                    return Outcomes.toJson(outcome);
                });
    }

    @Override
    public void awaitChange(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question -> {
                    long began = System.nanoTime();
                    boolean changed =
                            carrier.await(
                                    () ->
                                            runtime.jobs()
                                                    .awaitChange(
                                                            question.job(),
                                                            question.options()
                                                                    .integer("after_sequence")
                                                                    .orElse(0),
                                                            question.patience()));
                    // Whoever says no before the time is up has nothing to wait for.
                    boolean early = System.nanoTime() - began < question.patience().toNanos();
                    return JsonObject.builder()
                            .put("changed", changed)
                            .put("over", !changed && early)
                            .build();
                });
    }

    @Override
    public void followEvents(ConsoleFollowRequest request, StreamObserver<ConsoleAnswer> to) {
        carrier.stream(
                to,
                reader -> {
                    var job = Question.job(request.getJobId());
                    var heartbeat =
                            request.getHeartbeatMs() > 0
                                    ? Duration.ofMillis(request.getHeartbeatMs())
                                    : HEARTBEAT;
                    try (var events =
                            runtime.jobs()
                                    .follow(job, FollowOptions.after(request.getAfterSequence()))) {
                        reader.whenOver(events::close);
                        // Tells the caller that there is such a job before the first event comes.
                        reader.send(Parts.NOTHING);
                        while (reader.awaitReady()) {
                            var event = events.next(heartbeat);
                            if (event.isPresent()) {
                                reader.send(answer(event.get().toJson()));
                            } else if (events.endReason() == EndReason.OPEN) {
                                reader.send(Parts.NOTHING);
                            } else {
                                break;
                            }
                        }
                        if (events.endReason() == EndReason.ERROR) {
                            throw new RuntimeUnavailableException(
                                    "The events of job "
                                            + job
                                            + " cannot be read at the moment; ask again to go on");
                        }
                    }
                });
    }

    // ---- jobs

    @Override
    public void inspect(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        maybe(
                request,
                to,
                question -> runtime.jobs().inspect(question.job()).map(job -> job.toJson()));
    }

    @Override
    public void agents(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        all(
                request,
                to,
                question ->
                        documents(runtime.jobs().agents(question.job()), AgentSnapshot::toJson));
    }

    @Override
    public void readEvents(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        all(
                request,
                to,
                question ->
                        documents(
                                runtime.jobs()
                                        .events(
                                                question.job(),
                                                Requests.eventQuery(question.options())),
                                RuntimeEvent::toJson));
    }

    @Override
    public void deadLetters(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        all(
                request,
                to,
                question ->
                        documents(runtime.jobs().deadLetters(question.job()), DeadLetter::toJson));
    }

    @Override
    public void replay(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        Outcomes.toJson(
                                runtime.jobs()
                                        .replay(
                                                question.job(),
                                                question.number("index", 0),
                                                question.options().bool("force").orElse(false))));
    }

    @Override
    public void pause(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        asOperator(
                request,
                to,
                question ->
                        Outcomes.toJson(
                                runtime.jobs()
                                        .pause(
                                                question.job(),
                                                Requests.pauseOptions(question.options()))));
    }

    @Override
    public void resume(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        asOperator(request, to, question -> Outcomes.toJson(runtime.jobs().resume(question.job())));
    }

    @Override
    public void cancel(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        control(
                request,
                to,
                question -> {
                    var reason = question.options().string("reason");
                    return reason.isPresent()
                            ? runtime.jobs().cancel(question.job(), reason.get())
                            : runtime.jobs().cancel(question.job());
                });
    }

    @Override
    public void humanRequests(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        data(
                                documents(
                                        runtime.jobs().humanRequests(question.job()),
                                        HumanRequest::toJson)));
    }

    @Override
    public void respond(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        control(
                request,
                to,
                question ->
                        runtime.jobs()
                                .respond(
                                        question.job(),
                                        question.subject(),
                                        HumanDecision.fromJson(question.options())));
    }

    @Override
    public void cleanup(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        asOperator(
                request,
                to,
                question ->
                        Outcomes.toJson(
                                runtime.jobs()
                                        .cleanup(question.options().bool("all").orElse(false))));
    }

    @Override
    public void send(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        Outcomes.toJson(
                                runtime.jobs()
                                        .send(
                                                question.job(),
                                                AgentId.of(question.subject()),
                                                Messages.message(question.options()))));
    }

    // ---- reads for people

    @Override
    public void listJobs(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        all(
                request,
                to,
                question ->
                        documents(
                                runtime.monitor().listJobs(Requests.jobQuery(question.options())),
                                Views::toJson));
    }

    @Override
    public void countJobs(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        JsonObject.of(
                                "count",
                                JsonNumber.of(
                                        runtime.monitor()
                                                .countJobs(
                                                        Requests.jobQuery(question.options())))));
    }

    @Override
    public void getMetrics(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, _ -> Views.toJson(runtime.monitor().metrics()));
    }

    @Override
    public void getDetails(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        maybe(
                request,
                to,
                question ->
                        runtime.monitor()
                                .jobDetails(
                                        question.job(),
                                        question.number("event_limit", EVENTS_SHOWN))
                                .map(Views::toJson));
    }

    @Override
    public void getGraph(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        maybe(request, to, question -> runtime.monitor().graph(question.job()).map(Views::toJson));
    }

    @Override
    public void getProgress(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        maybe(
                request,
                to,
                question -> runtime.monitor().workflowProgress(question.job()).map(Views::toJson));
    }

    @Override
    public void explain(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        maybe(
                request,
                to,
                question -> runtime.monitor().explain(question.job()).map(Explanation::toJson));
    }

    @Override
    public void explainAgent(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        maybe(
                request,
                to,
                question ->
                        runtime.monitor()
                                .explain(question.job(), AgentId.of(question.subject()))
                                .map(Explanation::toJson));
    }

    @Override
    public void explainStep(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        maybe(
                request,
                to,
                question ->
                        runtime.monitor()
                                .explainStep(question.job(), question.subject())
                                .map(Explanation::toJson));
    }

    @Override
    public void explainAll(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        data(
                                documents(
                                        runtime.monitor()
                                                .explainAll(
                                                        question.job(),
                                                        question.number("limit", EVENTS_SHOWN)),
                                        Explanation::toJson)));
    }

    // ---- nodes, resources, runs

    @Override
    public void getCapabilities(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, _ -> Outcomes.toJson(runtime.capabilities()));
    }

    @Override
    public void listNodes(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, _ -> data(documents(runtime.cluster().nodes(), NodeInfo::toJson)));
    }

    @Override
    public void getResources(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, _ -> runtime.resources().get().toJson());
    }

    @Override
    public void setResources(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        runtime.resources()
                                .set(ResourceLimits.fromJson(question.options()))
                                .toJson());
    }

    @Override
    public void listOperations(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        all(
                request,
                to,
                question ->
                        documents(
                                runtime.operations()
                                        .list(question.number("limit", OPERATIONS_SHOWN)),
                                Operation::toJson));
    }

    @Override
    public void rebuildRun(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question -> Outcomes.toJson(runtime.runFiles().rebuild(question.subject())));
    }

    @Override
    public void getRun(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, question -> runtime.runFiles().run(question.subject()));
    }

    @Override
    public void getRunResult(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, question -> runtime.runFiles().result(question.subject()));
    }

    @Override
    public void getFinalArtifact(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, question -> runtime.runFiles().finalArtifact(question.subject()));
    }

    @Override
    public void listArtifacts(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, question -> runtime.runFiles().artifacts(question.subject()));
    }

    @Override
    public void getRunSummary(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(request, to, question -> runtime.runFiles().summary(question.subject()));
    }

    @Override
    public void getRunResources(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        runtime.runFiles()
                                .resources(
                                        question.subject(),
                                        question.options().string("window").orElse(""),
                                        question.options().string("bucket").orElse("")));
    }

    @Override
    public void listRunHuman(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        runtime.runFiles()
                                .human(question.subject(), question.options().string("status")));
    }

    @Override
    public void respondToRun(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        runtime.runFiles()
                                .respond(
                                        question.subject(),
                                        question.options().string("request_id").orElse(""),
                                        question.options().object("body")));
    }

    @Override
    public void acknowledgeNotice(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        runtime.runFiles()
                                .acknowledge(
                                        question.subject(),
                                        question.options().string("notice_id").orElse(""),
                                        question.options().object("body")));
    }

    @Override
    public void readRun(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        one(
                request,
                to,
                question ->
                        Outcomes.toJson(
                                runtime.runFiles()
                                        .page(
                                                question.subject(),
                                                Requests.runFilter(question.options()),
                                                question.options().string("cursor").orElse(""))));
    }

    @Override
    public void deleteRun(ConsoleRequest request, StreamObserver<ConsoleAnswer> to) {
        asOperator(
                request,
                to,
                question ->
                        JsonObject.builder()
                                .put("deleted", runtime.runFiles().delete(question.subject()))
                                .build());
    }
}
