package mirrorneuron.engine.worker;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import mirrorneuron.api.JobId;
import mirrorneuron.api.PoolStats;
import org.jspecify.annotations.Nullable;

/**
 * Says who may use the slots of this node's pools, and when. A pool serves the requests of one job
 * strictly in order, and the jobs in turn.
 *
 * <p>A request that does not fit makes room for other jobs' smaller ones, but not for ever: after
 * {@value #PASSES_MAX} of them have gone ahead, free slots are kept for it until it fits. So nobody
 * starves, and one job's big request does not stop everyone else at once.
 *
 * <p>Time comes in as milliseconds of one monotonic clock. One thread at a time; a desk that the
 * caller shares needs the caller's lock.
 *
 * @see "runtime contract, section 6.8"
 */
public final class LeaseDesk {

    /** How long a refused requester should wait before it asks again. */
    public static final long RETRY_AFTER_MS = 250;

    /** How many requests of other jobs may go ahead of one that does not fit. */
    static final int PASSES_MAX = 8;

    /**
     * A wish for slots.
     *
     * @param leaseId names the request, and the lease that comes of it; unique on this desk
     * @param queueTimeoutMs milliseconds it may wait
     * @param queueLengthMax how many may wait in the pool, this one included
     */
    public record Request(
            String leaseId,
            JobId job,
            String pool,
            int slots,
            long queueTimeoutMs,
            int queueLengthMax) {

        public Request {
            requireNonNull(leaseId, "leaseId");
            requireNonNull(job, "job");
            requireNonNull(pool, "pool");
            if (slots < 1) {
                throw new IllegalArgumentException("slots: " + slots + " (expected: >= 1)");
            }
        }
    }

    /** What the desk says to a request. */
    public sealed interface Answer {
        String leaseId();
    }

    /** The last word about a request. */
    public sealed interface Settled extends Answer {}

    /** The slots are the requester's until they are released. */
    public record Granted(String leaseId, long queueWaitMs) implements Settled {}

    /**
     * The slots will not come.
     *
     * @param message one line for people
     * @param retryAfterMs milliseconds after which asking again makes sense; empty = never
     */
    public record Rejected(String leaseId, Reason reason, String message, OptionalLong retryAfterMs)
            implements Settled {}

    /**
     * The request waits.
     *
     * @param position how many wait in the pool, this one included
     */
    public record Queued(String leaseId, int position) implements Answer {}

    /** Why a request was rejected. */
    public enum Reason {
        UNKNOWN_POOL("executor_pool_unknown"),
        SLOTS_EXCEED_CAPACITY("executor_pool_slots_exceed_capacity"),
        QUEUE_FULL("executor_pool_queue_full"),
        QUEUE_TIMEOUT("executor_pool_queue_timeout");

        private final String wire;

        Reason(String wire) {
            this.wire = wire;
        }

        public String wire() {
            return wire;
        }
    }

    private final Map<String, Pool> pools = new TreeMap<>();
    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final TreeSet<Waiting> deadlines =
            new TreeSet<>(
                    Comparator.comparingLong((Waiting entry) -> entry.deadlineMs)
                            .thenComparingLong(entry -> entry.order));
    private long order;

    public LeaseDesk(Map<String, Integer> capacities) {
        capacities.forEach((name, capacity) -> pools.put(name, new Pool(name, capacity)));
    }

    /**
     * Answers a request at once: it is granted, it waits, or it is refused. Whoever waits is
     * settled by a later call.
     *
     * @throws IllegalArgumentException if the lease id is in use
     */
    public Answer request(Request request, long nowMs) {
        if (held.containsKey(request.leaseId()) || waiting.containsKey(request.leaseId())) {
            throw new IllegalArgumentException(
                    "lease id: " + request.leaseId() + " (expected: one that is not in use)");
        }
        var pool = pools.get(request.pool());
        if (pool == null) {
            return unknownPool(request);
        }
        if (request.slots() > pool.capacity) {
            return tooBig(request, pool);
        }
        // Invariant: no request that could be granted is waiting. So only the new one is in
        // question, and only when nobody of its own job is before it.
        boolean first = !pool.jobs.containsKey(request.job());
        if (first && pool.owed == null && request.slots() <= pool.available()) {
            pool.passOthers();
            return grant(pool, request, 0);
        }
        if (pool.queued >= request.queueLengthMax()) {
            return new Rejected(
                    request.leaseId(),
                    Reason.QUEUE_FULL,
                    "queue of pool "
                            + pool.name
                            + ": "
                            + pool.queued
                            + " are waiting (expected: < "
                            + request.queueLengthMax()
                            + ")",
                    OptionalLong.of(RETRY_AFTER_MS));
        }
        var entry = new Waiting(request, nowMs, order++);
        pool.add(entry);
        waiting.put(request.leaseId(), entry);
        deadlines.add(entry);
        return new Queued(request.leaseId(), pool.queued);
    }

    /** Gives slots back and says who got them; a lease that is not held changes nothing. */
    public List<Settled> release(String leaseId, long nowMs) {
        var lease = held.remove(leaseId);
        if (lease == null) {
            return List.of();
        }
        lease.pool.inUse -= lease.slots;
        lease.pool.active--;
        return serve(lease.pool, nowMs);
    }

    /**
     * Takes a waiting request back and says who got slots thanks to that; itself it gets no answer
     * any more. Empty too when it is not waiting: {@link #isWaiting} tells.
     */
    public List<Settled> withdraw(String leaseId, long nowMs) {
        var entry = waiting.get(leaseId);
        if (entry == null) {
            return List.of();
        }
        return serve(remove(entry), nowMs);
    }

    public boolean isWaiting(String leaseId) {
        return waiting.containsKey(leaseId);
    }

    /** Rejects everyone whose time is over, and says who got slots thanks to that. */
    public List<Settled> expire(long nowMs) {
        var settled = new ArrayList<Settled>();
        while (!deadlines.isEmpty() && deadlines.first().deadlineMs <= nowMs) {
            var entry = deadlines.first();
            var pool = remove(entry);
            settled.add(
                    new Rejected(
                            entry.request.leaseId(),
                            Reason.QUEUE_TIMEOUT,
                            "queue of pool "
                                    + pool.name
                                    + ": waited "
                                    + (nowMs - entry.sinceMs)
                                    + " ms (expected: at most "
                                    + entry.request.queueTimeoutMs()
                                    + " ms)",
                            OptionalLong.of(RETRY_AFTER_MS)));
            settled.addAll(serve(pool, nowMs));
        }
        return settled;
    }

    /** When {@link #expire} has something to do next; empty when nobody waits. */
    public OptionalLong nextDeadlineMs() {
        return deadlines.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(deadlines.first().deadlineMs);
    }

    /**
     * Changes the pools while they are in use. Leases that are held stay held; a pool that shrank
     * grants nothing until enough of them are back. Who waits for more than there will ever be is
     * rejected.
     */
    public List<Settled> setCapacities(Map<String, Integer> capacities, long nowMs) {
        var settled = new ArrayList<Settled>();
        for (var pool : pools.values()) {
            if (!capacities.containsKey(pool.name)) {
                pool.capacity = 0;
            }
        }
        capacities.forEach(
                (name, capacity) ->
                        pools.computeIfAbsent(name, _ -> new Pool(name, 0)).capacity = capacity);
        for (var pool : List.copyOf(pools.values())) {
            boolean gone = !capacities.containsKey(pool.name);
            if (gone) {
                pools.remove(pool.name);
            }
            for (var entry : pool.everyone()) {
                if (entry.request.slots() > pool.capacity) {
                    remove(entry);
                    settled.add(gone ? unknownPool(entry.request) : tooBig(entry.request, pool));
                }
            }
            settled.addAll(serve(pool, nowMs));
        }
        return settled;
    }

    /** The pools by name, in alphabetical order. */
    public SequencedMap<String, PoolStats> stats() {
        var stats = new LinkedHashMap<String, PoolStats>();
        for (var pool : pools.values()) {
            stats.put(
                    pool.name,
                    new PoolStats(
                            pool.capacity,
                            Math.max(0, pool.available()),
                            pool.inUse,
                            pool.queued,
                            pool.active));
        }
        return stats;
    }

    private List<Settled> serve(Pool pool, long nowMs) {
        var settled = new ArrayList<Settled>();
        while (pool.available() > 0) {
            var next = pool.next();
            if (next == null) {
                break;
            }
            remove(next);
            pool.turn(next.request.job());
            settled.add(grant(pool, next.request, nowMs - next.sinceMs));
        }
        return settled;
    }

    private Granted grant(Pool pool, Request request, long queueWaitMs) {
        pool.inUse += request.slots();
        pool.active++;
        held.put(request.leaseId(), new Held(pool, request.slots()));
        return new Granted(request.leaseId(), queueWaitMs);
    }

    private Pool remove(Waiting entry) {
        waiting.remove(entry.request.leaseId());
        deadlines.remove(entry);
        entry.pool().remove(entry);
        return entry.pool();
    }

    private Rejected unknownPool(Request request) {
        return new Rejected(
                request.leaseId(),
                Reason.UNKNOWN_POOL,
                "pool: "
                        + request.pool()
                        + " (expected: one of "
                        + String.join(", ", pools.keySet())
                        + ")",
                OptionalLong.empty());
    }

    private static Rejected tooBig(Request request, Pool pool) {
        return new Rejected(
                request.leaseId(),
                Reason.SLOTS_EXCEED_CAPACITY,
                "pool_slots: "
                        + request.slots()
                        + " (expected: at most "
                        + pool.capacity
                        + ", the capacity of pool "
                        + pool.name
                        + ")",
                OptionalLong.empty());
    }

    private record Held(Pool pool, int slots) {}

    private static final class Waiting {
        private final Request request;
        private final long sinceMs;
        private final long deadlineMs;
        private final long order;
        private @Nullable Pool pool;
        private int passes;

        private Waiting(Request request, long nowMs, long order) {
            this.request = request;
            this.sinceMs = nowMs;
            this.deadlineMs = nowMs + Math.max(0, request.queueTimeoutMs());
            this.order = order;
        }

        private Pool pool() {
            return requireNonNull(pool, "pool");
        }
    }

    private static final class Pool {
        private final String name;
        private int capacity;
        private int inUse;
        private int active;
        private int queued;

        /** Who waits, by job; the order of the jobs is the order of their turns. */
        private final SequencedMap<JobId, SequencedMap<String, Waiting>> jobs =
                new LinkedHashMap<>();

        /** The request that was passed often enough; while there is one, nobody else is served. */
        private @Nullable Waiting owed;

        private Pool(String name, int capacity) {
            this.name = name;
            this.capacity = capacity;
        }

        private int available() {
            return capacity - inUse;
        }

        private void add(Waiting entry) {
            entry.pool = this;
            jobs.computeIfAbsent(entry.request.job(), _ -> new LinkedHashMap<>())
                    .put(entry.request.leaseId(), entry);
            queued++;
        }

        private void remove(Waiting entry) {
            var ofJob = jobs.get(entry.request.job());
            if (ofJob != null && ofJob.remove(entry.request.leaseId()) != null) {
                queued--;
                if (ofJob.isEmpty()) {
                    jobs.remove(entry.request.job());
                }
            }
            if (owed == entry) {
                owed = null;
            }
        }

        /** The job was served, so it is everyone else's turn before its own. */
        private void turn(JobId job) {
            var ofJob = jobs.remove(job);
            if (ofJob != null) {
                jobs.putLast(job, ofJob);
            }
        }

        private @Nullable Waiting next() {
            if (owed != null) {
                return owed.request.slots() <= available() ? owed : null;
            }
            for (var ofJob : jobs.values()) {
                var head = ofJob.firstEntry().getValue();
                if (head.request.slots() <= available()) {
                    passBefore(head);
                    return head;
                }
            }
            return null;
        }

        private void passBefore(Waiting served) {
            for (var ofJob : jobs.values()) {
                var head = ofJob.firstEntry().getValue();
                if (head == served) {
                    return;
                }
                pass(head);
            }
        }

        private void passOthers() {
            for (var ofJob : jobs.values()) {
                pass(ofJob.firstEntry().getValue());
            }
        }

        private void pass(Waiting head) {
            head.passes++;
            if (head.passes >= PASSES_MAX && owed == null) {
                owed = head;
            }
        }

        private Collection<Waiting> everyone() {
            var all = new ArrayList<Waiting>(queued);
            for (var ofJob : jobs.values()) {
                all.addAll(ofJob.values());
            }
            return all;
        }
    }
}
