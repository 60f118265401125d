package mirrorneuron.runtime.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import mirrorneuron.api.JobId;
import mirrorneuron.api.PoolStats;
import mirrorneuron.engine.worker.LeaseDesk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of this node, for everyone: a {@link LeaseDesk} behind a lock, with a clock.
 *
 * <p>Safe from any thread. A callback runs once, outside the lock, on the thread that brought the
 * answer about: the requester's own, a releaser's, or the timer's. It should be short.
 */
public final class LeasePools implements AutoCloseable {

    public static final String POOL_DEFAULT = "default";
    public static final int CAPACITY_DEFAULT = 4;

    private static final Logger LOG = LoggerFactory.getLogger(LeasePools.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final LeaseDesk desk;
    private final Map<String, Consumer<? super LeaseDesk.Settled>> callbacks = new HashMap<>();
    private final LongSupplier monotonicMs;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("lease-timer").factory());
    private @Nullable ScheduledFuture<?> alarm;
    private long alarmAtMs = Long.MAX_VALUE;

    public LeasePools(Map<String, Integer> capacities) {
        this(capacities, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    LeasePools(Map<String, Integer> capacities, LongSupplier monotonicMs) {
        this.desk = new LeaseDesk(capacities);
        this.monotonicMs = monotonicMs;
    }

    /**
     * The capacities that an environment asks for: {@code MN_EXECUTOR_MAX_CONCURRENCY} for the pool
     * {@code default}, else {@value #CAPACITY_DEFAULT}, and {@code MN_EXECUTOR_POOL_CAPACITIES} as
     * {@code a=1,b=8} for others, which may name {@code default} too. The prefix {@code
     * MIRROR_NEURON_} is read where {@code MN_} is absent. Entries that are no positive number are
     * passed over.
     */
    public static Map<String, Integer> capacities(Map<String, String> environment) {
        var capacities = new LinkedHashMap<String, Integer>();
        capacities.put(
                POOL_DEFAULT,
                positive(variable(environment, "EXECUTOR_MAX_CONCURRENCY"))
                        .orElse(CAPACITY_DEFAULT));
        for (var entry : variable(environment, "EXECUTOR_POOL_CAPACITIES").split(",")) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                var name = entry.substring(0, equals).strip();
                var capacity = positive(entry.substring(equals + 1));
                if (!name.isEmpty() && capacity.isPresent()) {
                    capacities.put(name, capacity.getAsInt());
                }
            }
        }
        return capacities;
    }

    /**
     * Asks for slots. The callback hears {@link LeaseDesk.Granted} or {@link LeaseDesk.Rejected},
     * once, unless the request is withdrawn in time; a refusal or a grant without waiting comes
     * before this method returns.
     *
     * @param leaseId names the request and the lease; unique on this node
     * @throws IllegalArgumentException if the lease id is in use, or slots are fewer than one
     */
    public void request(
            String leaseId,
            JobId job,
            String pool,
            int slots,
            Duration queueTimeout,
            int queueLengthMax,
            Consumer<? super LeaseDesk.Settled> callback) {
        var request =
                new LeaseDesk.Request(
                        leaseId, job, pool, slots, queueTimeout.toMillis(), queueLengthMax);
        LeaseDesk.Answer answer;
        lock.lock();
        try {
            answer = desk.request(request, monotonicMs.getAsLong());
            if (answer instanceof LeaseDesk.Queued) {
                callbacks.put(leaseId, callback);
                setAlarm();
            }
        } finally {
            lock.unlock();
        }
        switch (answer) {
            case LeaseDesk.Settled settled -> callback.accept(settled);
            case LeaseDesk.Queued _ -> {}
        }
    }

    /**
     * Takes a request back. True when it was still waiting: its callback will not run. False when
     * it is settled already, so a granted lease is still to be released.
     */
    public boolean withdraw(String leaseId) {
        Queue<Runnable> calls;
        boolean waited;
        lock.lock();
        try {
            waited = desk.isWaiting(leaseId);
            callbacks.remove(leaseId);
            calls = calls(desk.withdraw(leaseId, monotonicMs.getAsLong()));
        } finally {
            lock.unlock();
        }
        run(calls);
        return waited;
    }

    /** Gives slots back; a lease that is not held is ignored. */
    public void release(String leaseId) {
        Queue<Runnable> calls;
        lock.lock();
        try {
            calls = calls(desk.release(leaseId, monotonicMs.getAsLong()));
        } finally {
            lock.unlock();
        }
        run(calls);
    }

    /** Changes the pools while they are in use, see {@link LeaseDesk#setCapacities}. */
    public void setCapacities(Map<String, Integer> capacities) {
        Queue<Runnable> calls;
        lock.lock();
        try {
            calls = calls(desk.setCapacities(capacities, monotonicMs.getAsLong()));
        } finally {
            lock.unlock();
        }
        run(calls);
    }

    public SequencedMap<String, PoolStats> stats() {
        lock.lock();
        try {
            return desk.stats();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the timer; who waits is not told. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void expire() {
        Queue<Runnable> calls;
        lock.lock();
        try {
            alarm = null;
            alarmAtMs = Long.MAX_VALUE;
            calls = calls(desk.expire(monotonicMs.getAsLong()));
            setAlarm();
        } finally {
            lock.unlock();
        }
        run(calls);
    }

    /** The alarm may ring too early, never too late: an early one finds nothing and is set anew. */
    private void setAlarm() {
        var next = desk.nextDeadlineMs();
        if (next.isEmpty() || next.getAsLong() >= alarmAtMs || timer.isShutdown()) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarmAtMs = next.getAsLong();
        long delayMs = Math.max(0, alarmAtMs - monotonicMs.getAsLong());
        alarm = timer.schedule(this::expire, delayMs, TimeUnit.MILLISECONDS);
    }

    private Queue<Runnable> calls(List<LeaseDesk.Settled> settled) {
        var calls = new ArrayDeque<Runnable>(settled.size());
        for (var answer : settled) {
            var callback = callbacks.remove(answer.leaseId());
            if (callback != null) {
                calls.add(() -> callback.accept(answer));
            }
        }
        return calls;
    }

    private static void run(Queue<Runnable> calls) {
        for (var call : calls) {
            try {
                call.run();
            } catch (RuntimeException failure) {
                // One requester's trouble must not keep the next from its slots.
                LOG.error("a lease callback failed", failure);
            }
        }
    }

    private static String variable(Map<String, String> environment, String name) {
        var value = environment.get("MN_" + name);
        return value != null ? value : environment.getOrDefault("MIRROR_NEURON_" + name, "");
    }

    private static OptionalInt positive(String text) {
        try {
            int value = Integer.parseInt(text.strip());
            return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
        } catch (NumberFormatException malformed) {
            return OptionalInt.empty();
        }
    }
}
