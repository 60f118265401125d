package mirrorneuron.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;

/**
 * A store whose process dies at a chosen commit: before it, so that nothing of it is there, or
 * after it, so that all of it is there and nobody was told. From then on every call fails with
 * {@link Crash}, as if the process were gone; {@link #survivor} is the store that the next process
 * finds.
 *
 * <p>Commits are counted from 1; {@link #create} and {@link #adopt} count as one each. Safe from
 * any thread.
 */
public final class CrashingStore implements Store {

    /** The process is gone. Not a {@link StoreException}: nobody may handle it. */
    public static final class Crash extends Error {

        private static final long serialVersionUID = 1L;

        Crash(String moment) {
            super(moment);
        }
    }

    private final Store survivor;
    private final long before;
    private final long after;
    private final AtomicLong commits = new AtomicLong();
    private volatile boolean dead;

    private CrashingStore(Store survivor, long before, long after) {
        this.survivor = survivor;
        this.before = before;
        this.after = after;
    }

    /** Never dies; for counting the commits of a run. */
    public static CrashingStore never(Store store) {
        return new CrashingStore(store, 0, 0);
    }

    /** Dies before commit n: it is lost. */
    public static CrashingStore beforeCommit(Store store, long n) {
        return new CrashingStore(store, n, 0);
    }

    /** Dies after commit n: it is durable, but its writer never learns so. */
    public static CrashingStore afterCommit(Store store, long n) {
        return new CrashingStore(store, 0, n);
    }

    /** What is left for the next process. */
    public Store survivor() {
        return survivor;
    }

    public boolean isDead() {
        return dead;
    }

    /** How many commits reached the store. */
    public long commits() {
        return commits.get();
    }

    @Override
    public Optional<EarlierReply> create(Commit first) {
        long n = begin();
        var reply = survivor.create(first);
        end(n);
        return reply;
    }

    @Override
    public void adopt(List<Commit.Facts> log, Commit first) {
        long n = begin();
        survivor.adopt(log, first);
        end(n);
    }

    @Override
    public void commit(Commit commit) {
        long n = begin();
        survivor.commit(commit);
        end(n);
    }

    private long begin() {
        alive();
        long n = commits.incrementAndGet();
        if (n == before) {
            commits.decrementAndGet();
            dead = true;
            throw new Crash("died before commit " + n);
        }
        return n;
    }

    private void end(long n) {
        if (n == after) {
            dead = true;
            throw new Crash("died after commit " + n);
        }
    }

    private Store alive() {
        if (dead) {
            throw new Crash("is dead");
        }
        return survivor;
    }

    @Override
    public long claim(JobId job) {
        return alive().claim(job);
    }

    @Override
    public Optional<Stored> load(JobId job) {
        return alive().load(job);
    }

    @Override
    public Optional<JobRecord> record(JobId job) {
        return alive().record(job);
    }

    @Override
    public List<Commit.Facts> facts(JobId job, long afterSequence, int eventsMax) {
        return alive().facts(job, afterSequence, eventsMax);
    }

    @Override
    public List<Commit.Facts> lastFacts(JobId job, int events) {
        return alive().lastFacts(job, events);
    }

    @Override
    public List<JobId> unfinished() {
        return alive().unfinished();
    }

    @Override
    public Map<JobStatus, Long> counts() {
        return alive().counts();
    }

    @Override
    public List<JobRecord> records(Set<JobStatus> statuses, OptionalInt limit) {
        return alive().records(statuses, limit);
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        return alive().deadLetters(job);
    }

    @Override
    public Optional<DeadLetter> deadLetter(JobId job, int index) {
        return alive().deadLetter(job, index);
    }

    @Override
    public void compact(JobId job, long throughSequence, UnaryOperator<byte[]> keep) {
        alive().compact(job, throughSequence, keep);
    }

    @Override
    public void delete(JobId job) {
        alive().delete(job);
    }

    @Override
    public List<Ended> ended(Instant from, Instant before, int limit) {
        return alive().ended(from, before, limit);
    }

    @Override
    public Optional<EarlierReply> earlierReply(String key) {
        return alive().earlierReply(key);
    }

    @Override
    public void forgetKeysBefore(Instant instant) {
        alive().forgetKeysBefore(instant);
    }

    @Override
    public void put(String family, String name, byte[] document) {
        alive().put(family, name, document);
    }

    @Override
    public Optional<byte[]> get(String family, String name) {
        return alive().get(family, name);
    }

    @Override
    public void remove(String family, String name) {
        alive().remove(family, name);
    }

    @Override
    public Blobs blobs() {
        return alive().blobs();
    }

    @Override
    public StoreStats stats() {
        return survivor.stats();
    }

    @Override
    public List<String> damage() {
        return alive().damage();
    }

    /** Ends this process's use of the store; the survivor stays open for the next one. */
    @Override
    public void close() {
        dead = true;
    }
}
