package mirrorneuron.store;

import static java.util.Objects.requireNonNull;

/**
 * What a store has done since it was opened. The numbers are read one after the other while the
 * store goes on, so they need not fit together exactly.
 *
 * @param created jobs that were made
 * @param commits of jobs that are durable, the first of each included
 * @param events in these commits
 * @param syncs how long each group of writes took to become durable; its count is that of the
 *     flushes, and it stays empty where nothing is flushed
 */
public record StoreStats(long created, long commits, long events, Histogram.Reading syncs) {

    public StoreStats {
        requireNonNull(syncs, "syncs");
    }
}
