package mirrorneuron.server.grpc.extension;

import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.codec.MessageDefaults;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.InspectAgentsRequest;
import mirrorneuron.protocol.ext.InspectAgentsResponse;
import mirrorneuron.protocol.ext.InspectJobRequest;
import mirrorneuron.protocol.ext.InspectJobResponse;
import mirrorneuron.protocol.ext.ListDeadLettersRequest;
import mirrorneuron.protocol.ext.ListDeadLettersResponse;
import mirrorneuron.protocol.ext.ListEventsRequest;
import mirrorneuron.protocol.ext.ListEventsResponse;
import mirrorneuron.protocol.ext.ReloadBundleRequest;
import mirrorneuron.protocol.ext.ReloadBundleResponse;
import mirrorneuron.protocol.ext.ReplayDeadLetterRequest;
import mirrorneuron.protocol.ext.ReplayDeadLetterResponse;
import mirrorneuron.protocol.ext.RuntimeExtensionsGrpc;
import mirrorneuron.protocol.ext.SendMessageRequest;
import mirrorneuron.protocol.ext.SendMessageResponse;
import mirrorneuron.protocol.ext.ValidateBundleRequest;
import mirrorneuron.protocol.ext.ValidateBundleResponse;
import mirrorneuron.protocol.ext.WaitForJobRequest;
import mirrorneuron.protocol.ext.WaitForJobResponse;
import mirrorneuron.runtime.bundle.BundleRegistry;
import mirrorneuron.server.bundle.BundleRoutes;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.Documents;
import mirrorneuron.server.grpc.job.JobCalls;
import mirrorneuron.server.job.JobDocuments;

/** The service of extensions. */
public final class ExtensionCalls extends RuntimeExtensionsGrpc.RuntimeExtensionsImplBase {

    private final Jobs jobs;
    private final BundleRegistry bundles;
    private final InstantSource clock;
    private final Calls calls;

    public ExtensionCalls(Jobs jobs, BundleRegistry bundles, InstantSource clock, Calls calls) {
        this.jobs = jobs;
        this.bundles = bundles;
        this.clock = clock;
        this.calls = calls;
    }

    @Override
    public void inspectJob(InspectJobRequest request, StreamObserver<InspectJobResponse> to) {
        calls.answer(
                to,
                () -> {
                    var id = Documents.job(request.getJobId());
                    var job = jobs.inspect(id).orElseThrow(() -> unknown(id));
                    return InspectJobResponse.newBuilder()
                            .setResultJson(Documents.versioned(job.toJson()).toString())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void inspectAgents(
            InspectAgentsRequest request, StreamObserver<InspectAgentsResponse> to) {
        calls.answer(
                to,
                () -> {
                    var agents = jobs.agents(Documents.job(request.getJobId()));
                    return InspectAgentsResponse.newBuilder()
                            .setResultJson(
                                    Documents.versioned(
                                                    Documents.list(
                                                            "data",
                                                            agents.stream()
                                                                    .map(AgentSnapshot::raw)
                                                                    .toList()))
                                            .toString())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> to) {
        calls.answer(
                to,
                () ->
                        ListEventsResponse.newBuilder()
                                .setResultJson(
                                        Documents.versioned(EventPage.of(jobs, request)).toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    @Override
    public void waitForJob(WaitForJobRequest request, StreamObserver<WaitForJobResponse> to) {
        calls.answer(
                to,
                () ->
                        WaitForJobResponse.newBuilder()
                                .setResultJson(Documents.versioned(ended(request)).toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    private JsonObject ended(WaitForJobRequest request) {
        var id = Documents.job(request.getJobId());
        var limit =
                request.getTimeoutMs() > 0
                        ? Duration.ofMillis(request.getTimeoutMs())
                        : Jobs.WAIT_FOREVER;
        return switch (calls.await(() -> jobs.await(id, limit))) {
            case WaitOutcome.Finished finished -> finished.job().toJson();
            case WaitOutcome.Unknown _ -> throw unknown(id);
            case WaitOutcome.StillRunning still ->
                    throw new CallTimeoutException(
                            "Job "
                                    + id
                                    + " did not end within "
                                    + limit.toMillis()
                                    + " ms; it is "
                                    + still.status().shown().wire());
        };
    }

    @Override
    public void sendMessage(SendMessageRequest request, StreamObserver<SendMessageResponse> to) {
        calls.answer(
                to,
                () -> {
                    var job = Documents.job(request.getJobId());
                    var agent = AgentId.of(Documents.required("agent_id", request.getAgentId()));
                    var message = message(request.getMessageJson(), agent);
                    var id = Deliveries.sent(jobs.send(job, agent, message), job, agent);
                    return SendMessageResponse.newBuilder()
                            .setResultJson(
                                    JsonObject.builder()
                                            .put("status", "delivered")
                                            .put("message_id", id)
                                            .put("version", Documents.VERSION)
                                            .build()
                                            .toString())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    private Message message(String json, AgentId agent) {
        var defaults = MessageDefaults.external("", agent.value(), "", clock.instant());
        return switch (MessageFormat.normalise(Documents.object("message_json", json), defaults)) {
            case MessageFormat.Result.Normalised normalised -> normalised.message();
            case MessageFormat.Result.Refused refused ->
                    throw new InvalidRequestException(
                            ErrorCode.MESSAGE_INVALID, refused.problem(), null);
        };
    }

    @Override
    public void listDeadLetters(
            ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> to) {
        calls.answer(
                to,
                () -> {
                    var job = Documents.job(request.getJobId());
                    int limit = request.getLimit() > 0 ? request.getLimit() : Integer.MAX_VALUE;
                    var letters =
                            jobs.deadLetters(job).stream()
                                    .limit(limit)
                                    .map(JobDocuments::deadLetter)
                                    .toList();
                    return ListDeadLettersResponse.newBuilder()
                            .setResultJson(
                                    JsonObject.builder()
                                            .put("job_id", job.value())
                                            .putAll(Documents.list("data", letters))
                                            .put("version", Documents.VERSION)
                                            .build()
                                            .toString())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void replayDeadLetter(
            ReplayDeadLetterRequest request, StreamObserver<ReplayDeadLetterResponse> to) {
        calls.answer(
                to,
                () -> {
                    var job = Documents.job(request.getJobId());
                    int index = request.getIndex();
                    var letter =
                            jobs.deadLetter(job, index).orElseThrow(() -> noSuchLetter(job, index));
                    Deliveries.replayed(jobs.replay(job, index), job);
                    return ReplayDeadLetterResponse.newBuilder()
                            .setResultJson(
                                    JsonObject.builder()
                                            .put("replayed", true)
                                            .put("job_id", job.value())
                                            .put("agent_id", letter.agentId().value())
                                            .put("index", index)
                                            .put("version", Documents.VERSION)
                                            .build()
                                            .toString())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void validateBundle(
            ValidateBundleRequest request, StreamObserver<ValidateBundleResponse> to) {
        calls.answer(
                to,
                () -> {
                    var source =
                            JobCalls.source(request.getManifestJson(), request.getPayloadsMap());
                    return ValidateBundleResponse.newBuilder()
                            .setResultJson(jobs.preview(source).toJson().toString())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void reloadBundle(ReloadBundleRequest request, StreamObserver<ReloadBundleResponse> to) {
        calls.answer(
                to,
                () -> {
                    var id = Documents.required("bundle_id", request.getBundleId());
                    return ReloadBundleResponse.newBuilder()
                            .setResultJson(
                                    Documents.versioned(reloaded(id, bundles.reload(id)))
                                            .toString())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    private static JsonObject reloaded(String id, BundleRegistry.Reload reload) {
        return switch (reload) {
            case BundleRegistry.Reload.Done done -> BundleRoutes.reloaded(id, done);
            case BundleRegistry.Reload.Unknown _ ->
                    throw new NoSuchEntityException(
                            ErrorCode.BUNDLE_NOT_FOUND, "Bundle " + id + " was not found", null);
            case BundleRegistry.Reload.Invalid invalid ->
                    throw new SubmissionRejectedException(
                            new Submission.Rejected(
                                    Submission.Rejected.Reason.INVALID_MANIFEST, invalid.issues()));
        };
    }

    private static NoSuchJobException unknown(JobId id) {
        return new NoSuchJobException("Job " + id + " was not found");
    }

    private static NoSuchEntityException noSuchLetter(JobId job, int index) {
        return new NoSuchEntityException(
                ErrorCode.DEAD_LETTER_NOT_FOUND,
                "Expected dead letter " + index + " of job " + job + ", but there is none",
                null);
    }
}
