package mirrorneuron.runtime.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.JobEvent;
import mirrorneuron.engine.job.Turn;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live jobs of this process: making them, taking them up again, and letting them go. Safe from
 * any thread.
 */
public final class LocalJobs implements JobDirectory, JobActor.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(LocalJobs.class);

    /**
     * Jobs that are taken up at the same time. Each waits for two commits, which share their syncs
     * with those of the others.
     */
    private static final int TAKE_UP_PARALLEL = 128;

    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_MAX = Duration.ofSeconds(30);

    private final Map<JobId, JobActor> actors = new ConcurrentHashMap<>();

    /** Jobs of the home that are not in memory yet; whoever wants one first takes it up. */
    private final Map<JobId, TakeUp> ahead = new ConcurrentHashMap<>();

    /** By job, why it could not be taken up. */
    private final Map<JobId, String> problems = new ConcurrentHashMap<>();

    private final JobLoader loader;
    private final String node;
    private final BiConsumer<JobActor, Long> committed;
    private final ToLongFunction<JobId> readThrough;
    private final JobActor.Surroundings around;
    private volatile boolean closing;

    /**
     * @param committed hears of each commit, on the job's thread
     * @param readThrough up to where a job's events are read by whoever needs to see each of them
     */
    public LocalJobs(
            JobLoader loader,
            String node,
            BiConsumer<JobActor, Long> committed,
            ToLongFunction<JobId> readThrough,
            Function<JobActor.Listener, JobActor.Surroundings> around) {
        this.loader = loader;
        this.node = node;
        this.committed = committed;
        this.readThrough = readThrough;
        this.around = around.apply(this);
    }

    /** One job's way back into memory, gone once however many want the job. */
    private final class TakeUp {

        private final JobId id;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        TakeUp(JobId id) {
            this.id = id;
        }

        /** Returns when the job is in memory, or cannot be. */
        void now() {
            settle(() -> takeUpOrReport(id));
        }

        /** Returns when the job is in memory already, or will not be. */
        void callOff() {
            settle(() -> {});
        }

        private void settle(Runnable how) {
            if (!begun.compareAndSet(false, true)) {
                over.join();
                return;
            }
            try {
                how.run();
            } finally {
                ahead.remove(id, this);
                over.complete(null);
            }
        }
    }

    @Override
    public Optional<JobActor> find(JobId job) {
        if (!actors.containsKey(job)) {
            var takeUp = ahead.get(job);
            if (takeUp != null) {
                takeUp.now();
            }
        }
        // It may have come into memory between the two looks, too.
        return held(job);
    }

    @Override
    public Collection<JobActor> local() {
        ahead.values().forEach(TakeUp::now);
        return held();
    }

    /** As {@link #find}, of the jobs that are in memory now. */
    public Optional<JobActor> held(JobId job) {
        return Optional.ofNullable(actors.get(job));
    }

    /** As {@link #local}, of the jobs that are in memory now. */
    public Collection<JobActor> held() {
        return List.copyOf(actors.values());
    }

    /** Live jobs that are not in memory yet. */
    public Set<JobId> ahead() {
        return Set.copyOf(ahead.keySet());
    }

    /** How many jobs live here now, in memory or not. */
    public int size() {
        return actors.size() + ahead.size();
    }

    /** Why this job could not be taken up; empty when it was not tried, or was since. */
    public Optional<String> problem(JobId job) {
        return Optional.ofNullable(problems.get(job));
    }

    /** Why jobs of the home could not be taken up, a sentence each; none that was since. */
    public List<String> problems() {
        return problems.values().stream().sorted().toList();
    }

    /**
     * Makes a job durable and starts it.
     *
     * @return the reply to an earlier submission with the same key; empty when the job was made now
     * @throws mirrorneuron.store.StoreException when the job id exists
     */
    public Optional<Store.EarlierReply> submit(
            JobId id,
            KeptBundle bundle,
            Job.Submission submission,
            Optional<Commit.Idempotency> key) {
        JobEvent.Submitted submitted =
                JobEngine.submitted(
                        id,
                        bundle.graph(),
                        bundle.fingerprint(),
                        submission,
                        node,
                        around.clock().millis());
        var job = JobEngine.create(submitted, bundle.graph());
        var turn = Turn.first(job, submitted);
        turn.take(new JobCommand.Start(node));
        return JobActor.create(job, turn, JobLoader.context(bundle, job), key, around, this::hold)
                .earlier();
    }

    /**
     * Makes a job known. One that comes while the runtime closes may have been missed there, so it
     * is let go here; what it was made of is durable, and it goes on at the next start.
     */
    private void hold(JobActor actor) {
        actors.put(actor.id(), actor);
        if (closing) {
            letGo(actor);
        }
    }

    private void letGo(JobActor actor) {
        actor.halt();
        actor.abandon();
        actors.remove(actor.id(), actor);
    }

    /**
     * Makes unfinished jobs of the home live again. From the return on, whoever asks for one finds
     * it: it is taken up then, unless that has happened already, for all of them are taken up one
     * after the other. One that cannot be is reported ({@link #problems}); it is tried again when
     * only the store was not available, and else left as it is.
     *
     * @return completes when each was tried
     */
    public CompletableFuture<Void> takeUpAll(List<JobId> unfinished) {
        var rest = new ConcurrentLinkedQueue<TakeUp>();
        for (var id : unfinished) {
            var takeUp = new TakeUp(id);
            ahead.put(id, takeUp);
            rest.add(takeUp);
        }
        var readers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < Math.min(TAKE_UP_PARALLEL, unfinished.size()); i++) {
            readers.add(CompletableFuture.runAsync(() -> takeUpEach(rest), around.threads()));
        }
        return CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new));
    }

    private static void takeUpEach(Queue<TakeUp> rest) {
        TakeUp next;
        while ((next = rest.poll()) != null) {
            next.now();
        }
    }

    private void takeUpOrReport(JobId id) {
        try {
            takeUp(id);
        } catch (RuntimeException failure) {
            LOG.error("job {}: could not be taken up", id, failure);
            problems.put(id, "job " + id + " could not be taken up: " + failure.getMessage());
            if (failure instanceof StoreException refused
                    && refused.code() == ErrorCode.STORE_UNAVAILABLE) {
                retryTakeUp(id, RETRY_FIRST);
            }
        }
    }

    /** Does nothing when the job has ended, or was deleted. */
    private void takeUp(JobId id) {
        long epoch = around.store().claim(id);
        var loaded = loader.load(id);
        if (loaded.isPresent() && !loaded.get().job().status().terminal()) {
            JobActor.adopt(
                    loaded.get().job(),
                    loaded.get().context(),
                    epoch,
                    new JobCommand.Recover(node),
                    around,
                    this::hold);
        }
        problems.remove(id);
    }

    @Override
    public void committed(JobActor actor, long sequence) {
        committed.accept(actor, sequence);
    }

    @Override
    public long readThrough(JobActor actor) {
        return readThrough.applyAsLong(actor.id());
    }

    @Override
    public void ended(JobActor actor) {
        actors.remove(actor.id(), actor);
    }

    @Override
    public void broken(JobActor actor, Throwable cause) {
        actors.remove(actor.id(), actor);
        retryTakeUp(actor.id(), RETRY_FIRST);
    }

    /**
     * The store may be back later: a job that was let go is tried again until it can be taken up or
     * the runtime closes.
     */
    private void retryTakeUp(JobId id, Duration delay) {
        if (closing) {
            return;
        }
        var unused =
                around.outside()
                        .after(
                                delay,
                                () ->
                                        around.threads()
                                                .execute(
                                                        () -> {
                                                            try {
                                                                takeUp(id);
                                                            } catch (RuntimeException failure) {
                                                                LOG.warn(
                                                                        "job {}: still cannot be taken up: {}",
                                                                        id,
                                                                        failure.getMessage());
                                                                var next = delay.multipliedBy(2);
                                                                retryTakeUp(
                                                                        id,
                                                                        next.compareTo(RETRY_MAX)
                                                                                        > 0
                                                                                ? RETRY_MAX
                                                                                : next);
                                                            }
                                                        }));
    }

    /**
     * Begins nothing new, waits for what runs, ends the rest, and lets every job go as it stands in
     * the store.
     */
    public void close(Duration grace) {
        closing = true;
        long deadline = System.nanoTime() + grace.toNanos();
        ahead.values().forEach(TakeUp::callOff);
        var all = held();
        all.forEach(JobActor::halt);
        var attempts = new ArrayList<CompletableFuture<Void>>();
        for (var actor : all) {
            try {
                attempts.addAll(actor.runningAttempts().get(1, TimeUnit.SECONDS));
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                break;
            } catch (ExecutionException | TimeoutException gone) {
                LOG.debug("job {}: ended while the runtime closed", actor.id(), gone);
            }
        }
        try {
            CompletableFuture.allOf(attempts.toArray(CompletableFuture[]::new))
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            // The results are in the actors' mailboxes now; one more turn makes them durable.
            for (var actor : all) {
                actor.read(_ -> true).get(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            LOG.info("closing with work unfinished; it goes on at the next start");
        }
        all.forEach(JobActor::abandon);
        actors.clear();
    }
}
