package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.StoreMeter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The one thread that writes. Callers queue a write and block; it takes whatever is queued, stages
 * it in order, syncs once and wakes them all, so the cost of the sync is shared by everybody who
 * waited for it.
 *
 * <p>A write that is refused while staging leaves nothing behind and hurts nobody else. A group
 * that the disk refuses fails as a whole. RocksDB refuses everything after that, so the writes that
 * follow first try to open it again, now and then, and are refused with the same cause until that
 * works.
 */
final class Committer implements AutoCloseable {

    // Opening again keeps readers out for some ten milliseconds, so a disk that stays broken is
    // tried less and less often.
    private static final long REPAIR_PAUSE_MS_MIN = 250;
    private static final long REPAIR_PAUSE_MS_MAX = 8_000;
    // Each caller has at most one write here, so the queue is as long as there are callers; these
    // bound one group, so that the first in it does not wait for the last for long.
    private static final int GROUP_WRITES_MAX = 1_024;
    private static final long GROUP_BYTES_MAX = 4L * 1_024 * 1_024;

    private final Path directory;
    private final Group group;
    private final Repair repair;
    private final StoreMeter meter;
    private final Queue<Write> queue = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    // Only the committer's own thread touches these three.
    private @Nullable StoreException broken;
    private long repairPauseMs = REPAIR_PAUSE_MS_MIN;
    private long repairNanos;
    private volatile boolean idle;
    private volatile boolean closing;
    private volatile boolean stopped;

    /**
     * @param repair makes the database write again after a failed write; throws while it cannot
     * @param meter hears how long each group took
     */
    Committer(Path directory, Database database, Repair repair, StoreMeter meter) {
        this.directory = directory;
        this.group = new Group(database);
        this.repair = repair;
        this.meter = meter;
        this.thread = Thread.ofPlatform().name("store-committer").daemon().start(this::run);
    }

    /** Makes the database write again. */
    interface Repair {
        void run() throws IOException, RocksDBException;
    }

    /** Returns when the write is durable; throws why it is not. */
    void write(Write write) {
        queue.add(write);
        if (idle) {
            LockSupport.unpark(thread);
        }
        // The committer first sets stopped and then empties the queue; we first queue and then look
        // at stopped. So either it has seen our write or we see that it will not.
        if (stopped && queue.remove(write)) {
            throw StoreException.closed();
        }
        write.await();
    }

    private void run() {
        var staged = new ArrayList<Write>(GROUP_WRITES_MAX);
        while (true) {
            var first = queue.poll();
            if (first != null) {
                commit(first, staged);
                staged.clear();
            } else if (closing) {
                break;
            } else {
                idle = true;
                if (queue.isEmpty() && !closing) {
                    LockSupport.park(this);
                }
                idle = false;
            }
        }
        stopped = true;
        for (var late = queue.poll(); late != null; late = queue.poll()) {
            late.finish(StoreException.closed());
        }
    }

    private void commit(Write first, List<Write> staged) {
        @Nullable StoreException failure = null;
        if (broken != null && !isRepaired()) {
            first.finish(broken);
            return;
        }
        try {
            stage(first, staged);
            while (staged.size() < GROUP_WRITES_MAX && group.bytes() < GROUP_BYTES_MAX) {
                var next = queue.poll();
                if (next == null) {
                    break;
                }
                stage(next, staged);
            }
            boolean flushes = group.bytes() > 0;
            long began = System.nanoTime();
            group.write();
            if (flushes) {
                meter.synced(System.nanoTime() - began);
            }
            group.next();
            repairPauseMs = REPAIR_PAUSE_MS_MIN;
        } catch (RocksDBException e) {
            group.reset();
            failure = failed(e);
            breakDown(failure);
        } catch (RuntimeException | Error e) {
            // A bug of ours before anything was written. Nobody may wait forever for it, and
            // nothing remembered may be trusted.
            group.reset();
            failure =
                    new StoreException(
                            ErrorCode.INTERNAL,
                            "Expected to write to %s, but %s".formatted(directory, e),
                            e);
        }
        for (var write : staged) {
            write.finish(failure);
        }
    }

    private void stage(Write write, List<Write> staged) throws RocksDBException {
        try {
            write.stage(group);
            staged.add(write);
        } catch (StoreException refused) {
            write.finish(refused);
        } catch (RocksDBException | RuntimeException | Error e) {
            staged.add(write); // half of it may be in the batch, so the group must fail with it
            throw e;
        }
    }

    private boolean isRepaired() {
        if (System.nanoTime() - repairNanos < 0) {
            return false;
        }
        try {
            repair.run();
            broken = null;
            return true;
        } catch (IOException | RocksDBException | RuntimeException e) {
            breakDown(failed(e));
            return false;
        }
    }

    private void breakDown(StoreException cause) {
        broken = cause;
        repairNanos = System.nanoTime() + repairPauseMs * 1_000_000;
        repairPauseMs = Math.min(2 * repairPauseMs, REPAIR_PAUSE_MS_MAX);
    }

    private StoreException failed(Throwable cause) {
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to write to %s, but %s: free space or mend the disk; writing goes on by"
                                .formatted(directory, cause.getMessage())
                        + " itself as soon as it can",
                cause);
    }

    /** Refuses new writes, finishes those that are queued, and returns. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        group.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
