package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import mirrorneuron.store.StoreStats;

/**
 * Numbers of a runtime that cost next to nothing to read.
 *
 * @param liveJobs jobs that this process runs
 * @param runsWaiting jobs with events that are not in their run's files yet
 */
public record RuntimeStats(int liveJobs, int runsWaiting, StoreStats store) {

    public RuntimeStats {
        requireNonNull(store, "store");
    }
}
