package mirrorneuron.runtime.run;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.HumanRecords;

/**
 * Takes people's answers. A gate's answer is a command to its job, which writes it down; any other
 * is written into the run's folder, where the worker that asked looks for it.
 */
final class HumanAnswers {

    private static final List<String> NO =
            List.of("reject", "rejected", "no", "deny", "denied", "false");
    private static final String DECISION_ID = "decision_id";
    private static final List<String> AGAIN = List.of("revise", "changes_requested", "retry");

    private final Jobs jobs;
    private final InstantSource clock;

    HumanAnswers(Jobs jobs, InstantSource clock) {
        this.jobs = jobs;
        this.clock = clock;
    }

    /** What is known of a request before it is answered. */
    private record Asked(JsonObject request, String jobId) {}

    JsonObject respond(Runs runs, String runId, String named, JsonObject body) {
        var response = response(body);
        var requestId = runs.read(runId, view -> view.desk().nameOf(named));
        var earlier = runs.read(runId, view -> view.desk().answer(requestId));
        if (earlier.isPresent() && isRepeated(earlier.get(), response)) {
            return earlier.get();
        }
        var asked = runs.read(runId, view -> new Asked(open(view, runId, requestId), view.jobId()));
        var decision = HumanRecords.decision(response);
        var allowed = HumanDesk.allowed(asked.request());
        if (!allowed.isEmpty() && !isAllowed(decision, allowed)) {
            throw new InvalidRequestException(
                    ErrorCode.VALIDATION_FAILED,
                    "decision: \"" + decision + "\" (expected: of " + allowed + ")",
                    null);
        }
        if (!asked.jobId().isEmpty() && isGate(JobId.of(asked.jobId()), requestId)) {
            decide(JobId.of(asked.jobId()), requestId, decision, response);
        } else {
            runs.read(
                    runId,
                    view -> {
                        open(view, runId, requestId); // once more: somebody may have been faster
                        var payload = HumanRecords.answer(requestId, response);
                        new HumanFile(view.folder())
                                .add(List.of(record(view, HumanRecords.RECEIVED, payload)));
                        return true;
                    });
        }
        return runs.read(
                runId,
                view ->
                        view.desk()
                                .answer(requestId)
                                .map(record -> withResponse(record, response))
                                .orElseThrow(() -> unknown(runId, requestId)));
    }

    /** Whether the answer is one that was given before, under the same id. */
    private static boolean isRepeated(JsonObject answer, JsonObject response) {
        var before = answer.object("payload").object("response");
        return response.string(DECISION_ID).isPresent()
                && response.string(DECISION_ID).equals(before.string(DECISION_ID))
                && word(HumanRecords.decision(response))
                        .equals(word(HumanRecords.decision(before)));
    }

    /** The record of a gate's answer knows the decision; what else was said is added here. */
    private static JsonObject withResponse(JsonObject record, JsonObject response) {
        var payload = record.object("payload");
        return record.with("payload", payload.with("response", response));
    }

    private static boolean isAllowed(String decision, List<String> allowed) {
        return allowed.contains(decision) || allowed.contains(word(decision));
    }

    /** The word that gates know for what people say. */
    private static String word(String decision) {
        var plain = decision.strip().toLowerCase(Locale.ROOT);
        if (HumanRecords.approves(plain)) {
            return "approve";
        }
        if (NO.contains(plain)) {
            return "reject";
        }
        return AGAIN.contains(plain) ? "revise" : plain;
    }

    private static JsonObject response(JsonObject body) {
        var given = body.without("version");
        if (given.at("response") instanceof JsonObject inner) {
            var merged = JsonObject.builder().putAll(given.without("response"));
            inner.forEach(merged::put);
            given = merged.build();
        }
        if (given.isEmpty()) {
            throw new InvalidRequestException(
                    ErrorCode.VALIDATION_FAILED,
                    "response: empty (expected: an object with a decision or an answer)",
                    null);
        }
        return given;
    }

    private static JsonObject open(Runs.View view, String runId, String requestId)
            throws IOException {
        var desk = view.desk();
        var request = desk.request(requestId).orElseThrow(() -> unknown(runId, requestId));
        if (desk.answer(requestId).isPresent()) {
            throw answered(requestId);
        }
        return request;
    }

    private static NoSuchEntityException unknown(String runId, String requestId) {
        return new NoSuchEntityException(
                ErrorCode.HUMAN_REQUEST_NOT_FOUND,
                "Human request " + requestId + " of run " + runId + " was not found",
                null);
    }

    private static ConflictException answered(String requestId) {
        return new ConflictException(
                ErrorCode.ALREADY_RESPONDED,
                "Human request " + requestId + " was answered already",
                null);
    }

    private boolean isGate(JobId job, String requestId) {
        return jobs.humanRequests(job).stream()
                .filter(HumanRequest::pending)
                .anyMatch(request -> request.requestId().equals(requestId));
    }

    private void decide(JobId job, String requestId, String decision, JsonObject response) {
        var named = response.string(DECISION_ID).filter(id -> !id.isBlank());
        var result =
                jobs.respond(
                        job,
                        requestId,
                        new HumanDecision(
                                // Where none is given, the same for everybody, so of two at once
                                // one is told.
                                named.orElse("answer-" + requestId),
                                word(decision),
                                response.string("reviewer").orElse(""),
                                response.string("notes").orElse("")));
        switch (result) {
            case ControlResult.Applied _, ControlResult.Pending _ -> {}
            case ControlResult.Unchanged _ -> {
                if (named.isEmpty()) {
                    throw answered(requestId);
                }
            }
            case ControlResult.Refused refused ->
                    throw new ConflictException(ErrorCode.CONFLICT, refused.why(), null);
            case ControlResult.NotFound _ -> throw unknown(job.value(), requestId);
        }
    }

    JsonObject acknowledge(Runs runs, String runId, String noticeId, JsonObject body) {
        return runs.read(
                runId,
                view -> {
                    var desk = view.desk();
                    var earlier = desk.acknowledgement(noticeId);
                    if (earlier.isPresent()) {
                        return earlier.get();
                    }
                    if (desk.notice(noticeId).isEmpty() && desk.request(noticeId).isEmpty()) {
                        throw new NoSuchEntityException(
                                ErrorCode.HUMAN_NOTICE_NOT_FOUND,
                                "Human notice " + noticeId + " of run " + runId + " was not found",
                                null);
                    }
                    var payload =
                            JsonObject.builder()
                                    .putAll(body.without("version").without("reviewer"))
                                    .putIfPresent(
                                            "acknowledged_by",
                                            body.string("acknowledged_by")
                                                    .or(() -> body.string("reviewer")))
                                    .put("notice_id", noticeId)
                                    .build();
                    var record = record(view, HumanRecords.ACKNOWLEDGED, payload);
                    new HumanFile(view.folder()).add(List.of(record));
                    return record;
                });
    }

    private JsonObject record(Runs.View view, String type, JsonObject payload) {
        var now = Timestamps.format(clock.instant());
        var record =
                JsonObject.builder()
                        .put("ts", now)
                        .put("timestamp", now)
                        .put("run_id", view.runId());
        if (!view.jobId().isEmpty()) {
            record.put("job_id", view.jobId());
        }
        return record.put("channel", "human").put("type", type).put("payload", payload).build();
    }
}
