package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How to pause.
 *
 * @param grace how long {@link Mode#DRAIN} waits for running commands before it ends them
 * @param answerWithin how long the call itself waits until they have ended; after that its answer
 *     is {@link ControlResult.Pending}, and the pause goes on
 * @param reason recorded with the job
 */
public record PauseOptions(Mode mode, Duration grace, Duration answerWithin, String reason) {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(40);
    private static final Duration SOON = Duration.ofSeconds(5);

    public PauseOptions {
        requireNonNull(mode, "mode");
        requireNonNull(grace, "grace");
        requireNonNull(answerWithin, "answerWithin");
        requireNonNull(reason, "reason");
    }

    public static PauseOptions defaults() {
        return new PauseOptions(Mode.AUTO, GRACE, ANSWER_WITHIN, "paused by operator");
    }

    /** For callers who give up after ten seconds, as clients over a network do. */
    public static PauseOptions answeredSoon() {
        return defaults().withAnswerWithin(SOON);
    }

    public static PauseOptions now(String reason) {
        return new PauseOptions(Mode.NOW, Duration.ZERO, ANSWER_WITHIN, reason);
    }

    public PauseOptions withReason(String value) {
        return new PauseOptions(mode, grace, answerWithin, value);
    }

    public PauseOptions withAnswerWithin(Duration value) {
        return new PauseOptions(mode, grace, value, reason);
    }

    /** What happens to commands that are running. */
    public enum Mode {
        /** {@link #NOW} for a job of steps, {@link #DRAIN} for one that messages alone drive. */
        AUTO,
        /** They may finish; their output is kept. */
        DRAIN,
        /** They are ended and run again on resume, without using up an attempt. */
        NOW
    }
}
