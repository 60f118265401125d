package mirrorneuron.runtime;

import java.util.ArrayList;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    /** Begins every lane at the same moment, on a thread of its own, and waits for all of them. */
    public static void of(int threads, Lane lane) throws Exception {
        var start = new CyclicBarrier(threads);
        var results = new ArrayList<Future<?>>();
        try (var executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (int i = 0; i < threads; i++) {
                int number = i;
                Callable<Void> run =
                        () -> {
                            start.await();
                            lane.run(number, new SplittableRandom(SEED + number));
                            return null;
                        };
                results.add(executor.submit(run));
            }
        }
        for (var result : results) {
            try {
                result.get();
            } catch (ExecutionException failed) {
                throw new AssertionError(
                        "-Dmn.race.seed=" + SEED + ": " + failed.getCause(), failed.getCause());
            }
        }
    }
}
