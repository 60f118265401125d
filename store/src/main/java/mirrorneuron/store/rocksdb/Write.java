package mirrorneuron.store.rocksdb;

import java.util.concurrent.locks.LockSupport;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * One caller's change on its way through the committer. Made and awaited by the caller, staged and
 * finished by the committer.
 */
abstract class Write {

    private final Thread caller = Thread.currentThread();
    private @Nullable StoreException failure; // written before done, read after it
    private volatile boolean done;

    /**
     * Adds this change to the group, or refuses it by throwing before anything was added. Runs on
     * the committer, in queue order, so what it reads through the group is what it will meet.
     */
    abstract void stage(Group group) throws RocksDBException;

    final void finish(@Nullable StoreException outcome) {
        failure = outcome;
        done = true;
        LockSupport.unpark(caller);
    }

    /**
     * Returns when the disk has the change. An interrupt does not end the wait, because the change
     * cannot be taken back; it is passed on afterwards.
     */
    final void await() {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        var cause = failure;
        if (cause != null) {
            // One failure may end a whole group; each caller gets it with its own stack.
            throw new StoreException(cause.code(), String.valueOf(cause.getMessage()), cause);
        }
    }
}
