package mirrorneuron.runtime;

import java.util.ArrayList;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * Work that many threads do at the same time, for tests of what they share. The seed, {@code
 * -Dmn.race.seed}, chooses what each of them does; the order in which they get to it stays the
 * machine's.
 */
public final class Race {

    /** How much work there is, as a multiple of what a build does. */
    public static final int SCALE = Integer.getInteger("mn.race.scale", 1);

    private static final long SEED = Long.getLong("mn.race.seed", new Random().nextLong());

    /** What one of the threads does. */
    public interface Lane {
        void run(int number, RandomGenerator chance) throws Exception;
    }

    private Race() {}

    /**
     * Begins every lane at the same moment, on a thread of its own, and waits for all of them; a
     * lane that takes longer than a minute hangs.
     */
    public static void of(int threads, Lane lane) throws Exception {
        var start = new CyclicBarrier(threads);
        var results = new ArrayList<Future<?>>();
        var daemons = Thread.ofPlatform().daemon().factory();
        for (int i = 0; i < threads; i++) {
            int number = i;
            var run =
                    new FutureTask<>(
                            () -> {
                                start.await();
                                lane.run(number, new SplittableRandom(SEED + number));
                                return true;
                            });
            results.add(run);
            daemons.newThread(run).start();
        }
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        try {
            for (var result : results) {
                result.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException | TimeoutException failed) {
            var cause = failed instanceof ExecutionException ? failed.getCause() : failed;
            throw new AssertionError("-Dmn.race.seed=" + SEED + ": " + cause, cause);
        } finally {
            results.forEach(result -> result.cancel(true));
        }
    }
}
