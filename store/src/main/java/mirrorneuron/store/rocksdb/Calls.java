package mirrorneuron.store.rocksdb;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls that are inside native code, so that nobody frees memory under them: {@link
 * #close} refuses new calls and waits for those inside. A lock would do, but this sits on every
 * read.
 */
final class Calls {

    private static final long CLOSED = Long.MIN_VALUE;

    private final AtomicLong inside = new AtomicLong();
    private volatile @Nullable Thread closer;

    void enter() {
        if (inside.getAndIncrement() < 0) {
            exit();
            throw StoreException.closed();
        }
    }

    void exit() {
        if (inside.decrementAndGet() == CLOSED) {
            LockSupport.unpark(closer);
        }
    }

    /** Returns when no call is inside and none can enter. Call once. */
    void close() {
        closer = Thread.currentThread();
        inside.getAndAdd(CLOSED);
        boolean interrupted = false;
        while (inside.get() != CLOSED) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
