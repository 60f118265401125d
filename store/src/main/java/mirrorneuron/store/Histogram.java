package mirrorneuron.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations by how long they were. Recording allocates nothing and takes no lock. Safe from
 * any thread.
 */
public final class Histogram {

    /** Bounds for what waits for a disk: 50 µs to 1 s. */
    public static final List<Duration> DISK =
            List.of(
                    Duration.ofNanos(50_000),
                    Duration.ofNanos(100_000),
                    Duration.ofNanos(250_000),
                    Duration.ofNanos(500_000),
                    Duration.ofMillis(1),
                    Duration.ofNanos(2_500_000),
                    Duration.ofMillis(5),
                    Duration.ofMillis(10),
                    Duration.ofMillis(25),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(250),
                    Duration.ofSeconds(1));

    /** Bounds for requests: 500 µs to 10 s. */
    public static final List<Duration> REQUESTS =
            List.of(
                    Duration.ofNanos(500_000),
                    Duration.ofMillis(1),
                    Duration.ofNanos(2_500_000),
                    Duration.ofMillis(5),
                    Duration.ofMillis(10),
                    Duration.ofMillis(25),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(250),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(2_500),
                    Duration.ofSeconds(10));

    private final List<Duration> bounds;
    private final long[] boundNanos;
    private final LongAdder[] counts;
    private final LongAdder sumNanos = new LongAdder();

    /**
     * @param bounds the longest durations that are counted together, ascending; longer ones than
     *     the last are counted on their own
     */
    public Histogram(List<Duration> bounds) {
        this.bounds = List.copyOf(bounds);
        this.boundNanos = bounds.stream().mapToLong(Duration::toNanos).toArray();
        this.counts = new LongAdder[boundNanos.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    public void record(long nanos) {
        int i = 0;
        while (i < boundNanos.length && nanos > boundNanos[i]) {
            i++;
        }
        counts[i].increment();
        sumNanos.add(nanos);
    }

    /**
     * What was counted up to now. Durations that are recorded meanwhile may be in it or not.
     *
     * @param counts one more than bounds, each on its own; the last is of what was longer
     */
    public record Reading(List<Duration> bounds, List<Long> counts, Duration sum) {

        public Reading {
            bounds = List.copyOf(bounds);
            counts = List.copyOf(counts);
        }

        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }

    public Reading read() {
        var read = new Long[counts.length];
        for (int i = 0; i < read.length; i++) {
            read[i] = counts[i].sum();
        }
        return new Reading(bounds, List.of(read), Duration.ofNanos(sumNanos.sum()));
    }
}
