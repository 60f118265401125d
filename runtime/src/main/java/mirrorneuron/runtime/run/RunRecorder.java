package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the folders of runs up to their jobs' logs. A job's thread only leaves the job's name; one
 * thread of this recorder writes the files, in batches, as fast as it can and never faster than the
 * jobs allow. Readers do not wait for it: {@link #reading} brings the one run that is read up to
 * date first. While live work wants the processors the thread gives way to it, see {@link Pace}.
 *
 * <p>Which runs a dead process left unfinished is known without a mark for each: jobs that go on
 * are in the store's list of those, and ended ones lie after the <em>watermark</em>, a moment
 * before which every ended job's run was closed.
 *
 * <p>Safe from any thread.
 */
public final class RunRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(RunRecorder.class);

    private static final String FAMILY = "run_recorder";
    private static final String WATERMARK = "watermark";

    /** Gathers what a short job does, so that its files are written in one go. */
    private static final Duration LINGER = Duration.ofMillis(20);

    /**
     * How far the watermark stays behind: longer than a commit can take between the moment that its
     * facts carry and the word that it is done.
     */
    private static final Duration WATERMARK_SLACK = Duration.ofMinutes(1);

    private static final Duration WATERMARK_INTERVAL = Duration.ofSeconds(10);

    /** From a pass that the store could not serve to the next one. */
    private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

    private static final Duration RETENTION_INTERVAL = Duration.ofHours(1);

    /** Ended jobs that are looked for at once. */
    private static final int ENDED_PAGE = 512;

    /**
     * A larger backlog is worth no longer wait for whoever closes; the next start goes on with it.
     */
    private static final Duration DRAIN_MAX = Duration.ofSeconds(10);

    /** Names that wait; beyond that they are found by the watermark instead. */
    private static final int WAITING_MAX = 100_000;

    /** Recordings kept open; others are taken up again from their folder. */
    private static final int OPEN_MAX = 5_000;

    private static final int LOCKS = 256;

    private final Store store;
    private final Recording.Around around;
    private final boolean background;
    private final RunRetention retention;
    private final Set<JobId> waiting = ConcurrentHashMap.newKeySet();
    private final Map<JobId, Recording> open = new ConcurrentHashMap<>();
    private final Map<JobId, String> failing = new ConcurrentHashMap<>();
    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);
    private final ReentrantLock signal = new ReentrantLock();
    private final Condition woken = signal.newCondition();
    private final Thread thread;
    private volatile boolean running;
    private volatile boolean asleep;
    private volatile boolean closing;
    private volatile long drainUntilNanos;

    // What follows belongs to the recorder's thread.
    private final Pace pace = Pace.ofThisProcess();

    private boolean overflown;
    private Instant watermark = Instant.EPOCH;
    private long nextWatermarkNanos = System.nanoTime();
    private long nextRetentionNanos = System.nanoTime();

    /**
     * @param background whether runs are written as their jobs go on; otherwise only those that are
     *     read
     * @param kept how long folders of ended runs are kept; empty = for ever
     */
    RunRecorder(Recording.Around around, boolean background, Optional<Duration> kept) {
        this.store = around.store();
        this.around = around;
        this.background = background;
        this.retention =
                new RunRetention(store, around.settings().root(), kept, around.clock(), this::lock);
        this.thread = Thread.ofPlatform().daemon().name("mn-recorder").unstarted(this::run);
    }

    /**
     * @param bundles finds a bundle that the home keeps by its fingerprint
     * @param background whether runs are written as their jobs go on; otherwise only those that are
     *     read
     */
    public static RunRecorder of(
            Store store,
            Bodies bodies,
            Function<String, KeptBundle> bundles,
            InstantSource clock,
            RunSettings settings,
            boolean background) {
        return new RunRecorder(
                new Recording.Around(
                        store,
                        bodies,
                        bundles,
                        clock,
                        settings,
                        new ServedFiles(settings.outputRoots())),
                background,
                settings.retention());
    }

    /**
     * Begins to write in the background, with what an earlier process left. A home that is opened
     * to be read only is not started: its runs are written when they are read.
     */
    public void start() {
        if (!background) {
            return;
        }
        waiting.addAll(store.unfinished());
        var found = readWatermark();
        // Before the first job of this home there was nothing to record.
        watermark = found.orElseGet(() -> around.clock().instant().minus(WATERMARK_SLACK));
        if (found.isEmpty()) {
            writeWatermark(watermark);
        }
        overflown = true;
        running = true;
        thread.start();
    }

    /** Events of a job became durable. Costs its caller a look into a set, and seldom more. */
    public void committed(JobId job) {
        if (running && waiting.size() < WAITING_MAX && waiting.add(job) && asleep) {
            wake();
        }
    }

    /** How many jobs have events that are not in their run's files yet. */
    public int waiting() {
        return waiting.size();
    }

    private void wake() {
        signal.lock();
        try {
            woken.signal();
        } finally {
            signal.unlock();
        }
    }

    /** Takes a sample of a job's workers. Lost when nobody records the job. */
    public void sampled(JobId job, JsonObject sample) {
        if (!running) {
            return;
        }
        try {
            recording(job).ifPresent(recording -> recording.sampled(sample));
            committed(job);
        } catch (StoreException gone) {
            LOG.debug("job {}: a sample is lost", job, gone);
        }
    }

    /**
     * Up to where the events of a job are in its run's files, so that nobody needs to keep more of
     * them for this recorder's sake.
     */
    public long readThrough(JobId job) {
        if (!running || failing.containsKey(job)) {
            return Long.MAX_VALUE;
        }
        var recording = open.get(job);
        return recording == null ? 0 : recording.sequence();
    }

    /** Something that is done with a run's folder while nobody else writes in it. */
    interface Reading<T> {
        T of(Recording recording) throws IOException;
    }

    /**
     * Brings a run up to everything that is committed, then reads it.
     *
     * @throws RuntimeUnavailableException when its files cannot be written or read
     */
    <T> T reading(JobRecord record, Reading<T> reading) {
        var job = record.jobId();
        var lock = lock(job);
        lock.lock();
        try {
            var recording = open.computeIfAbsent(job, _ -> new Recording(around, record));
            try {
                recording.advance();
                return reading.of(recording);
            } catch (IOException | RuntimeException failure) {
                open.remove(job, recording);
                throw failure instanceof RuntimeException known
                        ? known
                        : new RuntimeUnavailableException(
                                ErrorCode.STORE_UNAVAILABLE,
                                "Expected to read the files of run "
                                        + RunIds.of(record)
                                        + ", but: "
                                        + failure.getClass().getSimpleName(),
                                failure);
            } finally {
                if (recording.closed() || !running) {
                    open.remove(job, recording);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Brings a run's files up to everything that is committed, where runs are recorded. */
    public void catchUp(JobId job) {
        if (background) {
            record(job);
        }
    }

    /**
     * Makes a run's files complete and durable, because the log of its job is about to go away. A
     * run that was deleted stays deleted.
     */
    public void finish(JobId job) {
        if (!background) {
            return;
        }
        try {
            var record = store.record(job);
            if (record.isPresent() && !retention.isDeleted(record.get())) {
                var unused =
                        reading(
                                record.get(),
                                recording -> {
                                    recording.force();
                                    return true;
                                });
            }
            retention.forget(job);
        } catch (RuntimeUnavailableException failure) {
            // The job is deleted all the same: a full disk must not keep everything else too.
            LOG.warn("job {}: its run could not be completed before it goes", job, failure);
        } finally {
            waiting.remove(job);
            open.remove(job);
        }
    }

    /**
     * Deletes the folder of a run, while nobody writes in it.
     *
     * @param record of the run's job; empty when that is gone already
     */
    void delete(Path folder, Optional<JobRecord> record) throws IOException {
        retention.delete(folder, record);
    }

    private ReentrantLock lock(JobId job) {
        return locks[Math.floorMod(job.hashCode(), LOCKS)];
    }

    private Optional<Recording> recording(JobId job) {
        var known = open.get(job);
        return known != null
                ? Optional.of(known)
                : store.record(job)
                        .map(
                                record ->
                                        open.computeIfAbsent(
                                                job, _ -> new Recording(around, record)));
    }

    private void run() {
        try {
            while (!closing) {
                if (waiting.isEmpty() && !overflown) {
                    sleep(WATERMARK_INTERVAL);
                } else if (!overflown) {
                    sleep(LINGER);
                }
                try {
                    pass();
                } catch (StoreException unavailable) {
                    waitForStore(unavailable);
                }
            }
        } catch (RuntimeException broken) {
            LOG.error("the recorder of runs broke; runs are written when they are read", broken);
        } finally {
            running = false;
        }
    }

    /** A disk may be full for a while; what the pass had not done is found again after it. */
    private void waitForStore(StoreException unavailable) {
        overflown = true;
        if (closing) {
            LOG.debug("the recorder ends with its store", unavailable);
            return;
        }
        LOG.warn("runs are not recorded for now: {}", unavailable.getMessage());
        signal.lock();
        try {
            if (!closing) {
                var unused = woken.await(STORE_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            closing = true;
        } finally {
            signal.unlock();
        }
    }

    /** Rests where live work needs the processors; not while the recorder closes. */
    private void giveWay() {
        var rest = pace.rest();
        if (!rest.isZero()) {
            signal.lock();
            try {
                if (!closing) {
                    var unused = woken.await(rest.toNanos(), TimeUnit.NANOSECONDS);
                }
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                closing = true;
            } finally {
                signal.unlock();
                pace.begin();
            }
        }
    }

    private void sleep(Duration longest) {
        signal.lock();
        try {
            asleep = longest.compareTo(LINGER) > 0;
            if (!closing && (!asleep || waiting.isEmpty())) {
                var unused = woken.await(longest.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            closing = true;
        } finally {
            asleep = false;
            signal.unlock();
        }
    }

    /** Writes what waits now; what comes meanwhile waits for the next pass. */
    private void pass() {
        var began = around.clock().instant();
        overflown |= waiting.size() >= WAITING_MAX;
        pace.begin();
        // What comes meanwhile belongs to the next pass, or this one might never end.
        for (var job : waiting.toArray(JobId[]::new)) {
            if (!mayGoOn()) {
                return;
            }
            waiting.remove(job);
            record(job);
            giveWay();
        }
        if (overflown) {
            overflown = false;
            catchUpEnded();
        }
        if (open.size() > OPEN_MAX) {
            open.clear(); // their positions are noted
        }
        if (System.nanoTime() - nextWatermarkNanos >= 0 || closing) {
            nextWatermarkNanos = System.nanoTime() + WATERMARK_INTERVAL.toNanos();
            if (failing.isEmpty() && !overflown) {
                writeWatermark(began.minus(WATERMARK_SLACK));
            }
            // Whatever stood in the way, such as a full disk, may be gone.
            waiting.addAll(failing.keySet());
        }
        if (System.nanoTime() - nextRetentionNanos >= 0 && !closing) {
            nextRetentionNanos = System.nanoTime() + RETENTION_INTERVAL.toNanos();
            retention.sweep(() -> closing);
        }
    }

    /** A recorder that closes goes on as long as it was given. */
    private boolean mayGoOn() {
        return !closing || System.nanoTime() - drainUntilNanos < 0;
    }

    private void record(JobId job) {
        try {
            var record = store.record(job);
            if (record.isPresent() && !retention.isDeleted(record.get())) {
                var unused = reading(record.get(), _ -> true);
            }
            failing.remove(job);
        } catch (RuntimeException failure) {
            if (failure instanceof StoreException gone && gone.code() != ErrorCode.STORE_DAMAGED) {
                waiting.add(job);
                throw gone;
            }
            if (failing.put(job, String.valueOf(failure.getMessage())) == null) {
                LOG.warn("job {}: its run cannot be recorded", job, failure);
            }
        }
    }

    /**
     * Writes the runs of ended jobs that nobody told this process of, oldest first, page by page: a
     * long backlog costs no more memory than a short one.
     */
    private void catchUpEnded() {
        var from = watermark;
        var before = around.clock().instant().plusMillis(1);
        int limit = ENDED_PAGE;
        var page = store.ended(from, before, limit);
        while (true) {
            for (var ended : page) {
                if (!mayGoOn()) {
                    overflown = true;
                    return;
                }
                waiting.remove(ended.job());
                record(ended.job());
                giveWay();
            }
            if (page.size() < limit) {
                return;
            }
            var last = page.getLast().at();
            // More jobs than a page ended within one millisecond: a larger page sees beyond it.
            limit = last.isAfter(from) ? ENDED_PAGE : 2 * limit;
            from = last;
            page = store.ended(from, before, limit);
        }
    }

    private Optional<Instant> readWatermark() {
        return store.get(FAMILY, WATERMARK)
                .flatMap(bytes -> ((JsonObject) Json.parse(bytes)).string("at"))
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(Timestamps.parse(text));
                            } catch (DateTimeException malformed) {
                                return Optional.empty();
                            }
                        });
    }

    private void writeWatermark(Instant at) {
        if (at.isAfter(watermark) || watermark.equals(at)) {
            watermark = at;
            store.put(
                    FAMILY,
                    WATERMARK,
                    Json.bytes(JsonObject.builder().put("at", Timestamps.format(at)).build()));
        }
    }

    /** Writes what still waits, as long as the time allows; the rest is found at the next start. */
    public void close(Duration longest) {
        if (!thread.isAlive()) {
            return;
        }
        var given = longest.compareTo(DRAIN_MAX) < 0 ? longest : DRAIN_MAX;
        drainUntilNanos = System.nanoTime() + given.toNanos();
        closing = true;
        wake();
        try {
            thread.join(given.plusSeconds(1));
            if (!thread.isAlive() && mayGoOn()) {
                pass();
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } catch (StoreException gone) {
            LOG.debug("the recorder ends with its store", gone);
        }
    }

    /** What is served of runs' folders. */
    ServedFiles files() {
        return around.files();
    }

    /** The folder of a run, whether its job is still there or not. */
    Path folder(String runId) {
        return around.settings().root().resolve(runId);
    }

    /** True when the folder of a run holds what a recorder wrote. */
    boolean hasFolder(String runId) {
        return Files.isRegularFile(folder(runId).resolve(RunFolder.RUN), LinkOption.NOFOLLOW_LINKS);
    }
}
