package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.Decision.Refused;
import mirrorneuron.engine.job.Decision.Unchanged;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/** Answers to people who decide at the gates of steps. */
final class Gates {

    private Gates() {}

    static Decision decide(Job job, JobCommand.Decide command, long nowMs) {
        var step = job.hasSteps() ? find(job, command) : null;
        var before = step == null ? null : repeated(job, step, command);
        if (before != null) {
            // An answer that was heard stays one, whatever has become of the job.
            return before;
        }
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
        if (step == null) {
            return refused(ErrorCode.GATE_NOT_FOUND, job, command, "has no such gate");
        }
        var gate = step.gate;
        if (step.status != StepStatus.WAITING || gate == null) {
            return refused(
                    ErrorCode.CONFLICT,
                    job,
                    command,
                    "waits for no decision there: step " + step.id + " is " + step.status.wire());
        }
        if (!gate.question().allowed().contains(command.decision())) {
            return refused(
                    ErrorCode.REQUEST_INVALID,
                    job,
                    command,
                    "allows only "
                            + gate.question().allowed().stream()
                                    .map(Approval.Decision::wire)
                                    .collect(Collectors.joining(", ")));
        }
        return decided(
                job,
                step,
                command.decisionId(),
                command.decision(),
                command.by(),
                command.note(),
                false,
                nowMs);
    }

    /** The answer to a decision that was taken before; null when it was not. */
    private static @Nullable Decision repeated(Job job, StepState step, JobCommand.Decide command) {
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
        return null;
    }

    /** The step that waits at this gate or once did; null when there is none. */
    private static @Nullable StepState find(Job job, JobCommand.Decide command) {
        var named = job.ledger().find(command.gate());
        if (named != null) {
            return named;
        }
        for (var step : job.ledger().steps()) {
            if (step.gate != null && step.gate.question().requestId().equals(command.gate())
                    || step.decided.stream()
                            .anyMatch(
                                    taken -> taken.question().requestId().equals(command.gate()))) {
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

    /** What a decision does. The gate is open and the decision is allowed. */
    static Accepted decided(
            Job job,
            StepState step,
            String decisionId,
            Approval.Decision decision,
            String by,
            String note,
            boolean timedOut,
            long nowMs) {
        var gate = Objects.requireNonNull(step.gate);
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        events.add(
                new StepEvent.GateDecided(
                        nowMs,
                        step.id,
                        gate.question().requestId(),
                        decisionId,
                        decision,
                        by,
                        note,
                        timedOut,
                        decision == Approval.Decision.APPROVE ? released(gate, nowMs) : List.of()));
        switch (decision) {
            case APPROVE -> approved(job, step, gate, by, nowMs, events, effects);
            case REVISE ->
                    events.add(
                            new StepEvent.RetryScheduled(
                                    nowMs,
                                    step.id,
                                    step.attempt,
                                    "revise",
                                    "sent back by " + by + (note.isEmpty() ? "" : ": " + note),
                                    nowMs,
                                    false,
                                    note));
            case REJECT ->
                    StepFailures.failed(
                            job,
                            step,
                            null,
                            StepFailures.CAUSE_REJECTED,
                            "rejected by " + by + (note.isEmpty() ? "" : ": " + note),
                            false,
                            nowMs,
                            events,
                            effects);
        }
        return new Accepted(events, effects);
    }

    private static void approved(
            Job job,
            StepState step,
            StepState.Gate gate,
            String by,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var reports = StepReports.approved(job, step, gate, by, nowMs);
        if (reports.failure != null) {
            events.addAll(reports.refusals);
            StepFailures.failed(
                    job,
                    step,
                    null,
                    "reported",
                    reports.failure.error(),
                    reports.failure.retryable(),
                    nowMs,
                    events,
                    effects);
            return;
        }
        events.addAll(reports.events);
        reports.end.ifPresent(events::add);
        StepResults.endAfter(job, step, reports, nowMs, events, effects);
    }

    /**
     * What was held back. Its mailboxes take it whatever their marks say: it is one result's, and
     * the agent that sent it has long gone on.
     */
    private static List<JobEvent.Output> released(StepState.Gate gate, long nowMs) {
        return gate.withheld().stream()
                .map(
                        output ->
                                new JobEvent.Output(
                                        output.message(),
                                        output.edgeId(),
                                        false,
                                        output.dueAtMs() > 0
                                                ? Math.max(output.dueAtMs(), nowMs)
                                                : 0))
                .toList();
    }
}
