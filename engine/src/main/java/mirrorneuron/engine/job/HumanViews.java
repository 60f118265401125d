package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.Approval;

/** What people see of the gates of a job. */
public final class HumanViews {

    private HumanViews() {}

    /** Requests that wait and those that were answered, in the order of the steps. */
    public static List<HumanRequest> requests(Job job) {
        if (!job.hasSteps()) {
            return List.of();
        }
        var requests = new ArrayList<HumanRequest>();
        for (var step : job.ledger().steps()) {
            step.decided.forEach(taken -> requests.add(answered(step, taken)));
            if (step.gate != null && !job.status().terminal()) {
                requests.add(pending(step, step.gate));
            }
        }
        return requests;
    }

    private static HumanRequest pending(StepState step, StepState.Gate gate) {
        return request(step, gate.question(), gate.output().value(), Optional.empty());
    }

    private static HumanRequest answered(StepState step, StepState.Decided taken) {
        return request(
                step,
                taken.question(),
                JsonNull.NULL,
                Optional.of(
                        new HumanDecision(
                                taken.decisionId(),
                                taken.decision().wire(),
                                taken.by(),
                                taken.note())));
    }

    private static HumanRequest request(
            StepState step,
            StepState.Question question,
            JsonValue output,
            Optional<HumanDecision> decision) {
        return new HumanRequest(
                question.requestId(),
                step.id,
                title(step, question.request()),
                question.request(),
                output,
                question.allowed().stream().map(Approval.Decision::wire).toList(),
                Instant.ofEpochMilli(question.openedAt()),
                question.timeoutAt() > 0
                        ? Optional.of(Instant.ofEpochMilli(question.timeoutAt()))
                        : Optional.empty(),
                decision);
    }

    private static String title(StepState step, JsonObject request) {
        return request.string("title")
                .or(() -> request.string("prompt"))
                .or(() -> step.spec.approval().map(Approval::title))
                .orElse(step.label());
    }
}
