package mirrorneuron.engine.job;

import java.util.stream.Collectors;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.engine.job.Decision.Refused;
import mirrorneuron.engine.job.Decision.Unchanged;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/** Answers to people who decide at the gates of steps. */
final class Gates {

    private Gates() {}

    static Decision decide(Job job, JobCommand.Decide command, long nowMs) {
        switch (job.status()) {
            case RUNNING, PAUSING, PAUSED -> {}
            case PENDING, QUEUED, CANCELLING, VALIDATED, SCHEDULED -> {
                return refused(
                        ErrorCode.JOB_NOT_RUNNING, job, command, "is " + job.status().wire());
            }
            case COMPLETED, FAILED, CANCELLED, UNKNOWN -> {
                return refused(ErrorCode.JOB_TERMINAL, job, command, "is " + job.status().wire());
            }
        }
        var step = job.hasSteps() ? find(job, command) : null;
        if (step == null) {
            return refused(ErrorCode.GATE_NOT_FOUND, job, command, "has no such gate");
        }
        for (var taken : step.decided) {
            if (taken.decisionId().equals(command.decisionId())) {
                return taken.decision() == command.decision()
                        ? new Unchanged(job.status(), taken.decision().wire())
                        : refused(
                                ErrorCode.CONFLICT,
                                job,
                                command,
                                "has decision "
                                        + command.decisionId()
                                        + " already: "
                                        + taken.decision().wire());
            }
        }
        var gate = step.gate;
        if (step.status != StepStatus.WAITING || gate == null) {
            return refused(
                    ErrorCode.CONFLICT,
                    job,
                    command,
                    "waits for no decision there: step " + step.id + " is " + step.status.wire());
        }
        if (!gate.allowed().contains(command.decision())) {
            return refused(
                    ErrorCode.REQUEST_INVALID,
                    job,
                    command,
                    "allows only "
                            + gate.allowed().stream()
                                    .map(Approval.Decision::wire)
                                    .collect(Collectors.joining(", ")));
        }
        return StepResults.decided(
                job,
                step,
                command.decisionId(),
                command.decision(),
                command.by(),
                command.note(),
                false,
                nowMs);
    }

    /** The step that waits at this gate or once did; null when there is none. */
    private static @Nullable StepState find(Job job, JobCommand.Decide command) {
        var named = job.ledger().find(command.gate());
        if (named != null) {
            return named;
        }
        for (var step : job.ledger().steps()) {
            if (step.gate != null && step.gate.requestId().equals(command.gate())
                    || step.decided.stream()
                            .anyMatch(taken -> taken.requestId().equals(command.gate()))) {
                return step;
            }
        }
        return null;
    }

    private static Refused refused(
            ErrorCode code, Job job, JobCommand.Decide command, String found) {
        return Refused.of(
                code,
                "Expected to "
                        + command.decision().wire()
                        + " at "
                        + command.gate()
                        + " of job "
                        + job.id()
                        + ", but it "
                        + found);
    }
}
