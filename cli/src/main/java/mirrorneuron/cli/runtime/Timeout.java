package mirrorneuron.cli.runtime;

import java.time.Duration;
import mirrorneuron.cli.CommandFailure;

/** How long a person wants to wait. */
final class Timeout {

    private static final double SECONDS_MAX = 86_400;

    private Timeout() {}

    /**
     * @throws CommandFailure when it is no time to wait
     */
    static Duration of(double seconds) {
        if (!(seconds > 0) || seconds > SECONDS_MAX) {
            throw CommandFailure.usage(
                    "--timeout: " + seconds + " (expected: seconds, > 0 and at most 86400)",
                    "write it as 3 or 0.5");
        }
        return Duration.ofMillis(Math.max(1, Math.round(seconds * 1_000)));
    }
}
