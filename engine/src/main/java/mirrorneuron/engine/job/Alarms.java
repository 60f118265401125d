package mirrorneuron.engine.job;

import java.util.Comparator;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When the job is to look at which step again. Derived, never stored. */
final class Alarms {

    private final TreeSet<StepState> armed =
            new TreeSet<>(
                    Comparator.<StepState>comparingLong(step -> step.armedAt)
                            .thenComparingInt(step -> step.order));

    /** Sets the step's alarm to the next moment at which something of it may be due. */
    void arm(StepState step) {
        long at =
                switch (step.status) {
                    case RUNNING -> earliest(step.deadlineAt, step.heartbeatAt);
                    case RETRY_WAIT -> step.retryAt;
                    case WAITING -> step.gate == null ? 0 : step.gate.question().timeoutAt();
                    default -> 0;
                };
        if (at == step.armedAt) {
            return;
        }
        if (step.armedAt > 0) {
            armed.remove(step);
        }
        step.armedAt = at;
        if (at > 0) {
            armed.add(step);
        }
    }

    private static long earliest(long a, long b) {
        return a == 0 ? b : b == 0 ? a : Math.min(a, b);
    }

    /** When the first alarm rings; empty when none is set. */
    OptionalLong next() {
        return armed.isEmpty() ? OptionalLong.empty() : OptionalLong.of(armed.first().armedAt);
    }

    /** The step whose alarm has rung, earliest first. */
    @Nullable StepState due(long nowMs) {
        return armed.isEmpty() || armed.first().armedAt > nowMs ? null : armed.first();
    }

    /** An attempt that is due but has no room waits for that and not for the time. */
    void disarm(StepState step) {
        armed.remove(step);
        step.armedAt = 0;
    }
}
