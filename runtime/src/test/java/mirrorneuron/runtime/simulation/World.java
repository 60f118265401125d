package mirrorneuron.runtime.simulation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.Explain;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * One seed's run: a few jobs and their clients, a runtime that dies and comes back, a disk and an
 * outside that misbehave. For a while anything may go wrong; then the faults stop, and every job
 * has to come to its known end within bounded time.
 */
final class World {

    private static final long TROUBLE_MS = 10 * 60_000L;
    private static final long PEACE_MS = 3 * 3_600_000L;
    private static final int CRASHES_MAX = 4;
    private static final int REFUSALS_MAX = 3;
    private static final int CLOCK_SETTINGS_MAX = 10;
    private static final int VIOLATIONS_MAX = 20;

    private final long seed;
    private final Scheduler time;
    private final Trace trace;
    private final RandomGenerator chance;
    private final RandomGenerator plan;
    private final Disk disk;
    private final Effects effects;
    private final Sabotage sabotage;
    private final Visits visits = new Visits();
    private final Inquiry inquiry = new Inquiry(this);
    private final List<Client> clients = new ArrayList<>();
    private final Map<JobId, Workload> workloads = new HashMap<>();
    private final Set<JobId> acknowledged = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final int slots;
    private final long snapshotBytesMin;
    private final long eventsMax;

    private @Nullable Incarnation process;
    private int processes;
    private int crashes;
    private long doubled;
    private long skewMs;
    private boolean quiet;

    World(long seed, Sabotage sabotage, boolean printed) {
        var root = new SplittableRandom(seed);
        this.seed = seed;
        this.time = new Scheduler(root.split());
        this.trace = new Trace(time, printed);
        this.chance = root.split();
        this.plan = root.split();
        this.disk = new Disk(this, root.split());
        this.effects = new Effects(this::violation);
        this.sabotage = sabotage;
        this.slots = 1 + plan.nextInt(4);
        this.snapshotBytesMin = plan.nextBoolean() ? 1 << 20 : 200 + plan.nextInt(8_000);
        this.eventsMax = plan.nextBoolean() ? 10_000 : 10 + plan.nextInt(50);
    }

    /** What a run came to. */
    record Outcome(
            long seed,
            long traceHash,
            List<String> violations,
            List<String> lastLines,
            Counters counters) {}

    Outcome run() {
        start();
        int jobs = 1 + plan.nextInt(4);
        for (int i = 0; i < jobs; i++) {
            clients.add(new Client(this, i, Workload.any(plan, slots)));
        }
        planTrouble();
        long troubleEnds = Scheduler.START_MS + TROUBLE_MS;
        while (step(troubleEnds) && violations.isEmpty() && !allDone()) {
            // Each task is one step of the run.
        }
        makePeace();
        long peaceEnds = time.millis() + PEACE_MS;
        while (step(peaceEnds) && violations.isEmpty() && !allDone()) {
            // The same without faults.
        }
        check();
        return new Outcome(
                seed, trace.hash(), List.copyOf(violations), trace.newest(200), counters());
    }

    private boolean step(long untilMs) {
        try {
            return time.step(untilMs);
        } catch (Crash gone) {
            // The task belonged to the process that died in it.
            return true;
        }
    }

    private boolean allDone() {
        return clients.stream().allMatch(Client::done);
    }

    private void planTrouble() {
        for (int i = plan.nextInt(CRASHES_MAX + 1); i > 0; i--) {
            at(moment(), () -> disk.crashWithin(20));
        }
        // Each seed goes to one named point, so that a few hundred of them go to all.
        int point = Math.toIntExact(seed % (Disk.KINDS.size() * (Disk.ENDS.size() + 1)));
        var kind = Disk.KINDS.get(point % Disk.KINDS.size());
        int end = point / Disk.KINDS.size();
        at(
                moment(),
                () -> {
                    if (end < Disk.ENDS.size()) {
                        disk.crashAtNext(kind, Disk.ENDS.get(end));
                    } else {
                        disk.refuseNext(kind);
                    }
                });
        if (plan.nextInt(4) == 0) {
            at(moment(), this::pullThePlug);
        }
        for (int i = plan.nextInt(REFUSALS_MAX + 1); i > 0; i--) {
            long ms = 1 + plan.nextInt(5_000);
            long begins = moment();
            at(
                    begins,
                    () -> {
                        trace.add("the disk refuses for " + ms + " ms");
                        disk.refuseFor(ms);
                    });
            if (plan.nextInt(3) == 0) {
                at(begins + plan.nextLong(ms), this::pullThePlug);
            }
        }
        for (int i = plan.nextInt(CLOCK_SETTINGS_MAX + 1); i > 0; i--) {
            long byMs = plan.nextInt(20_000) - 10_000;
            at(
                    moment(),
                    () -> {
                        trace.add("the wall clock is set by " + byMs + " ms");
                        visits.visit(
                                "fault", "the clock is set " + (byMs < 0 ? "back" : "forward"));
                        skewMs += byMs;
                    });
        }
    }

    /** Often while jobs are submitted, else while they run. */
    private long moment() {
        return plan.nextLong(plan.nextInt(3) == 0 ? 15_000 : 120_000);
    }

    private void at(long delayMs, Runnable trouble) {
        var _ = time.after(delayMs, () -> !quiet, trouble);
    }

    /** Dies between two tasks instead of in a write. */
    private void pullThePlug() {
        if (process != null) {
            visits.visit("fault", "dies between two tasks");
            process.kill("between two tasks");
        }
    }

    private void makePeace() {
        trace.add("peace");
        quiet = true;
        disk.callOff();
        disk.refuseFor(0);
    }

    private void start() {
        disk.restarted();
        process = new Incarnation(this, ++processes);
    }

    void processDied() {
        crashes++;
        process = null;
        clients.forEach(Client::processDied);
        var _ = time.after(100 + chance.nextInt(5_000), () -> true, this::start);
    }

    private void check() {
        if (!violations.isEmpty()) {
            return;
        }
        clients.forEach(Client::check);
        for (var job : acknowledged) {
            if (disk.durable().record(job).isEmpty()) {
                violation("job " + job + " was acknowledged and is not there");
            }
        }
        disk.jobs().forEach(this::checkReplay);
        // Whatever still ends its work gives back what it holds.
        long settled = time.millis() + 120_000;
        while (step(settled)) {
            // Late results and stops.
        }
        if (process != null && allDone()) {
            process.outside().mustBeIdle();
        }
    }

    /** What is stored is what the facts say, whoever reads them. */
    private void checkReplay(JobId job) {
        var stored = disk.durable().load(job);
        if (stored.isEmpty() || stored.get().snapshot().isEmpty() || process == null) {
            return;
        }
        var log = disk.audit(job).log();
        var submitted = EventCodec.submission(log);
        var replayed =
                JobEngine.create(
                        submitted, process.library().find(submitted.fingerprint()).graph());
        EventCodec.replay(log, replayed);
        var snapshot = stored.get().snapshot().get();
        if (snapshot.sequence() == replayed.sequence()
                && !Arrays.equals(snapshot.document(), SnapshotCodec.write(replayed))) {
            violation(
                    "job "
                            + job
                            + ": replaying its facts gives another job than the living one was");
        }
    }

    /** A job that has not ended although nothing goes wrong any more. */
    void stuck(JobId job) {
        var explained = process == null ? "no process" : explained(process, job);
        boolean live = process != null && process.jobs().find(job).isPresent();
        violation(
                "job "
                        + job
                        + " is stuck"
                        + (live ? "" : " and nobody holds it")
                        + ": "
                        + explained);
    }

    private String explained(Incarnation process, JobId job) {
        try {
            return process.loader()
                    .load(job)
                    .map(loaded -> Explain.job(loaded.job(), time.millis()).toString())
                    .orElse("not there");
        } catch (StoreException unreadable) {
            return String.valueOf(unreadable.getMessage());
        }
    }

    void violation(String what) {
        trace.add("VIOLATION " + what);
        if (violations.size() < VIOLATIONS_MAX) {
            violations.add(what);
        }
    }

    void expect(JobId job, Workload workload) {
        workloads.put(job, workload);
    }

    void acknowledged(JobId job) {
        acknowledged.add(job);
    }

    Workload workload(JobId job) {
        var workload = workloads.get(job);
        if (workload == null) {
            throw new IllegalStateException("job " + job + ": nobody submitted it");
        }
        return workload;
    }

    /** How many durable jobs came of one client's wish. */
    long jobsOf(Workload workload) {
        return disk.jobs().stream().filter(job -> workload(job).equals(workload)).count();
    }

    /** What is durable of a job's status. */
    JobStatus status(JobId job) {
        return disk.durable().record(job).map(record -> record.status()).orElse(JobStatus.UNKNOWN);
    }

    private Counters counters() {
        return new Counters(
                1,
                crashes,
                disk.commits(),
                disk.jobs().size(),
                disk.audits().stream().mapToLong(Audit::messages).sum(),
                disk.audits().stream().mapToLong(Audit::deadLetters).sum(),
                effects.total(),
                doubled,
                time.millis() - Scheduler.START_MS,
                inquiry.compared(),
                visits.counts());
    }

    void doubled() {
        doubled++;
    }

    boolean isQuiet() {
        return quiet;
    }

    Scheduler time() {
        return time;
    }

    /** What the runtime takes for the time; somebody may set it. Delays do not depend on it. */
    InstantSource wallClock() {
        return () -> Instant.ofEpochMilli(time.millis() + skewMs);
    }

    /** By how much the wall clock is off. */
    long skewMs() {
        return skewMs;
    }

    Trace trace() {
        return trace;
    }

    RandomGenerator chance() {
        return chance;
    }

    Disk disk() {
        return disk;
    }

    Effects effects() {
        return effects;
    }

    Visits visits() {
        return visits;
    }

    Inquiry inquiry() {
        return inquiry;
    }

    Sabotage sabotage() {
        return sabotage;
    }

    @Nullable Incarnation process() {
        return process;
    }

    int slots() {
        return slots;
    }

    long snapshotBytesMin() {
        return snapshotBytesMin;
    }

    long eventsMax() {
        return eventsMax;
    }
}
