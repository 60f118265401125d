package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.INDEX;
import static mirrorneuron.store.rocksdb.Database.Family.LOG;
import static mirrorneuron.store.rocksdb.Database.Family.RECORDS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store.EarlierReply;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** The changes of a job. Each encodes what it can on its caller's thread, before it is queued. */
final class JobWrites {

    private static final byte[] NOTHING = {};

    private JobWrites() {}

    /** What create and commit share: a commit in the form in which it is stored. */
    private abstract static class Committing extends Write {

        final Commit commit;
        final String id;
        private final byte @Nullable [] factsKey;
        private final byte @Nullable [] facts;
        private final byte @Nullable [] record;
        private final byte @Nullable [] snapshot;
        private final List<byte[]> deadLetters;

        Committing(Commit commit) {
            this.commit = commit;
            this.id = Keys.id(commit.job());
            var group = commit.facts().orElse(null);
            this.factsKey = group == null ? null : Keys.facts(Keys.log(id), group.firstSequence());
            this.facts = group == null ? null : FactsCodec.value(group);
            this.record = commit.entry().map(entry -> Json.bytes(entry.record())).orElse(null);
            this.snapshot = commit.snapshot().map(FactsCodec::value).orElse(null);
            this.deadLetters = new ArrayList<>(commit.deadLetters().size());
            for (var letter : commit.deadLetters()) {
                deadLetters.add(Json.bytes(letter.toJson()));
            }
        }

        /** Adds the commit to the group; the caller has checked that it may. */
        final void put(Group group, Group.Job job, Head before) throws RocksDBException {
            var head = before;
            if (facts != null && factsKey != null) {
                group.put(LOG, factsKey, facts);
                job.lastSequence = commit.facts().orElseThrow().lastSequence();
            }
            if (record != null) {
                var entry = commit.entry().orElseThrow();
                group.put(RECORDS, Keys.record(id), record);
                head = head.withEntry(entry.status(), entry.updatedAt().toEpochMilli());
            }
            if (snapshot != null) {
                long sequence = commit.snapshot().orElseThrow().sequence();
                group.put(RECORDS, Keys.snapshot(id), snapshot);
                head = head.withSnapshot(sequence);
                job.lastSequence = Math.max(job.lastSequence, sequence);
            }
            if (!deadLetters.isEmpty()) {
                var prefix = Keys.deadLetters(id);
                for (int i = 0; i < deadLetters.size(); i++) {
                    int index = commit.deadLetters().get(i).index();
                    group.put(RECORDS, Keys.deadLetter(prefix, index), deadLetters.get(i));
                }
            }
            if (commit.idempotency().isPresent()) {
                putKey(group, commit.idempotency().get());
            }
            replaceHead(group, id, job, head.withEpoch(commit.epoch()));
        }

        private void putKey(Group group, Commit.Idempotency key) throws RocksDBException {
            var reply = new EarlierReply(commit.job(), key.digest());
            long atMs = key.at().toEpochMilli();
            group.put(
                    RECORDS,
                    Keys.idempotency(key.key()),
                    new Group.RememberedKey(reply, atMs).bytes());
            // Not an index key in the sense of Group.deleteIndexed: the same key may be written
            // twice at one time.
            group.put(INDEX, Keys.used(atMs, key.key()), NOTHING);
            group.remember(key.key(), reply);
        }
    }

    static final class Create extends Committing {

        private Optional<EarlierReply> earlier = Optional.empty(); // written before finish

        Create(Commit first) {
            super(first);
            if (first.entry().isEmpty()) {
                throw new IllegalArgumentException("first commit of a job: no entry");
            }
        }

        @Override
        void stage(Group group) throws RocksDBException {
            if (commit.idempotency().isPresent()) {
                earlier = group.earlierReply(commit.idempotency().get().key());
                if (earlier.isPresent()) {
                    return;
                }
            }
            var job = group.job(id);
            if (job.head != null) {
                throw StoreException.duplicate(commit.job());
            }
            var entry = commit.entry().orElseThrow();
            put(group, job, Head.unborn(entry.status()));
        }

        Optional<EarlierReply> earlier() {
            return earlier;
        }
    }

    /** A job that comes with a log. */
    static final class Adopt extends Committing {

        private final List<byte[]> keys = new ArrayList<>();
        private final List<byte[]> values = new ArrayList<>();

        Adopt(List<Commit.Facts> log, Commit first) {
            super(first);
            if (first.entry().isEmpty()) {
                throw new IllegalArgumentException("first commit of a job: no entry");
            }
            first.requireAfter(log);
            for (var facts : log) {
                keys.add(Keys.facts(Keys.log(id), facts.firstSequence()));
                values.add(FactsCodec.value(facts));
            }
        }

        @Override
        void stage(Group group) throws RocksDBException {
            var job = group.job(id);
            if (job.head != null) {
                throw StoreException.duplicate(commit.job());
            }
            for (int i = 0; i < keys.size(); i++) {
                group.put(LOG, keys.get(i), values.get(i));
            }
            put(group, job, Head.unborn(commit.entry().orElseThrow().status()));
        }
    }

    static final class Apply extends Committing {

        Apply(Commit commit) {
            super(commit);
        }

        @Override
        void stage(Group group) throws RocksDBException {
            var job = group.job(id);
            var head = job.head;
            if (head == null) {
                throw StoreException.gone(commit.job());
            }
            if (commit.epoch() < head.epoch()) {
                throw StoreException.staleEpoch(commit.job(), commit.epoch(), head.epoch());
            }
            if (commit.facts().isPresent()
                    && commit.facts().get().firstSequence() <= job.lastSequence) {
                throw StoreException.overlap(
                        commit.job(), commit.facts().get().firstSequence(), job.lastSequence);
            }
            put(group, job, head);
        }
    }

    static final class Claim extends Write {

        private final JobId jobId;
        private long epoch; // written before finish

        Claim(JobId jobId) {
            this.jobId = jobId;
        }

        @Override
        void stage(Group group) throws RocksDBException {
            var id = Keys.id(jobId);
            var job = group.job(id);
            var head = job.head;
            if (head == null) {
                throw StoreException.noSuchJob(jobId);
            }
            epoch = head.epoch() + 1;
            replaceHead(group, id, job, head.withEpoch(epoch));
        }

        long epoch() {
            return epoch;
        }
    }

    /** Replaces or deletes groups of facts that a snapshot has made superfluous. */
    static final class Shorten extends Write {

        /**
         * @param value the group's new value; null deletes it
         */
        record Step(byte[] key, byte @Nullable [] value) {}

        private final String id;
        private final List<Step> steps;

        Shorten(String id, List<Step> steps) {
            this.id = id;
            this.steps = List.copyOf(steps);
        }

        @Override
        void stage(Group group) throws RocksDBException {
            if (group.job(id).head == null) {
                return; // deleted meanwhile, and its facts must not come back
            }
            for (var step : steps) {
                if (step.value() == null) {
                    group.delete(LOG, step.key());
                } else {
                    group.put(LOG, step.key(), step.value());
                }
            }
        }
    }

    static final class Delete extends Write {

        private final String id;

        Delete(JobId job) {
            this.id = Keys.id(job);
        }

        @Override
        void stage(Group group) throws RocksDBException {
            Group.Job job;
            try {
                job = group.job(id);
            } catch (StoreException e) {
                if (e.code() != ErrorCode.STORE_DAMAGED) {
                    throw e;
                }
                // Its place in the index of ended jobs is not known any more; readers pass over it.
                deleteKeys(group);
                for (var indexed : group.listed(id)) {
                    group.unindex(indexed.status(), indexed.key());
                }
                return;
            }
            var head = job.head;
            if (head == null) {
                return;
            }
            deleteKeys(group);
            group.unindex(head.status(), Keys.status(head.status(), head.updatedAtMs(), id));
            if (head.endedAtMs().isPresent()) {
                group.deleteIndexed(Keys.ended(head.endedAtMs().getAsLong(), id));
            }
            job.head = null;
            job.lastSequence = -1;
        }

        private void deleteKeys(Group group) throws RocksDBException {
            group.deleteAll(LOG, Keys.log(id));
            group.deleteAll(RECORDS, Keys.deadLetters(id));
            group.delete(RECORDS, Keys.record(id));
            group.delete(RECORDS, Keys.snapshot(id));
            group.delete(RECORDS, Keys.head(id));
        }
    }

    /** Writes the head when it changed, and moves the job in the indexes with it. */
    private static void replaceHead(Group group, String id, Group.Job job, Head after)
            throws RocksDBException {
        var before = job.head;
        if (after.equals(before)) {
            return;
        }
        group.put(RECORDS, Keys.head(id), after.bytes());
        boolean moved =
                before == null
                        || before.status() != after.status()
                        || before.updatedAtMs() != after.updatedAtMs();
        if (moved) {
            if (before != null) {
                group.unindex(
                        before.status(), Keys.status(before.status(), before.updatedAtMs(), id));
            }
            group.index(after.status(), after.updatedAtMs(), id);
        }
        if (before == null || !before.endedAtMs().equals(after.endedAtMs())) {
            if (before != null && before.endedAtMs().isPresent()) {
                group.deleteIndexed(Keys.ended(before.endedAtMs().getAsLong(), id));
            }
            if (after.endedAtMs().isPresent()) {
                group.put(INDEX, Keys.ended(after.endedAtMs().getAsLong(), id), NOTHING);
            }
        }
        job.head = after;
    }
}
