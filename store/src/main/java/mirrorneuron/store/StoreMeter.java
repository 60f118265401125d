package mirrorneuron.store;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a store does. Counting allocates nothing and takes no lock. Safe from any thread. */
public final class StoreMeter {

    private final LongAdder created = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final LongAdder events = new LongAdder();
    private final Histogram syncs = new Histogram(Histogram.DISK);

    /** The first commit of a job is durable. */
    public void created(Commit first) {
        created.increment();
        committed(first);
    }

    /** A commit is durable. */
    public void committed(Commit commit) {
        commits.increment();
        commit.facts()
                .ifPresent(facts -> events.add(facts.lastSequence() - facts.firstSequence() + 1));
    }

    /** A group of writes became durable. */
    public void synced(long nanos) {
        syncs.record(nanos);
    }

    public StoreStats read() {
        return new StoreStats(created.sum(), commits.sum(), events.sum(), syncs.read());
    }
}
