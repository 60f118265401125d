package mirrorneuron.runtime.operation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The same for many, several at a time, where most of it is waiting. Safe from any thread. */
public final class Lanes {

    private Lanes() {}

    /**
     * Deals with each, in no order, and returns when nothing is under way any more.
     *
     * @param atATime virtual threads that share them
     * @param calledOff asked before each; from the first {@code true} on nothing more is begun
     * @throws RuntimeException the first that the action threw; what was under way beside it has
     *     ended then, and the rest is left
     */
    public static <T> void each(
            Collection<T> all, int atATime, BooleanSupplier calledOff, Consumer<T> action) {
        var rest = new ConcurrentLinkedQueue<>(all);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var lanes = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < Math.min(atATime, all.size()); i++) {
                lanes.add(CompletableFuture.runAsync(() -> lane(rest, calledOff, action), threads));
            }
            CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException why ? why : failed;
        }
    }

    private static <T> void lane(Queue<T> rest, BooleanSupplier calledOff, Consumer<T> action) {
        try {
            T next;
            while (!calledOff.getAsBoolean() && (next = rest.poll()) != null) {
                action.accept(next);
            }
        } catch (RuntimeException failure) {
            rest.clear();
            throw failure;
        }
    }
}
