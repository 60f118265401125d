package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How often a call is made when the server cannot be reached. Only reads, and calls that change
 * nothing when they are made twice, are ever made again.
 *
 * @param attempts how often in all, at least 1
 * @param firstDelay before the second attempt; each further one waits twice as long
 */
public record RetryPolicy(int attempts, Duration firstDelay) {

    public RetryPolicy {
        requireNonNull(firstDelay, "firstDelay");
        if (attempts < 1) {
            throw new InvalidRequestException("attempts: " + attempts + " (expected: >= 1)");
        }
        if (firstDelay.isNegative()) {
            throw new InvalidRequestException("first delay: " + firstDelay + " (expected: >= 0)");
        }
    }

    /** Three attempts, after 100 ms and after 200 ms more. */
    public static RetryPolicy defaults() {
        return new RetryPolicy(3, Duration.ofMillis(100));
    }

    /** Every call is made once. */
    public static RetryPolicy never() {
        return new RetryPolicy(1, Duration.ZERO);
    }
}
