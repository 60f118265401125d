package mirrorneuron.runtime.run;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How fast the files of runs may be written beside live work. As long as the process leaves
 * processors idle, as fast as it goes; where jobs want all of them, at a tenth of one. Nothing is
 * lost by a rest: the log holds what the files do not, and a run that is read is brought up to date
 * at once.
 *
 * <p>Belongs to the recorder's thread.
 */
final class Pace {

    /** Work between two looks at the clock. */
    private static final long SLICE_NANOS = Duration.ofMillis(10).toNanos();

    /** Processor time is counted in hundredths of a second; shorter windows would guess. */
    private static final long WINDOW_NANOS = Duration.ofMillis(250).toNanos();

    /** Part of a processor that is left to live work beyond what it uses just now. */
    private static final double RESERVE = 0.25;

    private static final double SHARE_MIN = 0.1;

    private final int processors;
    private final Supplier<Optional<Duration>> processTime;
    private final LongSupplier clock;
    private double share = 1;
    private long sliceBegan;
    private long windowBegan;
    private Optional<Duration> timeThen = Optional.empty();
    private long worked;

    /**
     * @param processTime processor time that the process used so far; empty when the machine does
     *     not say, and then there are no rests
     * @param clock nanoseconds that only grow
     */
    Pace(int processors, Supplier<Optional<Duration>> processTime, LongSupplier clock) {
        this.processors = processors;
        this.processTime = processTime;
        this.clock = clock;
    }

    /** The pace of this process on this machine. */
    static Pace ofThisProcess() {
        return new Pace(
                Runtime.getRuntime().availableProcessors(),
                () -> ProcessHandle.current().info().totalCpuDuration(),
                System::nanoTime);
    }

    /** Work begins, after a pause of any length. */
    void begin() {
        sliceBegan = clock.getAsLong();
    }

    /** How long to rest before going on; zero while there is time left in this slice. */
    Duration rest() {
        long now = clock.getAsLong();
        long slice = now - sliceBegan;
        if (slice < SLICE_NANOS) {
            return Duration.ZERO;
        }
        sliceBegan = now;
        worked += slice;
        look(now);
        return Duration.ofNanos((long) (slice * (1 - share) / share));
    }

    private void look(long now) {
        if (timeThen.isPresent() && now - windowBegan < WINDOW_NANOS) {
            return;
        }
        var time = processTime.get();
        if (time.isPresent() && timeThen.isPresent()) {
            long used = time.get().minus(timeThen.get()).toNanos();
            double others = Math.max(0, used - worked) / (double) (now - windowBegan);
            share = Math.clamp(processors - others - RESERVE, SHARE_MIN, 1);
        }
        timeThen = time;
        windowBegan = now;
        worked = 0;
    }
}
