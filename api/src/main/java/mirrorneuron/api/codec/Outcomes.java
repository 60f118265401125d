package mirrorneuron.api.codec;

import static mirrorneuron.api.codec.Members.array;
import static mirrorneuron.api.codec.Members.duration;
import static mirrorneuron.api.codec.Members.millis;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.Failure;
import mirrorneuron.api.InternalRuntimeException;
import mirrorneuron.api.Issue;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Submission;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * The sealed results: each document says in {@code outcome} which one it is. Reading one that this
 * release does not know throws {@link InternalRuntimeException}.
 */
public final class Outcomes {

    private static final String OUTCOME = "outcome";

    private Outcomes() {}

    // ---- Submission

    public static JsonObject toJson(Submission submission) {
        return switch (submission) {
            case Submission.Accepted(var job, var status, var runId, var warnings, var repeated) ->
                    outcome("accepted")
                            .put("job_id", job.value())
                            .put("status", status.wire())
                            .putIfPresent("run_id", runId.map(RunId::value))
                            .put("warnings", array(warnings, Issue::toJson))
                            .put("repeated", repeated)
                            .build();
            case Submission.Rejected rejected -> toJson(rejected);
        };
    }

    private static JsonObject toJson(Submission.Rejected rejected) {
        return outcome("rejected")
                .put("reason", Words.of(rejected.reason()))
                .put("issues", array(rejected.issues(), Issue::toJson))
                .build();
    }

    public static Submission submission(JsonObject json) {
        return switch (outcome(json)) {
            case "accepted" ->
                    new Submission.Accepted(
                            job(json),
                            status(json),
                            json.string("run_id").map(RunId::of),
                            issues(json, "warnings"),
                            json.bool("repeated").orElse(false));
            case "rejected" ->
                    new Submission.Rejected(
                            Arrays.stream(Submission.Rejected.Reason.values())
                                    .filter(
                                            reason ->
                                                    Words.of(reason)
                                                            .equals(
                                                                    json.string("reason")
                                                                            .orElse("")))
                                    .findFirst()
                                    .orElseThrow(() -> unknown(json)),
                            issues(json, "issues"));
            default -> throw unknown(json);
        };
    }

    // ---- Validation

    public static JsonObject toJson(Validation validation) {
        return switch (validation) {
            case Validation.Valid(var bundle, var warnings) ->
                    outcome("valid")
                            .put("bundle", Bundles.toJson(bundle))
                            .put("issues", array(warnings, Issue::toJson))
                            .build();
            case Validation.Invalid(var issues) ->
                    outcome("invalid").put("issues", array(issues, Issue::toJson)).build();
        };
    }

    public static Validation validation(JsonObject json) {
        return switch (outcome(json)) {
            case "valid" ->
                    new Validation.Valid(
                            Bundles.bundle(json.object("bundle")), issues(json, "issues"));
            case "invalid" -> new Validation.Invalid(issues(json, "issues"));
            default -> throw unknown(json);
        };
    }

    // ---- ControlResult

    public static JsonObject toJson(ControlResult result) {
        var json = JsonObject.builder();
        switch (result) {
            case ControlResult.Applied(_, var status) ->
                    json.put(OUTCOME, "applied").put("status", status.wire());
            case ControlResult.Pending(_, var nodes) ->
                    json.put(OUTCOME, "pending")
                            .put("waiting_for", array(nodes, node -> new JsonString(node.value())));
            case ControlResult.Unchanged(_, var status) ->
                    json.put(OUTCOME, "unchanged").put("status", status.wire());
            case ControlResult.Refused(_, var status, var why) ->
                    json.put(OUTCOME, "refused").put("status", status.wire()).put("why", why);
            case ControlResult.NotFound _ -> json.put(OUTCOME, "not_found");
        }
        return json.put("job_id", result.jobId().value()).build();
    }

    public static ControlResult controlResult(JsonObject json) {
        var job = job(json);
        return switch (outcome(json)) {
            case "applied" -> new ControlResult.Applied(job, status(json));
            case "pending" ->
                    new ControlResult.Pending(
                            job,
                            json.array("waiting_for").strings().stream()
                                    .map(NodeName::of)
                                    .toList());
            case "unchanged" -> new ControlResult.Unchanged(job, status(json));
            case "refused" ->
                    new ControlResult.Refused(job, status(json), json.string("why").orElse(""));
            case "not_found" -> new ControlResult.NotFound(job);
            default -> throw unknown(json);
        };
    }

    // ---- Delivery

    public static JsonObject toJson(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Delivered(var id) -> outcome("delivered").put("message_id", id).build();
            case Delivery.Backpressure(var retryAfter) ->
                    outcome("backpressure").put("retry_after_ms", millis(retryAfter)).build();
            case Delivery.NoSuchAgent(var job, var agent) ->
                    outcome("no_such_agent")
                            .put("job_id", job.value())
                            .put("agent_id", agent.value())
                            .build();
            case Delivery.NotRunning(var job) ->
                    outcome("not_running").put("job_id", job.value()).build();
            case Delivery.NotReplayable(var why) ->
                    outcome("not_replayable").put("why", why).build();
        };
    }

    public static Delivery delivery(JsonObject json) {
        var messageId = json.string("message_id").orElse("");
        return switch (outcome(json)) {
            case "delivered" -> new Delivery.Delivered(messageId);
            case "backpressure" -> new Delivery.Backpressure(duration(json, "retry_after_ms"));
            case "no_such_agent" ->
                    new Delivery.NoSuchAgent(
                            job(json), AgentId.of(json.string("agent_id").orElse("unknown")));
            case "not_running" -> new Delivery.NotRunning(job(json));
            case "not_replayable" -> new Delivery.NotReplayable(json.string("why").orElse(""));
            default -> throw unknown(json);
        };
    }

    // ---- WaitOutcome

    public static JsonObject toJson(WaitOutcome outcome) {
        return switch (outcome) {
            case WaitOutcome.Completed(var job, var result) ->
                    outcome("completed").put("job", job.toJson()).put("result", result).build();
            case WaitOutcome.Failed(var job, var failure) ->
                    outcome("failed")
                            .put("job", job.toJson())
                            .put("failure", failure.toJson())
                            .build();
            case WaitOutcome.Cancelled(var job) ->
                    outcome("cancelled").put("job", job.toJson()).build();
            case WaitOutcome.StillRunning(var job, var status, var waited) ->
                    outcome("still_running")
                            .put("job_id", job.value())
                            .put("status", status.wire())
                            .put("waited_ms", millis(waited))
                            .build();
            case WaitOutcome.Unknown(var job) ->
                    outcome("unknown").put("job_id", job.value()).build();
        };
    }

    public static WaitOutcome waitOutcome(JsonObject json) {
        return switch (outcome(json)) {
            case "completed" -> new WaitOutcome.Completed(record(json), json.at("result"));
            case "failed" ->
                    new WaitOutcome.Failed(record(json), Failure.fromJson(json.object("failure")));
            case "cancelled" -> new WaitOutcome.Cancelled(record(json));
            case "still_running" ->
                    new WaitOutcome.StillRunning(
                            job(json), status(json), duration(json, "waited_ms"));
            case "unknown" -> new WaitOutcome.Unknown(job(json));
            default -> throw unknown(json);
        };
    }

    // ---- what is no sealed result

    public static JsonObject toJson(Jobs.Cleanup cleanup) {
        return JsonObject.of(
                "deleted_jobs", array(cleanup.deletedJobs(), job -> new JsonString(job.value())));
    }

    public static Jobs.Cleanup cleanup(JsonObject json) {
        return new Jobs.Cleanup(
                json.array("deleted_jobs").strings().stream().map(JobId::of).toList());
    }

    public static JsonObject toJson(RunFiles.Rebuilt rebuilt) {
        return JsonObject.builder()
                .put("run_id", rebuilt.runId())
                .putIfPresent("job_id", rebuilt.jobId().map(JobId::value))
                .put("events", rebuilt.events())
                .build();
    }

    public static RunFiles.Rebuilt rebuilt(JsonObject json) {
        return new RunFiles.Rebuilt(
                json.string("run_id").orElse(""),
                json.string("job_id").map(JobId::of),
                json.integer("events").orElse(0));
    }

    /** Of {@link RestoreResult#toJson()}. */
    public static RestoreResult restored(JsonObject json) {
        return new RestoreResult(
                JobId.of(json.string("job_id").orElse("")),
                RunId.of(json.string("run_id").orElse("unknown")),
                json.string("blueprint_id").orElse(""),
                status(json),
                JobId.of(json.string("source_job_id").orElse("")),
                RunId.of(json.string("source_run_id").orElse("unknown")),
                json.object("restore_provenance"),
                json.array("not_carried").strings());
    }

    public static JsonObject toJson(RunFiles.Page page) {
        return JsonObject.builder()
                .put("records", JsonArray.of(page.records()))
                .put("cursor", page.cursor())
                .put("ended", page.ended())
                .put("status", page.status())
                .build();
    }

    public static RunFiles.Page page(JsonObject json) {
        return new RunFiles.Page(
                json.array("records").objects(),
                json.string("cursor").orElse(""),
                json.bool("ended").orElse(false),
                json.string("status").orElse(""));
    }

    /** The version and the features; how a runtime was obtained is for the reader to say. */
    public static JsonObject toJson(Capabilities capabilities) {
        return JsonObject.builder()
                .put("runtime_version", capabilities.version())
                .put(
                        "features",
                        JsonArray.ofStrings(
                                capabilities.features().stream().map(Words::of).sorted().toList()))
                .build();
    }

    /** Features that this release does not know are left out. */
    public static Capabilities capabilities(JsonObject json, Capabilities.Mode mode) {
        var named = json.array("features").strings();
        var features = EnumSet.allOf(Capabilities.Feature.class);
        features.removeIf(feature -> !named.contains(Words.of(feature)));
        return new Capabilities(mode, json.string("runtime_version").orElse("unknown"), features);
    }

    private static JsonObject.Builder outcome(String name) {
        return JsonObject.builder().put(OUTCOME, name);
    }

    private static String outcome(JsonObject json) {
        return json.string(OUTCOME).orElse("");
    }

    private static JobId job(JsonObject json) {
        return JobId.of(json.string("job_id").orElseThrow(() -> unknown(json)));
    }

    private static JobStatus status(JsonObject json) {
        return JobStatus.ofWire(json.string("status").orElse(""));
    }

    private static JobRecord record(JsonObject json) {
        return JobRecord.fromJson(json.object("job"));
    }

    private static List<Issue> issues(JsonObject json, String name) {
        return json.array(name).objects().stream().map(Issue::fromJson).toList();
    }

    private static InternalRuntimeException unknown(JsonObject json) {
        return new InternalRuntimeException(
                "Expected an outcome that this release knows, but found "
                        + json.names()
                        + " with "
                        + OUTCOME
                        + " \""
                        + outcome(json)
                        + "\"");
    }
}
