package mirrorneuron.engine.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.RandomWorkflows.Workflow;
import mirrorneuron.engine.job.StepReference.Stand;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.StepStatus;

/**
 * A workflow under way beside its {@link StepReference}: workers answer in any order, the job is
 * paused and resumed, or cancelled, its process dies and another reads the log, and what is late
 * comes twice. A twin that knows only the log follows every fact. After each turn the job, the twin
 * and the reference must say the same.
 */
final class WorkflowRun {

    private static final int ANSWERS_MAX = 600;
    private static final int STORY_LINES_MAX = 30;
    private static final int STORY_CHARS_MAX = 160;
    private static final int REDELIVERIES_MAX = 3;
    private static final Set<String> RESTING_CAUSES =
            Set.of("working", "waiting_for_lease", "waiting_for_person", "waiting_for_time");

    private final Workflow workflow;
    private final StepReference reference;
    private final StepScript script;
    private final List<String> violations = new ArrayList<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Job twin;
    private Job job;
    private byte[] oldSnapshot;
    private int oldLength;
    private long nowMs = 1_000_000;
    private long sent;

    /** What runs or waits outside for this job, by attempt id; true when it was told to stop. */
    private final Map<String, Boolean> outside = new HashMap<>();

    /** Attempts that were once handed out, with their agents: their answers come late. */
    private final List<Late> handedOut = new ArrayList<>();

    /** What the answer that is being given brings, by agent. */
    private final Map<String, Act> acts = new HashMap<>();

    /** Steps that have sent something on, by their agents. */
    private final Set<String> spoken = new HashSet<>();

    private record Late(AgentId agent, String attemptId) {}

    WorkflowRun(Workflow workflow) {
        this.workflow = workflow;
        var graph = workflow.graph();
        this.script = new StepScript(workflow);
        this.reference =
                new StepReference(
                        graph.manifest().workflow(),
                        workflow.scoresAbove(),
                        graph.manifest().nodes().stream()
                                .map(node -> node.id().value())
                                .collect(Collectors.toSet()));
        var submitted =
                JobEngine.submitted(
                        JobId.of("random-1"), graph, "fp", Job.Submission.none(), "node", nowMs);
        this.job = JobEngine.create(submitted, graph);
        this.twin = JobEngine.create(submitted, graph);
        this.oldSnapshot = SnapshotCodec.write(job);
        var first = Turn.first(job, submitted);
        first.take(new JobCommand.Start("node"));
        finish(first);
    }

    Job job() {
        return job;
    }

    List<String> violations() {
        return violations;
    }

    /** The last facts, shortened, for whoever reads a failure. */
    String story() {
        var lines = log.toString(StandardCharsets.UTF_8).lines().toList();
        return lines.stream()
                .skip(Math.max(0, lines.size() - STORY_LINES_MAX))
                .map(line -> line.substring(0, Math.min(line.length(), STORY_CHARS_MAX)))
                .collect(Collectors.joining("\n"));
    }

    /** Lives through these moves, then answers whatever is asked until the job has ended. */
    WorkflowRun live(List<Integer> moves) {
        for (var move : moves) {
            if (isOver()) {
                break;
            }
            move(move % 100, move / 100);
        }
        for (int left = ANSWERS_MAX; left > 0 && !isOver(); left--) {
            answerNext();
        }
        if (violations().isEmpty()) {
            thenItEndedAsItShould();
        }
        return this;
    }

    private boolean isOver() {
        return job.status().terminal() || !violations().isEmpty();
    }

    // The outside

    private void move(int kind, int choice) {
        if (kind < 52) {
            var asking = asking();
            if (!asking.isEmpty()) {
                answer(asking.get(choice % asking.size()));
            }
        } else if (kind < 56) {
            interrupt(choice);
        } else if (kind < 64) {
            var gates = gates();
            if (!gates.isEmpty()) {
                decide(gates.get(choice % gates.size()), choice);
            }
        } else if (kind < 68) {
            nowMs += choice * 700L;
            tell(new JobCommand.Wake());
        } else if (kind < 72) {
            toNextWake();
        } else if (kind < 75) {
            tell(new JobCommand.Pause("test", true, 0));
        } else if (kind < 78) {
            tell(new JobCommand.Pause("test", false, choice * 100L));
        } else if (kind < 84) {
            tell(new JobCommand.Resume());
        } else if (kind < 88) {
            crash(choice);
        } else if (kind < 93) {
            tellLate(choice);
        } else if (kind < 95) {
            sendSomething(choice);
        } else if (kind < 96) {
            twoAtOnce(choice);
        } else if (kind == 96 && choice % 4 == 0) {
            tell(new JobCommand.Cancel("test"));
        } else if (kind <= 97) {
            oldSnapshot = SnapshotCodec.write(job);
            oldLength = log.size();
        } else {
            beacon(choice);
        }
    }

    /** The next answer of an outside that does what it is asked. */
    private void answerNext() {
        var asking = asking();
        var gates = gates();
        if (job.status() == JobStatus.PAUSED) {
            tell(new JobCommand.Resume());
        } else if (!asking.isEmpty()) {
            answer(asking.getFirst());
        } else if (!gates.isEmpty()) {
            decide(gates.getFirst(), 0);
        } else if (job.nextWake().isPresent()) {
            toNextWake();
        } else {
            violations.add("hangs: " + Explain.job(job, nowMs) + " " + reference.steps());
        }
    }

    private List<AgentState> asking() {
        return job.agents().stream()
                .filter(agent -> agent.inflight != null && asks(agent.inflight.phase()))
                .toList();
    }

    /** A cancelled job has withdrawn what it waited for. */
    private boolean asks(Phase phase) {
        return switch (phase) {
            case RUNNING, HANDLING -> true;
            case LEASE -> job.status() != JobStatus.CANCELLING;
            case RETRY -> false;
        };
    }

    private List<StepState> gates() {
        return job.ledger().steps().stream()
                .filter(step -> step.status == StepStatus.WAITING)
                .toList();
    }

    private void toNextWake() {
        var wake = job.nextWake();
        if (wake.isPresent()) {
            nowMs = Math.max(nowMs, wake.getAsLong());
            tell(new JobCommand.Wake());
        }
    }

    private static AgentState.Inflight inHand(AgentState agent) {
        return Objects.requireNonNull(agent.inflight);
    }

    private void answer(AgentState agent) {
        tell(answering(agent));
    }

    private JobCommand answering(AgentState agent) {
        var id = agent.id();
        var attempt = inHand(agent).attemptId();
        return switch (inHand(agent).phase()) {
            case LEASE -> new JobCommand.LeaseGranted(id, attempt, "lease-" + attempt, 3);
            case RUNNING ->
                    Boolean.TRUE.equals(outside.get(attempt))
                            ? stopped(id, attempt)
                            : new JobCommand.WorkerFinished(
                                    id, attempt, StepScript.outcome(act(agent)));
            case HANDLING ->
                    Boolean.TRUE.equals(outside.get(attempt))
                            ? new JobCommand.ModuleFailed(id, attempt, "interrupted", false)
                            : StepScript.handling(id, attempt, act(agent));
            case RETRY -> throw new AssertionError(id + " asks for nothing");
        };
    }

    private static JobCommand stopped(AgentId id, String attempt) {
        return new JobCommand.WorkerFinished(
                id,
                attempt,
                JobSpec.failure(
                        WorkerOutcome.Cause.STOPPED, OptionalInt.empty(), "worker stopped"));
    }

    /** What the agent's attempt brings, by the script of its step. */
    private Act act(AgentState agent) {
        var act = script.act(job, Objects.requireNonNull(agent.step));
        acts.put(agent.id().value(), act);
        return act;
    }

    private void decide(StepState step, int choice) {
        var decision =
                switch (choice % 4) {
                    case 0, 1 -> Approval.Decision.APPROVE;
                    case 2 -> Approval.Decision.REVISE;
                    default -> Approval.Decision.REJECT;
                };
        tell(new JobCommand.Decide(step.id, "d-" + sent++, decision, "ada", "a note"));
    }

    /** A lease is refused, a worker is lost. */
    private void interrupt(int choice) {
        var asking = asking();
        if (asking.isEmpty()) {
            return;
        }
        var agent = asking.get(choice % asking.size());
        var id = agent.id();
        var inflight = inHand(agent);
        switch (inflight.phase()) {
            case LEASE ->
                    tell(
                            new JobCommand.LeaseRejected(
                                    id, inflight.attemptId(), "queue full", 250, false));
            case RUNNING -> {
                if (inflight.entry().redeliveries() < REDELIVERIES_MAX) {
                    tell(
                            new JobCommand.WorkerFinished(
                                    id,
                                    inflight.attemptId(),
                                    JobSpec.failure(
                                            WorkerOutcome.Cause.LOST,
                                            OptionalInt.empty(),
                                            "worker host lost")));
                } else {
                    tell(stopped(id, inflight.attemptId()));
                }
            }
            case HANDLING, RETRY -> {}
        }
    }

    private void beacon(int choice) {
        var asking = asking();
        if (!asking.isEmpty()) {
            var agent = asking.get(choice % asking.size());
            tell(
                    new JobCommand.WorkerBeacon(
                            agent.id(), inHand(agent).attemptId(), JsonObject.empty()));
        }
    }

    private void sendSomething(int choice) {
        var agent = job.agents().get(choice % job.agents().size());
        if (agent.step != null) {
            tell(
                    new JobCommand.Send(
                            agent.id(), Message.of("x", JsonObject.empty()), "fresh-" + sent++));
        }
    }

    /** The process dies with everything outside, and the next one reads what was written. */
    private void crash(int choice) {
        job =
                switch (choice % 3) {
                    case 0 -> reread(job);
                    case 1 -> Invariants.replay(log.toByteArray(), workflow.graph());
                    default -> {
                        var old =
                                SnapshotCodec.read(
                                        (JsonObject) Json.parse(oldSnapshot), workflow.graph());
                        var all = log.toByteArray();
                        EventCodec.replay(Arrays.copyOfRange(all, oldLength, all.length), old);
                        yield old;
                    }
                };
        outside.clear();
        tell(new JobCommand.Recover("node"));
    }

    private Job reread(Job from) {
        return SnapshotCodec.read(
                (JsonObject) Json.parse(SnapshotCodec.write(from)), workflow.graph());
    }

    /** Answers of attempts that are over; nobody listens to them. */
    private void tellLate(int choice) {
        if (handedOut.isEmpty()) {
            return;
        }
        var late = handedOut.get(choice % handedOut.size());
        var agent = job.agent(late.agent());
        if (agent.inflight != null && agent.inflight.attemptId().equals(late.attemptId())) {
            return;
        }
        for (var command :
                List.of(
                        new JobCommand.WorkerFinished(
                                late.agent(),
                                late.attemptId(),
                                StepScript.outcome(new Act.Done(1))),
                        new JobCommand.LeaseGranted(late.agent(), late.attemptId(), "late", 0),
                        StepScript.handling(late.agent(), late.attemptId(), new Act.Done(1)))) {
            var before = job.sequence();
            if (!(tell(command) instanceof Decision.Refused) || job.sequence() != before) {
                violations.add("late and yet heard: " + command);
            }
        }
    }

    private void twoAtOnce(int choice) {
        var asking = asking();
        if (asking.size() < 2) {
            return;
        }
        var turn = new Turn(job, nowMs);
        take(turn, answering(asking.get(choice % asking.size())));
        var other = asking.get((choice + 1) % asking.size());
        if (other.inflight != null && !job.status().terminal()) {
            take(turn, answering(other));
        }
        finish(turn);
    }

    // Turns

    private Decision tell(JobCommand command) {
        var turn = new Turn(job, nowMs);
        var decision = take(turn, command);
        finish(turn);
        return decision;
    }

    private Decision take(Turn turn, JobCommand command) {
        var decision = turn.take(command);
        mirror(turn);
        boolean counts =
                decision instanceof Decision.Accepted accepted
                        && accepted.events().stream()
                                .noneMatch(JobEvent.Returned.class::isInstance);
        switch (command) {
            case JobCommand.WorkerFinished finished -> outside.remove(finished.attemptId());
            case JobCommand.LeaseRejected rejected -> outside.remove(rejected.attemptId());
            // Java code that fails leaves no fact of its own, so the reference hears of it here.
            case JobCommand.ModuleFailed failed -> {
                outside.remove(failed.attemptId());
                if (counts) {
                    answered(failed.agent(), new Act.Failed(true));
                }
            }
            case JobCommand.ModuleFinished finished -> {
                outside.remove(finished.attemptId());
                if (counts && finished.result() instanceof AgentResult.Reject) {
                    answered(finished.agent(), new Act.Failed(false));
                }
            }
            default -> {}
        }
        return decision;
    }

    private void finish(Turn turn) {
        boolean rest;
        do {
            rest = turn.run();
            mirror(turn);
            turn.effects().forEach(this::note);
            turn = new Turn(job, nowMs);
        } while (!rest);
        boolean goesOn = !reference.failed() && !reference.cancelled();
        if (job.status() == JobStatus.RUNNING || job.status().terminal() && goesOn) {
            reference.settle();
        }
        check();
    }

    /** The twin reads the turn's lines, and the reference hears of what came from outside. */
    private void mirror(Turn turn) {
        var lines = turn.facts();
        int from = 0;
        for (int to = 0; to < lines.length; to++) {
            if (lines[to] != '\n') {
                continue;
            }
            var line = (JsonObject) Json.parse(lines, from, to);
            long sequence = line.integer("s").orElse(0);
            if (log.size() == 0 || sequence > twin.sequence()) {
                log.write(lines, from, to + 1 - from);
            }
            from = to + 1;
            if (sequence <= twin.sequence()) {
                continue;
            }
            if (sequence != twin.sequence() + 1) {
                violations.add("line " + sequence + " after " + twin.sequence());
            }
            var event = EventCodec.read(line, twin).event();
            startsNothingAtRest(twin.status(), event);
            hear(event);
            JobEngine.apply(twin, event);
        }
    }

    private void startsNothingAtRest(JobStatus status, JobEvent event) {
        boolean starts =
                event instanceof StepEvent.Opened
                        || event instanceof JobEvent.LeaseRequested
                        || event instanceof JobEvent.AttemptStarted
                        || event instanceof JobEvent.Dispatched;
        if (starts && status != JobStatus.RUNNING) {
            violations.add("while " + status + ": " + event);
        }
    }

    private void hear(JobEvent event) {
        switch (event) {
            case StepEvent.Opened opened -> note(reference.begins(opened.step(), opened.attempt()));
            case StepEvent.Ended ended -> {
                if (reference.step(ended.step()).stand == Stand.FRESH) {
                    note(reference.skips(ended.step()));
                }
            }
            case JobEvent.Handled handled -> {
                var agent = twin.agent(handled.agent());
                if (agent.step != null && agent.is(Behaviour.Router.class)) {
                    answered(handled.agent(), new Act.Done(0));
                } else if (agent.step != null) {
                    answered(
                            handled.agent(),
                            Objects.requireNonNull(acts.get(handled.agent().value())));
                }
            }
            case JobEvent.AttemptFailed failed -> answered(failed.agent(), new Act.Failed(true));
            case JobEvent.DeadLettered dead -> {
                var agent = twin.find(dead.agent());
                var step = agent == null ? null : agent.step;
                if (step != null
                        && dead.message()
                                .headers()
                                .string("mn.workflow.attempt_id")
                                .equals(Optional.of(step.attemptId()))) {
                    answered(dead.agent(), new Act.Failed(true));
                }
            }
            case StepEvent.TimedOut timedOut ->
                    note(reference.answers(timedOut.step(), new Act.Failed(true)));
            case StepEvent.Triggered triggered ->
                    note(
                            reference.triggers(
                                    triggered.step(),
                                    twin.ledger().step(triggered.step()).hasMessage()));
            case StepEvent.Retired retired ->
                    note(reference.retires(retired.step(), retired.steps()));
            case StepEvent.Unfolded unfolded -> note(reference.unfolds(unfolded.step()));
            case StepEvent.RoundEnded ended -> note(reference.plans(ended.step()));
            case JobEvent.Noted noted -> heard(noted);
            case JobEvent.Cancelling _ -> reference.cancel();
            case StepEvent.GateDecided decided -> {
                if (decided.decision() == Approval.Decision.APPROVE) {
                    spoken.add(twin.ledger().step(decided.step()).entry().vertex.id().value());
                }
                note(reference.decides(decided.step(), decided.decision()));
            }
            default -> {}
        }
    }

    private void heard(JobEvent.Noted noted) {
        switch (noted.type()) {
            case "workflow_child_failed" ->
                    note(reference.givesUp(noted.payload().string("step_id").orElseThrow()));
            case "workflow_graph_patch_rejected" -> {
                var code = noted.payload().string("code").orElse("");
                if (!code.equals(reference.refusal())) {
                    violations.add(
                            "patch refused: %s (expected: %s)"
                                    .formatted(noted, reference.refusal()));
                }
            }
            default -> {}
        }
    }

    private void answered(AgentId agent, Act act) {
        var step = Objects.requireNonNull(twin.agent(agent).step).id;
        note(reference.answers(step, act));
        var now = reference.step(step);
        boolean spoke =
                now.stand == Stand.OVER && !now.outcome.equals("failed")
                        || now.stand == Stand.FRESH;
        if (!(act instanceof Act.Failed) && spoke) {
            spoken.add(twin.agent(agent).vertex.id().value());
        }
    }

    private void note(String problem) {
        if (!problem.isEmpty()) {
            violations.add(problem);
        }
    }

    private void note(Effect effect) {
        switch (effect) {
            case Effect.RequestLease request -> {
                outside.put(request.attemptId(), false);
                handedOut.add(new Late(request.agent(), request.attemptId()));
            }
            case Effect.CallModule call -> outside.put(call.attemptId(), false);
            case Effect.StopWorker stop -> outside.put(stop.attemptId(), true);
            case Effect.WithdrawLease withdraw -> outside.remove(withdraw.attemptId());
            case Effect.StartWorker _,
                    Effect.ReleaseLease _,
                    Effect.ProducerMayGoOn _,
                    Effect.JobEnded _ -> {}
        }
    }

    // What must be true after each turn

    private void check() {
        var live = SnapshotCodec.write(job);
        same("replaying the log gives another job", live, SnapshotCodec.write(twin));
        same("a snapshot comes back as another job", live, SnapshotCodec.write(reread(job)));
        quietly(() -> Invariants.countersAreTrue(job));
        quietly(() -> Invariants.stepsAreCounted(job));
        quietly(() -> Invariants.nothingRunsAtRest(job));
        nothingIsForgottenOutside();
        standsAsItShould();
        explained();
    }

    private void quietly(Runnable check) {
        try {
            check.run();
        } catch (AssertionError error) {
            violations.add(String.valueOf(error.getMessage()));
        }
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

    /** Whatever was started is in somebody's hand, or was told to stop. */
    private void nothingIsForgottenOutside() {
        var held = new HashSet<String>();
        for (var agent : asking()) {
            held.add(inHand(agent).attemptId());
        }
        for (var attempt : held) {
            if (!outside.containsKey(attempt)) {
                violations.add("attempt " + attempt + " is waited for, and nobody runs it");
            }
        }
        outside.forEach(
                (attempt, told) -> {
                    if (!told && !held.contains(attempt)) {
                        violations.add("attempt " + attempt + " runs and was forgotten");
                    }
                });
    }

    private void standsAsItShould() {
        var steps = job.ledger().steps();
        if (steps.size() != reference.steps().size()) {
            violations.add("steps: " + steps.size() + " (expected: " + reference.steps() + ")");
            return;
        }
        for (var step : steps) {
            var expected = reference.step(step.id);
            var stand =
                    switch (step.status) {
                        case PENDING, BLOCKED, READY, QUEUED -> Stand.FRESH;
                        case RUNNING -> Stand.OPEN;
                        case RETRY_WAIT -> Stand.RESTING;
                        case WAITING -> Stand.GATED;
                        case COMPLETED, PARTIAL, SKIPPED, FAILED -> Stand.OVER;
                    };
            boolean same =
                    stand == expected.stand
                            && step.failures == expected.failures
                            && (stand != Stand.OVER
                                    || step.status.wire().equals(expected.end)
                                            && step.outcome.equals(expected.outcome));
            if (!same) {
                violations.add(
                        "step %s is %s/%s after %d failures (expected: %s)"
                                .formatted(
                                        step.id,
                                        step.status,
                                        step.outcome,
                                        step.failures,
                                        expected));
            }
            if (step.failures > step.spec.retry().attemptsMax()) {
                violations.add("step " + step.id + " failed " + step.failures + " times");
            }
            if (job.status() == JobStatus.RUNNING && reference.couldBegin(expected)) {
                violations.add(
                        "step %s could run and does not: %s"
                                .formatted(step.id, StepExplain.step(job, step)));
            }
            if (job.status() == JobStatus.RUNNING && reference.mustPlan(expected)) {
                violations.add("step " + step.id + " has nothing under way and plans nothing");
            }
            if (job.status() == JobStatus.RUNNING
                    && expected.stand == Stand.RESTING
                    && step.retryAt <= nowMs
                    && reference.hasRoom(expected)) {
                violations.add("step " + step.id + " could be tried again and is not");
            }
        }
    }

    private void explained() {
        var explanation = Explain.job(job, nowMs);
        boolean says = !explanation.sentence().isBlank() && !explanation.cause().isBlank();
        if (!says
                || job.status() == JobStatus.RUNNING
                        && !RESTING_CAUSES.contains(explanation.cause())) {
            violations.add("explained by nothing: " + explanation);
        }
        for (var step : job.ledger().steps()) {
            var why = StepExplain.step(job, step);
            if (why.sentence().isBlank() || why.cause().isBlank()) {
                violations.add("explained by nothing: " + why);
            }
        }
        for (var agent : job.agents()) {
            var why = Explain.agent(job, agent.id(), nowMs).orElseThrow();
            if (why.cause().isBlank()
                    || job.status() == JobStatus.RUNNING && why.cause().equals("messages_ready")) {
                violations.add("explained by what is not so: " + why);
            }
        }
    }

    private void thenItEndedAsItShould() {
        if (!job.status().terminal()) {
            violations.add("did not end: " + Explain.job(job, nowMs) + " " + reference.steps());
            return;
        }
        var expected = expectedFailure();
        var found = job.failure.map(failure -> failure.code()).orElse("");
        var status =
                reference.cancelled()
                        ? JobStatus.CANCELLED
                        : expected.isEmpty() ? JobStatus.COMPLETED : JobStatus.FAILED;
        boolean same = expected.isEmpty() ? found.isEmpty() : found.startsWith(expected);
        if (!same || job.status() != status) {
            violations.add(
                    "the job ended %s %s (expected: %s %s)"
                            .formatted(job.status(), found, status, expected));
        }
        if (status == JobStatus.COMPLETED && !reference.allOver()) {
            violations.add("the job ended " + job.status() + " before " + reference.steps());
        }
        if (!outside.values().stream().allMatch(told -> told)) {
            violations.add("the job ended and left at work: " + outside);
        }
        var facts = EventCodec.readForViews(log.toByteArray());
        quietly(() -> Invariants.sequenceHasNoGap(job, facts));
        quietly(() -> Invariants.timeGoesOn(facts));
        quietly(() -> Invariants.attemptsAreInOrder(facts));
        quietly(() -> Invariants.agentsBeginOnce(job, facts));
        quietly(() -> Invariants.handledOnceAndGone(job, facts));
        quietly(() -> Invariants.replayEqualsLive(log.toByteArray(), job));
    }

    /** The beginning of the code that the job must have failed with; empty when it must not. */
    private String expectedFailure() {
        if (reference.cancelled()) {
            return "";
        }
        if (reference.failed()) {
            return "workflow.step";
        }
        var sources =
                workflow.graph().manifest().edges().stream()
                        .filter(edge -> edge.to().value().equals("sink"))
                        .map(edge -> edge.from().value())
                        .toList();
        boolean sinkHeard = sources.isEmpty() || sources.stream().anyMatch(spoken::contains);
        return reference.stalls() || !sinkHeard ? "workflow.stalled" : "";
    }
}
