package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.Timestamps;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.workflow.StepStatus;
import mirrorneuron.engine.workflow.TriggerRule.Verdict;

/** Says why a step is where it is. A pure function of the state, like {@link Explain}. */
final class StepExplain {

    private static final int NAMED_MAX = 8;

    private StepExplain() {}

    static Explanation step(Job job, StepState step) {
        var status = job.ledger().shown(job, step);
        var evidence = new ArrayList<String>();
        evidence.add(
                "attempt "
                        + step.attempt
                        + ", failed "
                        + step.failures
                        + " of "
                        + step.spec.retry().attemptsMax());
        if (!step.lastError.isEmpty()) {
            evidence.add("last error: " + step.lastError);
        }
        if (!step.in.isEmpty()) {
            evidence.add(
                    "rule "
                            + step.spec.rule().wire()
                            + ": "
                            + step.parentsEnded
                            + " of "
                            + step.parents
                            + " parents over, "
                            + step.parentsSucceeded
                            + " succeeded, "
                            + step.parentsFailed
                            + " failed");
        }
        return new Explanation(
                "step " + step.id,
                status.wire(),
                cause(job, step),
                sentence(waitsFor(job, step)),
                evidence,
                wake(job, step),
                remediation(job, step));
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }

    private static Optional<Instant> wake(Job job, StepState step) {
        return step.armedAt > 0 && !job.status().terminal()
                ? Optional.of(Instant.ofEpochMilli(step.armedAt))
                : Optional.empty();
    }

    private static String cause(Job job, StepState step) {
        return switch (step.status) {
            case COMPLETED, PARTIAL, SKIPPED, FAILED -> step.status.wire();
            case WAITING -> "waiting_for_person";
            case RETRY_WAIT ->
                    unlessHeld(job, step.armedAt > 0 ? "waiting_for_retry" : "waiting_for_room");
            case RUNNING -> unlessHeld(job, open(step));
            case PENDING, BLOCKED, READY, QUEUED ->
                    step.verdict() == Verdict.SATISFIED
                            ? unlessHeld(
                                    job,
                                    step.queuedForRoom ? "waiting_for_room" : "waiting_for_data")
                            : "waiting_for_steps";
        };
    }

    /** Of a job that is held, that is why none of its steps goes on. */
    private static String unlessHeld(Job job, String cause) {
        return switch (job.status()) {
            case PAUSED, PAUSING, CANCELLING -> "job_" + job.status().wire();
            default -> cause;
        };
    }

    private static String open(StepState step) {
        if (step.runsOutside()) {
            return "working";
        }
        for (var agent : step.agents) {
            if (agent.inflight != null) {
                return agent.inflight.phase() == Phase.LEASE
                        ? "waiting_for_lease"
                        : "waiting_for_retry";
            }
        }
        return step.unfolded ? "waiting_for_children" : "waiting_for_agent";
    }

    private static String remediation(Job job, StepState step) {
        if (step.status == StepStatus.WAITING && step.gate != null) {
            return "mn job human "
                    + job.id()
                    + " --respond "
                    + step.gate.question().requestId()
                    + " --decision "
                    + step.gate.question().allowed().getFirst().wire();
        }
        return "";
    }

    /** What the step waits for, or how it ended, as the end of a sentence. */
    static String waitsFor(Job job, StepState step) {
        return switch (step.status) {
            case COMPLETED -> "it completed at " + time(step.endedAt);
            case PARTIAL ->
                    (step.failure.isPresent()
                                    ? "it failed and the workflow goes on: "
                                    : "it was done in part: ")
                            + step.reason;
            case SKIPPED -> "it was skipped: " + step.reason;
            case FAILED -> "it failed: " + step.reason;
            case WAITING ->
                    "a person has to decide"
                            + (step.gate != null && step.gate.question().timeoutAt() > 0
                                    ? " until " + time(step.gate.question().timeoutAt())
                                    : "");
            case RETRY_WAIT ->
                    step.armedAt > 0
                            ? "its next attempt starts at " + time(step.retryAt)
                            : "its next attempt waits until fewer steps run";
            case RUNNING -> running(job, step);
            case PENDING, BLOCKED, READY, QUEUED -> before(job, step);
        };
    }

    private static String running(Job job, StepState step) {
        for (var agent : step.agents) {
            var inflight = agent.inflight;
            if (inflight != null) {
                return switch (inflight.phase()) {
                    case RUNNING, HANDLING ->
                            "agent "
                                    + agent.id()
                                    + " works on it since "
                                    + time(inflight.since())
                                    + (step.deadlineAt > 0
                                            ? " and has time until " + time(step.deadlineAt)
                                            : "");
                    case LEASE ->
                            "agent "
                                    + agent.id()
                                    + " waits for worker slots since "
                                    + time(inflight.since());
                    case RETRY ->
                            "agent " + agent.id() + " tries again at " + time(inflight.retryAt());
                };
            }
        }
        if (step.unfolded) {
            return "round "
                    + step.childRound
                    + " is at work: "
                    + step.openChildren
                    + " of its steps are not over";
        }
        return step.hasMessage()
                ? "a message waits for its agent; the job is " + job.status().wire()
                : "attempt " + step.attempt + " is open and none of its agents has anything to do";
    }

    private static String before(Job job, StepState step) {
        if (step.verdict() == Verdict.SATISFIED) {
            if (step.rounds > 0) {
                return "round "
                        + step.rounds
                        + " is at work: it waits for the steps that it has added, or for a message";
            }
            return step.queuedForRoom
                    ? "it may start when fewer steps run"
                    : "it may start and no message has come; the job is " + job.status().wire();
        }
        var open = openParents(step);
        return "it waits for "
                + (open.isEmpty()
                        ? "its parents"
                        : open.stream().collect(Collectors.joining(", ")));
    }

    private static List<String> openParents(StepState step) {
        return step.in.stream()
                .map(StepState.Link::from)
                .filter(parent -> !parent.ended())
                .limit(NAMED_MAX)
                .map(parent -> parent.id)
                .toList();
    }

    private static String time(long atMs) {
        return Timestamps.format(Instant.ofEpochMilli(atMs));
    }
}
