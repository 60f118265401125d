package mirrorneuron.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import mirrorneuron.api.RuntimeUnavailableException;

/**
 * The answers of a streaming call, sent by one thread at the pace of their reader: while the reader
 * is behind, that thread waits and nothing is queued for it. The call is over when its caller gave
 * it up, its deadline passed, or the server stops.
 */
public final class Downstream<T> {

    /** What a stream consists of. */
    @FunctionalInterface
    public interface Body<T> {
        /** Sends until there is nothing more to send, or until the call is over. */
        void run(Downstream<T> to) throws InterruptedException;
    }

    private final ServerCallStreamObserver<T> observer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Runnable> wakes = new ArrayList<>(); // guarded by lock
    private boolean cancelled; // guarded by lock
    private boolean stopping; // guarded by lock

    Downstream(ServerCallStreamObserver<T> observer) {
        this.observer = observer;
        observer.setOnReadyHandler(this::wake);
        observer.setOnCancelHandler(() -> end(false));
    }

    /** Runs the body in the calling thread and closes the call. */
    void run(Body<T> body, Stopping server, Refusals refusals) {
        try (var _ = server.whenStopping(() -> end(true))) {
            try {
                body.run(this);
            } catch (InterruptedException over) {
                // By one of the actions for that case; which case it is stands below.
                Thread.currentThread().interrupt();
            }
            if (isStopping()) {
                throw new RuntimeUnavailableException(
                        "The server is stopping; ask again to go on from the last event");
            }
            if (!isOver()) {
                observer.onCompleted();
            }
        } catch (RuntimeException failure) {
            if (!observer.isCancelled()) {
                observer.onError(refusals.of(failure));
            }
        }
    }

    /**
     * Waits until the reader takes more.
     *
     * @return false when the call is over
     */
    public boolean awaitReady() throws InterruptedException {
        lock.lock();
        try {
            while (!cancelled && !stopping && !observer.isReady()) {
                changed.await();
            }
            return !cancelled && !stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Waits so long, less when the call is over or its reader takes more. */
    public void pause(Duration time) throws InterruptedException {
        lock.lock();
        try {
            if (!cancelled && !stopping) {
                var _ = changed.await(time.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Only after {@link #awaitReady}, so that nothing piles up. */
    public void send(T answer) {
        observer.onNext(answer);
    }

    /** Runs an action when the call is over, at once when it is already. */
    public void whenOver(Runnable action) {
        lock.lock();
        try {
            if (!cancelled && !stopping) {
                wakes.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    public boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    public boolean isOver() {
        lock.lock();
        try {
            return cancelled || stopping;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end(boolean byServer) {
        List<Runnable> told;
        lock.lock();
        try {
            if (byServer) {
                stopping = true;
            } else {
                cancelled = true;
            }
            changed.signalAll();
            told = List.copyOf(wakes);
            wakes.clear();
        } finally {
            lock.unlock();
        }
        told.forEach(Runnable::run);
    }
}
