package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;

/**
 * A part of the interface whose calls give futures: each of them on a virtual thread of its own.
 * The future fails with what the call throws; cancelling it interrupts the call, as interrupting
 * its caller would. Safe from any thread.
 *
 * <pre>{@code
 * var ended = mn.async().jobs().await(id, Duration.ofMinutes(5));
 * ended.thenAccept(outcome -> System.out.println(outcome));
 * }</pre>
 *
 * @param <F> the part, such as {@link Jobs}
 */
public sealed class Async<F>
        permits AsyncJobs,
                AsyncMonitor,
                AsyncCluster,
                AsyncResources,
                AsyncRunFiles,
                AsyncOperations,
                AsyncBackups {

    private final F part;

    Async(F part) {
        this.part = part;
    }

    /** Several calls that belong together. */
    @FunctionalInterface
    public interface Call<F, T> {
        T of(F part) throws Exception;
    }

    /** Makes several calls on one virtual thread, with one future of what they give. */
    public <T> CompletableFuture<T> call(Call<? super F, ? extends T> call) {
        requireNonNull(call, "call");
        var future = new Interrupting<T>();
        future.thread =
                Thread.ofVirtual()
                        .name("mn-async")
                        .unstarted(
                                () -> {
                                    try {
                                        future.complete(call.of(part));
                                    } catch (Throwable failure) {
                                        future.completeExceptionally(failure);
                                    }
                                });
        future.thread.start();
        return future;
    }

    private static final class Interrupting<T> extends CompletableFuture<T> {

        private Thread thread = Thread.currentThread(); // set before anybody has the future

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                thread.interrupt();
            }
            return cancelled;
        }

        /** What is made of it is no call of its own. */
        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }
}
