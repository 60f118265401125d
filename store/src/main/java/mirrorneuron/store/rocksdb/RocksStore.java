package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.RECORDS;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Blobs;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.StoreMeter;
import mirrorneuron.store.StoreStats;
import org.rocksdb.RocksDBException;

/**
 * The store of one machine: state in {@code <home>/state}, blobs in {@code <home>/blobs}. Exactly
 * one process at a time owns a home; the file {@code <home>/state.lock} names it.
 *
 * <p>Writes of all callers share syncs ({@code Committer}); reads go straight to RocksDB, each from
 * one consistent view. Safe from any thread, virtual ones included.
 *
 * <p><b>What a crash leaves.</b> Every call that returned is there afterwards, after the death of
 * the process and of the machine alike. A call that had not returned is there whole or not at all.
 */
public final class RocksStore implements Store {

    private static final int KEYS_FORGOTTEN_AT_ONCE = 1_000;

    private final Home home;
    private final InstantSource clock;
    private final Database database;
    private final Committer committer;
    // Shared by every read; alone in it is who closes or opens the database, so that nobody is
    // inside native code whose memory is freed. The committer needs no share: it is the one that
    // opens again, and it has ended before anybody closes.
    private final StampedLock inside = new StampedLock();
    private final StoreMeter meter = new StoreMeter();
    private boolean closed; // guarded by inside

    private RocksStore(Home home, InstantSource clock) {
        this.home = home;
        this.clock = clock;
        this.database = home.database();
        this.committer = new Committer(home.state(), database, this::openAgain, meter);
    }

    /** Opens the home as an unnamed program, with the system's clock. */
    public static RocksStore open(Path home) {
        return open(home, "mirrorneuron", InstantSource.system());
    }

    /**
     * Opens the home, or makes it.
     *
     * @param home {@code MN_HOME}; made with its parents when absent
     * @param program named to a second process that finds the home in use
     * @param clock dates the lock and what is set aside; never decides anything
     * @throws mirrorneuron.store.StoreException {@code HOME_IN_USE} when a process has it open,
     *     {@code STORE_VERSION} when a newer release wrote it, {@code STORE_DAMAGED} when it cannot
     *     be opened without losing acknowledged work, {@code STORE_UNAVAILABLE} when the directory
     *     cannot be used; nothing was changed then
     */
    public static RocksStore open(Path home, String program, InstantSource clock) {
        var store = new RocksStore(Home.open(home, program, clock), clock);
        try {
            store.read(Inspection::unreadableJobs).forEach(store::setAside);
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Makes a home usable again whose store {@link #open} refuses as damaged. Never done without
     * being asked, because acknowledged work may be missing afterwards. The damaged files are kept
     * in {@code <home>/damaged/<time>/state}; {@link #damage} tells of it from then on.
     *
     * @return what was done, in one sentence
     * @throws StoreException {@code STORE_DAMAGED} when nothing can be read, {@code HOME_IN_USE};
     *     the store is as it was then
     */
    public static String salvage(Path home, String program, InstantSource clock) {
        return Home.salvage(home, program, clock);
    }

    @Override
    public Optional<EarlierReply> create(Commit first) {
        var create = new JobWrites.Create(first);
        committer.write(create);
        if (create.earlier().isEmpty()) {
            meter.created(first);
        }
        return create.earlier();
    }

    @Override
    public void adopt(List<Commit.Facts> log, Commit first) {
        committer.write(new JobWrites.Adopt(log, first));
        meter.created(first);
    }

    @Override
    public void commit(Commit commit) {
        committer.write(new JobWrites.Apply(commit));
        meter.committed(commit);
    }

    @Override
    public long claim(JobId job) {
        var claim = new JobWrites.Claim(job);
        committer.write(claim);
        return claim.epoch();
    }

    @Override
    public Optional<Stored> load(JobId job) {
        var id = Keys.id(job);
        return read(
                view -> {
                    var record = record(view, id);
                    var head = head(view, id);
                    if (record.isEmpty() || head.isEmpty()) {
                        return Optional.empty();
                    }
                    var key = Keys.snapshot(id);
                    var snapshot =
                            view.get(RECORDS, key).map(value -> FactsCodec.snapshot(key, value));
                    long after = snapshot.map(Commit.Snapshot::sequence).orElse(-1L);
                    return Optional.of(
                            new Stored(
                                    record.get(),
                                    head.get().epoch(),
                                    snapshot,
                                    FactsReader.after(view, id, after, Integer.MAX_VALUE)));
                });
    }

    @Override
    public Optional<JobRecord> record(JobId job) {
        var id = Keys.id(job);
        return read(view -> record(view, id));
    }

    static Optional<Head> head(Database.View view, String id) {
        return view.get(RECORDS, Keys.head(id))
                .map(bytes -> Damage.readable(Keys.head(id), bytes, Head::parse));
    }

    static Optional<JobRecord> record(Database.View view, String id) {
        return view.get(RECORDS, Keys.record(id))
                .map(bytes -> Damage.readable(Keys.record(id), bytes, RocksStore::parseRecord));
    }

    static JobRecord parseRecord(byte[] document) {
        return JobRecord.fromJson((JsonObject) Json.parse(document));
    }

    @Override
    public List<Commit.Facts> facts(JobId job, long afterSequence, int eventsMax) {
        var id = Keys.id(job);
        return read(view -> FactsReader.after(view, id, afterSequence, eventsMax));
    }

    @Override
    public List<Commit.Facts> lastFacts(JobId job, int events) {
        var id = Keys.id(job);
        return read(view -> FactsReader.last(view, id, events));
    }

    @Override
    public List<JobId> unfinished() {
        return read(
                view ->
                        IndexReader.unfinished(view).stream()
                                .map(IndexReader.Indexed::job)
                                .toList());
    }

    @Override
    public Map<JobStatus, Long> counts() {
        return read(view -> Counts.read(view).toMap());
    }

    @Override
    public List<JobRecord> records(Set<JobStatus> statuses, OptionalInt limit) {
        int recordsMax = limit.orElse(Integer.MAX_VALUE);
        var records = new ArrayList<JobRecord>();
        var unreadable = new ArrayList<Inspection.Finding>();
        if (recordsMax > 0) {
            read(
                    view -> {
                        IndexReader.newestFirst(
                                view,
                                statuses,
                                job -> {
                                    readListed(view, job, records, unreadable);
                                    return records.size() < recordsMax;
                                });
                        return records;
                    });
        }
        unreadable.forEach(this::setAside);
        return records;
    }

    // One rotten record must not hide all others.
    private static void readListed(
            Database.View view,
            IndexReader.Indexed job,
            List<JobRecord> records,
            List<Inspection.Finding> unreadable) {
        try {
            record(view, job.id()).ifPresent(records::add);
        } catch (StoreException e) {
            if (e.code() != ErrorCode.STORE_DAMAGED) {
                throw e;
            }
            unreadable.add(new Inspection.Finding(job, String.valueOf(e.getMessage())));
        }
    }

    private void setAside(Inspection.Finding finding) {
        if (!home.damage().report(Keys.shown(finding.job().key()), finding.problem())) {
            return;
        }
        try {
            var time = Timestamps.format(clock.instant());
            committer.write(new DocumentWrites.SetAside(finding.job(), time));
        } catch (StoreException _) {
            // Bytes that RocksDB itself cannot read cannot be moved; they are reported all the
            // same.
        }
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        var prefix = Keys.deadLetters(Keys.id(job));
        return read(
                view -> {
                    var letters = new ArrayList<DeadLetter>();
                    try (var each = view.iterator(RECORDS)) {
                        each.seek(prefix);
                        for (; each.isValid() && Keys.startsWith(each.key(), prefix); each.next()) {
                            letters.add(parseDeadLetter(each.key(), each.value()));
                        }
                        view.check(each, RECORDS, prefix);
                    }
                    return letters;
                });
    }

    @Override
    public Optional<DeadLetter> deadLetter(JobId job, int index) {
        var key = Keys.deadLetter(Keys.deadLetters(Keys.id(job)), index);
        return read(view -> view.get(RECORDS, key).map(value -> parseDeadLetter(key, value)));
    }

    private static DeadLetter parseDeadLetter(byte[] key, byte[] value) {
        return Damage.readable(
                key, value, bytes -> DeadLetter.fromJson((JsonObject) Json.parse(bytes)));
    }

    @Override
    public void compact(JobId job, long throughSequence, UnaryOperator<byte[]> keep) {
        compact(job, -1, throughSequence, keep);
    }

    @Override
    public void compact(
            JobId job, long afterSequence, long throughSequence, UnaryOperator<byte[]> keep) {
        var id = Keys.id(job);
        var part = read(view -> ShortenPlan.next(view, id, afterSequence, throughSequence, keep));
        while (!part.steps().isEmpty()) {
            committer.write(new JobWrites.Shorten(id, part.steps()));
            long reached = part.reached();
            part = read(view -> ShortenPlan.next(view, id, reached, throughSequence, keep));
        }
    }

    @Override
    public void delete(JobId job) {
        committer.write(new JobWrites.Delete(job));
    }

    @Override
    public List<Ended> ended(Instant from, Instant before, int limit) {
        return read(view -> IndexReader.ended(view, from, before, limit));
    }

    @Override
    public Optional<EarlierReply> earlierReply(String key) {
        return read(view -> view.get(RECORDS, Keys.idempotency(key)))
                .map(bytes -> Group.RememberedKey.of(key, bytes).reply());
    }

    @Override
    public void forgetKeysBefore(Instant instant) {
        var used = read(view -> IndexReader.usedBefore(view, instant, KEYS_FORGOTTEN_AT_ONCE));
        while (!used.isEmpty()) {
            committer.write(new DocumentWrites.Forget(used, instant));
            used = read(view -> IndexReader.usedBefore(view, instant, KEYS_FORGOTTEN_AT_ONCE));
        }
    }

    @Override
    public void put(String family, String name, byte[] document) {
        committer.write(new DocumentWrites.Put(Keys.document(family, name), document.clone()));
    }

    @Override
    public Optional<byte[]> get(String family, String name) {
        var key = Keys.document(family, name);
        return read(view -> view.get(RECORDS, key));
    }

    @Override
    public void remove(String family, String name) {
        committer.write(new DocumentWrites.Remove(Keys.document(family, name)));
    }

    @Override
    public Blobs blobs() {
        return home.blobs();
    }

    @Override
    public StoreStats stats() {
        return meter.read();
    }

    @Override
    public List<String> damage() {
        return home.damage().found();
    }

    @Override
    public void close() {
        committer.close();
        long alone = inside.writeLock();
        try {
            if (!closed) {
                closed = true;
                home.close();
            }
        } finally {
            inside.unlockWrite(alone);
        }
    }

    /** Opens the database again when the disk takes writes again; reads go on until then. */
    private void openAgain() throws IOException, RocksDBException {
        home.probeDisk();
        long alone = inside.writeLock();
        try {
            database.reopen(Database.Recovery.AFTER_FAILED_WRITE);
        } finally {
            inside.unlockWrite(alone);
        }
    }

    private <T> T read(Function<Database.View, T> reading) {
        long shared = inside.readLock();
        try {
            if (closed) {
                throw StoreException.closed();
            }
            try (var view = database.view()) {
                return reading.apply(view);
            }
        } catch (StoreException e) {
            if (e.code() == ErrorCode.STORE_DAMAGED) {
                var sentence = String.valueOf(e.getMessage());
                home.damage().report(sentence, sentence);
            }
            throw e;
        } finally {
            inside.unlockRead(shared);
        }
    }
}
