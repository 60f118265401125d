package mirrorneuron.runtime.embedded;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import mirrorneuron.api.JobId;
import mirrorneuron.runtime.bundle.BundleRegistry;
import mirrorneuron.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what has been kept long enough. Time counts from a job's end, so a paused job never
 * expires.
 */
final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final long INTERVAL_MS_DEFAULT = 60_000;
    private static final long TERMINAL_SECONDS_DEFAULT = Duration.ofDays(7).toSeconds();
    private static final long UPLOAD_SECONDS_DEFAULT = Duration.ofDays(7).toSeconds();
    private static final Duration KEYS_KEPT = Duration.ofHours(24);

    /** Jobs deleted in one sweep at most, so that a sweep never holds the store for long. */
    private static final int SWEEP_JOBS_MAX = 1_000;

    private final Store store;
    private final BundleRegistry bundles;
    private final Consumer<JobId> beforeDelete;
    private final InstantSource clock;
    private final long intervalMs;
    private final Duration terminalKept;
    private final Duration uploadsKept;

    /**
     * @param beforeDelete hears of each job before its log goes
     */
    Retention(
            Store store,
            BundleRegistry bundles,
            InstantSource clock,
            Map<String, String> environment,
            Consumer<JobId> beforeDelete) {
        this.beforeDelete = beforeDelete;
        this.store = store;
        this.bundles = bundles;
        this.clock = clock;
        this.intervalMs =
                EmbeddedRuntime.number(
                        environment, "MN_RETENTION_GC_INTERVAL_MS", INTERVAL_MS_DEFAULT);
        this.terminalKept =
                Duration.ofSeconds(
                        EmbeddedRuntime.number(
                                environment,
                                "MN_TERMINAL_JOB_TTL_SECONDS",
                                TERMINAL_SECONDS_DEFAULT));
        this.uploadsKept =
                Duration.ofSeconds(
                        EmbeddedRuntime.number(
                                environment,
                                "MN_BUNDLE_ARCHIVE_TTL_SECONDS",
                                UPLOAD_SECONDS_DEFAULT));
    }

    long intervalMs() {
        return intervalMs;
    }

    void sweep() {
        try {
            var now = clock.instant();
            var kept = now.minus(terminalKept);
            for (var ended : store.ended(Instant.EPOCH, kept, SWEEP_JOBS_MAX)) {
                beforeDelete.accept(ended.job());
                store.delete(ended.job());
            }
            store.forgetKeysBefore(now.minus(KEYS_KEPT));
            int removed = bundles.removeUnused(uploadsKept);
            if (removed > 0) {
                LOG.info("removed {} uploaded bundles that nobody used any more", removed);
            }
        } catch (RuntimeException failure) {
            // The next sweep finds the same work again.
            LOG.warn("retention sweep stopped: {}", failure.getMessage(), failure);
        }
    }
}
