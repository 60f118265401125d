package mirrorneuron.server.job;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Submission;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.run.Runs;
import mirrorneuron.server.http.HttpEdge;
import mirrorneuron.server.http.HttpFailure;
import mirrorneuron.server.http.IdempotentRoutes;
import mirrorneuron.server.http.PercentText;
import mirrorneuron.server.http.Problem;
import mirrorneuron.server.http.Problems;
import mirrorneuron.server.http.Query;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;
import mirrorneuron.server.http.TraceParent;

/** What one may ask of jobs, other than live streams. */
public final class JobRoutes {

    private static final int RECENT_EVENTS = 25;
    private static final int RECENT_EVENTS_MAX = 1_000;
    private static final int EXPLAINED = 100;
    static final List<String> FORMS = List.of("compact", "summary", "full");

    private final MirrorNeuron runtime;
    private final Runs runs;
    private final SubmissionBody.UploadedBundles uploads;

    public JobRoutes(MirrorNeuron runtime, Runs runs, SubmissionBody.UploadedBundles uploads) {
        this.runtime = runtime;
        this.runs = runs;
        this.uploads = uploads;
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/jobs", this::submit),
                new Route("GET", "/jobs", this::list),
                new Route("DELETE", "/jobs", this::cleanup),
                new Route("POST", "/jobs/cleanup", this::cleanup),
                new Route("POST", "/jobs:cleanup", this::cleanup),
                new Route("POST", "/jobs:cancel-all", this::cancelAll),
                new Route("GET", "/jobs/{job_id}", this::details),
                new Route("POST", "/jobs/{job_id}/cancel", this::cancel),
                new Route("POST", "/jobs/{job_id}/pause", this::pause),
                new Route("POST", "/jobs/{job_id}/resume", this::resume),
                new Route("GET", "/jobs/{job_id}/workflow-progress", this::progress),
                new Route("GET", "/jobs/{job_id}/graph", this::graph),
                new Route("GET", "/jobs/{job_id}/agent-graph", this::graph),
                new Route("GET", "/jobs/{job_id}/explain", this::explain),
                new Route("GET", "/jobs/{job_id}/dead-letters", this::deadLetters),
                new Route("POST", "/jobs/{job_id}/dead-letters/{index}/replay", this::replay));
    }

    // Submitting

    private Response submit(Request request) {
        var body = SubmissionBody.read(request.object(), uploads);
        var options = body.options();
        var key = IdempotentRoutes.key(request);
        if (key.isPresent()) {
            options = options.withIdempotencyKey("http:" + key.get());
        }
        var caller = request.header(TraceParent.HEADER).flatMap(TraceParent::of);
        if (caller.isPresent()) {
            // The job goes on in its caller's trace. Metadata is no part of what a repeated key is
            // compared by, so a repetition may come from another span.
            options =
                    options.withMetadata(
                            Map.of(
                                    "trace_id",
                                    caller.get().traceId(),
                                    TraceParent.HEADER,
                                    caller.get().text()));
        }
        var accepted = Problems.accepted(runtime.jobs().submit(body.source(), options));
        var answer =
                Response.created(
                        submitted(accepted),
                        HttpEdge.BASE + "/jobs/" + PercentText.encode(accepted.jobId().value()));
        return accepted.repeated() ? answer.withHeader("Idempotency-Replayed", "true") : answer;
    }

    /** What a submission is answered with, also when it is repeated later. */
    public static JsonObject submitted(Submission.Accepted accepted) {
        var job = accepted.jobId();
        return JsonObject.builder()
                .put("id", job.value())
                .put("job_id", job.value())
                .put("run_id", accepted.runId().map(RunId::value).orElseGet(() -> RunIds.of(job)))
                .put("status", JobStatus.PENDING.wire())
                .build();
    }

    // Lists and details

    private Response list(Request request) {
        var query = request.query();
        int limit = query.integer("limit", 0, Integer.MAX_VALUE).orElse(0);
        var jobs =
                new JobQuery(
                        limit == 0 ? OptionalInt.empty() : OptionalInt.of(limit),
                        query.integer("offset", 0, Integer.MAX_VALUE).orElse(0),
                        query.flag(true, "include_terminal"),
                        false,
                        statuses(query));
        return Response.ok(
                JsonObject.builder()
                        .put(
                                "data",
                                JsonArray.of(
                                        runtime.monitor().listJobs(jobs).stream()
                                                .<JsonValue>map(JobSummary::toJson)
                                                .toList()))
                        .put("total", runtime.monitor().countJobs(jobs))
                        .build());
    }

    private static Set<JobStatus> statuses(Query query) {
        var statuses = EnumSet.noneOf(JobStatus.class);
        for (var word : query.list("status")) {
            var status = JobStatus.ofWire(word.toLowerCase(Locale.ROOT));
            if (status == JobStatus.UNKNOWN || status.shown() != status) {
                throw HttpFailure.of(
                        ErrorCode.INVALID_QUERY,
                        "status: \""
                                + Problem.shown(word)
                                + "\" (expected: pending, queued, running, pausing, paused,"
                                + " completed, failed or cancelled)");
            }
            statuses.add(status);
        }
        return statuses;
    }

    private Response details(Request request) {
        var form = request.query().word("include", "compact", FORMS);
        int events =
                request.query().integer("event_limit", 0, RECENT_EVENTS_MAX).orElse(RECENT_EVENTS);
        var id = id(request);
        var details =
                runtime.monitor()
                        .jobDetails(id, Math.max(1, events))
                        .orElseThrow(() -> unknown(request));
        boolean full = form.equals("full");
        List<AgentSnapshot> snapshots = full ? runtime.jobs().agents(id) : List.of();
        var document = JobDocuments.details(details, snapshots, runs, form, events);
        var graph = full ? runtime.monitor().graph(id) : Optional.<JobGraph>empty();
        return Response.ok(
                graph.map(found -> JobDocuments.withTopology(document, found)).orElse(document));
    }

    private Response progress(Request request) {
        return Response.ok(
                runtime.monitor()
                        .workflowProgress(id(request))
                        .orElseThrow(() -> unknown(request))
                        .raw());
    }

    private Response graph(Request request) {
        return Response.ok(
                runtime.monitor().graph(id(request)).orElseThrow(() -> unknown(request)).toJson());
    }

    private Response explain(Request request) {
        var id = id(request);
        int limit = request.query().integer("limit", 1, 10_000).orElse(EXPLAINED);
        var explanations = runtime.monitor().explainAll(id, limit);
        if (explanations.isEmpty()) {
            throw unknown(request);
        }
        return Response.ok(JobDocuments.explanations(id, explanations));
    }

    // Controls

    private Response cancel(Request request) {
        var id = id(request);
        var reason = reason(request);
        return controlled(
                request,
                reason.isPresent()
                        ? runtime.jobs().cancel(id, reason.get())
                        : runtime.jobs().cancel(id),
                "cancel");
    }

    private Response pause(Request request) {
        var options = PauseOptions.answeredSoon();
        var reason = reason(request);
        return controlled(
                request,
                runtime.jobs()
                        .pause(
                                id(request),
                                reason.isPresent() ? options.withReason(reason.get()) : options),
                "pause");
    }

    private Response resume(Request request) {
        return controlled(request, runtime.jobs().resume(id(request)), "resume");
    }

    /** A body is welcome and never demanded, so one that cannot be read is as good as none. */
    private static Optional<String> reason(Request request) {
        try {
            return Json.parse(request.bytes()) instanceof JsonObject body
                    ? body.string("reason").filter(text -> !text.isBlank())
                    : Optional.empty();
        } catch (JsonParseException nothingToRead) {
            return Optional.empty();
        }
    }

    private static Response controlled(Request request, ControlResult result, String verb) {
        return switch (result) {
            case ControlResult.Applied applied -> control(applied.jobId(), applied.status());
            case ControlResult.Unchanged same -> control(same.jobId(), same.status());
            case ControlResult.Pending pending ->
                    control(
                            pending.jobId(),
                            verb.equals("cancel") ? JobStatus.CANCELLED : JobStatus.PAUSING);
            case ControlResult.NotFound _ -> throw unknown(request);
            case ControlResult.Refused refused ->
                    throw HttpFailure.of(
                            refused.status().terminal()
                                    ? ErrorCode.JOB_TERMINAL
                                    : ErrorCode.CONFLICT,
                            refused.why());
        };
    }

    private static Response control(JobId job, JobStatus status) {
        // A cancel that is under way is one for whoever asked for it.
        var shown = status == JobStatus.CANCELLING ? JobStatus.CANCELLED : status.shown();
        return Response.ok(
                JsonObject.builder()
                        .put("status", shown.wire())
                        .put("job_id", job.value())
                        .build());
    }

    private Response cancelAll(Request request) {
        boolean dryRun = request.query().flag(false, "dry_run");
        var active =
                runtime.monitor().listJobs(JobQuery.unfinished()).stream()
                        .map(summary -> summary.jobId())
                        .toList();
        var cancelled = new ArrayList<JobId>();
        if (!dryRun) {
            for (var result : ManyJobs.each(active, runtime.jobs()::cancel)) {
                if (result instanceof ControlResult.Applied
                        || result instanceof ControlResult.Pending) {
                    cancelled.add(result.jobId());
                }
            }
        }
        var status = active.isEmpty() ? "no_active_jobs" : dryRun ? "planned" : "cancelled";
        return Response.ok(
                JsonObject.builder()
                        .put("status", status)
                        .put("active_count", active.size())
                        .put("cancelled_count", cancelled.size())
                        .put("cancelled_job_ids", ids(cancelled))
                        .build());
    }

    private Response cleanup(Request request) {
        boolean all = request.query().flag(false, "all");
        boolean purge = request.query().flag(false, "purge_runs");
        var deleted = purge ? purged(all) : runtime.jobs().cleanup(all).deletedJobs();
        return Response.ok(
                JsonObject.builder()
                        .put("deleted_count", deleted.size())
                        .put("deleted_jobs", ids(deleted))
                        .put("cleared_count", deleted.size())
                        .build());
    }

    /** Deletes jobs and the folders of their runs, whose names only the jobs' records know. */
    private List<JobId> purged(boolean all) {
        var runIds = new HashMap<JobId, String>();
        for (var summary : runtime.monitor().listJobs(JobQuery.all())) {
            summary.toJson().string("run_id").ifPresent(run -> runIds.put(summary.jobId(), run));
        }
        var deleted = runtime.jobs().cleanup(all).deletedJobs();
        for (var job : deleted) {
            var run = runIds.get(job);
            if (run != null) {
                runs.delete(run);
            }
        }
        return deleted;
    }

    private static JsonArray ids(List<JobId> jobs) {
        return JsonArray.ofStrings(jobs.stream().map(JobId::value).toList());
    }

    // Dead letters

    private Response deadLetters(Request request) {
        var id = id(request);
        return Response.ok(
                JsonObject.builder()
                        .put("job_id", id.value())
                        .put(
                                "data",
                                JsonArray.of(
                                        runtime.jobs().deadLetters(id).stream()
                                                .map(JobDocuments::deadLetter)
                                                .toList()))
                        .build());
    }

    private Response replay(Request request) {
        var id = id(request);
        int index = index(request.parameter("index"));
        boolean force = SubmissionBody.flag(request.optionalObject(), "force");
        return switch (runtime.jobs().replay(id, index, force)) {
            case Delivery.Delivered delivered ->
                    Response.json(
                            202,
                            JsonObject.builder()
                                    .put("status", "replayed")
                                    .put("job_id", id.value())
                                    .put("index", index)
                                    .put("message_id", delivered.messageId())
                                    .build());
            case Delivery.Backpressure busy ->
                    throw HttpFailure.of(
                                    ErrorCode.RESOURCE_OVERLOADED,
                                    "The agent has more messages waiting than it should")
                            .withHeader(
                                    "Retry-After",
                                    String.valueOf(Math.max(1, busy.retryAfter().toSeconds())));
            case Delivery.NotRunning _ ->
                    throw HttpFailure.of(
                            ErrorCode.JOB_TERMINAL,
                            "Expected to replay a dead letter of job "
                                    + id
                                    + ", but it does not run any more");
            case Delivery.NotReplayable not -> throw HttpFailure.of(ErrorCode.CONFLICT, not.why());
            case Delivery.NoSuchAgent gone ->
                    throw HttpFailure.of(
                            ErrorCode.CONFLICT,
                            "Agent " + gone.agentId() + " is not part of the job");
        };
    }

    private static int index(String text) {
        try {
            int index = Integer.parseInt(text);
            if (index >= 0) {
                return index;
            }
        } catch (NumberFormatException malformed) {
            // Refused below, with the same words as a number that is too small.
        }
        throw HttpFailure.of(
                ErrorCode.INVALID_ID,
                "index: \"" + Problem.shown(text) + "\" (expected: a whole number >= 0)");
    }

    // What routes share

    /** The job that a path names. */
    public static JobId id(Request request) {
        var text = request.parameter("job_id");
        // No job has such an id, and the runtime would only say so in other words.
        if (text.isBlank()) {
            throw unknown(request);
        }
        return JobId.of(text);
    }

    public static HttpFailure unknown(Request request) {
        return Problems.noSuchJob(request.parameter("job_id"));
    }
}
