package mirrorneuron.client;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.cluster.GetSystemSummaryRequest;
import mirrorneuron.protocol.cluster.GetSystemSummaryResponse;
import mirrorneuron.protocol.job.CancelJobRequest;
import mirrorneuron.protocol.job.CancelJobResponse;
import mirrorneuron.protocol.job.GetJobRequest;
import mirrorneuron.protocol.job.GetJobResponse;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.job.ListJobsRequest;
import mirrorneuron.protocol.job.ListJobsResponse;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.protocol.job.PauseJobResponse;
import mirrorneuron.protocol.job.ResumeJobRequest;
import mirrorneuron.protocol.job.ResumeJobResponse;
import mirrorneuron.protocol.job.SubmitJobRequest;
import mirrorneuron.protocol.job.SubmitJobResponse;
import mirrorneuron.protocol.observability.EventResponse;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.observability.StreamEventsRequest;

/**
 * A server of the first generation: eight calls, no numbers on events, streams that end with what
 * is recorded, and an empty document for an unknown job.
 */
final class OlderServer {

    private final Map<String, String> statuses = new ConcurrentHashMap<>();
    private final Map<String, List<JsonObject>> events = new ConcurrentHashMap<>();
    final List<SubmitJobRequest> submitted = new CopyOnWriteArrayList<>();

    List<BindableService> services() {
        return List.of(new JobCalls(), new EventCalls(), new ClusterCalls());
    }

    void job(String id, String status) {
        events.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>());
        statuses.put(id, status);
    }

    void event(String id, String type, JsonObject more) {
        events.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>())
                .add(
                        JsonObject.builder()
                                .put("timestamp", "2026-04-01T00:00:00.000Z")
                                .put("type", type)
                                .putAll(more)
                                .build());
    }

    private JsonObject record(String id) {
        return JsonObject.builder()
                .put("job_id", id)
                .put("graph_id", "g")
                .put("status", statuses.getOrDefault(id, "unknown"))
                .put("submitted_at", "2026-04-01T00:00:00.000Z")
                .put("updated_at", "2026-04-01T00:00:01.000Z")
                .build();
    }

    private boolean ended(String id) {
        return List.of("completed", "failed", "cancelled").contains(statuses.get(id));
    }

    /** Changes a status as this generation does, or refuses. */
    private String changed(String id, String status) {
        if (!statuses.containsKey(id)) {
            throw refused(Status.NOT_FOUND, "job " + id + " not found");
        }
        if (ended(id)) {
            throw refused(Status.FAILED_PRECONDITION, "job is " + statuses.get(id));
        }
        statuses.put(id, status);
        return status;
    }

    private static StatusRuntimeException refused(Status status, String why) {
        return status.withDescription(why).asRuntimeException();
    }

    private static <T> void answer(StreamObserver<T> to, Supplier<T> answer) {
        try {
            to.onNext(answer.get());
            to.onCompleted();
        } catch (StatusRuntimeException refused) {
            to.onError(refused);
        }
    }

    private final class JobCalls extends JobServiceGrpc.JobServiceImplBase {

        @Override
        public void submitJob(SubmitJobRequest request, StreamObserver<SubmitJobResponse> to) {
            answer(
                    to,
                    () -> {
                        submitted.add(request);
                        var manifest = request.getManifestJson();
                        if (manifest.contains("too-much")) {
                            throw refused(
                                    Status.RESOURCE_EXHAUSTED, "resource_overloaded: try later");
                        }
                        if (manifest.contains("no-gpu")) {
                            throw refused(
                                    Status.FAILED_PRECONDITION,
                                    "requirements_not_met: {\"issues\":[{\"code\":\"gpu\","
                                            + "\"message\":\"no GPU\",\"severity\":\"error\"}]}");
                        }
                        if (!manifest.contains("nodes")) {
                            throw refused(Status.INVALID_ARGUMENT, "manifest has no nodes");
                        }
                        job("j1", "pending");
                        return SubmitJobResponse.newBuilder()
                                .setJobId("j1")
                                .setStatus("pending")
                                .build();
                    });
        }

        @Override
        public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> to) {
            var id = request.getJobId();
            var document =
                    statuses.containsKey(id)
                            ? JsonObject.builder()
                                    .put("job", record(id))
                                    .put("summary", record(id))
                                    .put("agents", JsonArray.empty())
                                    .put("recent_events", recent(id))
                                    .put("sandboxes", JsonArray.empty())
                                    .build()
                            : JsonObject.empty();
            answer(to, () -> GetJobResponse.newBuilder().setJobJson(document.toString()).build());
        }

        private JsonArray recent(String id) {
            return JsonArray.of(events.getOrDefault(id, List.of()).reversed());
        }

        @Override
        public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> to) {
            var jobs =
                    statuses.keySet().stream()
                            .sorted()
                            .filter(id -> request.getIncludeTerminal() || !ended(id))
                            .map(OlderServer.this::record)
                            .toList();
            answer(
                    to,
                    () ->
                            ListJobsResponse.newBuilder()
                                    .setJobsJson(
                                            JsonObject.of("data", JsonArray.of(jobs)).toString())
                                    .build());
        }

        @Override
        public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobResponse> to) {
            answer(
                    to,
                    () -> {
                        var id = request.getJobId();
                        var status = changed(id, "cancelled");
                        return CancelJobResponse.newBuilder()
                                .setJobId(id)
                                .setStatus(id.equals("far") ? "cancellation_pending" : status)
                                .build();
                    });
        }

        @Override
        public void pauseJob(PauseJobRequest request, StreamObserver<PauseJobResponse> to) {
            answer(
                    to,
                    () ->
                            PauseJobResponse.newBuilder()
                                    .setStatus(changed(request.getJobId(), "paused"))
                                    .build());
        }

        @Override
        public void resumeJob(ResumeJobRequest request, StreamObserver<ResumeJobResponse> to) {
            answer(
                    to,
                    () ->
                            ResumeJobResponse.newBuilder()
                                    .setStatus(changed(request.getJobId(), "running"))
                                    .build());
        }
    }

    private final class EventCalls extends ObservabilityServiceGrpc.ObservabilityServiceImplBase {
        @Override
        public void streamEvents(StreamEventsRequest request, StreamObserver<EventResponse> to) {
            for (var event : events.getOrDefault(request.getJobId(), List.of())) {
                to.onNext(EventResponse.newBuilder().setEventJson(event.toString()).build());
            }
            to.onCompleted();
        }
    }

    private static final class ClusterCalls extends ClusterServiceGrpc.ClusterServiceImplBase {
        @Override
        public void getSystemSummary(
                GetSystemSummaryRequest request, StreamObserver<GetSystemSummaryResponse> to) {
            var summary =
                    JsonObject.builder()
                            .put(
                                    "nodes",
                                    JsonArray.of(JsonObject.of("name", new JsonString("a@host"))))
                            .put("jobs", JsonArray.empty())
                            .put(
                                    "metrics",
                                    JsonObject.of(
                                            "jobs",
                                            JsonObject.builder()
                                                    .put("total", 3)
                                                    .put(
                                                            "by_status",
                                                            JsonObject.builder()
                                                                    .put("running", 2)
                                                                    .put("dreaming", 1)
                                                                    .build())
                                                    .build()))
                            .build();
            answer(
                    to,
                    () ->
                            GetSystemSummaryResponse.newBuilder()
                                    .setSummaryJson(summary.toString())
                                    .build());
        }
    }
}
