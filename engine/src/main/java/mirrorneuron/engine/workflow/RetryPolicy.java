package mirrorneuron.engine.workflow;

import java.util.Set;

/**
 * How often a step is tried and how long it rests in between.
 *
 * @param attemptsMax the first attempt included; at least 1
 * @param backoffMs milliseconds before the second attempt
 * @param multiplier by which the rest grows with each attempt; greater than 0
 * @param jitter part of the rest, 0 to 1, by which it is made longer or shorter
 * @param nonRetryable causes and error codes after which no attempt follows; a name that nothing
 *     fails with is kept, and has no effect
 */
public record RetryPolicy(
        int attemptsMax,
        long backoffMs,
        double multiplier,
        double jitter,
        Set<String> nonRetryable) {

    /** No rest is longer than five minutes, whatever the multiplier says. */
    public static final long REST_MAX_MS = 300_000;

    public RetryPolicy {
        nonRetryable = Set.copyOf(nonRetryable);
    }

    public static RetryPolicy once() {
        return new RetryPolicy(1, 1_000, 2, 0, Set.of());
    }

    /**
     * Milliseconds to rest after this many failed attempts.
     *
     * @param failures at least 1
     * @param chance 0 to 1, which decides the jitter; derived from the attempt's id, so that a
     *     replay rests as long
     */
    public long restMs(int failures, double chance) {
        double rest = backoffMs * Math.pow(multiplier, failures - 1);
        double swung = rest * (1 + jitter * (2 * chance - 1));
        return (long) Math.clamp(swung, 0, REST_MAX_MS);
    }
}
