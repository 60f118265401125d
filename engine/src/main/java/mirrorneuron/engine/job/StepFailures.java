package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/** What becomes of a step when an attempt has failed, and of the job when a step has. */
final class StepFailures {

    static final String CAUSE_TIMEOUT = "timeout";
    static final String CAUSE_HEARTBEAT = "heartbeat";
    static final String CAUSE_REJECTED = "rejected";

    private static final String CODE_TIMEOUT = "workflow.step.timeout";
    private static final String CODE_HEARTBEAT = "workflow.step.heartbeat_timeout";

    private StepFailures() {}

    /**
     * The attempt has failed: another follows, or the step has failed, and then perhaps the job.
     *
     * @param done whose work has ended already; null when everything of the step may still run
     */
    static void failed(
            Job job,
            StepState step,
            @Nullable AgentState done,
            String cause,
            String error,
            boolean retryable,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        failed(
                job,
                step,
                done,
                cause,
                error,
                OptionalInt.empty(),
                retryable,
                nowMs,
                events,
                effects);
    }

    /**
     * The same, when a command has ended the attempt.
     *
     * @param error in its first line what happened; what the command printed may follow
     */
    static void failed(
            Job job,
            StepState step,
            @Nullable AgentState done,
            String cause,
            String error,
            OptionalInt exitCode,
            boolean retryable,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var agent = done == null ? step.entry() : done;
        var policy = step.spec.retry();
        int failures = step.failures + 1;
        stopOthers(step, done, nowMs, events, effects);
        endChildren(job, step, null, nowMs, events, effects);
        if (triesAgain(step, cause, retryable)) {
            events.add(
                    new StepEvent.RetryScheduled(
                            nowMs,
                            step.id,
                            step.attempt,
                            cause,
                            error,
                            nowMs + policy.restMs(failures, chance(job, step)),
                            true,
                            ""));
            return;
        }
        var failure = failure(job, step, agent, cause, error, exitCode, nowMs);
        var status = step.spec.failed();
        events.add(
                new StepEvent.Ended(
                        nowMs,
                        step.id,
                        step.attempt,
                        status,
                        Ledger.OUTCOME_FAILED,
                        StepOutput.of(step, JsonNull.NULL),
                        error,
                        Optional.of(failure),
                        false));
        if (status == StepStatus.FAILED) {
            events.add(new JobEvent.Failed(nowMs, Optional.of(agent.id()), failure));
            effects.addAll(stopOutside(job, step));
            effects.add(new Effect.JobEnded(JobStatus.FAILED));
        }
    }

    /** Whether another attempt follows when the open one fails. */
    static boolean triesAgain(StepState step, String cause, boolean retryable) {
        var policy = step.spec.retry();
        return retryable
                && !step.unfolded
                && step.failures + 1 < policy.attemptsMax()
                && Collections.disjoint(policy.nonRetryable(), names(cause));
    }

    /**
     * The names under which an author may mean the cause: its own and its error codes. The host of
     * a command and the ledger watch the same limits, and it is chance who sees first that one is
     * over, so their names mean the same.
     */
    private static Set<String> names(String cause) {
        return switch (cause) {
            case CAUSE_TIMEOUT, "timed_out" ->
                    Set.of(CAUSE_TIMEOUT, "timed_out", CODE_TIMEOUT, "executor.timed_out");
            case CAUSE_HEARTBEAT, "beacon_missed" ->
                    Set.of(
                            CAUSE_HEARTBEAT,
                            "beacon_missed",
                            CODE_HEARTBEAT,
                            "executor.beacon_missed");
            case "exit_status" -> Set.of(cause, "executor.exit_nonzero");
            case "output_overflow", "start_failed", "staging_failed" ->
                    Set.of(cause, "executor." + cause);
            case "dead_letter" -> Set.of(cause, "runtime.dead_letter");
            default -> Set.of(cause);
        };
    }

    /** A number between 0 and 1 that is the same at every replay and differs between attempts. */
    private static double chance(Job job, StepState step) {
        return Math.floorMod((job.id() + step.attemptId()).hashCode() * 31, 1_000) / 999.0;
    }

    private static Failure failure(
            Job job,
            StepState step,
            AgentState agent,
            String cause,
            String error,
            OptionalInt exitCode,
            long nowMs) {
        var code =
                switch (cause) {
                    case CAUSE_TIMEOUT, "timed_out" -> CODE_TIMEOUT;
                    case CAUSE_HEARTBEAT, "beacon_missed" -> CODE_HEARTBEAT;
                    default -> "workflow.step.retry_exhausted";
                };
        var details =
                JsonObject.builder()
                        .put("message", error)
                        .put("category", Cause.category(cause))
                        .put("retryable", false)
                        .put("reason_type", cause)
                        .put("component", "workflow_ledger")
                        .put("step_id", step.id)
                        .put("agent_id", agent.id().value())
                        .put("attempt", step.attempt)
                        .put("max_attempts", step.spec.retry().attemptsMax())
                        .put("node", job.node);
        exitCode.ifPresent(status -> details.put("exit_code", status));
        return Failure.of(
                code,
                "Step " + step.id + " failed: " + error,
                details.build(),
                Instant.ofEpochMilli(nowMs),
                "Look at the step's last error, mend the command or its input, and submit again.");
    }

    /**
     * What stops the rest of the attempt: the step's other agents, and this one if it still runs.
     */
    static void stopOthers(
            StepState step,
            @Nullable AgentState done,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        for (var agent : step.agents) {
            if (agent != done) {
                if (agent.inflight != null && agent.inflight.phase() == Phase.RUNNING) {
                    events.add(Results.released(agent, nowMs));
                }
                stop(agent, effects);
            }
        }
    }

    /** What stops everything of the job but the step, which has been stopped. */
    private static List<Effect> stopOutside(Job job, StepState done) {
        var effects = new ArrayList<Effect>();
        for (var agent : job.agents()) {
            if (agent.step != done) {
                stop(agent, effects);
            }
        }
        return effects;
    }

    /** What stops the agent, whether it runs or waits for slots. */
    private static void stop(AgentState agent, List<Effect> effects) {
        var inflight = agent.inflight;
        if (inflight == null) {
            return;
        }
        if (agent.runsOutside()) {
            effects.add(new Effect.StopWorker(inflight.attemptId()));
        } else if (inflight.phase() == Phase.LEASE) {
            effects.add(new Effect.WithdrawLease(inflight.attemptId()));
        }
    }

    /** The step has had all the rounds that it may have, and its planner has not stopped. */
    static Accepted roundsUsedUp(Job job, StepState step, int roundsMax, long nowMs) {
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        events.add(
                StepResults.noted(
                        step.entry(),
                        "workflow_child_failed",
                        JsonObject.builder().put("step_id", step.id).put("rounds", roundsMax),
                        nowMs));
        failed(
                job,
                step,
                null,
                "rounds",
                "its planner did not stop within " + roundsMax + " rounds",
                false,
                nowMs,
                events,
                effects);
        return new Accepted(events, effects);
    }

    /** Steps of a parent's rounds go with the parent, but for the one that has just ended it. */
    static void endChildren(
            Job job,
            StepState parent,
            @Nullable StepState done,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        if (!parent.unfolded) {
            return;
        }
        for (var child : Rounds.of(job.ledger(), parent)) {
            if (child != done && !child.ended()) {
                stopOthers(child, null, nowMs, events, effects);
                events.add(StepResults.skipped(child, parent.id + " is over", nowMs));
            }
        }
    }

    /** The attempt took too long. */
    static Accepted timedOut(Job job, StepState step, String kind, long nowMs) {
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        events.add(new StepEvent.TimedOut(nowMs, step.id, step.attempt, kind));
        boolean deadline = kind.equals("deadline");
        failed(
                job,
                step,
                null,
                deadline ? CAUSE_TIMEOUT : CAUSE_HEARTBEAT,
                deadline
                        ? "no result within " + step.spec.timeoutMs() + " ms"
                        : "no sign of life for " + step.spec.beaconTimeoutMs() + " ms",
                true,
                nowMs,
                events,
                effects);
        return new Accepted(events, effects);
    }

    /** A message of the step became a dead letter: the attempt that it was part of has failed. */
    static void deadLettered(
            Job job,
            AgentState agent,
            Message message,
            String reason,
            String error,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var step = agent.step;
        if (step == null || step.status != StepStatus.RUNNING || !Stamps.belongs(step, message)) {
            return;
        }
        events.add(
                StepResults.noted(
                        agent,
                        "workflow_message_dead_lettered",
                        JsonObject.builder()
                                .put("step_id", step.id)
                                .put("message_id", message.messageId())
                                .put("reason", reason),
                        nowMs));
        failed(
                job,
                step,
                agent,
                "dead_letter",
                "a message became a dead letter: " + reason + (error.isEmpty() ? "" : ": " + error),
                true,
                nowMs,
                events,
                effects);
    }
}
