package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How to pause.
 *
 * @param grace how long {@link Mode#DRAIN} waits for running commands before it ends them
 * @param reason recorded with the job
 */
public record PauseOptions(Mode mode, Duration grace, String reason) {

    public PauseOptions {
        requireNonNull(mode, "mode");
        requireNonNull(grace, "grace");
        requireNonNull(reason, "reason");
    }

    public static PauseOptions defaults() {
        return new PauseOptions(Mode.AUTO, Duration.ofSeconds(30), "paused by operator");
    }

    public static PauseOptions now(String reason) {
        return new PauseOptions(Mode.NOW, Duration.ZERO, reason);
    }

    public PauseOptions withReason(String value) {
        return new PauseOptions(mode, grace, value);
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
