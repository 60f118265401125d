package mirrorneuron.runtime.worker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.JobId;
import mirrorneuron.api.PoolStats;
import mirrorneuron.engine.worker.LeaseDesk;
import mirrorneuron.engine.worker.LeaseDesk.Granted;
import mirrorneuron.engine.worker.LeaseDesk.Rejected;
import mirrorneuron.runtime.Race;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeasePoolsTest {

    private static final JobId JOB = JobId.of("j");

    private final LeasePools pools = new LeasePools(Map.of("default", 2));
    private final List<LeaseDesk.Settled> settled = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        pools.close();
    }

    @Test
    void capacities_come_from_the_environment() {
        assertThat(LeasePools.capacities(Map.of())).containsExactly(entry("default", 4));
        assertThat(
                        LeasePools.capacities(
                                Map.of(
                                        "MN_EXECUTOR_MAX_CONCURRENCY",
                                        "7",
                                        "MN_EXECUTOR_POOL_CAPACITIES",
                                        "a=1, b = 8,bad,c=x,=3,d=0,e=-1,")))
                .containsExactly(entry("default", 7), entry("a", 1), entry("b", 8));
        assertThat(LeasePools.capacities(Map.of("MN_EXECUTOR_POOL_CAPACITIES", "default=9")))
                .containsExactly(entry("default", 9));
        assertThat(
                        LeasePools.capacities(
                                Map.of(
                                        "MIRROR_NEURON_EXECUTOR_MAX_CONCURRENCY",
                                        "3",
                                        "MIRROR_NEURON_EXECUTOR_POOL_CAPACITIES",
                                        "gpu=1")))
                .containsExactly(entry("default", 3), entry("gpu", 1));
        assertThat(
                        LeasePools.capacities(
                                Map.of(
                                        "MIRROR_NEURON_EXECUTOR_MAX_CONCURRENCY",
                                        "3",
                                        "MN_EXECUTOR_MAX_CONCURRENCY",
                                        "5")))
                .containsExactly(entry("default", 5));
        assertThat(LeasePools.capacities(Map.of("MN_EXECUTOR_MAX_CONCURRENCY", "many")))
                .containsExactly(entry("default", 4));
    }

    @Test
    void a_grant_without_waiting_comes_at_once_and_a_release_brings_the_next() {
        ask("a", 2, 10_000);
        assertThat(settled).containsExactly(new Granted("a", 0));
        ask("b", 1, 10_000);
        assertThat(settled).hasSize(1);
        pools.release("a");
        assertThat(settled).extracting(LeaseDesk.Settled::leaseId).containsExactly("a", "b");
    }

    @Test
    void the_timer_ends_the_waiting() {
        ask("a", 2, 10_000);
        ask("long", 1, 10_000);
        ask("short", 1, 30);
        Awaitility.await().until(() -> settled.size() == 2);
        assertThat(((Rejected) settled.getLast()).reason())
                .isEqualTo(LeaseDesk.Reason.QUEUE_TIMEOUT);
        assertThat(settled.getLast().leaseId()).isEqualTo("short");
        assertThat(stats().queued()).isEqualTo(1);
    }

    @Test
    void who_withdraws_in_time_hears_nothing() {
        ask("a", 2, 10_000);
        ask("b", 2, 10_000);
        assertThat(pools.withdraw("b")).isTrue();
        assertThat(pools.withdraw("a")).isFalse();
        pools.release("a");
        assertThat(settled).hasSize(1);
    }

    @Test
    void growth_serves_the_waiting() {
        ask("a", 2, 10_000);
        ask("b", 2, 10_000);
        pools.setCapacities(Map.of("default", 4));
        assertThat(settled).hasSize(2);
    }

    @Test
    void a_callback_may_ask_again_and_one_that_throws_harms_nobody() {
        pools.request("a", JOB, "default", 2, Duration.ofSeconds(9), 9, settled::add);
        pools.request(
                "b",
                JOB,
                "default",
                1,
                Duration.ofSeconds(9),
                9,
                _ -> {
                    throw new IllegalStateException("expected by this test");
                });
        pools.request("c", JOB, "default", 1, Duration.ofSeconds(9), 9, _ -> pools.release("c"));
        pools.release("a");
        assertThat(stats().inUse()).isEqualTo(1);
    }

    @Test
    void many_threads_never_hold_more_than_there_is_and_each_request_is_answered_once()
            throws Exception {
        var inUse = new AtomicInteger();
        var answers = new AtomicInteger();
        var withdrawn = new AtomicInteger();
        int requests = 3_000 * Race.SCALE;
        Race.of(
                4,
                (lane, chance) -> {
                    for (int i = 0; i < requests; i++) {
                        var lease = "l-" + lane + "-" + i;
                        var granted = new CompletableFuture<Boolean>();
                        pools.request(
                                lease,
                                JobId.of("j" + lane),
                                "default",
                                1,
                                Duration.ofSeconds(20),
                                2,
                                answer -> {
                                    answers.incrementAndGet();
                                    granted.complete(answer instanceof Granted);
                                });
                        if (chance.nextInt(4) == 0 && pools.withdraw(lease)) {
                            withdrawn.incrementAndGet();
                        } else if (granted.get(20, TimeUnit.SECONDS)) {
                            assertThat(inUse.incrementAndGet()).isBetween(1, 2);
                            Thread.yield();
                            inUse.decrementAndGet();
                            pools.release(lease);
                        }
                    }
                });
        assertThat(answers.get() + withdrawn.get()).isEqualTo(4 * requests);
        assertThat(stats().active()).isZero();
        assertThat(stats().inUse()).isZero();
        assertThat(stats().queued()).isZero();
    }

    private PoolStats stats() {
        return requireNonNull(pools.stats().get("default"));
    }

    private void ask(String lease, int slots, long timeoutMs) {
        pools.request(
                lease, JOB, "default", slots, Duration.ofMillis(timeoutMs), 100, settled::add);
    }
}
