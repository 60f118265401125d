package mirrorneuron.server.grpc;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import java.util.function.Supplier;
import mirrorneuron.api.RuntimeUnavailableException;

/** Carries out calls: the one place where their answers and failures go out. */
public final class Calls {

    private final Refusals refusals;
    private final Stopping stopping;

    public Calls(Refusals refusals, Stopping stopping) {
        this.refusals = refusals;
        this.stopping = stopping;
    }

    /** Answers once, with what the action gives or with what it throws as a status. */
    public <T> void answer(StreamObserver<T> to, Supplier<T> action) {
        var call = (ServerCallStreamObserver<T>) to;
        // Whoever gave the call up does not wait for its answer, and what was stored stays stored.
        call.setOnCancelHandler(() -> {});
        T answer;
        try {
            answer = action.get();
        } catch (RuntimeException refused) {
            call.onError(refusals.of(refused));
            return;
        }
        call.onNext(answer);
        call.onCompleted();
    }

    /** Answers many times, from a thread of its own and at the reader's pace. */
    public <T> void stream(StreamObserver<T> to, Downstream.Body<T> body) {
        var downstream = new Downstream<>((ServerCallStreamObserver<T>) to);
        Thread.startVirtualThread(
                Context.current().wrap(() -> downstream.run(body, stopping, refusals)));
    }

    /**
     * Takes the parts of a call as they come and answers once after the last one, with what the
     * action gives or with what it or a part throws as a status.
     *
     * @param close run once when the call is over, however it ends
     */
    public <Q, T> StreamObserver<Q> collect(
            StreamObserver<T> to, Consumer<Q> take, Supplier<T> action, Runnable close) {
        var call = (ServerCallStreamObserver<T>) to;
        call.setOnCancelHandler(() -> {});
        return new StreamObserver<>() {
            private boolean over;

            @Override
            public void onNext(Q part) {
                if (over) {
                    return;
                }
                try {
                    take.accept(part);
                } catch (RuntimeException refused) {
                    end();
                    call.onError(refusals.of(refused));
                }
            }

            @Override
            public void onError(Throwable gone) {
                if (!over) {
                    end();
                }
            }

            @Override
            public void onCompleted() {
                if (over) {
                    return;
                }
                T answer;
                try {
                    answer = action.get();
                } catch (RuntimeException refused) {
                    end();
                    call.onError(refusals.of(refused));
                    return;
                }
                end();
                call.onNext(answer);
                call.onCompleted();
            }

            private void end() {
                over = true;
                close.run();
            }
        };
    }

    /** Something that waits. */
    @FunctionalInterface
    public interface Wait<T> {
        T get() throws InterruptedException;
    }

    /**
     * Waits for something on behalf of the caller of the current call only: the wait is interrupted
     * when the call is over or the server stops. It must not write anything.
     *
     * @throws RuntimeUnavailableException when it was interrupted
     */
    public <T> T await(Wait<T> wait) {
        var interruption = new Interruption(Thread.currentThread());
        Context.CancellationListener over = _ -> interruption.interrupt();
        Context.current().addListener(over, Runnable::run);
        try (var _ = stopping.whenStopping(interruption::interrupt)) {
            return wait.get();
        } catch (InterruptedException ended) {
            throw new RuntimeUnavailableException(
                    "The wait was ended, because the call is over or the server is stopping");
        } finally {
            Context.current().removeListener(over);
            interruption.disarm();
        }
    }

    /** An interrupt that hits its thread while that waits, and never later. */
    private static final class Interruption {

        private final Thread thread;
        private boolean armed = true; // guarded by this

        Interruption(Thread thread) {
            this.thread = thread;
        }

        synchronized void interrupt() {
            if (armed) {
                armed = false;
                thread.interrupt();
            }
        }

        /** One that came too late to end the wait is taken back. */
        synchronized void disarm() {
            if (!armed) {
                Thread.interrupted();
            }
            armed = false;
        }
    }
}
