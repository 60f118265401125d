package mirrorneuron.runtime.simulation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import mirrorneuron.runtime.job.Outside;

/**
 * The only thread there is, and its clock. Tasks run in order of their time; which of two tasks of
 * one millisecond goes first is up to the seed, so every interleaving is possible and none is by
 * accident.
 */
final class Scheduler implements InstantSource {

    /** Runs begin here: a Monday in 2030, so that no run depends on today. */
    static final long START_MS = 1_893_456_000_000L;

    private final RandomGenerator random;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nowMs = START_MS;
    private long order;

    Scheduler(RandomGenerator random) {
        this.random = random;
    }

    private static final class Task implements Comparable<Task> {
        final long atMs;
        final int tie;
        final long order;
        final BooleanSupplier wanted;
        final Runnable action;
        boolean cancelled;

        Task(long atMs, int tie, long order, BooleanSupplier wanted, Runnable action) {
            this.atMs = atMs;
            this.tie = tie;
            this.order = order;
            this.wanted = wanted;
            this.action = action;
        }

        @Override
        public int compareTo(Task other) {
            if (atMs != other.atMs) {
                return Long.compare(atMs, other.atMs);
            }
            return tie != other.tie
                    ? Integer.compare(tie, other.tie)
                    : Long.compare(order, other.order);
        }
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMs);
    }

    @Override
    public long millis() {
        return nowMs;
    }

    /** Runs an action later, if it is still wanted then. */
    Outside.Cancellable after(long delayMs, BooleanSupplier wanted, Runnable action) {
        var task =
                new Task(nowMs + Math.max(0, delayMs), random.nextInt(), order++, wanted, action);
        tasks.add(task);
        return () -> task.cancelled = true;
    }

    /**
     * Time passes inside a task: a slow disk holds up everything else, as on one thread it must.
     */
    void elapse(long ms) {
        nowMs += ms;
    }

    /** Runs the next task; false when there is none before the given time, which it is then. */
    boolean step(long untilMs) {
        while (true) {
            var task = tasks.peek();
            if (task == null || task.atMs > untilMs) {
                nowMs = Math.max(nowMs, untilMs);
                return false;
            }
            tasks.remove();
            if (!task.cancelled && task.wanted.getAsBoolean()) {
                nowMs = Math.max(nowMs, task.atMs);
                task.action.run();
                return true;
            }
        }
    }
}
