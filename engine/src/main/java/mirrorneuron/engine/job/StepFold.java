package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import mirrorneuron.engine.job.StepState.Decided;
import mirrorneuron.engine.job.StepState.EntryMessage;
import mirrorneuron.engine.job.StepState.Gate;
import mirrorneuron.engine.job.StepState.Question;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.workflow.StepStatus;

/** What facts mean for steps. Total and silent, like the rest of the fold. */
final class StepFold {

    /** A step whose process was gone gets at least this long before its time is judged. */
    private static final long GRACE_AFTER_RECOVERY_MS = 45_000;

    private StepFold() {}

    static void apply(Job job, StepEvent event) {
        var ledger = job.ledger();
        var step = ledger.step(event.step());
        switch (event) {
            case StepEvent.Opened opened -> opened(job, ledger, step, opened);
            case StepEvent.Joined joined -> joined(job, step, joined);
            case StepEvent.Blocked _ -> {
                if (step.status == StepStatus.PENDING) {
                    step.status = StepStatus.BLOCKED;
                    ledger.judgeLater(step);
                }
            }
            case StepEvent.Triggered triggered -> {
                step.triggered = true;
                job.pending++;
                Fold.enqueue(job, step.entry(), triggered.message(), triggered.atMs());
            }
            case StepEvent.Ignored ignored -> {
                var agent = job.agent(ignored.agent());
                Fold.finish(job, agent, ignored.messageId());
                job.wake(agent);
            }
            case StepEvent.Beaconed beaconed -> {
                heartbeat(step, beaconed.atMs());
                Fold.heard(job.agent(beaconed.agent()), beaconed.beacon(), beaconed.atMs());
            }
            case StepEvent.TimedOut timedOut -> step.lastError = timedOut.kind();
            case StepEvent.RetryScheduled retry -> retry(job, ledger, step, retry);
            case StepEvent.Ended ended -> ended(job, ledger, step, ended);
            case StepEvent.Branched _ -> {}
            case StepEvent.Scattered scattered -> Growth.scatter(job, scattered);
            case StepEvent.Patched patched ->
                    Growth.patch(
                            job,
                            GraphPatch.parse(patched.patch()).patch().orElseThrow(),
                            patched.revision());
            case StepEvent.Unfolded unfolded -> unfolded(job, ledger, step, unfolded);
            case StepEvent.Planned planned ->
                    Rounds.addRound(job, step, ChildPlan.steps(planned.steps()));
            case StepEvent.RoundEnded _ -> Rounds.addPlanner(job, step);
            case StepEvent.Rearmed rearmed -> rearmed(job, ledger, step, rearmed);
            case StepEvent.Retired retired -> {
                ledger.retire(job, retired.steps());
                ledger.judgeLater(step);
            }
            case StepEvent.GateOpened gate -> gateOpened(job, ledger, step, gate);
            case StepEvent.GateDecided decided -> gateDecided(job, step, decided);
        }
        step.lastEventAt = event.atMs();
        ledger.alarms.arm(step);
    }

    private static void opened(Job job, Ledger ledger, StepState step, StepEvent.Opened opened) {
        boolean again = step.status == StepStatus.RETRY_WAIT;
        step.attempt = opened.attempt();
        step.status = StepStatus.RUNNING;
        step.attemptStartedAt = opened.atMs();
        if (opened.first()) {
            step.startedAt = opened.atMs();
        }
        step.retryAt = 0;
        ledger.room.opened(step);
        var entry = job.agent(opened.agent());
        if (!again) {
            step.entries = arrived(job, entry);
        }
        boolean lastOnly = entry.is(Behaviour.Executor.class);
        for (int i = 0; i < step.entries.size(); i++) {
            var message = step.entries.get(i);
            if (lastOnly && message.agent() == entry && i < step.entries.size() - 1) {
                // The command reads it beside the one that it is about.
                continue;
            }
            job.pending++;
            Fold.enqueue(
                    job,
                    message.agent(),
                    Stamps.stamped(job, step, message.message()),
                    opened.atMs());
        }
        step.note = "";
        if (!lastOnly) {
            startClock(step, opened.atMs());
        }
        job.wake(entry);
    }

    private static void unfolded(
            Job job, Ledger ledger, StepState step, StepEvent.Unfolded unfolded) {
        step.attempt++;
        step.status = StepStatus.RUNNING;
        step.unfolded = true;
        step.startedAt = unfolded.atMs();
        step.attemptStartedAt = unfolded.atMs();
        step.entries = arrived(job, job.agent(unfolded.agent()));
        startClock(step, unfolded.atMs());
        // Its planner gives the signs of life.
        step.heartbeatAt = 0;
        Rounds.addPlanner(job, step);
    }

    /** Takes what waits at the agent without belonging to an attempt. */
    private static List<EntryMessage> arrived(Job job, AgentState agent) {
        var arrived = new ArrayList<EntryMessage>(1);
        for (var entry : agent.mailbox.drain()) {
            if (Stamps.attemptOf(entry.message()).isPresent()) {
                agent.mailbox.add(entry);
            } else {
                arrived.add(new EntryMessage(agent, entry.message()));
                job.pending--;
            }
        }
        Fold.tookOne(job, agent);
        return arrived;
    }

    private static void joined(Job job, StepState step, StepEvent.Joined joined) {
        var agent = job.agent(joined.agent());
        var message = Fold.finish(job, agent, joined.messageId());
        var entries = new ArrayList<>(step.entries);
        entries.add(new EntryMessage(agent, message));
        step.entries = entries;
        job.pending++;
        Fold.enqueue(job, agent, Stamps.stamped(job, step, message), joined.atMs());
    }

    /** From here on the attempt has its time. */
    static void startClock(StepState step, long atMs) {
        step.deadlineAt = step.spec.timeoutMs() > 0 ? atMs + step.spec.timeoutMs() : 0;
        heartbeat(step, atMs);
    }

    /**
     * Signs of life are recorded only now and then, so the next one is expected that much later.
     */
    private static void heartbeat(StepState step, long atMs) {
        long timeout = step.spec.beaconTimeoutMs();
        step.heartbeatAt =
                timeout > 0 && step.status == StepStatus.RUNNING
                        ? atMs + timeout + JobEngine.beaconRecordIntervalMs(timeout)
                        : 0;
    }

    static void stopClock(StepState step) {
        step.deadlineAt = 0;
        step.heartbeatAt = 0;
    }

    private static void retry(
            Job job, Ledger ledger, StepState step, StepEvent.RetryScheduled retry) {
        closeAttempt(job, ledger, step, StepStatus.RETRY_WAIT);
        step.gate = null;
        step.retryAt = Math.max(1, retry.retryAtMs());
        step.lastError = retry.error();
        step.note = retry.note();
        if (retry.counted()) {
            step.failures++;
        }
        step.entries = step.entries.stream().map(entry -> again(step, entry)).toList();
        abandon(job, step);
    }

    /**
     * The message that the next attempt gets. One that was handled is over; what comes next is
     * another message with the same content, and has another id.
     */
    private static EntryMessage again(StepState step, EntryMessage entry) {
        var inHand = entry.agent().inflight;
        if (inHand != null
                && inHand.entry().message().messageId().equals(entry.message().messageId())) {
            return entry;
        }
        var message = entry.message();
        return new EntryMessage(
                entry.agent(),
                message.addressed(
                        MessageIds.output(
                                message.messageId(),
                                "runtime",
                                entry.agent().id().value(),
                                "attempt:" + (step.attempt + 1)),
                        message.to(),
                        message.timestamp(),
                        message.correlationId()));
    }

    private static void ended(Job job, Ledger ledger, StepState step, StepEvent.Ended ended) {
        closeAttempt(job, ledger, step, ended.status());
        step.outcome = ended.outcome();
        step.output = ended.output().value();
        step.closed = ended.output().closed();
        step.reason = ended.reason();
        step.failure = ended.failure();
        step.cascades = ended.cascades();
        step.endedAt = ended.atMs();
        step.gate = null;
        step.retryAt = 0;
        step.entries = List.of();
        if (ended.failure().isPresent()) {
            step.failures++;
            step.lastError = ended.failure().get().desc();
        }
        ledger.variables =
                Variables.written(ledger.variables, step.spec.out(), ended.output().written());
        abandon(job, step);
        ledger.ended(step);
    }

    /** The step is where it was before its first attempt, and knows what it has done. */
    private static void rearmed(Job job, Ledger ledger, StepState step, StepEvent.Rearmed rearmed) {
        closeAttempt(job, ledger, step, StepStatus.PENDING);
        step.output = rearmed.output();
        step.entries = List.of();
        step.triggered = false;
        step.patched = false;
        step.failures = 0;
        step.rounds++;
        abandon(job, step);
        ledger.judgeLater(step);
    }

    /** Whoever is called next must see where the step is now, and that it wants no room. */
    private static void closeAttempt(Job job, Ledger ledger, StepState step, StepStatus next) {
        boolean open = step.status == StepStatus.RUNNING && !step.unfolded;
        stopClock(step);
        step.status = next;
        if (open) {
            ledger.room.closed(job, step);
        } else {
            ledger.room.leave(job, step);
        }
    }

    /** Lets go of what the attempt has in hand; its entry messages are kept with the step. */
    private static void abandon(Job job, StepState step) {
        for (var agent : step.agents) {
            if (agent.inflight != null) {
                Fold.drop(job, agent);
            }
            job.wake(agent);
        }
    }

    private static void gateOpened(
            Job job, Ledger ledger, StepState step, StepEvent.GateOpened opened) {
        closeAttempt(job, ledger, step, StepStatus.WAITING);
        step.gate =
                new Gate(
                        new Question(
                                opened.requestId(),
                                opened.request(),
                                opened.atMs(),
                                opened.timeoutAtMs(),
                                opened.allowed(),
                                opened.fallback()),
                        opened.output(),
                        opened.withheld(),
                        opened.choices());
        abandon(job, step);
    }

    private static void gateDecided(Job job, StepState step, StepEvent.GateDecided decided) {
        var taken = new ArrayList<>(step.decided);
        taken.add(
                new Decided(
                        Objects.requireNonNull(step.gate).question(),
                        decided.decisionId(),
                        decided.decision(),
                        decided.by(),
                        decided.note(),
                        decided.atMs()));
        step.decided = taken;
        Fold.send(job, step.entry(), decided.released(), List.of(), decided.atMs());
    }

    // What other facts mean for steps

    /** A command of the step has got its lease. */
    static void running(Job job, AgentState agent, long atMs) {
        var step = agent.step;
        if (step != null && step.status == StepStatus.RUNNING) {
            startClock(step, atMs);
            job.ledger().alarms.arm(step);
        }
    }

    /** A command of the step was interrupted and runs again later; its time stands still. */
    static void interrupted(Job job, AgentState agent) {
        var step = agent.step;
        if (step != null && step.status == StepStatus.RUNNING && !step.runsOutside()) {
            stopClock(step);
            job.ledger().alarms.arm(step);
        }
    }

    /** A message of the step became a dead letter. */
    static void deadLettered(Job job, AgentState agent) {
        if (agent.step != null && !agent.step.ended()) {
            job.ledger().judgeLater(agent.step);
        }
    }

    static void recovered(Job job, long atMs) {
        for (var step : job.ledger().steps()) {
            if (step.deadlineAt > 0) {
                step.deadlineAt = Math.max(step.deadlineAt, atMs + GRACE_AFTER_RECOVERY_MS);
            }
            if (step.heartbeatAt > 0) {
                heartbeat(step, atMs);
            }
            job.ledger().alarms.arm(step);
        }
    }

    /** Everything that waits for a time waits as much longer as the pause took. */
    static void resumed(Job job, long shift) {
        var ledger = job.ledger();
        for (var step : ledger.steps()) {
            if (step.ended()) {
                continue;
            }
            step.deadlineAt += step.deadlineAt > 0 ? shift : 0;
            step.heartbeatAt += step.heartbeatAt > 0 ? shift : 0;
            step.retryAt += step.retryAt > 0 ? shift : 0;
            var gate = step.gate;
            if (gate != null && gate.question().timeoutAt() > 0) {
                step.gate = gate.until(gate.question().timeoutAt() + shift);
            }
            ledger.alarms.arm(step);
            ledger.judgeLater(step);
        }
    }
}
