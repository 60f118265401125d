package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wall clock, except that it never goes back while the process lives.
 *
 * <p>What a job waits for is a moment of the wall clock, because it has to outlive the process. A
 * clock that somebody sets back by an hour would make a retry of two seconds wait for an hour and
 * two seconds. So time goes on from where it was, at half its pace until the wall clock has come up
 * to it: waits become twice as long at most, and what is shown to people is right again after twice
 * the step. A step forward is followed at once.
 *
 * <p>Safe from any thread.
 */
public final class SteadyClock implements InstantSource {

    private static final Logger LOG = LoggerFactory.getLogger(SteadyClock.class);

    /** While it is ahead, as a part of the time that passes. */
    private static final int PACE_AHEAD = 2;

    /** A smaller step is worth no word: clocks are adjusted all the time. */
    private static final Duration STEP_TOLD_MIN = Duration.ofSeconds(1);

    private final InstantSource wall;
    private final LongSupplier nanos;
    private Instant last; // guarded by this, as all that follow
    private long lastNanos;
    private boolean told;

    /**
     * @param nanos a steady counter, as {@link System#nanoTime}
     */
    SteadyClock(InstantSource wall, LongSupplier nanos) {
        this.wall = requireNonNull(wall, "wall");
        this.nanos = requireNonNull(nanos, "nanos");
        this.last = wall.instant();
        this.lastNanos = nanos.getAsLong();
    }

    /** That of this machine. */
    public static SteadyClock system() {
        return new SteadyClock(InstantSource.system(), System::nanoTime);
    }

    @Override
    public synchronized Instant instant() {
        long now = nanos.getAsLong();
        var read = wall.instant();
        var least = last.plusNanos((now - lastNanos) / PACE_AHEAD);
        boolean ahead = read.isBefore(least);
        last = ahead ? least : read;
        lastNanos = now;
        tell(Duration.between(read, last));
        return last;
    }

    private void tell(Duration ahead) {
        if (ahead.isZero()) {
            told = false;
        } else if (!told && ahead.compareTo(STEP_TOLD_MIN) >= 0) {
            told = true;
            LOG.warn(
                    "the clock of this machine was set back by {} s: time goes on at half its pace"
                            + " until it is right again",
                    ahead.toSeconds());
        }
    }
}
