package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Timestamps;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.workflow.StepStatus;
import mirrorneuron.engine.workflow.TriggerRule.Verdict;

/**
 * Says why a job or an agent is where it is. A pure function of the state, built beside the state
 * machine so that it cannot lag behind.
 */
public final class Explain {

    private static final int EVIDENCE_MAX = 12;

    private Explain() {}

    public static Explanation job(Job job, long nowMs) {
        var subject = "job " + job.id();
        var evidence = new ArrayList<String>();
        var wake = wakeOf(job);
        return switch (job.status()) {
            case PENDING, QUEUED, VALIDATED, SCHEDULED ->
                    new Explanation(
                            subject,
                            job.status().wire(),
                            "not_started",
                            "The job is accepted and has not begun to run.",
                            evidence,
                            wake,
                            "");
            case COMPLETED ->
                    new Explanation(
                            subject,
                            "completed",
                            "completed",
                            "The job has ended with a result.",
                            evidence,
                            wake,
                            "");
            case FAILED ->
                    new Explanation(
                            subject,
                            "failed",
                            job.failure.map(failure -> failure.code()).orElse("runtime.failure"),
                            job.failure.map(failure -> failure.desc()).orElse("The job failed")
                                    + ".",
                            evidence,
                            wake,
                            job.failure.map(failure -> failure.remediation()).orElse(""));
            case CANCELLED ->
                    new Explanation(
                            subject,
                            "cancelled",
                            "cancelled",
                            "The job was cancelled: " + job.statusReason + ".",
                            evidence,
                            wake,
                            "");
            case PAUSED ->
                    new Explanation(
                            subject,
                            "paused",
                            job.recoveryStatus.isEmpty() ? "paused" : job.recoveryStatus,
                            "The job is paused since "
                                    + time(job.pausedAt)
                                    + ": "
                                    + job.statusReason
                                    + ".",
                            evidence,
                            Optional.empty(),
                            "mn job resume " + job.id());
            case PAUSING ->
                    new Explanation(
                            subject,
                            "pausing",
                            "workers_finishing",
                            "The job pauses as soon as "
                                    + job.running
                                    + " running agents have finished.",
                            running(job, evidence),
                            wake,
                            "");
            case CANCELLING ->
                    new Explanation(
                            subject,
                            "cancelling",
                            "workers_stopping",
                            "The job is being cancelled; "
                                    + job.running
                                    + " running agents are being ended.",
                            running(job, evidence),
                            wake,
                            "");
            case RUNNING -> runningJob(job, subject, wake, nowMs);
            case UNKNOWN ->
                    new Explanation(
                            subject,
                            "unknown",
                            "unknown",
                            "The job has a status of a newer release.",
                            evidence,
                            wake,
                            "");
        };
    }

    private static Explanation runningJob(
            Job job, String subject, Optional<Instant> wake, long nowMs) {
        var evidence = new ArrayList<String>();
        if (job.hasSteps()) {
            steps(job, evidence);
        }
        for (var agent : job.agents()) {
            if (evidence.size() < EVIDENCE_MAX && !agent.quiet()) {
                evidence.add("agent " + agent.id() + ": " + agent(job, agent, nowMs).sentence());
            }
        }
        if (job.running > 0) {
            return new Explanation(
                    subject,
                    "running",
                    "working",
                    counted(job.running, "agent") + " at work.",
                    evidence,
                    wake,
                    "");
        }
        if (job.leasing > 0) {
            return new Explanation(
                    subject,
                    "running",
                    "waiting_for_lease",
                    counted(job.leasing, "message") + " waiting for free worker slots.",
                    evidence,
                    wake,
                    "Give the pool more slots with MN_EXECUTOR_MAX_CONCURRENCY or MN_EXECUTOR_POOL_CAPACITIES.");
        }
        if (job.hasSteps()
                && job.ledger().steps().stream()
                        .anyMatch(step -> step.status == StepStatus.WAITING)) {
            return new Explanation(
                    subject,
                    "running",
                    "waiting_for_person",
                    "A person has to decide before the workflow goes on.",
                    evidence,
                    wake,
                    job.ledger().steps().stream()
                            .filter(step -> step.status == StepStatus.WAITING)
                            .findFirst()
                            .map(step -> StepExplain.step(job, step).remediation())
                            .orElse(""));
        }
        if (wake.isPresent()) {
            return new Explanation(
                    subject,
                    "running",
                    "waiting_for_time",
                    "Nothing can be done before " + Timestamps.format(wake.get()) + ".",
                    evidence,
                    wake,
                    "");
        }
        if (job.pending > 0) {
            return new Explanation(
                    subject,
                    "running",
                    "messages_ready",
                    counted(job.pending, "message") + " ready to be handled.",
                    evidence,
                    wake,
                    "");
        }
        return idle(job, subject, evidence);
    }

    private static void steps(Job job, List<String> evidence) {
        for (var step : job.ledger().steps()) {
            if (evidence.size() < EVIDENCE_MAX && isTelling(step)) {
                evidence.add("step " + step.id + ": " + StepExplain.waitsFor(job, step));
            }
        }
    }

    /** Steps that could be at work, and those that are; the others wait for these. */
    private static boolean isTelling(StepState step) {
        return switch (step.status) {
            case RUNNING, RETRY_WAIT, WAITING -> true;
            case PENDING, BLOCKED, READY, QUEUED -> step.verdict() == Verdict.SATISFIED;
            case COMPLETED, PARTIAL, SKIPPED, FAILED -> false;
        };
    }

    /**
     * The job, its open steps and its agents that wait for something, at most so many: first what
     * could move next, then what waits for that.
     */
    public static List<Explanation> all(Job job, int limit, long nowMs) {
        var all = new ArrayList<Explanation>();
        all.add(job(job, nowMs));
        if (job.status().terminal()) {
            return all;
        }
        if (job.hasSteps()) {
            openSteps(job, true, limit, all);
        }
        for (var agent : job.agents()) {
            if (all.size() >= limit) {
                return all;
            }
            if (!agent.quiet() && !agent.runsOutside()) {
                all.add(agent(job, agent, nowMs));
            }
        }
        if (job.hasSteps()) {
            openSteps(job, false, limit, all);
        }
        return all;
    }

    private static void openSteps(Job job, boolean telling, int limit, List<Explanation> all) {
        for (var step : job.ledger().steps()) {
            if (all.size() >= limit) {
                return;
            }
            if (!step.ended() && isTelling(step) == telling) {
                all.add(StepExplain.step(job, step));
            }
        }
    }

    /** Empty when the job has no such step. */
    public static Optional<Explanation> step(Job job, String id) {
        return job.hasSteps()
                ? Optional.ofNullable(job.ledger().find(id))
                        .map(step -> StepExplain.step(job, step))
                : Optional.empty();
    }

    /** Nobody has anything to do: only something from outside can move the job now. */
    private static Explanation idle(Job job, String subject, List<String> evidence) {
        for (var agent : job.agents()) {
            if (agent.vertex.behaviour() instanceof Behaviour.Aggregator aggregator
                    && evidence.size() < EVIDENCE_MAX) {
                evidence.add(
                        "agent "
                                + agent.id()
                                + ": has collected "
                                + agent.collected.size()
                                + (aggregator.completeAfter().isPresent()
                                        ? " of " + aggregator.completeAfter().getAsInt()
                                        : ""));
            }
            if (FlowAgents.isWaiting(agent) && evidence.size() < EVIDENCE_MAX) {
                evidence.add("agent " + agent.id() + ": waits for " + FlowAgents.missing(agent));
            }
            if (!agent.unrouted.isEmpty() && evidence.size() < EVIDENCE_MAX) {
                evidence.add(
                        "agent "
                                + agent.id()
                                + ": no edge takes its messages of type "
                                + String.join(", ", agent.unrouted));
            }
        }
        if (job.openDeadLetters > 0) {
            evidence.addFirst(counted(job.openDeadLetters, "dead letter") + " not replayed");
            return new Explanation(
                    subject,
                    "running",
                    "idle_dead_letters",
                    "No agent has anything to do, and "
                            + counted(job.openDeadLetters, "message")
                            + " could not be handled.",
                    evidence,
                    Optional.empty(),
                    "Look at mn job dead-letters "
                            + job.id()
                            + ", mend the cause, and replay; or cancel the job.");
        }
        return new Explanation(
                subject,
                "running",
                "idle",
                "No agent has anything to do, and nothing has completed the run.",
                evidence,
                Optional.empty(),
                "Send it a message, or cancel it: mn job cancel " + job.id());
    }

    /** Empty when the job has no such agent. */
    public static Optional<Explanation> agent(Job job, AgentId id, long nowMs) {
        return Optional.ofNullable(job.find(id)).map(agent -> agent(job, agent, nowMs));
    }

    private static Explanation agent(Job job, AgentState agent, long nowMs) {
        var subject = "agent " + agent.id();
        var status = JobViews.status(job, agent);
        var evidence = new ArrayList<String>();
        evidence.add("handled " + agent.processed + ", waiting " + agent.depth());
        agent.lastError.ifPresent(error -> evidence.add("last error: " + error));
        if (job.status() != JobStatus.RUNNING && !agent.runsOutside()) {
            return new Explanation(
                    subject,
                    status.wire(),
                    "job_" + job.status().wire(),
                    "The job is " + job.status().wire() + ".",
                    evidence,
                    Optional.empty(),
                    "");
        }
        if (agent.restartAt > 0) {
            return new Explanation(
                    subject,
                    AgentStatus.RESTARTING.wire(),
                    "waiting_for_restart",
                    "It failed ("
                            + agent.restartReason
                            + ") and starts again at "
                            + time(agent.restartAt)
                            + ".",
                    evidence,
                    Optional.of(Instant.ofEpochMilli(agent.restartAt)),
                    "");
        }
        var inflight = agent.inflight;
        if (inflight != null) {
            var message = inflight.entry().message();
            evidence.add(
                    "message "
                            + message.messageId()
                            + " of type "
                            + message.type()
                            + ", attempt "
                            + inflight.attempt());
            return switch (inflight.phase()) {
                case RUNNING, HANDLING ->
                        new Explanation(
                                subject,
                                status.wire(),
                                "working",
                                "Works on a message of type "
                                        + message.type()
                                        + " since "
                                        + time(inflight.since())
                                        + ".",
                                evidence,
                                Optional.empty(),
                                "");
                case LEASE ->
                        new Explanation(
                                subject,
                                status.wire(),
                                "waiting_for_lease",
                                "Waits for worker slots since " + time(inflight.since()) + ".",
                                evidence,
                                Optional.empty(),
                                "Give the pool more slots, or wait for other work to finish.");
                case RETRY ->
                        new Explanation(
                                subject,
                                status.wire(),
                                "waiting_for_retry",
                                "Tries again at " + time(inflight.retryAt()) + ".",
                                evidence,
                                Optional.of(Instant.ofEpochMilli(inflight.retryAt())),
                                "");
            };
        }
        if (agent.held > 0) {
            return new Explanation(
                    subject,
                    status.wire(),
                    "waiting_for_room",
                    "Takes nothing new before "
                            + counted(agent.held, "sent message")
                            + " found room in the mailboxes they go to.",
                    evidence,
                    Optional.empty(),
                    "");
        }
        if (agent.depth() > 0
                && agent.vertex.behaviour() instanceof Behaviour.Executor executor
                && Steps.firstStartAt(job, agent, executor).orElse(0) > nowMs) {
            long startAt = Steps.firstStartAt(job, agent, executor).getAsLong();
            return new Explanation(
                    subject,
                    status.wire(),
                    "waiting_for_time",
                    "Its first command starts at " + time(startAt) + ".",
                    evidence,
                    Optional.of(Instant.ofEpochMilli(startAt)),
                    "");
        }
        if (agent.depth() > 0 && agent.step != null) {
            return new Explanation(
                    subject,
                    status.wire(),
                    "waiting_for_step",
                    "Its messages wait for step "
                            + agent.step.id
                            + ": "
                            + StepExplain.waitsFor(job, agent.step)
                            + ".",
                    evidence,
                    Optional.empty(),
                    "");
        }
        if (agent.depth() > 0) {
            return new Explanation(
                    subject,
                    status.wire(),
                    "messages_ready",
                    "Its next message is about to be taken.",
                    evidence,
                    Optional.empty(),
                    "");
        }
        return new Explanation(
                subject,
                status.wire(),
                "mailbox_empty",
                "Has nothing to do.",
                evidence,
                Optional.empty(),
                "");
    }

    private static List<String> running(Job job, List<String> evidence) {
        for (var agent : job.agents()) {
            if (agent.runsOutside() && evidence.size() < EVIDENCE_MAX) {
                evidence.add("agent " + agent.id() + " is running");
            }
        }
        return evidence;
    }

    private static Optional<Instant> wakeOf(Job job) {
        var wake = job.nextWake();
        return wake.isPresent()
                ? Optional.of(Instant.ofEpochMilli(wake.getAsLong()))
                : Optional.empty();
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String time(long atMs) {
        return Timestamps.format(Instant.ofEpochMilli(atMs));
    }
}
