package mirrorneuron.runtime.embedded;

import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import mirrorneuron.api.JobId;
import mirrorneuron.runtime.operation.Lanes;
import mirrorneuron.store.Store;

/** Deletes jobs that have ended. Safe from any thread. */
final class Deletion {

    /**
     * Deleted at the same time. Each waits for the disk a dozen times, once for every file of its
     * run, and those waits are shared: one after the other, a home that finishes two hundred jobs a
     * second could not be kept from growing. Each wait also holds a thread of the system, so there
     * are not many.
     */
    private static final int SIDE_BY_SIDE = 16;

    private final Store store;
    private final Consumer<JobId> beforeDelete;

    /**
     * @param beforeDelete hears of each job before its log goes
     */
    Deletion(Store store, Consumer<JobId> beforeDelete) {
        this.store = store;
        this.beforeDelete = beforeDelete;
    }

    void of(JobId job) {
        beforeDelete.accept(job);
        store.delete(job);
    }

    /**
     * Deletes many, in no order. The first failure is thrown, after what was at hand has ended; the
     * rest stays.
     *
     * @param calledOff asked before each; from the first {@code true} on nothing more is begun
     */
    void of(Collection<JobId> jobs, BooleanSupplier calledOff) {
        Lanes.each(jobs, SIDE_BY_SIDE, calledOff, this::of);
    }
}
