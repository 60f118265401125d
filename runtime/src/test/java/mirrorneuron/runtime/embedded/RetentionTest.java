package mirrorneuron.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.JobId;
import mirrorneuron.store.Store;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep deletes, of a store that is only a list. */
@Timeout(30)
class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");

    @TempDir Path home;

    private final List<Store.Ended> kept = Collections.synchronizedList(new ArrayList<>());
    private final List<JobId> finished = Collections.synchronizedList(new ArrayList<>());
    private EmbeddedRuntime runtime;
    private Runnable beforeDelete = () -> {};
    private JobId stays = JobId.of("none");

    @BeforeEach
    void open() {
        runtime = EmbeddedRuntime.builder(Map.of()).home(home).start();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private void ended(int jobs) {
        for (int i = 0; i < jobs; i++) {
            kept.add(new Store.Ended(JobId.of("old-" + i), NOW.minusSeconds(120)));
        }
    }

    private Store store() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "ended" ->
                                            kept.stream()
                                                    .filter(
                                                            job ->
                                                                    job.at()
                                                                            .isBefore(
                                                                                    (Instant)
                                                                                            arguments[
                                                                                                    1]))
                                                    .limit((Integer) arguments[2])
                                                    .toList();
                                    case "delete" -> {
                                        beforeDelete.run();
                                        kept.removeIf(
                                                job ->
                                                        job.job().equals(arguments[0])
                                                                && !job.job().equals(stays));
                                        yield null;
                                    }
                                    case "forgetKeysBefore" -> null;
                                    default -> throw new AssertionError(method.getName());
                                });
    }

    private Retention retention(String intervalMs) {
        return new Retention(
                store(),
                runtime.bundles(),
                InstantSource.fixed(NOW),
                Map.of(
                        "MN_TERMINAL_JOB_TTL_SECONDS",
                        "60",
                        "MN_RETENTION_GC_INTERVAL_MS",
                        intervalMs),
                new Deletion(store(), finished::add));
    }

    @Test
    void one_sweep_deletes_all_that_is_old_and_nothing_else() {
        ended(2_500);
        var young = new Store.Ended(JobId.of("young"), NOW.minusSeconds(30));
        kept.add(young);

        retention("86400000").sweep();

        assertThat(kept).containsExactly(young);
        assertThat(finished).hasSize(2_500).doesNotHaveDuplicates();
    }

    @Test
    void a_failure_ends_the_sweep_and_the_next_one_goes_on() {
        ended(500);
        var failures = new AtomicInteger();
        beforeDelete =
                () -> {
                    if (failures.getAndIncrement() == 0) {
                        throw new IllegalStateException("the disk is full");
                    }
                };
        var retention = retention("86400000");

        retention.sweep();
        assertThat(kept).isNotEmpty();
        retention.sweep();
        assertThat(kept).isEmpty();
    }

    @Test
    void what_cannot_be_deleted_does_not_keep_a_sweep_going() {
        ended(3);
        stays = JobId.of("old-1");

        retention("86400000").sweep();

        assertThat(kept).extracting(Store.Ended::job).containsExactly(stays);
    }

    @Test
    void closing_waits_for_the_jobs_at_hand_and_leaves_the_others() throws Exception {
        ended(500);
        var deleting = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        beforeDelete =
                () -> {
                    deleting.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError("a deletion was interrupted", e);
                    }
                };
        var retention = retention("1");
        retention.start();
        deleting.await();

        var closing = Thread.ofPlatform().start(retention::close);
        closing.join(100);
        assertThat(closing.isAlive()).as("closes while a job is being deleted").isTrue();
        goOn.countDown();
        closing.join(TimeUnit.SECONDS.toMillis(20));

        assertThat(closing.isAlive()).isFalse();
        assertThat(finished).doesNotHaveDuplicates().hasSizeLessThan(100);
        assertThat(kept).hasSize(500 - finished.size());
    }
}
