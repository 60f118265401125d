package mirrorneuron.runtime.embedded;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mirrorneuron.runtime.bundle.BundleRegistry;
import mirrorneuron.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what has been kept long enough. Time counts from a job's end, so a paused job never
 * expires. A thread of its own does it, however much there is: nobody's alarm waits behind it.
 */
final class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final long INTERVAL_MS_DEFAULT = 60_000;
    private static final long TERMINAL_SECONDS_DEFAULT = Duration.ofDays(7).toSeconds();
    private static final long UPLOAD_SECONDS_DEFAULT = Duration.ofDays(7).toSeconds();
    private static final Duration KEYS_KEPT = Duration.ofHours(24);

    /** Looked up at a time, so that the list of them stays small. */
    private static final int JOBS_AT_ONCE = 1_000;

    private final Store store;
    private final BundleRegistry bundles;
    private final Deletion deletion;
    private final InstantSource clock;
    private final long intervalMs;
    private final Duration terminalKept;
    private final Duration uploadsKept;
    private final CountDownLatch closing = new CountDownLatch(1);
    private CompletableFuture<Void> sweeping = CompletableFuture.completedFuture(null);

    Retention(
            Store store,
            BundleRegistry bundles,
            InstantSource clock,
            Map<String, String> environment,
            Deletion deletion) {
        this.deletion = deletion;
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

    /** Sweeps from now on, an interval after each sweep's end. */
    void start() {
        sweeping =
                CompletableFuture.runAsync(
                        this::run, Thread.ofVirtual().name("mn-retention")::start);
    }

    private void run() {
        try {
            while (!closing.await(intervalMs, TimeUnit.MILLISECONDS)) {
                sweep();
            }
        } catch (InterruptedException unexpected) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Deletes all that is old by now, unless it is closed meanwhile. */
    void sweep() {
        try {
            var now = clock.instant();
            deleteJobs(now.minus(terminalKept));
            if (isClosing()) {
                return;
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

    private void deleteJobs(Instant endedBefore) {
        var earlier = List.<Store.Ended>of();
        while (true) {
            var old = store.ended(Instant.EPOCH, endedBefore, JOBS_AT_ONCE);
            if (old.isEmpty() || old.equals(earlier) || isClosing()) {
                return;
            }
            deletion.of(old.stream().map(Store.Ended::job).toList(), this::isClosing);
            earlier = old;
        }
    }

    /** Ends; the jobs that are being deleted are deleted first. */
    @Override
    public void close() {
        closing.countDown();
        sweeping.join(); // an interrupt waits until this has ended, too
    }
}
