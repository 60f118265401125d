package mirrorneuron.engine.job;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.worker.Emission;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;

/**
 * A job and a stream of commands to it, right and wrong ones, late and doubled ones. A twin that
 * knows only the log follows every fact; both must stay the same job.
 */
final class RandomRun {

    private static final Set<String> RESTING_CAUSES =
            Set.of("working", "waiting_for_lease", "waiting_for_time", "idle", "idle_dead_letters");

    private final Graph graph;
    private final MessageLedger ledger = new MessageLedger();
    private final List<String> violations = new ArrayList<>();
    private final List<Effect.RequestLease> leases = new ArrayList<>();
    private final List<Effect.StartWorker> workers = new ArrayList<>();
    private final List<Effect.CallModule> modules = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Job twin;
    private Job job;
    private long nowMs = 1_000_000;
    private long sent;

    /**
     * One command, or a step of time. The numbers choose which and of what.
     *
     * @param together whether it shares a turn with the next one
     */
    record Step(int kind, int first, int second, boolean together) {}

    RandomRun(Graph graph) {
        this.graph = graph;
        var submitted =
                JobEngine.submitted(
                        JobId.of("random-1"), graph, "fp", Job.Submission.none(), "node", nowMs);
        this.job = JobEngine.create(submitted, graph);
        this.twin = JobEngine.create(submitted, graph);
        var first = Turn.first(job, submitted);
        first.take(new JobCommand.Start("node"));
        finish(first);
    }

    List<String> violations() {
        var all = new ArrayList<>(ledger.violations());
        all.addAll(violations);
        return all;
    }

    Job job() {
        return job;
    }

    int messages() {
        return ledger.messages();
    }

    /** Runs the steps until one breaks something. */
    RandomRun follow(List<Step> steps) {
        Turn turn = null;
        for (var step : steps) {
            if (step.kind() >= 90) {
                if (turn == null) {
                    passOrRestart(step);
                }
                continue;
            }
            turn = turn == null ? new Turn(job, nowMs) : turn;
            take(turn, command(step));
            if (!step.together()) {
                finish(turn);
                turn = null;
            }
            if (!violations().isEmpty()) {
                return this;
            }
        }
        if (turn != null) {
            finish(turn);
        }
        return this;
    }

    private void passOrRestart(Step step) {
        if (step.kind() < 98) {
            nowMs += step.kind() < 96 ? step.first() * 37L : step.first() * 3_600_000L;
            var turn = new Turn(job, nowMs);
            take(turn, new JobCommand.Wake());
            finish(turn);
            return;
        }
        // The process dies: the next one knows the job from its snapshot, and nothing outside
        // lives.
        job = reread(job);
        var turn = new Turn(job, nowMs);
        take(turn, new JobCommand.Recover("node"));
        finish(turn);
    }

    private Job reread(Job from) {
        return SnapshotCodec.read((JsonObject) Json.parse(SnapshotCodec.write(from)), graph);
    }

    private void take(Turn turn, JobCommand command) {
        var before = SnapshotCodec.write(job);
        var _ = JobEngine.decide(job, command, nowMs);
        if (!Arrays.equals(before, SnapshotCodec.write(job))) {
            violations.add("deciding about " + command + " changed the job");
        }
        turn.take(command);
    }

    private void finish(Turn turn) {
        boolean rest;
        do {
            rest = turn.run();
            mirror(turn);
            for (var effect : turn.effects()) {
                note(effect);
            }
            for (var letter : turn.deadLetters()) {
                deadLetters.removeIf(known -> known.index() == letter.index());
                deadLetters.add(letter);
            }
            turn = new Turn(job, nowMs);
        } while (!rest);
        ledger.balance(job);
        explained();
    }

    /** The twin reads the turn's lines, as a later process would. */
    private void mirror(Turn turn) {
        int from = 0;
        var lines = turn.facts();
        for (int to = 0; to < lines.length; to++) {
            if (lines[to] == '\n') {
                var line = (JsonObject) Json.parse(lines, from, to);
                from = to + 1;
                if (line.integer("s").orElse(0) > twin.sequence()) {
                    var event = EventCodec.read(line, twin).event();
                    var status = twin.status();
                    ledger.before(twin, event);
                    JobEngine.apply(twin, event);
                    ledger.after(status, twin, event);
                }
            }
        }
        var live = SnapshotCodec.write(job);
        same("replaying the log gives another job", live, SnapshotCodec.write(twin));
        same("a snapshot comes back as another job", live, SnapshotCodec.write(reread(job)));
    }

    private void same(String violation, byte[] expected, byte[] found) {
        int at = Arrays.mismatch(expected, found);
        if (at >= 0) {
            violations.add(
                    violation + ": " + near(found, at) + " (expected: " + near(expected, at) + ")");
        }
    }

    private static String near(byte[] document, int at) {
        int from = Math.max(0, at - 60);
        int to = Math.min(document.length, at + 60);
        return new String(document, from, to - from, StandardCharsets.UTF_8);
    }

    private void explained() {
        var explanation = Explain.job(job, nowMs);
        if (explanation.sentence().isBlank() || explanation.cause().isBlank()) {
            violations.add("explained by nothing: " + explanation);
        }
        if (job.status() != JobStatus.RUNNING) {
            return;
        }
        var cause = explanation.cause();
        boolean works = job.agents().stream().anyMatch(AgentState::runsOutside);
        boolean leases =
                job.agents().stream()
                        .anyMatch(
                                agent ->
                                        agent.inflight != null
                                                && agent.inflight.phase()
                                                        == AgentState.Phase.LEASE);
        boolean wakes = job.nextWake().isPresent() && job.nextWake().getAsLong() > nowMs;
        boolean isTrue =
                switch (cause) {
                    case "working" -> works;
                    case "waiting_for_lease" -> leases && !works;
                    case "waiting_for_time" -> wakes && !works && !leases;
                    case "idle", "idle_dead_letters" -> !works && !leases && job.pending == 0;
                    default -> false;
                };
        if (!isTrue || !RESTING_CAUSES.contains(cause)) {
            violations.add("explained by what is not so: " + explanation);
        }
        for (var agent : job.agents()) {
            if (Explain.agent(job, agent.id(), nowMs).orElseThrow().cause().isBlank()) {
                violations.add("agent " + agent.id() + ": explained by nothing");
            }
        }
    }

    private void note(Effect effect) {
        switch (effect) {
            case Effect.RequestLease request -> leases.add(request);
            case Effect.StartWorker worker -> workers.add(worker);
            case Effect.CallModule call -> modules.add(call);
            case Effect.WithdrawLease _,
                    Effect.ReleaseLease _,
                    Effect.StopWorker _,
                    Effect.ProducerMayGoOn _,
                    Effect.JobEnded _ -> {}
        }
    }

    private JobCommand command(Step step) {
        int kind = step.kind();
        if (kind < 18) {
            return send(step);
        }
        if (kind < 40 && !leases.isEmpty()) {
            return lease(step);
        }
        if (kind < 62 && !workers.isEmpty()) {
            return worker(step);
        }
        if (kind < 80 && !modules.isEmpty()) {
            return module(step);
        }
        return switch (kind) {
            case 80, 81 ->
                    new JobCommand.Pause("test", step.first() % 2 == 0, step.second() * 100L);
            case 82, 83, 84, 85 -> new JobCommand.Resume();
            case 86 -> step.first() == 0 ? new JobCommand.Cancel("test") : new JobCommand.Wake();
            case 87, 88 ->
                    deadLetters.isEmpty()
                            ? new JobCommand.Resume()
                            : new JobCommand.Replay(
                                    deadLetters.get(step.first() % deadLetters.size()),
                                    step.second() % 3 == 0);
            case 89 ->
                    step.first() == 0 && step.second() == 0
                            ? new JobCommand.Fail("test", "test", "")
                            : new JobCommand.Start("node");
            default -> new JobCommand.Wake();
        };
    }

    private AgentId agent(int choice) {
        return graph.vertices().get(choice % graph.vertices().size()).id();
    }

    private JobCommand send(Step step) {
        var message =
                Message.of(type(step.second()), body(step.second()))
                        .withPriority(step.first() * 10);
        if (step.first() % 4 == 0) {
            // An id is remembered as long as a message may wait: a day. Later it is another one.
            message = message.withId("chosen-" + step.second() % 3 + "-" + nowMs / 86_400_000);
        } else if (step.first() % 5 == 0) {
            message = message.withTtlMs(step.second() * 50L);
        }
        if (step.first() % 3 == 0) {
            message =
                    message.withStream(
                            new StreamFrame(
                                    "s" + step.second() % 2,
                                    step.second(),
                                    step.second() % 7 == 0,
                                    step.second() % 5 == 0));
        }
        return new JobCommand.Send(agent(step.first()), message, "fresh-" + sent++);
    }

    private static String type(int choice) {
        return RandomGraphs.TYPES.get(choice % RandomGraphs.TYPES.size());
    }

    private static JsonObject body(int value) {
        return JsonObject.builder().put("v", value % 5).build();
    }

    /** Mostly the newest; now and then an old one, as answers that come late or twice are. */
    private static <T> T pick(List<T> list, int choice) {
        int back = choice < 14 ? choice % 3 : choice;
        return list.get(Math.floorMod(list.size() - 1 - back, list.size()));
    }

    private JobCommand lease(Step step) {
        var request = pick(leases, step.first());
        return step.second() % 5 > 0
                ? new JobCommand.LeaseGranted(
                        request.agent(), request.attemptId(), "lease-" + request.attemptId(), 3)
                : new JobCommand.LeaseRejected(
                        request.agent(), request.attemptId(), "queue full", 250, false);
    }

    private JobCommand worker(Step step) {
        var start = pick(workers, step.first());
        var agent = start.vertex().id();
        var attempt = start.attemptId();
        return switch (step.second() % 10) {
            case 0, 1 -> new JobCommand.WorkerProgress(agent, attempt, result(step));
            case 2 -> failed(agent, attempt, WorkerOutcome.Cause.EXIT_STATUS);
            case 3 -> failed(agent, attempt, WorkerOutcome.Cause.LOST);
            case 4 -> failed(agent, attempt, WorkerOutcome.Cause.STOPPED);
            case 5 -> new JobCommand.WorkerBeacon(agent, attempt, JsonObject.empty());
            default ->
                    new JobCommand.WorkerFinished(
                            agent,
                            attempt,
                            new WorkerOutcome.Succeeded(
                                    "sandbox",
                                    "out",
                                    "",
                                    Optional.of(result(step)),
                                    Optional.empty()));
        };
    }

    private static JobCommand failed(AgentId agent, String attempt, WorkerOutcome.Cause cause) {
        return new JobCommand.WorkerFinished(
                agent,
                attempt,
                new WorkerOutcome.Failed("sandbox", "", "err", cause, OptionalInt.of(1), "failed"));
    }

    private StructuredResult result(Step step) {
        var emissions = new ArrayList<Emission>();
        for (int i = 0; i < step.first() % 3; i++) {
            emissions.add(
                    new Emission(
                            Optional.of(type(step.second() + i)),
                            step.first() % 4 == 0
                                    ? Optional.of(target(step.second() + i))
                                    : Optional.empty(),
                            step.second() % 5 == 0
                                    ? Optional.empty()
                                    : Optional.of(body(step.second() + i)),
                            Optional.empty(),
                            JsonObject.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            step.second() % 3 == 0
                                    ? Optional.of(new StreamFrame("w", i, i == 0, false))
                                    : Optional.empty()));
        }
        return new StructuredResult(
                List.of(),
                emissions,
                step.first() % 2 == 0 ? Optional.of(body(step.first())) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** An agent of the job, or now and then one that does not exist. */
    private AgentId target(int choice) {
        return choice % 9 == 0 ? AgentId.of("nobody") : agent(choice);
    }

    private JobCommand module(Step step) {
        var call = pick(modules, step.first());
        var agent = call.vertex().id();
        return switch (step.second() % 12) {
            case 0 -> new JobCommand.ModuleFailed(agent, call.attemptId(), "threw", false);
            case 1 ->
                    new JobCommand.ModuleFinished(
                            agent,
                            call.attemptId(),
                            new AgentResult.Retry(Duration.ofMillis(step.first() * 20L), "later"));
            case 2 ->
                    new JobCommand.ModuleFinished(
                            agent, call.attemptId(), new AgentResult.Reject("never"));
            default -> new JobCommand.ModuleFinished(agent, call.attemptId(), handled(step));
        };
    }

    private AgentResult handled(Step step) {
        var result = AgentResult.with(body(step.first()));
        for (int i = 0; i < step.first() % 4; i++) {
            var options = options(step, i);
            if (step.second() % 4 == 3) {
                result.emitTo(target(step.second() + i), type(i), body(i), options);
            } else {
                result.emit(type(step.second() + i), body(step.second() + i), options);
            }
        }
        return result.build();
    }

    private static Action.Options options(Step step, int i) {
        return new Action.Options(
                JsonObject.empty(),
                step.first() % 6 == 0
                        ? Optional.of(new StreamFrame("m", step.second() + i, i == 0, i == 2))
                        : Optional.empty(),
                step.second() % 5 == 0 ? OptionalInt.of(step.first()) : OptionalInt.empty(),
                step.second() % 7 == 0
                        ? OptionalLong.of(step.first() * 100L)
                        : OptionalLong.empty(),
                step.first() % 5 == 0
                        ? OptionalLong.of(step.second() * 30L)
                        : OptionalLong.empty());
    }
}
