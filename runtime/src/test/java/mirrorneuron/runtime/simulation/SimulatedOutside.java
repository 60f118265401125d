package mirrorneuron.runtime.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.worker.LeaseDesk;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.runtime.job.JobContext;
import mirrorneuron.runtime.job.Outside;

/**
 * The outside of one process: a shipped lease desk with few slots, commands and modules that take
 * their time, come back late or twice, or are lost. It checks on the way that nothing begins before
 * the fact that begins it is durable.
 */
final class SimulatedOutside implements Outside {

    private static final int ASKED_WITHIN_MS = 100;

    /** The shortest rest between two attempts, half of which is chance. */
    private static final int REST_MS_MIN = 150;

    private final World world;
    private final Incarnation process;
    private final LeaseDesk desk;
    private final Map<String, Answers> waiting = new HashMap<>();
    private final Set<String> leases = new HashSet<>();
    private final Map<String, Run> runs = new LinkedHashMap<>();

    /**
     * Agents whose commands have ended and that have asked for nothing since, with the commands.
     */
    private final Map<String, String> rested = new HashMap<>();

    SimulatedOutside(World world, Incarnation process) {
        this.world = world;
        this.process = process;
        this.desk = new LeaseDesk(Map.of("default", world.slots()));
    }

    /** A command or a module at work. */
    private static final class Run {
        final JobId job;
        final AgentId agent;
        final boolean unsafe;

        /** What its end looks like when it is stopped. */
        final Runnable stopped;

        boolean stopping;

        Run(JobId job, AgentId agent, boolean unsafe, Runnable stopped) {
            this.job = job;
            this.agent = agent;
            this.unsafe = unsafe;
            this.stopped = stopped;
        }
    }

    @Override
    public void requestLease(JobId job, String key, Effect.RequestLease request, Answers answers) {
        process.mustLive();
        rested.remove(job + "/" + request.agent());
        world.trace().add("lease asked " + key);
        if (!world.disk().audit(job).askedForLease(request.attemptId())) {
            world.violation("lease " + key + " was asked for before that was durable");
        }
        var answer =
                desk.request(
                        new LeaseDesk.Request(
                                key,
                                job,
                                request.pool(),
                                request.slots(),
                                request.queueTimeoutMs(),
                                request.queueLengthMax()),
                        world.time().millis());
        switch (answer) {
            case LeaseDesk.Settled settled -> settle(settled, answers);
            case LeaseDesk.Queued _ -> {
                waiting.put(key, answers);
                ask(job, request.agent(), "waiting_for_lease", () -> waiting.containsKey(key));
                var _ =
                        process.later(
                                request.queueTimeoutMs(),
                                () -> settle(desk.expire(world.time().millis())));
            }
        }
    }

    private void settle(List<LeaseDesk.Settled> settled) {
        for (var answer : settled) {
            var answers = waiting.remove(answer.leaseId());
            if (answers == null) {
                world.violation("lease " + answer.leaseId() + " was settled twice");
            } else {
                settle(answer, answers);
            }
        }
    }

    private void settle(LeaseDesk.Settled settled, Answers answers) {
        if (settled instanceof LeaseDesk.Granted) {
            leases.add(settled.leaseId());
        }
        var _ =
                process.later(
                        world.chance().nextInt(5),
                        () -> {
                            world.trace().add("lease settled " + settled);
                            answers.lease(settled);
                        });
    }

    @Override
    public boolean withdrawLease(String key) {
        process.mustLive();
        boolean waited = desk.isWaiting(key);
        waiting.remove(key);
        settle(desk.withdraw(key, world.time().millis()));
        return waited;
    }

    @Override
    public void releaseLease(String key) {
        process.mustLive();
        leases.remove(key);
        settle(desk.release(key, world.time().millis()));
    }

    @Override
    public void startWorker(
            JobId job, String key, Effect.StartWorker start, JobContext context, Answers answers) {
        process.mustLive();
        world.trace().add("command starts " + key + " of " + start.message().messageId());
        mustBeDurable(job, start.attemptId());
        if (!leases.contains(key)) {
            world.violation("command " + key + " started without a lease");
        }
        var workload = world.workload(job);
        world.effects().began(job, start.vertex().id(), start.message(), workload.unsafe());
        var run =
                new Run(
                        job,
                        start.agent(),
                        workload.unsafe(),
                        () ->
                                answers.worker(
                                        failed(
                                                WorkerOutcome.Cause.STOPPED,
                                                OptionalInt.empty(),
                                                "stopped")));
        runs.put(key, run);
        ask(job, start.agent(), "working", () -> runs.get(key) == run && !run.stopping);
        print(key, run, workload.command(start), 0, answers);
    }

    /**
     * Asks soon why the agent stands where it stands. A pause, a cancel, a clock that is set in
     * between or a disk that lets the process wait is another cause.
     */
    private void ask(JobId job, AgentId agent, String cause, BooleanSupplier stands) {
        long skewMs = world.skewMs();
        long atMs = world.time().millis();
        var _ =
                process.later(
                        world.chance().nextInt(ASKED_WITHIN_MS),
                        () ->
                                world.inquiry()
                                        .agent(
                                                process,
                                                job,
                                                agent.value(),
                                                cause,
                                                () ->
                                                        world.skewMs() == skewMs
                                                                && world.time().millis() - atMs
                                                                        < REST_MS_MIN
                                                                && world.status(job)
                                                                        == JobStatus.RUNNING
                                                                && stands.getAsBoolean()));
    }

    private void mustBeDurable(JobId job, String attemptId) {
        if (!world.disk().audit(job).hasBegun(attemptId)) {
            world.violation("attempt " + job + "/" + attemptId + " began before that was durable");
        }
    }

    /** Prints line by line, each when the one before has found room, and then ends. */
    private void print(String key, Run run, Workload.Command command, int line, Answers answers) {
        if (line == command.lines().size()) {
            var _ = process.later(duration(), () -> end(key, run, outcome(key, command), answers));
            return;
        }
        var _ =
                process.later(
                        world.chance().nextInt(200),
                        () -> {
                            if (!runs.containsKey(key)) {
                                return;
                            }
                            world.trace().add("line " + line + " of " + key);
                            var _ =
                                    answers.progress(command.lines().get(line))
                                            .thenRun(
                                                    () ->
                                                            print(
                                                                    key, run, command, line + 1,
                                                                    answers));
                        });
    }

    private WorkerOutcome outcome(String key, Workload.Command command) {
        // A lost host is rare: deliveries are counted, and a job must not run out of them here.
        if (!world.isQuiet() && !unsafe(key) && world.chance().nextInt(200) == 0) {
            return failed(WorkerOutcome.Cause.LOST, OptionalInt.empty(), "the host is gone");
        }
        int status = command.ending().exitStatus();
        return status == 0
                ? new WorkerOutcome.Succeeded(
                        "sim", "", "", command.ending().result(), Optional.empty())
                : failed(
                        WorkerOutcome.Cause.EXIT_STATUS,
                        OptionalInt.of(status),
                        "command exited with status " + status);
    }

    private boolean unsafe(String key) {
        var run = runs.get(key);
        return run != null && run.unsafe;
    }

    private static WorkerOutcome failed(
            WorkerOutcome.Cause cause, OptionalInt exitStatus, String error) {
        return new WorkerOutcome.Failed("sim", "", "", cause, exitStatus, error);
    }

    private void end(String key, Run run, WorkerOutcome outcome, Answers answers) {
        if (!runs.remove(key, run)) {
            return;
        }
        world.trace().add("command ends " + key + " " + outcome.getClass().getSimpleName());
        answers.worker(outcome);
        if (!run.stopping) {
            rests(key, run, outcome);
        }
        sometimesAgain(
                () -> {
                    world.trace().add("command ends again " + key);
                    answers.worker(
                            world.chance().nextBoolean()
                                    ? outcome
                                    : failed(
                                            WorkerOutcome.Cause.LOST,
                                            OptionalInt.empty(),
                                            "the host is gone"));
                });
    }

    /** What is known of the agent from now on, until it asks for something again. */
    private void rests(String key, Run run, WorkerOutcome outcome) {
        var agent = run.job + "/" + run.agent;
        rested.put(agent, key);
        world.workload(run.job)
                .restsAfter(run.agent, outcome)
                .ifPresent(
                        cause ->
                                ask(
                                        run.job,
                                        run.agent,
                                        cause,
                                        () -> key.equals(rested.get(agent))));
    }

    private void sometimesAgain(Runnable repetition) {
        if (world.chance().nextInt(5) == 0) {
            world.doubled();
            var _ = process.later(world.chance().nextInt(30_000), repetition);
        }
    }

    @Override
    public void callModule(
            JobId job, String key, Effect.CallModule call, JobContext context, Answers answers) {
        process.mustLive();
        world.trace().add("module called " + key + " with " + call.message().messageId());
        mustBeDurable(job, call.attemptId());
        var run =
                new Run(job, call.agent(), false, () -> answers.moduleFailed("interrupted", false));
        runs.put(key, run);
        var result = world.workload(job).module(call);
        boolean fails = !world.isQuiet() && world.chance().nextInt(60) == 0;
        var _ =
                process.later(
                        world.chance().nextInt(40), () -> answer(key, run, result, fails, answers));
    }

    private void answer(String key, Run run, AgentResult result, boolean fails, Answers answers) {
        if (!runs.remove(key, run)) {
            return;
        }
        world.trace().add("module " + (fails ? "throws " : "answers ") + key);
        if (fails) {
            answers.moduleFailed("IllegalStateException: by chance", false);
            return;
        }
        answers.module(result);
        sometimesAgain(() -> answers.module(result));
    }

    /** A stopped command ends after a while; its own end may come first. */
    @Override
    public void stop(String key) {
        process.mustLive();
        var run = runs.get(key);
        if (run == null || run.stopping) {
            return;
        }
        world.trace().add("stop " + key);
        run.stopping = true;
        var _ =
                process.later(
                        world.chance().nextInt(6_000),
                        () -> {
                            if (runs.remove(key, run)) {
                                world.trace().add("stopped " + key);
                                run.stopped.run();
                            }
                        });
    }

    @Override
    public void jobEnded(JobId job) {
        process.mustLive();
        world.trace().add("ended " + job);
    }

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        return process.later(delay.toMillis(), action);
    }

    private long duration() {
        return world.chance().nextInt(10) == 0
                ? world.chance().nextInt(60_000)
                : world.chance().nextInt(2_000);
    }

    /** Whoever had begun to act for an unsafe job must be looked at by a person. */
    void processDied() {
        runs.forEach(
                (key, run) -> {
                    if (run.unsafe) {
                        var attemptId = key.substring(run.job.value().length() + 1);
                        world.disk().audit(run.job).caughtInFlight(attemptId);
                    }
                });
    }

    /** What is still held or running although every job has ended. */
    void mustBeIdle() {
        if (!leases.isEmpty() || !runs.isEmpty()) {
            world.violation("left over: leases " + leases + ", runs " + runs.keySet());
        }
    }
}
