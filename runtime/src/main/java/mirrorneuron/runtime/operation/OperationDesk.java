package mirrorneuron.runtime.operation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.OverloadedException;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts operations, carries them out, and reads them, those of earlier processes too. The last 256
 * are kept. Safe from any thread.
 *
 * <p>An item that a crash caught is carried out again at the next start; what can be done to jobs
 * here does the same when it is done twice.
 */
public final class OperationDesk {

    private static final Logger LOG = LoggerFactory.getLogger(OperationDesk.class);

    /** Longer than an item takes that is under way. */
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final OperationFiles files;
    private final Targets targets;
    private final InstantSource clock;
    private final ReentrantLock indexing = new ReentrantLock();
    private final Map<String, RunningOperation> running = new ConcurrentHashMap<>();
    private final Set<Thread> carrying = ConcurrentHashMap.newKeySet();

    /** They wait for jobs and never write, so an interrupt cannot harm a file. */
    private final Set<Thread> patient = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;

    /** The jobs that operations work on. */
    public interface Targets {

        /** Which jobs an operation of this kind is about, now. */
        List<JobId> choose(OperationKind kind);

        /** Does it to one of them. Doing it twice is doing it once. */
        ItemOutcome act(OperationKind kind, JobId job);

        /** Waits for the end of a job whose item was deferred. Reads only. */
        ItemOutcome await(JobId job) throws InterruptedException;
    }

    public OperationDesk(Store store, Targets targets, InstantSource clock) {
        this.files = new OperationFiles(store);
        this.targets = targets;
        this.clock = clock;
    }

    /**
     * Begins an operation; returns when it is stored.
     *
     * @param options what the caller said about it, shown again in its document; {@code dry_run}
     *     does nothing and says what would have been done
     * @return its document
     * @throws OverloadedException when 256 operations are under way
     */
    public JsonObject start(OperationKind kind, JsonObject options) {
        var chosen = targets.choose(kind);
        var now = Timestamps.format(clock.instant());
        var id = "op-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        var head = OperationState.head(id, kind, options, chosen, now);
        RunningOperation operation;
        indexing.lock();
        try {
            if (stopping) {
                throw new RuntimeUnavailableException("The runtime is stopping");
            }
            var entries = new ArrayList<>(files.index());
            int slot =
                    OperationFiles.free(entries)
                            .orElseThrow(
                                    () ->
                                            new OverloadedException(
                                                    "Expected to begin an operation, but "
                                                            + OperationFiles.SLOTS
                                                            + " are under way"));
            files.writeHead(slot, head);
            operation = new RunningOperation(files, clock, slot, head, List.of());
            operation.record("operation_started", "running");
            var entry = new OperationFiles.Entry(id, true, now);
            if (slot == entries.size()) {
                entries.add(entry);
            } else {
                entries.set(slot, entry);
            }
            files.writeIndex(entries);
            running.put(id, operation);
        } catch (StoreException refused) {
            throw unavailable(refused);
        } finally {
            indexing.unlock();
        }
        begin(operation);
        return operation.ask(OperationState::document);
    }

    /** Goes on with what an earlier process left; once, before anything is started. */
    public void takeUp() {
        var entries = files.index();
        for (int slot = 0; slot < entries.size(); slot++) {
            var entry = entries.get(slot);
            var head = entry.open() ? files.head(slot) : Optional.<JsonObject>empty();
            if (head.isPresent()) {
                var recorded = files.events(slot, entry.operation());
                var operation = new RunningOperation(files, clock, slot, head.get(), recorded);
                running.put(entry.operation(), operation);
                begin(operation);
            }
        }
    }

    private void begin(RunningOperation operation) {
        var thread = Thread.ofVirtual().name("mn-operation").unstarted(() -> carryOut(operation));
        carrying.add(thread);
        thread.start();
    }

    private void carryOut(RunningOperation operation) {
        var id = operation.ask(OperationState::id);
        try {
            new Pass(operation, targets, () -> stopping).run();
            if (stopping || !settle(operation)) {
                return;
            }
            if (!operation.ask(OperationState::isTerminal)) {
                operation.record(
                        "operation_completed",
                        operation.ask(OperationState::anyFailed)
                                ? "completed_with_failures"
                                : "completed");
            }
            close(operation, id);
        } catch (InterruptedException | RuntimeException failure) {
            // What is stored stays open, and the next start goes on with it.
            if (!stopping) {
                LOG.error("operation {} stopped", id, failure);
            }
        } finally {
            if (operation.ask(OperationState::isTerminal)) {
                running.remove(id);
            }
            carrying.remove(Thread.currentThread());
        }
    }

    /**
     * Waits for what could only be asked for.
     *
     * @return false when the runtime stops first
     */
    private boolean settle(RunningOperation operation) throws InterruptedException {
        if (!operation.ask(OperationState::anyDeferred)) {
            return true;
        }
        if (!operation.ask(OperationState::isWaiting)) {
            operation.record("operation_deferred", "waiting");
        }
        var deferred =
                operation.ask(state -> state.targets().stream().filter(state::isDeferred).toList());
        for (var target : deferred) {
            var outcome = awaited(target);
            if (outcome.isEmpty()) {
                return false;
            }
            operation.record(target, outcome.get());
        }
        return true;
    }

    /** Empty when the runtime stops first. */
    private Optional<ItemOutcome> awaited(JobId target) throws InterruptedException {
        var found = new AtomicReference<ItemOutcome>();
        var reader =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    try {
                                        found.set(targets.await(target));
                                    } catch (InterruptedException stopped) {
                                        Thread.currentThread().interrupt();
                                    } catch (MirrorNeuronException gone) {
                                        LOG.debug("job {} cannot be waited for", target, gone);
                                    }
                                });
        patient.add(reader);
        try {
            reader.start();
            if (stopping) {
                reader.interrupt();
            }
            reader.join();
        } finally {
            patient.remove(reader);
        }
        return Optional.ofNullable(found.get());
    }

    private void close(RunningOperation operation, String id) {
        indexing.lock();
        try {
            var entries = new ArrayList<>(files.index());
            var entry = entries.get(operation.slot());
            entries.set(operation.slot(), new OperationFiles.Entry(id, false, entry.createdAt()));
            files.writeIndex(entries);
        } finally {
            indexing.unlock();
        }
    }

    /**
     * The operation as a document: {@code operation_id, kind, status, target_count, counters,
     * items, created_at, updated_at} and the options.
     *
     * @throws NoSuchEntityException when there is none, or it was so long ago that it is forgotten
     */
    public JsonObject document(String id) {
        return find(id).ask(OperationState::document);
    }

    /**
     * Recorded events after a number, in order; see {@link #document} for its failures.
     *
     * @param sequence 0 = all
     */
    public List<JsonObject> eventsAfter(String id, long sequence) {
        return find(id).eventsAfter(sequence);
    }

    /** Whether it is over and has no event after this one. */
    public boolean isRead(String id, long sequence) {
        return find(id).ask(state -> state.isTerminal() && state.sequence() <= sequence);
    }

    /**
     * Waits until every target was dealt with; deferred ones may still be on their way.
     *
     * @return the document then, or when the time is up
     */
    public JsonObject awaitPass(String id, Duration time) throws InterruptedException {
        var operation = find(id);
        var _ = operation.awaitPass(time);
        return operation.ask(OperationState::document);
    }

    /**
     * Waits for an event after a number.
     *
     * @param enough whether the reader has; asked again after {@link #wakeReaders}
     * @return false when the time is up, the operation is over, or the reader has enough
     */
    public boolean awaitAfter(String id, long sequence, Duration time, BooleanSupplier enough)
            throws InterruptedException {
        return find(id).awaitAfter(sequence, time, () -> stopping || enough.getAsBoolean());
    }

    /** Has those that wait for events of an operation look whether they have enough. */
    public void wakeReaders(String id) {
        var live = running.get(id);
        if (live != null) {
            live.wake();
        }
    }

    /**
     * Those that began last, newest first, as {@link #document} without {@code items}.
     *
     * @param limit how many at most
     */
    public List<JsonObject> newest(int limit) {
        var newestFirst =
                Comparator.comparing(OperationFiles.Entry::createdAt)
                        .thenComparing(OperationFiles.Entry::operation)
                        .reversed();
        try {
            return files.index().stream()
                    .sorted(newestFirst)
                    .limit(limit)
                    .map(entry -> document(entry.operation()).without("items"))
                    .toList();
        } catch (StoreException refused) {
            throw unavailable(refused);
        }
    }

    private RunningOperation find(String id) {
        if (stopping) {
            throw new RuntimeUnavailableException("The runtime is stopping");
        }
        var live = running.get(id);
        if (live != null) {
            return live;
        }
        try {
            var entries = files.index();
            for (int slot = 0; slot < entries.size(); slot++) {
                if (entries.get(slot).operation().equals(id)) {
                    var head = files.head(slot);
                    if (head.isPresent()) {
                        return new RunningOperation(
                                files, clock, slot, head.get(), files.events(slot, id));
                    }
                }
            }
        } catch (StoreException refused) {
            throw unavailable(refused);
        }
        throw new NoSuchEntityException(
                ErrorCode.OPERATION_NOT_FOUND, "Operation " + id + " was not found", null);
    }

    private static RuntimeUnavailableException unavailable(StoreException refused) {
        return new RuntimeUnavailableException(
                refused.code(), String.valueOf(refused.getMessage()), refused);
    }

    /** Begins no item any more and waits for those under way; the next start goes on. */
    public void stop() {
        indexing.lock();
        try {
            stopping = true;
        } finally {
            indexing.unlock();
        }
        patient.forEach(Thread::interrupt);
        running.values().forEach(RunningOperation::wake);
        long end = System.nanoTime() + STOP_MAX.toNanos();
        try {
            for (var thread : carrying) {
                if (!thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                    LOG.warn("an operation did not stop in time; the next start goes on with it");
                }
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
