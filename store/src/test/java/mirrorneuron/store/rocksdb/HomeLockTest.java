package mirrorneuron.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A home that several threads of one process want at once. */
@Timeout(60)
class HomeLockTest {

    private static final int THREADS = 4;

    @TempDir Path home;

    @Test
    void it_has_one_owner_at_a_time() throws Exception {
        var together = new CyclicBarrier(THREADS);
        var owners = new AtomicInteger();
        var acquired = new AtomicInteger();
        var results = new ArrayList<Future<?>>();
        try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (int i = 0; i < THREADS; i++) {
                results.add(
                        threads.submit(
                                () -> {
                                    for (int round = 0; round < 100; round++) {
                                        together.await(20, TimeUnit.SECONDS);
                                        try (var _ = HomeLock.acquire(home, "p", Instant.EPOCH)) {
                                            acquired.incrementAndGet();
                                            assertThat(owners.incrementAndGet()).isEqualTo(1);
                                            owners.decrementAndGet();
                                        } catch (StoreException refused) {
                                            assertThat(refused.code())
                                                    .isEqualTo(ErrorCode.HOME_IN_USE);
                                        }
                                    }
                                    return null;
                                }));
            }
        }
        for (var result : results) {
            result.get();
        }
        assertThat(acquired.get()).isGreaterThanOrEqualTo(100);
    }
}
