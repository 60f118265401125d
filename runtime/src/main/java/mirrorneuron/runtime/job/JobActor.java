package mirrorneuron.runtime.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Decision;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.engine.job.Turn;
import mirrorneuron.engine.message.Reference;
import mirrorneuron.engine.worker.LeaseDesk;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of a live job. Commands come in through a mailbox; one virtual thread at a time
 * drains it, decides and follows a whole batch in one {@link Turn}, commits it as one step, and
 * only then answers callers and starts effects.
 *
 * <p>That order is the durability argument: whatever anybody outside has seen is in the store. When
 * a commit fails, nobody has seen anything of it: the actor throws its job away, tells its callers,
 * and the job is taken up again from the store.
 */
public final class JobActor {

    private static final Logger LOG = LoggerFactory.getLogger(JobActor.class);

    /** Commands decided together at most; the rest goes into the next turn. */
    private static final int COMMANDS_PER_TURN_MAX = 256;

    /**
     * A snapshot is due after this many times the bytes of the last one: replaying that much is a
     * matter of a moment, and a large job writes at most a quarter more than its facts.
     */
    private static final int SNAPSHOT_RATIO = 4;

    /**
     * A job that ends with at most this many bytes of facts in all gets no snapshot: whoever looks
     * at it later replays them in less than a millisecond, and most jobs are that small.
     */
    private static final int SNAPSHOT_LOG_BYTES_MIN = 32 << 10;

    /**
     * What the actor needs of the runtime around it.
     *
     * @param threads runs the actor's turns; a simulator gives its own, and then nothing here
     *     happens by chance
     * @param snapshotBytesMin no snapshot is due before this many bytes of facts
     * @param eventsMax lines of passing messages that a long log keeps
     */
    public record Surroundings(
            Store store,
            Outside outside,
            Bodies bodies,
            InstantSource clock,
            Listener listener,
            Executor threads,
            long snapshotBytesMin,
            long eventsMax) {}

    /** Hears of a job's commits, in order, on the actor's thread. */
    public interface Listener {

        /** Events up to this sequence number are durable. */
        void committed(JobActor actor, long sequence);

        /**
         * Up to where everybody has read the job's events who needs to see each of them. What comes
         * after is not shortened yet.
         */
        long readThrough(JobActor actor);

        /** The job has ended; the actor takes no more commands. */
        void ended(JobActor actor);

        /** A commit failed; the actor has let go of the job. */
        void broken(JobActor actor, Throwable cause);
    }

    private record Letter(
            @Nullable JobCommand command,
            @Nullable Function<Job, ?> question,
            CompletableFuture<Object> reply) {}

    /** A command or handler that runs for this job. */
    private static final class Running {
        final AgentId agent;
        final CompletableFuture<Void> done = new CompletableFuture<>();

        /** Completed when the command may print on; replaced each time it has to wait. */
        @Nullable CompletableFuture<Object> blocked;

        /** Told to end: what it has printed by then waits for no room any more. */
        boolean ending;

        Running(AgentId agent) {
            this.agent = agent;
        }
    }

    private final Job job;
    private final JobContext context;
    private final long epoch;
    private final Surroundings around;
    private final long takenUpAt;
    private final Mailbox<Letter> letters;

    /** Letters of the turn at hand; none of them is answered before the turn is durable. */
    private final List<Letter> taken = new ArrayList<>();

    private final Map<String, Running> running = new HashMap<>();

    /**
     * Attempts that wait for slots, or have got them and no command yet: once there is a command,
     * its end gives them back.
     */
    private final Set<String> leasing = new LinkedHashSet<>();

    private final CompletableFuture<JobStatus> ended = new CompletableFuture<>();
    private final Object growth = new Object();

    private volatile long committed;
    private volatile boolean closed;

    /** A command was held back until its agent has room; so there may be one to let go. */
    private volatile boolean heldBack;

    /** Whoever was held back was let go after this actor was closed. */
    private volatile boolean released;

    private volatile boolean halted;
    private volatile long updatedAtMs;
    private volatile JobStatus status;
    private volatile @Nullable JsonObject recorded;
    private JobStatus recordedStatus;
    private long bytesSinceSnapshot;
    private long snapshotBytes;
    private long snapshotSequence;
    private long compactedThrough;
    private Outside.@Nullable Cancellable alarm;
    private long alarmAtMs = Long.MAX_VALUE;

    private JobActor(Job job, JobContext context, long epoch, Surroundings around, long takenUpAt) {
        this.takenUpAt = takenUpAt;
        this.job = job;
        this.context = context;
        this.epoch = epoch;
        this.around = around;
        this.letters =
                new Mailbox<>(around.threads(), this::drain, () -> heldBack && closed && !released);
        this.recordedStatus = job.status();
        this.status = job.status();
        this.committed = job.sequence();
        this.updatedAtMs = JobViews.updatedAt(job).toEpochMilli();
    }

    /**
     * Makes a job durable together with everything it can do before it needs the outside, and
     * starts it.
     *
     * @param register called after the job is durable and before anything of it is heard
     * @return the actor, or the reply to an earlier submission with the same key
     */
    static Created create(
            Job job,
            Turn first,
            JobContext context,
            Optional<Commit.Idempotency> key,
            Surroundings around,
            Consumer<JobActor> register) {
        var actor = new JobActor(job, context, 1, around, 0);
        boolean rest = first.run();
        around.bodies().keep(first.largeValues());
        var earlier = around.store().create(actor.commitOf(first, true, key));
        if (earlier.isPresent()) {
            return new Created(null, earlier);
        }
        actor.publish();
        // Whoever finds the job from here on leaves letters, and this thread goes on alone.
        actor.letters.own();
        register.accept(actor);
        if (actor.closed) {
            // The runtime closes: what the first turn asks of the outside is asked at its next
            // start.
            rest = false;
        } else {
            actor.release(first);
        }
        actor.letters.pass(!rest);
        return new Created(actor, Optional.empty());
    }

    record Created(@Nullable JobActor actor, Optional<Store.EarlierReply> earlier) {}

    /**
     * Takes up a job that was read from the store and claimed with this epoch.
     *
     * @param first decided before whatever anybody else asks of the job
     * @param register called before anything of the job is heard
     */
    static void adopt(
            Job job,
            JobContext context,
            long epoch,
            JobCommand first,
            Surroundings around,
            Consumer<JobActor> register) {
        var actor = new JobActor(job, context, epoch, around, job.sequence());
        // How long its log is by now nobody has counted.
        actor.bytesSinceSnapshot = SNAPSHOT_LOG_BYTES_MIN;
        actor.letters.own();
        actor.tell(first);
        register.accept(actor);
        actor.letters.pass(true);
    }

    public JobId id() {
        return job.id();
    }

    /** The sequence number that the job had when this actor took it up; 0 for a new job. */
    public long takenUpAt() {
        return takenUpAt;
    }

    /** The sequence number up to which events are durable. */
    public long committed() {
        return committed;
    }

    /**
     * The record that the job ended with, which is the stored one; empty while it goes on, and when
     * the actor lost it.
     */
    public Optional<JobRecord> lastRecord() {
        return ended.isDone() && !ended.isCompletedExceptionally()
                ? Optional.ofNullable(recorded).map(JobRecord::fromJson)
                : Optional.empty();
    }

    /** Completes when the job has ended; fails when the actor lost it. */
    public CompletableFuture<JobStatus> ended() {
        return ended;
    }

    /** Hands in a command; nobody waits for the answer. */
    public void tell(JobCommand command) {
        letters.post(new Letter(command, null, new CompletableFuture<>()));
    }

    /** Hands in a command; the answer comes when its facts are durable. */
    public CompletableFuture<Decision> ask(JobCommand command) {
        var reply = new CompletableFuture<Object>();
        letters.post(new Letter(command, null, reply));
        return reply.thenApply(Decision.class::cast);
    }

    /** Reads the job between two turns, when everything it holds is durable. */
    @SuppressWarnings("unchecked")
    public <T> CompletableFuture<T> read(Function<Job, T> question) {
        var reply = new CompletableFuture<Object>();
        letters.post(new Letter(null, question, reply));
        return (CompletableFuture<T>) reply;
    }

    /**
     * Waits until events beyond this number are durable, the actor is done, or the time is up; may
     * return earlier.
     */
    public void awaitGrowth(long beyond, Duration timeout) throws InterruptedException {
        awaitGrowth(beyond, timeout, () -> false);
    }

    /**
     * The same for a reader that another thread may call off: whoever makes {@code calledOff} true
     * calls {@link #wakeReaders()} afterwards. It is asked under the lock that the wake-up takes,
     * so none gets lost between the question and the wait.
     */
    public void awaitGrowth(long beyond, Duration timeout, BooleanSupplier calledOff)
            throws InterruptedException {
        synchronized (growth) {
            if (committed <= beyond && !closed && !ended.isDone() && !calledOff.getAsBoolean()) {
                growth.wait(Math.max(1, timeout.toMillis()));
            }
        }
    }

    /** Wakes everybody who waits for growth, so that closed readers see that they are closed. */
    public void wakeReaders() {
        synchronized (growth) {
            growth.notifyAll();
        }
    }

    /**
     * Begins nothing new from here on; results of what runs are still taken. For the runtime's
     * close.
     */
    void halt() {
        halted = true;
    }

    /** The job's status as far as it is durable. */
    public JobStatus status() {
        return status;
    }

    /** Whether the job is still held here; one that has ended is not. */
    public boolean holds() {
        return !closed && !ended.isDone();
    }

    /** When the newest durable fact happened; epoch milliseconds. */
    public long updatedAtMs() {
        return updatedAtMs;
    }

    /**
     * Lets go of the job without changing it: for the runtime's close. Effects that run are stopped
     * by the caller.
     */
    void abandon() {
        closed = true;
        synchronized (growth) {
            growth.notifyAll();
        }
        var unavailable =
                new RuntimeUnavailableException(
                        "The runtime was closed; job " + id() + " goes on at its next start");
        ended.completeExceptionally(unavailable);
        letters.wake();
    }

    private void drain() {
        try {
            boolean more;
            do {
                more = turn();
            } while (more);
        } catch (RuntimeException | Error failure) {
            breakOff(failure);
        }
        letters.pass(false);
    }

    /** Does one turn; true when there is more to do at once. */
    private boolean turn() {
        if (closed) {
            running.values().forEach(JobActor::unblock);
            released = true;
            refuseAll();
            return false;
        }
        var turn = new Turn(job, around.clock().millis());
        var replies = new ArrayList<Runnable>();
        Letter letter;
        while (taken.size() < COMMANDS_PER_TURN_MAX && (letter = letters.poll()) != null) {
            var current = letter;
            taken.add(current);
            if (current.question() != null) {
                replies.add(() -> answer(current));
            } else {
                var command = Objects.requireNonNull(current.command());
                before(command);
                var decision = turn.take(command);
                replies.add(() -> reply(current, command, decision));
            }
        }
        boolean rest = halted || turn.run();
        if (!turn.isEmpty()) {
            // Before the facts that name them: a reference never leads nowhere.
            around.bodies().keep(turn.largeValues());
            around.store().commit(commitOf(turn, false, Optional.empty()));
        }
        release(turn);
        replies.forEach(Runnable::run);
        taken.clear();
        return !closed && (!rest || !letters.isEmpty());
    }

    private static void answerQuietly(CompletableFuture<Object> reply, Throwable failure) {
        reply.completeExceptionally(failure);
    }

    private void answer(Letter letter) {
        try {
            letter.reply().complete(Objects.requireNonNull(letter.question()).apply(job));
        } catch (RuntimeException failure) {
            answerQuietly(letter.reply(), failure);
        }
    }

    private void reply(Letter letter, JobCommand command, Decision decision) {
        if (command instanceof JobCommand.WorkerProgress progress) {
            var attempt = running.get(progress.attemptId());
            if (attempt != null && !attempt.ending && !JobEngine.mayGoOn(job, progress.agent())) {
                attempt.blocked = letter.reply();
                heldBack = true;
                if (halted) {
                    // No room is made any more, so nobody has to wait for its end.
                    attempt.done.complete(null);
                }
                return;
            }
        }
        letter.reply().complete(decision);
    }

    /**
     * What a command says of the outside is so, whatever the engine makes of it: a worker that has
     * ended runs no more, and an alarm that rang rings no more. It may have been too early, when
     * the wall clock was set back meanwhile; then it has to be set again.
     */
    private void before(JobCommand command) {
        if (command instanceof JobCommand.Wake) {
            cancelAlarm();
        }
        if (command instanceof JobCommand.LeaseRejected rejected) {
            leasing.remove(rejected.attemptId());
        }
        var attemptId =
                switch (command) {
                    case JobCommand.WorkerFinished finished -> finished.attemptId();
                    case JobCommand.ModuleFinished finished -> finished.attemptId();
                    case JobCommand.ModuleFailed failed -> failed.attemptId();
                    default -> null;
                };
        if (attemptId != null) {
            forget(attemptId);
        }
    }

    private void forget(String attemptId) {
        var attempt = running.remove(attemptId);
        if (attempt != null) {
            unblock(attempt);
            attempt.done.complete(null);
        }
    }

    private static void unblock(Running attempt) {
        var blocked = attempt.blocked;
        if (blocked != null) {
            attempt.blocked = null;
            blocked.complete(new Decision.Unchanged(JobStatus.RUNNING, "room was found"));
        }
    }

    private Commit commitOf(Turn turn, boolean first, Optional<Commit.Idempotency> key) {
        var facts = turn.facts();
        bytesSinceSnapshot += facts.length;
        boolean changed = first || job.status() != recordedStatus;
        Optional<Commit.Entry> entry = changed ? Optional.of(entry()) : Optional.empty();
        Optional<Commit.Snapshot> snapshot = Optional.empty();
        if (snapshotIsDue()) {
            var document = SnapshotCodec.write(job);
            snapshot = Optional.of(new Commit.Snapshot(job.sequence(), document));
            snapshotSequence = job.sequence();
            snapshotBytes = document.length;
            bytesSinceSnapshot = 0;
        }
        recordedStatus = job.status();
        return new Commit(
                job.id(),
                epoch,
                Optional.of(new Commit.Facts(turn.firstSequence(), job.sequence(), facts)),
                entry,
                snapshot,
                turn.deadLetters(),
                key);
    }

    private boolean snapshotIsDue() {
        boolean wholeLogIsSmall =
                snapshotBytes == 0 && bytesSinceSnapshot <= SNAPSHOT_LOG_BYTES_MIN;
        return job.status().terminal()
                ? !wholeLogIsSmall
                : bytesSinceSnapshot
                        > Math.max(around.snapshotBytesMin(), SNAPSHOT_RATIO * snapshotBytes);
    }

    private Commit.Entry entry() {
        var record = JobViews.record(job, context.bundle().manifestRef());
        var result = record.object("result");
        if (result.has("output")) {
            record =
                    record.with(
                            "result",
                            result.with(
                                    "output",
                                    around.bodies()
                                            .shrink(
                                                    result.at("output"),
                                                    Reference.OUTPUT_BYTES_MAX)));
        }
        recorded = record;
        return new Commit.Entry(
                job.status(), JobViews.submittedAt(job), JobViews.updatedAt(job), record);
    }

    /**
     * Everything that may be seen now that the turn is durable: effects in order, then readers of
     * the log, then the next alarm.
     */
    private void release(Turn turn) {
        boolean over = false;
        for (var effect : turn.effects()) {
            over |= effect instanceof Effect.JobEnded;
            start(effect);
        }
        if (!turn.isEmpty()) {
            publish();
            synchronized (growth) {
                growth.notifyAll();
            }
            around.listener().committed(this, committed);
            compactWhenLong();
        }
        if (over) {
            finish();
        } else {
            setAlarm();
        }
    }

    /** What others may see without asking, now that it is durable. */
    private void publish() {
        committed = job.sequence();
        updatedAtMs = JobViews.updatedAt(job).toEpochMilli();
        status = job.status();
    }

    private void finish() {
        closed = true;
        cancelAlarm();
        running.values().forEach(JobActor::unblock);
        released = true;
        around.listener().ended(this);
        ended.complete(job.status());
        synchronized (growth) {
            growth.notifyAll();
        }
    }

    private void start(Effect effect) {
        switch (effect) {
            case Effect.RequestLease request -> {
                leasing.add(request.attemptId());
                around.outside()
                        .requestLease(
                                job.id(),
                                key(request.attemptId()),
                                request,
                                new AttemptAnswers(request.agent(), request.attemptId()));
            }
            case Effect.WithdrawLease withdraw -> {
                leasing.remove(withdraw.attemptId());
                giveBack(withdraw.attemptId());
            }
            case Effect.ReleaseLease release -> around.outside().releaseLease(release.leaseId());
            case Effect.StartWorker worker -> {
                var attempt = new Running(worker.agent());
                leasing.remove(worker.attemptId());
                running.put(worker.attemptId(), attempt);
                around.outside()
                        .startWorker(
                                job.id(),
                                key(worker.attemptId()),
                                worker,
                                context,
                                new AttemptAnswers(worker.agent(), worker.attemptId()));
            }
            case Effect.CallModule module -> {
                running.put(module.attemptId(), new Running(module.agent()));
                around.outside()
                        .callModule(
                                job.id(),
                                key(module.attemptId()),
                                module,
                                context,
                                new AttemptAnswers(module.agent(), module.attemptId()));
            }
            case Effect.StopWorker stop -> {
                // Its end is only seen behind the lines that it has printed, and a paused job makes
                // no room for them.
                var attempt = running.get(stop.attemptId());
                if (attempt != null) {
                    attempt.ending = true;
                    unblock(attempt);
                }
                around.outside().stop(key(stop.attemptId()));
            }
            case Effect.ProducerMayGoOn producer -> {
                var attempt = running.get(producer.attemptId());
                if (attempt != null) {
                    unblock(attempt);
                }
            }
            case Effect.JobEnded _ -> around.outside().jobEnded(job.id());
        }
    }

    /** Slots that were asked for, whether they have come already or not. */
    private void giveBack(String attemptId) {
        if (!around.outside().withdrawLease(key(attemptId))) {
            around.outside().releaseLease(key(attemptId));
        }
    }

    private String key(String attemptId) {
        return job.id() + "/" + attemptId;
    }

    private void setAlarm() {
        var wake = job.nextWake();
        long wakeAtMs = wake.orElse(Long.MAX_VALUE);
        if (wakeAtMs == alarmAtMs) {
            return;
        }
        cancelAlarm();
        if (wake.isPresent()) {
            alarmAtMs = wakeAtMs;
            long delayMs = Math.max(0, wakeAtMs - around.clock().millis());
            alarm =
                    around.outside()
                            .after(
                                    Duration.ofMillis(delayMs),
                                    () -> {
                                        tell(new JobCommand.Wake());
                                    });
        }
    }

    private void cancelAlarm() {
        if (alarm != null) {
            alarm.cancel();
        }
        alarm = null;
        alarmAtMs = Long.MAX_VALUE;
    }

    /**
     * Trims lines that only tell of passing messages, once the log is twice as long as what is kept
     * of them.
     */
    private void compactWhenLong() {
        // Facts after the last snapshot stay as they are, so there is no use in looking at them.
        long through = Math.min(committed - around.eventsMax(), snapshotSequence);
        if (through - compactedThrough > around.eventsMax()) {
            through = Math.min(through, around.listener().readThrough(this));
        }
        if (through - compactedThrough > around.eventsMax()) {
            around.store().compact(job.id(), compactedThrough, through, EventCodec::stateLines);
            compactedThrough = through;
        }
    }

    /**
     * The commit failed or the engine broke: nobody has seen anything of this turn, so the job is
     * simply let go.
     */
    private void breakOff(Throwable failure) {
        LOG.error(
                "job {}: lost its actor, it will be taken up again from the store", id(), failure);
        closed = true;
        cancelAlarm();
        for (var attempt : running.entrySet()) {
            around.outside().stop(key(attempt.getKey()));
            unblock(attempt.getValue());
        }
        leasing.forEach(this::giveBack);
        around.listener().broken(this, failure);
        ended.completeExceptionally(failure);
        synchronized (growth) {
            growth.notifyAll();
        }
        taken.forEach(letter -> answerQuietly(letter.reply(), letGo()));
        refuseAll();
    }

    private void refuseAll() {
        Letter letter;
        while ((letter = letters.poll()) != null) {
            if (letter.question() != null && ended.isDone() && !ended.isCompletedExceptionally()) {
                answer(letter);
            } else if (letter.command() != null
                    && ended.isDone()
                    && !ended.isCompletedExceptionally()) {
                before(letter.command());
                var decision = JobEngine.decide(job, letter.command(), around.clock().millis());
                if (decision instanceof Decision.Refused refused) {
                    refused.effects().forEach(this::start);
                }
                letter.reply().complete(decision);
            } else {
                answerQuietly(letter.reply(), letGo());
            }
        }
    }

    private RuntimeUnavailableException letGo() {
        return new RuntimeUnavailableException(
                "Job " + id() + " is not held by this runtime any more");
    }

    /**
     * The attempts that run now and may come to their end; for a close that has to wait for them.
     */
    CompletableFuture<List<CompletableFuture<Void>>> runningAttempts() {
        return read(
                _ ->
                        running.values().stream()
                                .filter(attempt -> attempt.blocked == null)
                                .map(attempt -> attempt.done)
                                .toList());
    }

    private final class AttemptAnswers implements Outside.Answers {

        private final AgentId agent;
        private final String attemptId;
        private final Duration beaconRecordInterval;

        /** When the newest sign of life came that was told on. */
        private @Nullable Instant beaconToldAt;

        AttemptAnswers(AgentId agent, String attemptId) {
            this.agent = agent;
            this.attemptId = attemptId;
            this.beaconRecordInterval = JobEngine.beaconRecordInterval(job, agent);
        }

        @Override
        public void lease(LeaseDesk.Settled settled) {
            tell(
                    switch (settled) {
                        case LeaseDesk.Granted granted ->
                                new JobCommand.LeaseGranted(
                                        agent, attemptId, granted.leaseId(), granted.queueWaitMs());
                        case LeaseDesk.Rejected rejected ->
                                new JobCommand.LeaseRejected(
                                        agent,
                                        attemptId,
                                        rejected.message(),
                                        rejected.retryAfterMs().orElse(0),
                                        rejected.retryAfterMs().isEmpty());
                    });
        }

        @Override
        public CompletableFuture<?> progress(StructuredResult increment) {
            return ask(new JobCommand.WorkerProgress(agent, attemptId, shrunk(increment)));
        }

        @Override
        public void beacon(JsonObject beacon) {
            if (isWorthTelling(around.clock().instant())) {
                tell(new JobCommand.WorkerBeacon(agent, attemptId, beacon));
            }
        }

        /**
         * The worker host has seen the command live; the job's record only samples it. A worker may
         * say that it lives a thousand times in a second, and each record is a commit.
         */
        private synchronized boolean isWorthTelling(Instant now) {
            var told = beaconToldAt;
            // A clock that was set back must not silence a command that lives.
            boolean soon =
                    told != null
                            && !now.isBefore(told)
                            && now.isBefore(told.plus(beaconRecordInterval));
            if (!soon) {
                beaconToldAt = now;
            }
            return !soon;
        }

        @Override
        public void worker(WorkerOutcome outcome) {
            around.outside().releaseLease(key(attemptId));
            tell(new JobCommand.WorkerFinished(agent, attemptId, shrunk(outcome)));
        }

        @Override
        public void module(AgentResult result) {
            tell(new JobCommand.ModuleFinished(agent, attemptId, shrunk(result)));
        }

        @Override
        public void moduleFailed(String error, boolean setup) {
            tell(new JobCommand.ModuleFailed(agent, attemptId, error, setup));
        }

        private StructuredResult shrunk(StructuredResult result) {
            return Shrinking.of(around.bodies(), result);
        }

        private WorkerOutcome shrunk(WorkerOutcome outcome) {
            return Shrinking.of(around.bodies(), outcome);
        }

        private AgentResult shrunk(AgentResult result) {
            return Shrinking.of(around.bodies(), result);
        }
    }
}
