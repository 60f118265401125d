package mirrorneuron.runtime.simulation;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.store.Blobs;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreStats;

/** A store that does as another does; the base of stores that do one thing differently. */
class ForwardingStore implements Store {

    private final Store to;

    ForwardingStore(Store to) {
        this.to = to;
    }

    @Override
    public Optional<EarlierReply> create(Commit first) {
        return to.create(first);
    }

    @Override
    public void adopt(List<Commit.Facts> log, Commit first) {
        to.adopt(log, first);
    }

    @Override
    public void commit(Commit commit) {
        to.commit(commit);
    }

    @Override
    public long claim(JobId job) {
        return to.claim(job);
    }

    @Override
    public Optional<Stored> load(JobId job) {
        return to.load(job);
    }

    @Override
    public Optional<JobRecord> record(JobId job) {
        return to.record(job);
    }

    @Override
    public List<Commit.Facts> facts(JobId job, long afterSequence, int eventsMax) {
        return to.facts(job, afterSequence, eventsMax);
    }

    @Override
    public List<Commit.Facts> lastFacts(JobId job, int events) {
        return to.lastFacts(job, events);
    }

    @Override
    public List<JobId> unfinished() {
        return to.unfinished();
    }

    @Override
    public Map<JobStatus, Long> counts() {
        return to.counts();
    }

    @Override
    public List<JobRecord> records(Set<JobStatus> statuses, OptionalInt limit) {
        return to.records(statuses, limit);
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        return to.deadLetters(job);
    }

    @Override
    public Optional<DeadLetter> deadLetter(JobId job, int index) {
        return to.deadLetter(job, index);
    }

    @Override
    public void compact(JobId job, long throughSequence, UnaryOperator<byte[]> keep) {
        to.compact(job, throughSequence, keep);
    }

    @Override
    public void delete(JobId job) {
        to.delete(job);
    }

    @Override
    public List<Ended> ended(Instant from, Instant before, int limit) {
        return to.ended(from, before, limit);
    }

    @Override
    public Optional<EarlierReply> earlierReply(String key) {
        return to.earlierReply(key);
    }

    @Override
    public void forgetKeysBefore(Instant instant) {
        to.forgetKeysBefore(instant);
    }

    @Override
    public void put(String family, String name, byte[] document) {
        to.put(family, name, document);
    }

    @Override
    public Optional<byte[]> get(String family, String name) {
        return to.get(family, name);
    }

    @Override
    public void remove(String family, String name) {
        to.remove(family, name);
    }

    @Override
    public Blobs blobs() {
        return to.blobs();
    }

    @Override
    public StoreStats stats() {
        return to.stats();
    }

    @Override
    public List<String> damage() {
        return to.damage();
    }

    @Override
    public void close() {
        to.close();
    }
}
