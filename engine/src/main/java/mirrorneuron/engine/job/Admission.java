package mirrorneuron.engine.job;

import java.util.Objects;
import mirrorneuron.api.Message;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.workflow.StepStatus;
import mirrorneuron.engine.workflow.TriggerRule.Verdict;

/**
 * Whether the agent of a step may handle its next message. The ledger decides before the message is
 * taken: no agent works on a step that may not run, and what came too early stays in the mailbox,
 * in order.
 */
sealed interface Admission {

    /** The message belongs to the open attempt. */
    record Take() implements Admission {}

    /** It stays where it is until the ledger calls the agent. */
    record Wait() implements Admission {}

    /** This has to happen first. */
    record First(Accepted facts) implements Admission {}

    static Admission of(Job job, AgentState agent, Message message, long nowMs) {
        var step = Objects.requireNonNull(agent.step);
        if (Stamps.attemptOf(message).isPresent()) {
            return step.status == StepStatus.RUNNING && Stamps.belongs(step, message)
                    ? new Take()
                    : ignored(step, agent, message, true, nowMs);
        }
        return switch (step.status) {
            case COMPLETED, PARTIAL, SKIPPED, FAILED -> ignored(step, agent, message, false, nowMs);
            case RUNNING -> whileRunning(step, agent, message, nowMs);
            // What belongs to the step it is part of: the next attempt decides.
            case RETRY_WAIT, WAITING -> new Wait();
            case PENDING, BLOCKED, READY, QUEUED -> beforeRunning(job, step, agent, message, nowMs);
        };
    }

    /**
     * A command got its one message when the attempt began, and a step that unfolds is done by
     * others, so another is a duplicate. Agents that work message by message get every one.
     */
    private static Admission whileRunning(
            StepState step, AgentState agent, Message message, long nowMs) {
        return step.unfolded || agent == step.entry() && agent.is(Behaviour.Executor.class)
                ? ignored(step, agent, message, false, nowMs)
                : new First(
                        Accepted.of(
                                new StepEvent.Joined(
                                        nowMs, step.id, agent.id(), message.messageId())));
    }

    private static Admission beforeRunning(
            Job job, StepState step, AgentState agent, Message message, long nowMs) {
        boolean may =
                step.verdict() == Verdict.SATISFIED
                        && !step.cutOff()
                        && (step.triggered || !Ledger.needsTrigger(step));
        if (!may) {
            return step.status == StepStatus.BLOCKED
                    ? new Wait()
                    : new First(
                            Accepted.of(
                                    new StepEvent.Blocked(
                                            nowMs, step.id, "its parents are not done")));
        }
        var ledger = job.ledger();
        if (Rounds.unfolds(ledger, step).isPresent()) {
            return new First(
                    Accepted.of(
                            new StepEvent.Unfolded(
                                    nowMs, step.id, agent.id(), driving(agent).messageId())));
        }
        if (!ledger.room.isFor(step)) {
            ledger.room.waitFor(job, step);
            return new Wait();
        }
        return new First(Accepted.of(opened(step, agent, nowMs)));
    }

    /** The next attempt of the step, begun by what waits at this agent. */
    static StepEvent.Opened opened(StepState step, AgentState agent, long nowMs) {
        var message = driving(agent);
        return new StepEvent.Opened(
                nowMs,
                step.id,
                step.attempt + 1,
                agent.id(),
                message.messageId(),
                step.attempt == 0,
                deadlineAt(step, agent, nowMs));
    }

    /** The next attempt of the step, begun by what began the last one. */
    static StepEvent.Opened openedAgain(StepState step, long nowMs) {
        var entry = step.entries.getLast();
        return new StepEvent.Opened(
                nowMs,
                step.id,
                step.attempt + 1,
                entry.agent().id(),
                entry.message().messageId(),
                step.attempt == 0,
                deadlineAt(step, entry.agent(), nowMs));
    }

    /** A command's time begins when it has its lease. */
    private static long deadlineAt(StepState step, AgentState agent, long nowMs) {
        return agent.is(Behaviour.Executor.class) || step.spec.timeoutMs() == 0
                ? 0
                : nowMs + step.spec.timeoutMs();
    }

    /**
     * The message that an attempt is about. A command gets the newest of those that waited and can
     * read the others beside it; other agents get them one by one.
     */
    private static Message driving(AgentState agent) {
        var waiting =
                agent.mailbox.inOrder().stream()
                        .map(Mailbox.Entry::message)
                        .filter(message -> Stamps.attemptOf(message).isEmpty())
                        .toList();
        return agent.is(Behaviour.Executor.class) ? waiting.getLast() : waiting.getFirst();
    }

    private static Admission ignored(
            StepState step, AgentState agent, Message message, boolean stale, long nowMs) {
        return new First(
                Accepted.of(
                        new StepEvent.Ignored(
                                nowMs, step.id, agent.id(), message.messageId(), stale)));
    }
}
