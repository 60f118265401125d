package mirrorneuron.runtime.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    @Override
    public Optional<JobActor> find(JobId job) {
        return Optional.ofNullable(actors.get(job));
    }

    @Override
    public Collection<JobActor> local() {
        return List.copyOf(actors.values());
    }

    /** How many jobs live here now. */
    public int size() {
        return actors.size();
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
     * Takes up every unfinished job of the home, a few at a time. A job that cannot be taken up is
     * reported; it is tried again when only the store was not available, and else left as it is.
     *
     * @return the reports, once every job was tried
     */
    public CompletableFuture<List<String>> takeUpAll(List<JobId> unfinished) {
        var problems = new ConcurrentLinkedQueue<String>();
        var rest = new ConcurrentLinkedQueue<>(unfinished);
        var adopted = new ConcurrentLinkedQueue<JobActor>();
        var readers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < Math.min(TAKE_UP_PARALLEL, unfinished.size()); i++) {
            readers.add(
                    CompletableFuture.runAsync(
                            () -> takeUpEach(rest, adopted, problems), around.threads()));
        }
        return CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new))
                .thenApply(
                        _ -> {
                            // Not before all are known: what they do next would only hold the
                            // others up.
                            adopted.forEach(this::recover);
                            return List.copyOf(problems);
                        });
    }

    private void takeUpEach(Queue<JobId> rest, Queue<JobActor> adopted, Queue<String> problems) {
        JobId id;
        while ((id = rest.poll()) != null) {
            try {
                takeUp(id).ifPresent(adopted::add);
            } catch (RuntimeException failure) {
                LOG.error("job {}: could not be taken up", id, failure);
                problems.add("job " + id + " could not be taken up: " + failure.getMessage());
                if (failure instanceof StoreException refused
                        && refused.code() == ErrorCode.STORE_UNAVAILABLE) {
                    retryTakeUp(id, RETRY_FIRST);
                }
            }
        }
    }

    /** Empty when the job has ended, or was deleted. */
    private Optional<JobActor> takeUp(JobId id) {
        long epoch = around.store().claim(id);
        var loaded = loader.load(id);
        if (loaded.isEmpty() || loaded.get().job().status().terminal()) {
            return Optional.empty();
        }
        var actor = JobActor.adopt(loaded.get().job(), loaded.get().context(), epoch, around);
        hold(actor);
        return Optional.of(actor);
    }

    /** Lets a job that was taken up go on. */
    private void recover(JobActor actor) {
        actor.tell(new JobCommand.Recover(node));
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
                                                                takeUp(id).ifPresent(this::recover);
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
        var all = local();
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
