package mirrorneuron.store.rocksdb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Store.EarlierReply;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The writes that will share one sync, and the state of the jobs as these writes leave it. Only the
 * committer touches it; between two groups it is the cache of heads.
 */
final class Group implements AutoCloseable {

    // About 200 bytes each; a job beyond that costs one read when it writes again.
    private static final int JOBS_CACHED_MAX = 32_768;

    private static final byte[] NOTHING = {};

    /** A job as the writes up to here leave it. */
    static final class Job {

        /** Null when there is no such job. */
        @Nullable Head head;

        /** Of the last fact or the snapshot, whichever is later; -1 when there is neither. */
        long lastSequence;
    }

    private final Database database;
    private final WriteBatch batch = new WriteBatch();
    private final LinkedHashMap<String, Job> jobs = new LinkedHashMap<>(256, 0.75f, true);
    private final Map<String, EarlierReply> newKeys = new HashMap<>();
    private long bytes;

    // As the writes up to here leave them; null before they are needed, and again after a failure.
    private @Nullable Counts counts;
    private boolean countsChanged;

    Group(Database database) {
        this.database = database;
    }

    Job job(String id) {
        var known = jobs.get(id);
        if (known != null) {
            return known;
        }
        var job = new Job();
        job.head = readHead(id);
        job.lastSequence = job.head == null ? -1 : readLastSequence(id, job.head);
        jobs.put(id, job);
        return job;
    }

    private @Nullable Head readHead(String id) {
        var bytes = database.get(Database.Family.RECORDS, Keys.head(id));
        if (bytes.isEmpty()) {
            return null;
        }
        try {
            return Head.parse(bytes.get());
        } catch (RuntimeException e) {
            throw new StoreException(
                    ErrorCode.STORE_DAMAGED,
                    "Expected to write to job %s, but its head cannot be read (%s): the other jobs"
                                    .formatted(id, e.getMessage())
                            + " are not touched; restore this one from a backup, or delete it",
                    e);
        }
    }

    private long readLastSequence(String id, Head head) {
        var log = Keys.log(id);
        long snapshot = head.snapshotSequence().orElse(-1);
        try (var view = database.view();
                var groups = view.iterator(Database.Family.LOG)) {
            groups.seekForPrev(Keys.facts(log, -1L)); // as unsigned bytes the largest number
            if (groups.isValid() && Keys.startsWith(groups.key(), log)) {
                return Math.max(snapshot, FactsCodec.lastSequence(groups.key(), groups.value()));
            }
            view.check(groups, Database.Family.LOG, log);
            return snapshot;
        }
    }

    /** What an idempotency key was answered with, this group included. */
    Optional<EarlierReply> earlierReply(String key) {
        var fresh = newKeys.get(key);
        return fresh != null ? Optional.of(fresh) : rememberedKey(key).map(RememberedKey::reply);
    }

    void remember(String key, EarlierReply reply) {
        newKeys.put(key, reply);
    }

    /** True when an idempotency key is known and was last written before an instant. */
    boolean usedBefore(String key, Instant instant) {
        return !newKeys.containsKey(key)
                && rememberedKey(key)
                        .filter(used -> Instant.ofEpochMilli(used.atMs()).isBefore(instant))
                        .isPresent();
    }

    private Optional<RememberedKey> rememberedKey(String key) {
        return database.get(Database.Family.RECORDS, Keys.idempotency(key))
                .map(bytes -> RememberedKey.of(key, bytes));
    }

    /**
     * A value as it is stored once everything staged so far is; for writes so rare that a sync of
     * their own does not matter.
     */
    Optional<byte[]> settled(Database.Family family, byte[] key) throws RocksDBException {
        settle();
        return database.get(family, key);
    }

    private void settle() throws RocksDBException {
        if (bytes > 0) {
            write();
            clear();
        }
    }

    /**
     * Where a job stands in the indexes of statuses although its head does not say so; looks at
     * every job, and settles what was staged.
     */
    List<IndexReader.Indexed> listed(String id) throws RocksDBException {
        settle();
        var found = new ArrayList<IndexReader.Indexed>(1);
        try (var view = database.view()) {
            IndexReader.newestFirst(
                    view,
                    Set.of(),
                    indexed -> {
                        if (indexed.id().equals(id)) {
                            found.add(indexed);
                        }
                        return true;
                    });
        }
        return found;
    }

    void put(Database.Family family, byte[] key, byte[] value) throws RocksDBException {
        batch.put(database.handle(family), key, value);
        bytes += key.length + value.length;
    }

    void delete(Database.Family family, byte[] key) throws RocksDBException {
        batch.delete(database.handle(family), key);
        bytes += key.length;
    }

    /** Puts a job into the index of its status. */
    void index(JobStatus status, long updatedAtMs, String id) throws RocksDBException {
        count(status, 1);
        put(Database.Family.INDEX, Keys.status(status, updatedAtMs, id), NOTHING);
    }

    /** Takes a job out of the index of its status. */
    void unindex(JobStatus status, byte[] key) throws RocksDBException {
        count(status, -1);
        deleteIndexed(key);
    }

    private void count(JobStatus status, int jobs) {
        var known = counts;
        if (known == null) {
            // Nothing that counts was staged before, so the stored index is what they start from.
            try (var view = database.view()) {
                known = Counts.read(view);
            }
            counts = known;
        }
        known.add(status, jobs);
        countsChanged = true;
    }

    /**
     * Index keys are put once and deleted once, in turn: RocksDB can then drop the pair as soon as
     * both meet, and a list over a busy status does not wade through old deletions.
     */
    void deleteIndexed(byte[] key) throws RocksDBException {
        batch.singleDelete(database.handle(Database.Family.INDEX), key);
        bytes += key.length;
    }

    void deleteAll(Database.Family family, byte[] prefix) throws RocksDBException {
        batch.deleteRange(database.handle(family), prefix, Keys.end(prefix));
        bytes += 2L * prefix.length;
    }

    /** How much has been staged. */
    long bytes() {
        return bytes;
    }

    /** Makes the staged writes durable. */
    void write() throws RocksDBException {
        var changed = counts;
        if (countsChanged && changed != null) {
            put(Database.Family.INDEX, Keys.COUNTS, changed.bytes());
        }
        if (bytes > 0) {
            database.write(batch);
        }
    }

    /** Ready for the next group, after this one is durable. */
    void next() {
        clear();
        var eldest = jobs.entrySet().iterator();
        while (jobs.size() > JOBS_CACHED_MAX) {
            eldest.next();
            eldest.remove();
        }
    }

    /** Ready for the next group, after this one failed: what is remembered may not be true. */
    void reset() {
        clear();
        jobs.clear();
        counts = null;
    }

    private void clear() {
        batch.clear();
        newKeys.clear();
        bytes = 0;
        countsChanged = false;
    }

    @Override
    public void close() {
        batch.close();
    }

    /** The stored form of an idempotency key. */
    record RememberedKey(EarlierReply reply, long atMs) {

        byte[] bytes() {
            return Json.bytes(
                    JsonObject.builder()
                            .put("job", reply.job().value())
                            .put("digest", reply.digest())
                            .put("at_ms", atMs)
                            .build());
        }

        /**
         * @throws StoreException {@code STORE_DAMAGED} when the bytes are not what was written
         */
        static RememberedKey of(String key, byte[] bytes) {
            try {
                return parse(bytes);
            } catch (RuntimeException e) {
                throw new StoreException(
                        ErrorCode.STORE_DAMAGED,
                        "Expected to read idempotency key %s, but its value is not what was written:"
                                        .formatted(key)
                                + " use another key",
                        e);
            }
        }

        static RememberedKey parse(byte[] bytes) {
            var json = (JsonObject) Json.parse(bytes);
            return new RememberedKey(
                    new EarlierReply(
                            JobId.of(json.string("job").orElseThrow()),
                            json.string("digest").orElseThrow()),
                    json.integer("at_ms").orElseThrow());
        }
    }
}
