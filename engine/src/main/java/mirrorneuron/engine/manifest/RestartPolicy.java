package mirrorneuron.engine.manifest;

import java.time.Duration;

/**
 * How often a failed agent is started again.
 *
 * @param attempts starts allowed within the interval; 0 = none
 */
public record RestartPolicy(
        int attempts,
        Duration interval,
        Duration delay,
        Duration maxDelay,
        DelayFunction delayFunction,
        Mode mode) {

    /** How the delay grows with the number of the start. */
    public enum DelayFunction {
        CONSTANT,
        EXPONENTIAL,
        FIBONACCI
    }

    /** What happens when the attempts are used up. */
    public enum Mode {
        /** The job fails (batch) or waits for a person (service). */
        FAIL,
        /** Wait until the oldest start leaves the interval, then try again. */
        DELAY
    }

    /** The delay before the n-th start, n from 1. */
    public Duration delayBefore(int n) {
        long base = delay.toMillis();
        double factor =
                switch (delayFunction) {
                    case CONSTANT -> 1;
                    case EXPONENTIAL -> Math.pow(2, n - 1);
                    case FIBONACCI -> fibonacci(n);
                };
        return Duration.ofMillis(
                (long) Math.min(base * factor, Math.max(maxDelay.toMillis(), base)));
    }

    private static double fibonacci(int n) {
        double previous = 0;
        double current = 1;
        for (int i = 1; i < n; i++) {
            double next = previous + current;
            previous = current;
            current = next;
        }
        return current;
    }
}
