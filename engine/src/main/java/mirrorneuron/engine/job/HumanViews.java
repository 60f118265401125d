package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
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
        return new HumanRequest(
                gate.requestId(),
                step.id,
                title(step, gate.request()),
                gate.request(),
                gate.output().value(),
                gate.allowed().stream().map(Approval.Decision::wire).toList(),
                Optional.of(Instant.ofEpochMilli(gate.openedAt())),
                gate.timeoutAt() > 0
                        ? Optional.of(Instant.ofEpochMilli(gate.timeoutAt()))
                        : Optional.empty(),
                Optional.empty());
    }

    private static String title(StepState step, JsonObject request) {
        return request.string("title")
                .or(() -> request.string("prompt"))
                .or(() -> step.spec.approval().map(Approval::title))
                .orElse(step.label());
    }

    private static HumanRequest answered(StepState step, StepState.Decided taken) {
        return new HumanRequest(
                taken.requestId(),
                step.id,
                title(step, JsonObject.empty()),
                JsonObject.empty(),
                JsonNull.NULL,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                        new HumanDecision(
                                taken.decisionId(),
                                taken.decision().wire(),
                                taken.by(),
                                taken.note())));
    }
}
