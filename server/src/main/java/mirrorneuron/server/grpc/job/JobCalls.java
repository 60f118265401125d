package mirrorneuron.server.grpc.job;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.job.CancelAllJobsRequest;
import mirrorneuron.protocol.job.CancelAllJobsResponse;
import mirrorneuron.protocol.job.CancelJobRequest;
import mirrorneuron.protocol.job.CancelJobResponse;
import mirrorneuron.protocol.job.ClearJobsRequest;
import mirrorneuron.protocol.job.ClearJobsResponse;
import mirrorneuron.protocol.job.ExportJobBackupRequest;
import mirrorneuron.protocol.job.ExportJobBackupResponse;
import mirrorneuron.protocol.job.GetJobRequest;
import mirrorneuron.protocol.job.GetJobResponse;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.job.ListJobsRequest;
import mirrorneuron.protocol.job.ListJobsResponse;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.protocol.job.PauseJobResponse;
import mirrorneuron.protocol.job.RestoreJobBackupRequest;
import mirrorneuron.protocol.job.RestoreJobBackupResponse;
import mirrorneuron.protocol.job.ResumeJobRequest;
import mirrorneuron.protocol.job.ResumeJobResponse;
import mirrorneuron.protocol.job.SubmitJobRequest;
import mirrorneuron.protocol.job.SubmitJobResponse;
import mirrorneuron.server.grpc.AdminGate;
import mirrorneuron.server.grpc.Caller;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.Documents;

/** The service of jobs, without deployments and schedules. */
public final class JobCalls extends JobServiceGrpc.JobServiceImplBase {

    private static final int LISTED = 100;

    private final MirrorNeuron runtime;
    private final ManyJobs many;
    private final AdminGate admin;
    private final Calls calls;

    public JobCalls(MirrorNeuron runtime, ManyJobs many, AdminGate admin, Calls calls) {
        this.runtime = runtime;
        this.many = many;
        this.admin = admin;
        this.calls = calls;
    }

    @Override
    public void submitJob(SubmitJobRequest request, StreamObserver<SubmitJobResponse> to) {
        calls.answer(
                to,
                () -> {
                    var accepted = submit(request);
                    return SubmitJobResponse.newBuilder()
                            .setJobId(accepted.jobId().value())
                            .setStatus(accepted.status().shown().wire())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    private Submission.Accepted submit(SubmitJobRequest request) {
        var options = SubmitOptions.defaults();
        var key = Caller.current().idempotencyKey();
        if (key.isPresent()) {
            options = options.withIdempotencyKey("grpc:" + key.get());
        }
        return switch (runtime.jobs()
                .submit(source(request.getManifestJson(), request.getPayloadsMap()), options)) {
            case Submission.Accepted accepted -> accepted;
            case Submission.Rejected rejected -> throw new SubmissionRejectedException(rejected);
        };
    }

    /**
     * A manifest with its files, as messages carry them.
     *
     * @throws mirrorneuron.api.InvalidRequestException when the manifest is no object
     */
    public static BundleSource source(String manifestJson, Map<String, ByteString> files) {
        // Read here once to tell text that is no manifest at all from one that does not hold.
        var manifest = Documents.object("manifest_json", manifestJson);
        var payloads = new HashMap<String, byte[]>();
        files.forEach((path, content) -> payloads.put(path, content.toByteArray()));
        return new BundleSource.Inline(manifest.toString(), payloads);
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> to) {
        calls.answer(
                to,
                () ->
                        GetJobResponse.newBuilder()
                                .setJobJson(
                                        Documents.versioned(
                                                        JobDetail.of(
                                                                runtime,
                                                                Documents.job(request.getJobId()),
                                                                Caller.current().strict()))
                                                .toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    @Override
    public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> to) {
        calls.answer(
                to,
                () ->
                        ListJobsResponse.newBuilder()
                                .setJobsJson(Documents.versioned(list(request)).toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    private JsonObject list(ListJobsRequest request) {
        int limit = request.getLimit() <= 0 ? LISTED : request.getLimit();
        var jobs =
                runtime
                        .monitor()
                        .listJobs(
                                new JobQuery(
                                        OptionalInt.of(limit),
                                        0,
                                        request.getIncludeTerminal(),
                                        false,
                                        Set.of()))
                        .stream()
                        .map(JobSummary::toJson)
                        .toList();
        return Documents.list("data", jobs);
    }

    @Override
    public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobResponse> to) {
        calls.answer(
                to,
                () -> {
                    var job = Documents.job(request.getJobId());
                    return CancelJobResponse.newBuilder()
                            .setJobId(job.value())
                            .setStatus(Controls.cancelled(runtime.jobs().cancel(job)))
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void pauseJob(PauseJobRequest request, StreamObserver<PauseJobResponse> to) {
        calls.answer(
                to,
                () -> {
                    var job = Documents.job(request.getJobId());
                    return PauseJobResponse.newBuilder()
                            .setJobId(job.value())
                            .setStatus(
                                    Controls.paused(
                                            runtime.jobs().pause(job, PauseOptions.answeredSoon())))
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void resumeJob(ResumeJobRequest request, StreamObserver<ResumeJobResponse> to) {
        calls.answer(
                to,
                () -> {
                    var job = Documents.job(request.getJobId());
                    return ResumeJobResponse.newBuilder()
                            .setJobId(job.value())
                            .setStatus(Controls.resumed(runtime.jobs().resume(job)))
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }

    @Override
    public void cancelAllJobs(
            CancelAllJobsRequest request, StreamObserver<CancelAllJobsResponse> to) {
        calls.answer(
                to,
                () ->
                        CancelAllJobsResponse.newBuilder()
                                .setResultJson(Documents.versioned(many.cancelAll()).toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    @Override
    public void exportJobBackup(
            ExportJobBackupRequest request, StreamObserver<ExportJobBackupResponse> to) {
        calls.answer(
                to,
                () -> {
                    try (var backup = runtime.backups().export(Documents.job(request.getJobId()))) {
                        var answer =
                                ExportJobBackupResponse.newBuilder()
                                        .setBackupJson(backup.toJson().toString())
                                        .setVersion(Documents.VERSION);
                        backup.bundleFiles()
                                .forEach(
                                        (path, bytes) ->
                                                answer.putBundleFiles(
                                                        path, ByteString.copyFrom(bytes)));
                        return answer.build();
                    }
                });
    }

    @Override
    public void restoreJobBackup(
            RestoreJobBackupRequest request, StreamObserver<RestoreJobBackupResponse> to) {
        calls.answer(
                to,
                () -> {
                    var document = Documents.object("backup_json", request.getBackupJson());
                    var files = new HashMap<String, byte[]>();
                    request.getBundleFilesMap()
                            .forEach((path, bytes) -> files.put(path, bytes.toByteArray()));
                    try (var backup = runtime.backups().of(document, files)) {
                        var restored =
                                runtime.backups()
                                        .restore(
                                                backup,
                                                given(request.getBlueprintId()),
                                                given(request.getRunId()).map(RunId::of));
                        return RestoreJobBackupResponse.newBuilder()
                                .setResultJson(Documents.versioned(restored.toJson()).toString())
                                .setVersion(Documents.VERSION)
                                .build();
                    }
                });
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(value -> !value.isBlank());
    }

    @Override
    public void clearJobs(ClearJobsRequest request, StreamObserver<ClearJobsResponse> to) {
        calls.answer(
                to,
                () -> {
                    admin.check(request.getAdminToken());
                    return ClearJobsResponse.newBuilder()
                            .setClearedCount(many.clear())
                            .setVersion(Documents.VERSION)
                            .build();
                });
    }
}
