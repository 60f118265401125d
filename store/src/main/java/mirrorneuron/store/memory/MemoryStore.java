package mirrorneuron.store.memory;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.store.Blobs;
import mirrorneuron.store.Commit;
import mirrorneuron.store.IdText;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.StoreMeter;
import mirrorneuron.store.StoreStats;
import org.jspecify.annotations.Nullable;

/**
 * Keeps everything in this process and loses it with it; otherwise every promise of {@link Store}
 * holds. Safe from any thread: one lock guards one plain structure.
 */
public final class MemoryStore implements Store {

    private static final Comparator<Row> NEWEST_FIRST =
            Comparator.comparingLong((Row row) -> -row.updatedAtMs).thenComparing(row -> row.id);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<JobId, Row> jobs = new HashMap<>();
    private final Map<String, RememberedKey> keys = new HashMap<>();
    private final Map<String, byte[]> documents = new HashMap<>();
    private final EnumMap<JobStatus, Long> counts = new EnumMap<>(JobStatus.class);
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final StoreMeter meter = new StoreMeter();
    private boolean closed;

    /** One job; guarded by the store's lock. */
    private static final class Row {

        private final JobId id;
        private long epoch;
        private JobRecord record;
        private JobStatus status;
        private long updatedAtMs;
        private @Nullable Instant endedAt;
        private Commit.@Nullable Snapshot snapshot;
        private final NavigableMap<Long, Commit.Facts> log = new TreeMap<>();
        private final NavigableMap<Integer, DeadLetter> deadLetters = new TreeMap<>();

        Row(JobId id, long epoch, Commit.Entry entry) {
            this.id = id;
            this.epoch = epoch;
            this.record = JobRecord.fromJson(entry.record());
            this.status = entry.status();
            this.updatedAtMs = entry.updatedAt().toEpochMilli();
        }

        long lastSequence() {
            long logged = log.isEmpty() ? -1 : log.lastEntry().getValue().lastSequence();
            return snapshot == null ? logged : Math.max(logged, snapshot.sequence());
        }

        void apply(Commit commit) {
            epoch = commit.epoch();
            commit.facts().ifPresent(facts -> log.put(facts.firstSequence(), facts));
            commit.entry().ifPresent(this::apply);
            commit.snapshot().ifPresent(taken -> snapshot = taken);
            commit.deadLetters().forEach(letter -> deadLetters.put(letter.index(), letter));
        }

        private void apply(Commit.Entry entry) {
            record = JobRecord.fromJson(entry.record());
            status = entry.status();
            updatedAtMs = entry.updatedAt().toEpochMilli();
            if (!status.terminal()) {
                endedAt = null;
            } else if (endedAt == null) {
                endedAt = Instant.ofEpochMilli(updatedAtMs); // no store keeps finer times
            }
        }

        /** Groups that hold events after a sequence number. */
        List<Commit.Facts> after(long sequence) {
            return log.values().stream().filter(f -> f.lastSequence() > sequence).toList();
        }
    }

    private record RememberedKey(EarlierReply reply, Instant at) {}

    @Override
    public Optional<EarlierReply> create(Commit first) {
        var unused = IdText.encode(first.job().value()); // refuses what no store could keep
        return locked(
                () -> {
                    var earlier = first.idempotency().map(key -> keys.get(key.key()));
                    if (earlier.isPresent()) {
                        return earlier.map(RememberedKey::reply);
                    }
                    if (jobs.containsKey(first.job())) {
                        throw StoreException.duplicate(first.job());
                    }
                    var entry =
                            first.entry()
                                    .orElseThrow(
                                            () ->
                                                    new IllegalArgumentException(
                                                            "first commit of a job: no entry"));
                    var row = new Row(first.job(), first.epoch(), entry);
                    row.apply(first);
                    jobs.put(first.job(), row);
                    count(row.status, 1);
                    remember(first);
                    meter.created(first);
                    return Optional.empty();
                });
    }

    @Override
    public void adopt(List<Commit.Facts> log, Commit first) {
        var unused = IdText.encode(first.job().value());
        run(
                () -> {
                    if (jobs.containsKey(first.job())) {
                        throw StoreException.duplicate(first.job());
                    }
                    first.requireAfter(log);
                    var entry =
                            first.entry()
                                    .orElseThrow(
                                            () ->
                                                    new IllegalArgumentException(
                                                            "first commit of a job: no entry"));
                    var row = new Row(first.job(), first.epoch(), entry);
                    log.forEach(facts -> row.log.put(facts.firstSequence(), facts));
                    row.apply(first);
                    jobs.put(first.job(), row);
                    count(row.status, 1);
                    meter.created(first);
                });
    }

    @Override
    public void commit(Commit commit) {
        run(
                () -> {
                    var row = jobs.get(commit.job());
                    if (row == null) {
                        throw StoreException.gone(commit.job());
                    }
                    if (commit.epoch() < row.epoch) {
                        throw StoreException.staleEpoch(commit.job(), commit.epoch(), row.epoch);
                    }
                    if (commit.facts().isPresent()
                            && commit.facts().get().firstSequence() <= row.lastSequence()) {
                        throw StoreException.overlap(
                                commit.job(),
                                commit.facts().get().firstSequence(),
                                row.lastSequence());
                    }
                    var before = row.status;
                    row.apply(commit);
                    count(before, -1);
                    count(row.status, 1);
                    remember(commit);
                    meter.committed(commit);
                });
    }

    private void count(JobStatus status, long by) {
        long jobsNow = counts.getOrDefault(status, 0L) + by;
        if (jobsNow == 0) {
            counts.remove(status);
        } else {
            counts.put(status, jobsNow);
        }
    }

    private void remember(Commit commit) {
        commit.idempotency()
                .ifPresent(
                        key ->
                                keys.put(
                                        key.key(),
                                        new RememberedKey(
                                                new EarlierReply(commit.job(), key.digest()),
                                                Instant.ofEpochMilli(key.at().toEpochMilli()))));
    }

    @Override
    public long claim(JobId job) {
        return locked(
                () -> {
                    var row = jobs.get(job);
                    if (row == null) {
                        throw StoreException.noSuchJob(job);
                    }
                    return ++row.epoch;
                });
    }

    @Override
    public Optional<Stored> load(JobId job) {
        return read(
                job,
                row ->
                        new Stored(
                                row.record,
                                row.epoch,
                                Optional.ofNullable(row.snapshot),
                                row.after(row.snapshot == null ? -1 : row.snapshot.sequence())));
    }

    @Override
    public Optional<JobRecord> record(JobId job) {
        return read(job, row -> row.record);
    }

    @Override
    public List<Commit.Facts> facts(JobId job, long afterSequence, int eventsMax) {
        return read(
                        job,
                        row -> {
                            var page = new ArrayList<Commit.Facts>();
                            int events = 0;
                            for (var group : row.after(afterSequence)) {
                                if (events >= eventsMax) {
                                    break;
                                }
                                page.add(group);
                                events += group.events();
                            }
                            return List.copyOf(page);
                        })
                .orElse(List.of());
    }

    @Override
    public List<Commit.Facts> lastFacts(JobId job, int events) {
        return read(
                        job,
                        row -> {
                            var page = new ArrayList<Commit.Facts>();
                            int found = 0;
                            for (var group : row.log.descendingMap().values()) {
                                if (found >= events) {
                                    break;
                                }
                                page.addFirst(group);
                                found += group.events();
                            }
                            return List.copyOf(page);
                        })
                .orElse(List.of());
    }

    @Override
    public List<JobId> unfinished() {
        return locked(
                () ->
                        jobs.values().stream()
                                .filter(row -> !row.status.terminal())
                                .map(row -> row.id)
                                .toList());
    }

    @Override
    public Map<JobStatus, Long> counts() {
        return locked(() -> new EnumMap<>(counts));
    }

    @Override
    public List<JobRecord> records(Set<JobStatus> statuses, OptionalInt limit) {
        return locked(
                () ->
                        jobs.values().stream()
                                .filter(row -> statuses.isEmpty() || statuses.contains(row.status))
                                .sorted(NEWEST_FIRST)
                                .limit(limit.orElse(Integer.MAX_VALUE))
                                .map(row -> row.record)
                                .toList());
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        return read(job, row -> List.copyOf(row.deadLetters.values())).orElse(List.of());
    }

    @Override
    public Optional<DeadLetter> deadLetter(JobId job, int index) {
        return read(job, row -> Optional.ofNullable(row.deadLetters.get(index)))
                .flatMap(letter -> letter);
    }

    @Override
    public void compact(JobId job, long throughSequence, UnaryOperator<byte[]> keep) {
        requireNonNull(keep, "keep");
        run(
                () -> {
                    var row = jobs.get(job);
                    if (row == null || row.snapshot == null) {
                        return;
                    }
                    long through = Math.min(throughSequence, row.snapshot.sequence());
                    for (var group : List.copyOf(row.log.values())) {
                        if (group.lastSequence() > through) {
                            return;
                        }
                        var kept = keep.apply(group.lines());
                        if (kept.length == 0) {
                            row.log.remove(group.firstSequence());
                        } else {
                            row.log.put(
                                    group.firstSequence(),
                                    new Commit.Facts(
                                            group.firstSequence(), group.lastSequence(), kept));
                        }
                    }
                });
    }

    @Override
    public void delete(JobId job) {
        run(
                () -> {
                    var row = jobs.remove(job);
                    if (row != null) {
                        count(row.status, -1);
                    }
                });
    }

    @Override
    public List<Ended> ended(Instant from, Instant before, int limit) {
        return locked(
                () -> {
                    var ended = new ArrayList<Ended>();
                    for (var row : jobs.values()) {
                        var at = row.endedAt;
                        if (at != null
                                && at.isBefore(before)
                                && at.toEpochMilli() >= from.toEpochMilli()) {
                            ended.add(new Ended(row.id, at));
                        }
                    }
                    return ended.stream()
                            .sorted(Comparator.comparing(Ended::at).thenComparing(Ended::job))
                            .limit(limit)
                            .toList();
                });
    }

    @Override
    public Optional<EarlierReply> earlierReply(String key) {
        return locked(() -> Optional.ofNullable(keys.get(key)).map(RememberedKey::reply));
    }

    @Override
    public void forgetKeysBefore(Instant instant) {
        run(() -> keys.values().removeIf(key -> key.at().isBefore(instant)));
    }

    @Override
    public void put(String family, String name, byte[] document) {
        requireNonNull(document, "document");
        run(() -> documents.put(documentKey(family, name), document));
    }

    @Override
    public Optional<byte[]> get(String family, String name) {
        return locked(() -> Optional.ofNullable(documents.get(documentKey(family, name))));
    }

    @Override
    public void remove(String family, String name) {
        run(() -> documents.remove(documentKey(family, name)));
    }

    private static String documentKey(String family, String name) {
        return family.length() + ":" + family + name;
    }

    @Override
    public Blobs blobs() {
        return blobs;
    }

    @Override
    public StoreStats stats() {
        return meter.read();
    }

    /** Always empty: what is lost here is lost whole. */
    @Override
    public List<String> damage() {
        return List.of();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private <T> Optional<T> read(JobId job, Function<Row, T> reading) {
        return locked(() -> Optional.ofNullable(jobs.get(job)).map(reading));
    }

    private void run(Runnable change) {
        locked(
                () -> {
                    change.run();
                    return true;
                });
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            if (closed) {
                throw StoreException.closed();
            }
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
