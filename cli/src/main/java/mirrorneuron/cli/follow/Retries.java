package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import mirrorneuron.api.ErrorCode.GrpcStatus;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Surroundings;

/**
 * How often a runtime that does not answer is asked again, and when. The wait grows with each time.
 * Not for sharing.
 */
public final class Retries {

    private static final String ATTEMPTS = "MN_JOB_MONITOR_RETRY_ATTEMPTS";
    private static final String BACKOFF = "MN_JOB_MONITOR_RETRY_BACKOFF_SECONDS";
    private static final int ATTEMPTS_DEFAULT = 3;
    private static final double BACKOFF_SECONDS_DEFAULT = 0.25;

    private final int attemptsMax;
    private final Duration backoff;
    private int attempts;
    private Instant next = Instant.MIN;

    Retries(int attemptsMax, Duration backoff) {
        this.attemptsMax = attemptsMax;
        this.backoff = backoff;
    }

    /**
     * As the environment says.
     *
     * @throws CommandFailure when a variable cannot be used
     */
    public static Retries of(Surroundings surroundings) {
        return new Retries(
                (int) number(surroundings, ATTEMPTS, ATTEMPTS_DEFAULT),
                Duration.ofMillis(
                        Math.round(
                                number(surroundings, BACKOFF, BACKOFF_SECONDS_DEFAULT) * 1_000)));
    }

    private static double number(Surroundings surroundings, String name, double otherwise) {
        var text = surroundings.variable(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text.get().strip());
            if (value >= 0 && value <= Integer.MAX_VALUE) {
                return value;
            }
        } catch (NumberFormatException malformed) {
            throw unusable(name, text.get());
        }
        throw unusable(name, text.get());
    }

    private static CommandFailure unusable(String name, String text) {
        return CommandFailure.invalid(
                name + ": \"" + text + "\" (expected: a number >= 0)", "mn help environment");
    }

    /** Whether another answer may come when the question is asked again. */
    public static boolean passes(MirrorNeuronException failure) {
        var status = failure.code().grpcStatus();
        return status == GrpcStatus.UNAVAILABLE || status == GrpcStatus.DEADLINE_EXCEEDED;
    }

    /**
     * There was no answer.
     *
     * @return what to say of it
     * @throws MirrorNeuronException the failure itself, when it was asked often enough or asking
     *     again changes nothing
     */
    public String failed(MirrorNeuronException failure, Instant now) {
        if (!passes(failure) || attempts >= attemptsMax) {
            throw failure;
        }
        attempts++;
        next = now.plus(backoff.multipliedBy(attempts));
        return "runtime temporarily unavailable; retrying ("
                + attempts
                + " of "
                + attemptsMax
                + ")";
    }

    /** Whether it is time to ask. */
    public boolean isDue(Instant now) {
        return !now.isBefore(next);
    }

    /**
     * There was an answer.
     *
     * @return whether there was none before
     */
    public boolean answered() {
        boolean was = attempts > 0;
        attempts = 0;
        next = Instant.MIN;
        return was;
    }
}
