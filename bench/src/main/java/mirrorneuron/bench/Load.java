package mirrorneuron.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A closed loop: so many clients, each of which begins its next task when the last one is done. */
public final class Load {

    /** One thing that a client does and waits for. */
    public interface Task {
        void run() throws Exception;
    }

    /**
     * What happened in the measured time.
     *
     * @param micros how long each task took, sorted; tasks that began and ended in that time
     * @param flushes completed flush requests of all disks; negative where the kernel does not say
     */
    public record Result(long[] micros, double seconds, long cpuNanos, long flushes) {

        public int tasks() {
            return micros.length;
        }

        public double perSecond(double perTask) {
            return micros.length * perTask / seconds;
        }

        /** Milliseconds that this share of the tasks took at most. */
        public double quantileMs(double share) {
            if (micros.length == 0) {
                return Double.NaN;
            }
            return micros[(int) Math.min(micros.length - 1, Math.floor(micros.length * share))]
                    / 1_000.0;
        }

        /**
         * How many a second, how long a task took, and what stands beside every throughput: the
         * costs of each.
         *
         * @param what is counted, in the singular
         * @param perTask how many of them a task has
         */
        public List<Figure> figures(String what, double perTask) {
            double count = Math.max(1, micros.length * perTask);
            var figures = new ArrayList<Figure>();
            figures.add(new Figure("rate", what + "s/s", perSecond(perTask)));
            figures.add(new Figure("p50", "ms", quantileMs(0.5)));
            figures.add(new Figure("p99", "ms", quantileMs(0.99)));
            figures.add(new Figure("cpu", "us/" + what, cpuNanos / 1e3 / count));
            if (flushes >= 0) {
                figures.add(new Figure("flushes", "per " + what, flushes / count));
            }
            return figures;
        }
    }

    private Load() {}

    public static Result closed(int clients, Trial trial, Task task) throws Exception {
        run(clients, trial.warmUp(), task);
        return run(clients, trial.measured(), task);
    }

    private static Result run(int clients, Duration duration, Task task) throws Exception {
        long flushesBefore = Machine.flushes().orElse(-1);
        long cpuBefore = Machine.cpuNanos();
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        var loops = new ArrayList<Future<long[]>>(clients);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                loops.add(threads.submit(() -> loop(end, task)));
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long cpuNanos = Machine.cpuNanos() - cpuBefore;
        long flushes = flushesBefore < 0 ? -1 : Machine.flushes().orElse(0) - flushesBefore;
        return new Result(joined(loops), seconds, cpuNanos, flushes);
    }

    private static long[] loop(long end, Task task) throws Exception {
        var micros = new long[1_024];
        int count = 0;
        // At least one, so that a moment is enough to see whether a row works.
        for (long now = System.nanoTime(); now < end || count == 0; ) {
            task.run();
            long then = System.nanoTime();
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, count * 2);
            }
            micros[count++] = (then - now) / 1_000;
            now = then;
        }
        return Arrays.copyOf(micros, count);
    }

    private static long[] joined(List<Future<long[]>> loops)
            throws InterruptedException, ExecutionException {
        int total = 0;
        for (var loop : loops) {
            total += loop.get().length;
        }
        var all = new long[total];
        int at = 0;
        for (var loop : loops) {
            System.arraycopy(loop.get(), 0, all, at, loop.get().length);
            at += loop.get().length;
        }
        Arrays.sort(all);
        return all;
    }
}
