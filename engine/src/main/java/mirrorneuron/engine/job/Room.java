package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import mirrorneuron.engine.workflow.TriggerRule.Verdict;

/** How many attempts may be open at a time, and the steps that wait for one that closes. */
final class Room {

    private final Ledger ledger;
    private final OptionalInt max;
    private final Deque<StepState> waiting = new ArrayDeque<>();

    /** Steps with an open attempt. */
    int active;

    /**
     * @param max attempts that may be open at a time; empty = any number
     */
    Room(Ledger ledger, OptionalInt max) {
        this.ledger = ledger;
        this.max = max;
    }

    /** Whether another attempt of this step may be open now. */
    boolean isFor(StepState step) {
        return (max.isEmpty() || active < max.getAsInt())
                && (step.instance == null || !step.instance.scatter().full());
    }

    /** Puts the step in the queue of what it lacks. */
    void waitFor(Job job, StepState step) {
        if (step.queuedForRoom) {
            return;
        }
        step.queuedForRoom = true;
        if (step.instance != null && step.instance.scatter().full()) {
            step.instance.scatter().waiting.add(step);
            // The room it was called for is still there, for somebody else.
            callNext(job, waiting);
        } else {
            waiting.add(step);
        }
    }

    void opened(StepState step) {
        active++;
        if (step.instance != null) {
            step.instance.scatter().active++;
        }
    }

    void closed(Job job, StepState step) {
        active--;
        if (step.instance != null) {
            step.instance.scatter().active--;
        }
        leave(job, step);
    }

    /**
     * Lets the first of those that waited for room look again: the step has given its room back, or
     * was called and does not use it. Whoever is called in vain waits again.
     */
    void leave(Job job, StepState step) {
        if (step.instance != null) {
            callNext(job, step.instance.scatter().waiting);
        }
        callNext(job, waiting);
    }

    private void callNext(Job job, Deque<StepState> queue) {
        while (true) {
            var next = queue.poll();
            if (next == null) {
                return;
            }
            next.queuedForRoom = false;
            // One that has found room by itself or cannot use it now must not swallow the call.
            if (wantsRoom(next)) {
                ledger.judgeLater(next);
                Ledger.wake(job, next);
                return;
            }
        }
    }

    private static boolean wantsRoom(StepState step) {
        return switch (step.status) {
            case PENDING, BLOCKED ->
                    step.verdict() == Verdict.SATISFIED
                            && step.agents.stream().anyMatch(AgentState::ready);
            case RETRY_WAIT -> true;
            case READY, QUEUED, RUNNING, WAITING, COMPLETED, PARTIAL, SKIPPED, FAILED -> false;
        };
    }
}
