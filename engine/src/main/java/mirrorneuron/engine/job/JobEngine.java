package mirrorneuron.engine.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.Decision.Refused;
import mirrorneuron.engine.job.Decision.Unchanged;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.RecoverySafety;
import mirrorneuron.engine.manifest.RestartPolicy;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/**
 * Every decision about a job. {@link #decide} answers a command and changes nothing; {@link #apply}
 * says what a fact means.
 *
 * <p>Time comes in as an argument, ids are derived from what caused them, and there is no chance:
 * the same job, command and time give the same decision.
 */
public final class JobEngine {

    /** How long a message may wait when it does not say: a day. */
    public static final long TTL_DEFAULT_MS = 86_400_000;

    public static final long TTL_MAX_MS = 604_800_000;

    /** How often a message is handed out again for reasons that are not the command's own. */
    public static final int DELIVERIES_MAX = 10;

    /**
     * External messages are refused beyond these, in messages; internal ones wait at their
     * producers.
     */
    public static final int AGENT_PENDING_MAX = 10_000;

    public static final int JOB_PENDING_MAX = 100_000;

    /** The event that tells of refused messages from outside. */
    static final String INPUT_REJECTED = "external_input_rejected";

    private static final long RETRY_AFTER_MS = 250;
    private static final long REDELIVERY_BASE_MS = 500;
    private static final long REDELIVERY_MAX_MS = 30_000;
    private static final long BEACON_RECORD_INTERVAL_MS_MAX = 5_000;

    /** However short the silence that a step allows: each record is a commit. */
    private static final long BEACON_RECORD_INTERVAL_MS_MIN = 100;

    private JobEngine() {}

    /** A new job, as the fact of its submission makes it. */
    public static Job create(JobEvent.Submitted submitted, Graph graph) {
        var job =
                new Job(
                        submitted.job(),
                        graph.onNodes(submitted.nodes()),
                        submitted.fingerprint(),
                        submitted.submission(),
                        submitted.atMs());
        Fold.apply(job, submitted);
        return job;
    }

    /**
     * The submission of a job.
     *
     * @param node that the job is submitted on, which gets the group of agents of a job that has
     *     one on each node
     */
    public static JobEvent.Submitted submitted(
            JobId id,
            Graph graph,
            String fingerprint,
            Job.Submission submission,
            String node,
            long nowMs) {
        return new JobEvent.Submitted(
                nowMs,
                id,
                graph.manifest().graphId(),
                fingerprint,
                submission,
                graph.manifest().isPerNode() ? List.of(node) : List.of());
    }

    /** Applies a fact to the job: the one path that live and replay share. */
    public static void apply(Job job, JobEvent event) {
        Fold.apply(job, event);
    }

    /** Answers a command. Reads the job, changes nothing. */
    public static Decision decide(Job job, JobCommand command, long nowMs) {
        return switch (command) {
            case JobCommand.Start start -> start(job, start, nowMs);
            case JobCommand.Recover recover -> recover(job, recover, nowMs);
            case JobCommand.Wake _ -> wake(job, nowMs);
            case JobCommand.Send send -> send(job, send, nowMs);
            case JobCommand.LeaseGranted granted -> leaseGranted(job, granted, nowMs);
            case JobCommand.LeaseRejected rejected -> leaseRejected(job, rejected, nowMs);
            case JobCommand.WorkerProgress progress -> Results.progress(job, progress, nowMs);
            case JobCommand.WorkerBeacon beacon -> beacon(job, beacon, nowMs);
            case JobCommand.WorkerFinished finished -> Results.finished(job, finished, nowMs);
            case JobCommand.ModuleFinished finished -> ModuleResults.finished(job, finished, nowMs);
            case JobCommand.ModuleFailed failed -> ModuleResults.failed(job, failed, nowMs);
            case JobCommand.Pause pause -> pause(job, pause, nowMs);
            case JobCommand.Resume _ -> resume(job, nowMs);
            case JobCommand.Cancel cancel -> cancel(job, cancel, nowMs);
            case JobCommand.Restore restore -> restore(job, restore, nowMs);
            case JobCommand.Replay replay -> replay(job, replay, nowMs);
            case JobCommand.Fail fail -> fail(job, fail, nowMs);
            case JobCommand.Decide decide -> Gates.decide(job, decide, nowMs);
        };
    }

    private static Decision start(Job job, JobCommand.Start start, long nowMs) {
        return switch (job.status()) {
            case PENDING, QUEUED -> {
                var events = new ArrayList<JobEvent>(2);
                var effects = new ArrayList<Effect>(1);
                events.add(
                        new JobEvent.Started(
                                nowMs,
                                start.node(),
                                job.agents().stream().map(AgentState::id).toList()));
                if (job.agents().isEmpty()) {
                    events.add(new JobEvent.Completed(nowMs, Optional.empty(), JsonNull.NULL));
                    effects.add(new Effect.JobEnded(JobStatus.COMPLETED));
                }
                yield new Accepted(events, effects);
            }
            case RUNNING, PAUSING, PAUSED, CANCELLING -> new Unchanged(job.status(), "");
            case COMPLETED, FAILED, CANCELLED, UNKNOWN, VALIDATED, SCHEDULED ->
                    refuse(ErrorCode.JOB_TERMINAL, "start", job);
        };
    }

    /**
     * Takes a job up whose process is gone. Whatever was being handled goes back to its mailbox.
     * That is exact for agents whose outputs the log holds; a command that had started may have
     * acted on the world, so unless its node says that repeating is safe, a person decides. A
     * command whose start is not in the log never ran.
     */
    private static Decision recover(Job job, JobCommand.Recover recover, long nowMs) {
        return switch (job.status()) {
            case PENDING, QUEUED -> start(job, new JobCommand.Start(recover.node()), nowMs);
            case RUNNING -> {
                var events = new ArrayList<JobEvent>(1);
                events.add(takenUp(job, recover.node(), nowMs));
                if (events.getFirst() instanceof JobEvent.Recovered) {
                    restartsToCome(job, recover.node(), nowMs, events);
                } else {
                    events.addAll(Steps.blocked(job, nowMs));
                }
                yield new Accepted(events, List.of());
            }
            case PAUSING -> {
                var events = new ArrayList<JobEvent>(2);
                events.add(takenUp(job, recover.node(), nowMs));
                events.addAll(Steps.blocked(job, nowMs));
                if (events.getFirst() instanceof JobEvent.Recovered) {
                    events.add(new JobEvent.Paused(nowMs, job.statusReason));
                }
                yield new Accepted(events, List.of());
            }
            case PAUSED -> new Unchanged(JobStatus.PAUSED, "");
            case CANCELLING ->
                    new Accepted(
                            List.of(new JobEvent.Cancelled(nowMs, job.statusReason)),
                            List.of(new Effect.JobEnded(JobStatus.CANCELLED)));
            case COMPLETED, FAILED, CANCELLED, UNKNOWN, VALIDATED, SCHEDULED ->
                    refuse(ErrorCode.JOB_TERMINAL, "recover", job);
        };
    }

    /** Agents that were waiting for their next start, and wait on. */
    private static void restartsToCome(Job job, String node, long nowMs, List<JobEvent> events) {
        for (var agent : job.agents()) {
            if (agent.restartAt > 0) {
                events.add(
                        new JobEvent.Noted(
                                nowMs,
                                Optional.of(agent.id()),
                                "agent_policy_action_restored",
                                JsonObject.builder()
                                        .put("next_action", "restart")
                                        .put("next_eligible_at", EventViews.time(agent.restartAt))
                                        .put("reason", agent.restartReason)
                                        .put("node", node)
                                        .build()));
            }
        }
    }

    private static JobEvent takenUp(Job job, String node, long nowMs) {
        var inHand = inHand(job);
        if (job.graph.manifest().policies().recoveryMode().equals("manual_recover")) {
            return new JobEvent.PausedForReview(
                    nowMs,
                    node,
                    job.status(),
                    "recovery mode manual_recover: an operator resumes the job",
                    inHand);
        }
        var unsafe = new ArrayList<String>();
        for (var agent : job.agents()) {
            if (needsReview(agent)) {
                unsafe.add(agent.id().value());
            }
        }
        if (unsafe.isEmpty()) {
            return new JobEvent.Recovered(nowMs, node, job.status(), inHand);
        }
        return new JobEvent.PausedForReview(
                nowMs,
                node,
                job.status(),
                "the process ended while "
                        + String.join(", ", unsafe)
                        + " may have acted on the outside, and nothing says that running it again is safe",
                inHand);
    }

    private static boolean needsReview(AgentState agent) {
        var inflight = agent.inflight;
        var safety = agent.vertex.spec().safety();
        boolean active = inflight != null || !agent.mailbox.isEmpty();
        if (safety == RecoverySafety.MANUAL_REVIEW) {
            return active;
        }
        if (inflight == null) {
            return false;
        }
        return switch (inflight.phase()) {
            case LEASE, RETRY -> false;
            case RUNNING -> safety != RecoverySafety.SAFE;
            case HANDLING -> safety == RecoverySafety.UNSAFE;
        };
    }

    private static List<AgentId> inHand(Job job) {
        var ids = new ArrayList<AgentId>();
        for (var agent : job.agents()) {
            if (agent.inflight != null && agent.inflight.phase() != Phase.RETRY) {
                ids.add(agent.id());
            }
        }
        return ids;
    }

    private static Decision wake(Job job, long nowMs) {
        if (job.status() == JobStatus.PAUSING && job.graceUntil > 0 && job.graceUntil <= nowMs) {
            return new Accepted(
                    List.of(new JobEvent.Pausing(nowMs, job.statusReason, true, 0)), stopAll(job));
        }
        return new Unchanged(job.status(), "");
    }

    private static Decision send(Job job, JobCommand.Send send, long nowMs) {
        switch (job.status()) {
            case RUNNING, PAUSING, PAUSED -> {}
            case PENDING, QUEUED, CANCELLING, VALIDATED, SCHEDULED -> {
                return refuse(ErrorCode.JOB_NOT_RUNNING, "send a message to", job);
            }
            case COMPLETED, FAILED, CANCELLED, UNKNOWN -> {
                return refuse(ErrorCode.JOB_TERMINAL, "send a message to", job);
            }
        }
        var agent = job.find(send.agent());
        if (agent == null) {
            return Refused.of(
                    ErrorCode.AGENT_NOT_FOUND,
                    "Expected to send a message to agent "
                            + send.agent()
                            + " of job "
                            + job.id()
                            + ", but the job has no such agent");
        }
        var message = stamped(send, agent.id(), nowMs);
        var digest = "";
        if (!send.message().messageId().isEmpty()) {
            digest = MessageIds.digest(send.message());
            var receipt = job.receipts.get(agent.id() + "/" + message.messageId());
            if (receipt != null && receipt.expiresAt() >= nowMs) {
                return receipt.digest().equals(digest)
                        ? new Unchanged(job.status(), message.messageId())
                        : Refused.of(
                                ErrorCode.MESSAGE_ID_CONFLICT,
                                "Expected to send message "
                                        + message.messageId()
                                        + " to agent "
                                        + agent.id()
                                        + ", but that id was used for another message");
            }
        }
        var under = underPressure(job, agent);
        if (under != null) {
            return new Refused(
                    ErrorCode.BACKPRESSURE,
                    "Expected to send a message to agent "
                            + agent.id()
                            + ", but agent "
                            + under.id()
                            + " has "
                            + under.depth()
                            + " messages waiting",
                    Duration.ofMillis(under.vertex.spec().backpressure().retryAfterMs()),
                    inputRejected(under, message, nowMs),
                    List.of());
        }
        var events = new ArrayList<JobEvent>(2);
        Steps.gap(agent, message, nowMs).ifPresent(events::add);
        events.add(new JobEvent.Accepted(nowMs, agent.id(), message, digest));
        return new Accepted(events, List.of());
    }

    /**
     * Tells readers of the log that input is being refused: once for each time that an agent comes
     * under pressure, so that a sender who tries in vain for a day does not fill the log.
     */
    private static List<JobEvent> inputRejected(AgentState under, Message message, long nowMs) {
        if (under.inputRejected) {
            return List.of();
        }
        var limits = under.vertex.spec().backpressure();
        return List.of(
                new JobEvent.Noted(
                        nowMs,
                        Optional.of(under.id()),
                        INPUT_REJECTED,
                        EventViews.pressure(Fold.pressureOf(under), under.depth())
                                .put("limits", EventViews.limits(limits))
                                .put("retry_after_ms", limits.retryAfterMs())
                                .put("to", message.to())
                                .put("type", message.type())
                                .put("reason", under.depth() + " messages are waiting")
                                .build()));
    }

    private static Message stamped(JobCommand.Send send, AgentId to, long nowMs) {
        var message = send.message();
        var id = message.messageId().isEmpty() ? send.freshId() : message.messageId();
        return message.addressed(
                id,
                to.value(),
                Instant.ofEpochMilli(nowMs),
                message.correlationId().isEmpty() ? id : message.correlationId());
    }

    /**
     * The first agent, of the target and everything downstream of it, whose mailbox is not at
     * normal pressure.
     */
    private static @Nullable AgentState underPressure(Job job, AgentState target) {
        if (target.depth() >= AGENT_PENDING_MAX
                || job.pending >= JOB_PENDING_MAX
                || target.hasWaiting()
                // The recorded pressure lags behind while several commands share a turn or the job
                // is paused; the depth does not.
                || Fold.pressureOf(target) != AgentState.Pressure.NORMAL) {
            return target;
        }
        if (job.pressured == 0) {
            return null;
        }
        var reach = job.graph.downstream(target.vertex);
        for (int i = reach.nextSetBit(0); i >= 0; i = reach.nextSetBit(i + 1)) {
            var agent = job.agents().get(i);
            if (agent.pressure != AgentState.Pressure.NORMAL) {
                return agent;
            }
        }
        return null;
    }

    private static Decision leaseGranted(Job job, JobCommand.LeaseGranted granted, long nowMs) {
        var agent = job.find(granted.agent());
        var inflight = agent == null ? null : agent.inflight;
        if (agent == null
                || inflight == null
                || inflight.phase() != Phase.LEASE
                || !inflight.attemptId().equals(granted.attemptId())
                || job.status() != JobStatus.RUNNING) {
            return Refused.of(
                    ErrorCode.CONFLICT,
                    "Expected attempt "
                            + granted.attemptId()
                            + " to wait for a lease, but it does not any more",
                    new Effect.ReleaseLease(granted.leaseId()));
        }
        var executor = (Behaviour.Executor) agent.vertex.behaviour();
        return Steps.begun(
                job,
                agent,
                Accepted.of(
                        new JobEvent.AttemptStarted(
                                nowMs,
                                agent.id(),
                                granted.attemptId(),
                                inflight.attempt(),
                                granted.leaseId(),
                                granted.queueWaitMs(),
                                executor.pool(),
                                executor.poolSlots()),
                        new Effect.StartWorker(
                                agent.id(),
                                agent.vertex,
                                granted.attemptId(),
                                granted.leaseId(),
                                agent.step == null
                                        ? inflight.entry().message()
                                        : Stamps.clocked(
                                                agent.step, inflight.entry().message(), nowMs),
                                agent.state,
                                agent.processed + 1,
                                inflight.attempt(),
                                StepContext.of(job, agent))),
                nowMs);
    }

    private static Decision leaseRejected(Job job, JobCommand.LeaseRejected rejected, long nowMs) {
        var agent = Results.owner(job, rejected.agent(), rejected.attemptId(), Phase.LEASE);
        if (agent == null || job.status() != JobStatus.RUNNING) {
            return stale(rejected.attemptId());
        }
        if (!rejected.permanent()) {
            var executor = (Behaviour.Executor) agent.vertex.behaviour();
            return Accepted.of(
                    new JobEvent.LeaseRejected(
                            nowMs,
                            agent.id(),
                            rejected.attemptId(),
                            rejected.reason(),
                            nowMs + Math.max(rejected.retryAfterMs(), RETRY_AFTER_MS),
                            executor.pool(),
                            executor.poolSlots()));
        }
        var failure =
                Failure.of(
                        "scheduler.lease_unavailable",
                        "Agent " + agent.id() + " can never get its lease: " + rejected.reason(),
                        JsonObject.builder()
                                .put("message", rejected.reason())
                                .put("category", "scheduler")
                                .put("retryable", false)
                                .put("reason_type", "lease_rejected")
                                .put("component", "executor")
                                .put("agent_id", agent.id().value())
                                .build(),
                        Instant.ofEpochMilli(nowMs),
                        "Give the pool more slots (MN_EXECUTOR_POOL_CAPACITIES) or let the node ask for fewer.");
        var effects = new ArrayList<>(stopAllBut(job, agent));
        effects.add(new Effect.JobEnded(JobStatus.FAILED));
        return new Accepted(
                List.of(new JobEvent.Failed(nowMs, Optional.of(agent.id()), failure)), effects);
    }

    private static Decision beacon(Job job, JobCommand.WorkerBeacon beacon, long nowMs) {
        var agent = Results.owner(job, beacon.agent(), beacon.attemptId(), Phase.RUNNING);
        if (agent == null) {
            return stale(beacon.attemptId());
        }
        // A beacon proves life to the worker host at once; the record only samples it.
        if (agent.step != null && agent.step.status == StepStatus.RUNNING) {
            return Accepted.of(
                    new StepEvent.Beaconed(nowMs, agent.step.id, agent.id(), beacon.beacon()));
        }
        return Accepted.of(
                new JobEvent.Noted(
                        nowMs, Optional.of(agent.id()), "agent_beacon", beacon.beacon()));
    }

    /**
     * True when everything the agent has sent found room, so that a command that streams may print
     * on.
     */
    public static boolean mayGoOn(Job job, AgentId agent) {
        return job.agent(agent).held == 0;
    }

    /** How often the agent's signs of life are worth recording; the caller drops the others. */
    public static Duration beaconRecordInterval(Job job, AgentId agent) {
        var step = job.agent(agent).step;
        return Duration.ofMillis(
                beaconRecordIntervalMs(step == null ? 0 : step.spec.beaconTimeoutMs()));
    }

    /**
     * A third of the silence that is allowed: an attempt is given up that much later, because its
     * newest sign of life may be one that was not recorded.
     *
     * @param timeoutMs milliseconds that silence may last; 0 = for ever
     */
    static long beaconRecordIntervalMs(long timeoutMs) {
        return timeoutMs == 0
                ? BEACON_RECORD_INTERVAL_MS_MAX
                : Math.clamp(
                        timeoutMs / 3,
                        BEACON_RECORD_INTERVAL_MS_MIN,
                        BEACON_RECORD_INTERVAL_MS_MAX);
    }

    private static Decision pause(Job job, JobCommand.Pause pause, long nowMs) {
        return switch (job.status()) {
            case RUNNING -> {
                var events = new ArrayList<JobEvent>();
                events.add(
                        new JobEvent.Pausing(
                                nowMs,
                                pause.reason(),
                                pause.now(),
                                pause.now() ? 0 : nowMs + pause.graceMs()));
                var effects = new ArrayList<Effect>();
                returnLeases(job, nowMs, events, effects);
                if (pause.now()) {
                    effects.addAll(stopRunning(job, null));
                }
                yield new Accepted(events, effects);
            }
            case PAUSING, PAUSED -> new Unchanged(job.status(), "");
            case PENDING, QUEUED, CANCELLING, VALIDATED, SCHEDULED ->
                    refuse(ErrorCode.CONFLICT, "pause", job);
            case COMPLETED, FAILED, CANCELLED, UNKNOWN ->
                    refuse(ErrorCode.JOB_TERMINAL, "pause", job);
        };
    }

    /** A job that pauses starts nothing, so whoever waits for slots gives its message back. */
    private static void returnLeases(
            Job job, long nowMs, List<JobEvent> events, List<Effect> effects) {
        for (var agent : job.agents()) {
            var inflight = agent.inflight;
            if (inflight != null && inflight.phase() == Phase.LEASE) {
                events.add(
                        new JobEvent.Returned(
                                nowMs,
                                agent.id(),
                                inflight.entry().message().messageId(),
                                "job paused"));
                effects.add(new Effect.WithdrawLease(inflight.attemptId()));
            }
        }
    }

    private static Decision resume(Job job, long nowMs) {
        return switch (job.status()) {
            case PAUSED ->
                    Accepted.of(new JobEvent.Resumed(nowMs, Math.max(0, nowMs - job.pausedAt)));
            case RUNNING -> new Unchanged(JobStatus.RUNNING, "");
            case PENDING, QUEUED, PAUSING, CANCELLING, VALIDATED, SCHEDULED ->
                    refuse(ErrorCode.CONFLICT, "resume", job);
            case COMPLETED, FAILED, CANCELLED, UNKNOWN ->
                    refuse(ErrorCode.JOB_TERMINAL, "resume", job);
        };
    }

    /** Only a paused job is at rest: nothing of it runs anywhere, and nothing is due. */
    private static Decision restore(Job job, JobCommand.Restore restore, long nowMs) {
        return switch (job.status()) {
            case PAUSED ->
                    Accepted.of(
                            new JobEvent.Restored(
                                    nowMs,
                                    restore.node(),
                                    restore.takenAtMs(),
                                    restore.provenance()));
            case PENDING, QUEUED, RUNNING, PAUSING, CANCELLING, VALIDATED, SCHEDULED ->
                    refuse(ErrorCode.CONFLICT, "restore", job);
            case COMPLETED, FAILED, CANCELLED, UNKNOWN ->
                    refuse(ErrorCode.JOB_TERMINAL, "restore", job);
        };
    }

    private static Decision cancel(Job job, JobCommand.Cancel cancel, long nowMs) {
        return switch (job.status()) {
            case PENDING, QUEUED, RUNNING, PAUSING, PAUSED ->
                    new Accepted(
                            List.of(new JobEvent.Cancelling(nowMs, cancel.reason())), stopAll(job));
            case CANCELLING, CANCELLED -> new Unchanged(job.status(), "");
            case COMPLETED, FAILED, UNKNOWN, VALIDATED, SCHEDULED ->
                    refuse(ErrorCode.JOB_TERMINAL, "cancel", job);
        };
    }

    private static Decision replay(Job job, JobCommand.Replay replay, long nowMs) {
        switch (job.status()) {
            case RUNNING, PAUSED -> {}
            case PENDING, QUEUED, PAUSING, CANCELLING, VALIDATED, SCHEDULED -> {
                return refuse(ErrorCode.JOB_NOT_RUNNING, "replay a dead letter of", job);
            }
            case COMPLETED, FAILED, CANCELLED, UNKNOWN -> {
                return refuse(ErrorCode.JOB_TERMINAL, "replay a dead letter of", job);
            }
        }
        var letter = replay.letter();
        // The letter was read before this command had its turn; another replay may have been
        // faster.
        int replays = Math.max(letter.replayCount(), job.replays.getOrDefault(letter.index(), 0));
        if (replays > 0 && !replay.force()) {
            return Refused.of(
                    ErrorCode.NOT_REPLAYABLE,
                    "Expected to replay dead letter "
                            + letter.index()
                            + " of job "
                            + job.id()
                            + ", but it was replayed "
                            + letter.replayedAt()
                                    .map(at -> "at " + Timestamps.format(at))
                                    .orElse("a moment ago")
                            + ": force a second replay");
        }
        var agent = job.find(letter.agentId());
        if (agent == null) {
            return Refused.of(
                    ErrorCode.NOT_REPLAYABLE,
                    "Expected to replay dead letter "
                            + letter.index()
                            + " to agent "
                            + letter.agentId()
                            + ", but the job has no such agent");
        }
        var original = MessageFormat.read(letter.message());
        var message =
                original.addressed(
                                MessageIds.output(
                                        original.messageId(),
                                        "runtime",
                                        agent.id().value(),
                                        "replay:" + letter.index() + ":" + (replays + 1)),
                                agent.id().value(),
                                Instant.ofEpochMilli(nowMs),
                                original.correlationId())
                        .withHeaders(
                                original.headers()
                                        .with(
                                                "mn.replayed_from",
                                                new JsonString(original.messageId())))
                        .withAttempt(1);
        return Accepted.of(
                new JobEvent.Replayed(
                        nowMs,
                        letter.index(),
                        agent.id(),
                        message,
                        replays + 1,
                        original.messageId()));
    }

    private static Decision fail(Job job, JobCommand.Fail fail, long nowMs) {
        switch (job.status()) {
            case PENDING, QUEUED, RUNNING, PAUSING, PAUSED -> {}
            case CANCELLING, VALIDATED, SCHEDULED -> {
                return refuse(ErrorCode.CONFLICT, "fail", job);
            }
            case COMPLETED, FAILED, CANCELLED, UNKNOWN -> {
                return refuse(ErrorCode.JOB_TERMINAL, "fail", job);
            }
        }
        var failure =
                Failure.of(
                        fail.code(),
                        fail.desc(),
                        JsonObject.builder()
                                .put("message", fail.desc())
                                .put("category", "runtime")
                                .put("retryable", false)
                                .put("reason_type", fail.code())
                                .put("component", "job_runner")
                                .build(),
                        Instant.ofEpochMilli(nowMs),
                        fail.remediation());
        var effects = new ArrayList<>(stopAll(job));
        effects.add(new Effect.JobEnded(JobStatus.FAILED));
        return new Accepted(
                List.of(new JobEvent.Failed(nowMs, Optional.empty(), failure)), effects);
    }

    /** What stops everything of the job that runs or waits outside. */
    static List<Effect> stopAll(Job job) {
        return stopAllBut(job, null);
    }

    /** The same, when the agent's own attempt has ended just now. */
    static List<Effect> stopAllBut(Job job, @Nullable AgentState done) {
        if (!job.busyOutside()) {
            return List.of();
        }
        var effects = new ArrayList<>(stopRunning(job, done));
        for (var agent : job.agents()) {
            var inflight = agent.inflight;
            if (agent != done && inflight != null && inflight.phase() == Phase.LEASE) {
                effects.add(new Effect.WithdrawLease(inflight.attemptId()));
            }
        }
        return effects;
    }

    private static List<Effect> stopRunning(Job job, @Nullable AgentState done) {
        var effects = new ArrayList<Effect>();
        for (var agent : job.agents()) {
            if (agent != done && agent.runsOutside()) {
                effects.add(
                        new Effect.StopWorker(Objects.requireNonNull(agent.inflight).attemptId()));
            }
        }
        return effects;
    }

    /**
     * The delay before a message is handed out again: half a second, doubling to thirty, with a
     * fifth of spread. The spread comes from the message's id, so it is the same at every replay
     * and still differs between messages.
     */
    static long redeliveryDelayMs(String messageId, int redeliveries) {
        long base = Math.min(REDELIVERY_BASE_MS << Math.min(redeliveries, 10), REDELIVERY_MAX_MS);
        int spread = Math.floorMod(messageId.hashCode() * 31 + redeliveries, 401) - 200;
        return base + base * spread / 1_000;
    }

    /**
     * What follows when an agent has failed for good on a message: start it again, wait, or give
     * up.
     */
    static void nodeFailed(
            Job job,
            AgentState agent,
            String reason,
            Failure failure,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        RestartPolicy policy = agent.vertex.spec().restart();
        long interval = policy.interval().toMillis();
        var recent = agent.restarts.stream().filter(at -> nowMs - at < interval).toList();
        var node = job.graph.node(agent.vertex).orElse(job.node);
        if (recent.size() < policy.attempts()) {
            int attempt = recent.size() + 1;
            events.add(
                    new JobEvent.RestartScheduled(
                            nowMs,
                            agent.id(),
                            attempt,
                            nowMs + policy.delayBefore(attempt).toMillis(),
                            reason,
                            false,
                            node));
            return;
        }
        if (policy.mode() == RestartPolicy.Mode.DELAY && !recent.isEmpty()) {
            events.add(
                    new JobEvent.RestartScheduled(
                            nowMs,
                            agent.id(),
                            recent.size() + 1,
                            recent.getFirst() + interval,
                            reason,
                            true,
                            node));
            return;
        }
        boolean endsWithFailure =
                Set.of("batch", "sysbatch").contains(job.graph.manifest().jobType())
                        && !job.graph.manifest().policies().recoveryMode().equals("manual_recover");
        if (endsWithFailure) {
            events.add(new JobEvent.Failed(nowMs, Optional.of(agent.id()), failure));
            effects.addAll(stopAllBut(job, agent));
            effects.add(new Effect.JobEnded(JobStatus.FAILED));
        } else {
            events.add(
                    new JobEvent.Pausing(
                            nowMs,
                            "agent "
                                    + agent.id()
                                    + " failed and its restarts are used up: "
                                    + reason,
                            false,
                            nowMs + Duration.ofSeconds(30).toMillis(),
                            true));
            returnLeases(job, nowMs, events, effects);
        }
    }

    static Refused stale(String attemptId) {
        return Refused.of(
                ErrorCode.CONFLICT,
                "Expected a result of the attempt in hand, but "
                        + attemptId
                        + " is not it any more");
    }

    private static Refused refuse(ErrorCode code, String verb, Job job) {
        return Refused.of(
                code,
                "Expected to " + verb + " job " + job.id() + ", but it is " + job.status().wire());
    }
}
