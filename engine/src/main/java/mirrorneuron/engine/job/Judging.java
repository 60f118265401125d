package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.workflow.StepStatus;
import mirrorneuron.engine.workflow.TriggerRule.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger does by itself: it looks at steps whose parents have ended or whose time has
 * come, and at the whole when nothing else is left to do.
 */
final class Judging {

    private Judging() {}

    /** The next step forward of some step, or null when none has one now. */
    static @Nullable Accepted next(Job job, long nowMs) {
        var due = due(job, nowMs);
        return due == null ? judge(job, nowMs) : due;
    }

    private static @Nullable Accepted due(Job job, long nowMs) {
        var ledger = job.ledger();
        while (true) {
            var step = ledger.alarms.due(nowMs);
            if (step == null) {
                return null;
            }
            switch (step.status) {
                case RUNNING -> {
                    return StepFailures.timedOut(
                            job,
                            step,
                            step.deadlineAt > 0 && step.deadlineAt <= nowMs
                                    ? "deadline"
                                    : "heartbeat",
                            nowMs);
                }
                case WAITING -> {
                    return overdue(job, step, nowMs);
                }
                default -> {
                    ledger.alarms.disarm(step);
                    ledger.judgeLater(step);
                }
            }
        }
    }

    /** Nobody has decided in time. */
    private static Accepted overdue(Job job, StepState step, long nowMs) {
        var decision = Objects.requireNonNull(step.gate).question().fallback();
        return Gates.decided(
                job,
                step,
                step.id + ":timeout:" + step.attempt,
                decision,
                "timeout",
                "",
                true,
                nowMs);
    }

    private static @Nullable Accepted judge(Job job, long nowMs) {
        var ledger = job.ledger();
        while (true) {
            var step = ledger.toJudge.poll();
            if (step == null) {
                return null;
            }
            step.queuedToJudge = false;
            var facts =
                    switch (step.status) {
                        case PENDING, BLOCKED -> mayRun(ledger, job, step, nowMs);
                        case RETRY_WAIT -> again(ledger, job, step, nowMs);
                        case RUNNING -> roundEnded(job, step, nowMs);
                        case READY, QUEUED, WAITING, COMPLETED, PARTIAL, SKIPPED, FAILED -> null;
                    };
            if (facts != null) {
                return facts;
            }
        }
    }

    private static @Nullable Accepted mayRun(Ledger ledger, Job job, StepState step, long nowMs) {
        if (step.cutOff()) {
            return Accepted.of(
                    StepResults.skipped(step, "every step before it was skipped", nowMs));
        }
        return switch (step.verdict()) {
            case OPEN -> null;
            // Parents that a choice skipped may be all there are: then the step goes with them,
            // whichever of them was looked at first.
            case IMPOSSIBLE ->
                    step.mayBeCutOff()
                            ? null
                            : Accepted.of(
                                    StepResults.ended(
                                            step,
                                            StepStatus.SKIPPED,
                                            Ledger.OUTCOME_SKIPPED,
                                            JsonNull.NULL,
                                            "trigger rule cannot be satisfied",
                                            nowMs));
            case SATISFIED -> {
                if (step.rounds > 0 && !step.hasMessage()) {
                    yield nextRound(job, step, nowMs);
                }
                if (Ledger.needsTrigger(step) && !step.triggered) {
                    yield triggered(job, step, nowMs);
                }
                if (step.hasMessage()) {
                    Ledger.wake(job, step);
                } else {
                    ledger.expectData(step);
                }
                yield null;
            }
        };
    }

    /**
     * A controller that works in rounds goes on when everything it has added is over; one whose
     * rounds come from messages goes on with the next of these.
     */
    private static @Nullable Accepted nextRound(Job job, StepState step, long nowMs) {
        var added = job.ledger().addedBy(step);
        var older = added.stream().filter(one -> round(one) < step.rounds).toList();
        boolean fresh = older.size() < added.size();
        if (step.triggered || !fresh || added.stream().anyMatch(one -> !one.ended())) {
            return null;
        }
        // The controller has not heard yet of the steps of the round that is over.
        var history = job.ledger().spec.dynamic().orElseThrow().limits().historyMax();
        int retiring = Math.min(added.size() - history, older.size());
        if (retiring > 0) {
            return Accepted.of(
                    new StepEvent.Retired(
                            nowMs,
                            step.id,
                            older.subList(0, retiring).stream().map(one -> one.id).toList()));
        }
        return triggered(job, step, nowMs);
    }

    private static int round(StepState step) {
        return Objects.requireNonNull(step.added).round();
    }

    /** A step that unfolds plans its next round when everything of this one is over. */
    private static @Nullable Accepted roundEnded(Job job, StepState step, long nowMs) {
        if (!step.unfolded || step.openChildren > 0) {
            return null;
        }
        var spec = Rounds.unfolds(job.ledger(), step).orElseThrow();
        if (step.childRound >= spec.roundsMax()) {
            return StepFailures.roundsUsedUp(job, step, spec.roundsMax(), nowMs);
        }
        return Accepted.of(new StepEvent.RoundEnded(nowMs, step.id, step.childRound));
    }

    private static @Nullable Accepted again(Ledger ledger, Job job, StepState step, long nowMs) {
        if (step.retryAt > nowMs) {
            ledger.alarms.arm(step);
            ledger.room.leave(job, step);
            return null;
        }
        if (!ledger.room.isFor(step)) {
            ledger.room.waitFor(job, step);
            return null;
        }
        return Accepted.of(Admission.openedAgain(step, nowMs));
    }

    private static Accepted triggered(Job job, StepState step, long nowMs) {
        var instance = step.instance;
        var type = instance == null ? "workflow_trigger" : "workflow_scatter_item";
        var body =
                instance == null
                        ? parents(job, step)
                        : JsonObject.builder()
                                .put("item", instance.item())
                                .put("map_index", instance.mapIndex())
                                .build();
        var to = step.entry().id().value();
        var id =
                MessageIds.output(
                        job.id().value(), "runtime", to, "trigger:" + step.id + ":" + step.attempt);
        var message =
                Message.of(type, body)
                        .withSender("runtime")
                        .addressed(id, to, Instant.ofEpochMilli(nowMs), id);
        return Accepted.of(new StepEvent.Triggered(nowMs, step.id, message));
    }

    /** What a step hears of its parents; of instances also their outputs, in the items' order. */
    private static JsonObject parents(Job job, StepState step) {
        var items = new ArrayList<JsonValue>();
        for (var link : step.in) {
            if (link.from().instance != null && link.from().ended()) {
                items.add(link.from().output);
            }
        }
        var body =
                JsonObject.builder()
                        .put("trigger_rule", step.spec.rule().wire())
                        .put("parents", StepContext.parents(step));
        if (step.mapped) {
            body.put("items", JsonArray.of(items)).put("count", items.size());
        }
        if (step.added != null) {
            body.put("input", input(job, step.added));
        }
        if (step.child != null) {
            child(job, step.child, body);
        }
        if (step.rounds > 0) {
            body.put("round", step.rounds + 1).put("results", results(job, step));
        }
        return body.build();
    }

    /** A step of a round gets its input; a planner what the parent got, and what came of it. */
    private static void child(Job job, StepState.Child child, JsonObject.Builder body) {
        var parent = job.ledger().step(child.parent());
        body.put("round", child.round());
        if (!child.planner()) {
            body.put("input", child.input());
            return;
        }
        body.put("input", parent.entries.getLast().message().body());
        var results = new ArrayList<JsonValue>();
        for (var step : Rounds.of(job.ledger(), parent)) {
            var place = Objects.requireNonNull(step.child);
            if (!place.planner()) {
                results.add(
                        StepContext.ending(
                                step, JsonObject.of("round", JsonNumber.of(place.round()))));
            }
        }
        body.put("results", JsonArray.of(results));
    }

    private static JsonValue input(Job job, StepState.Added added) {
        return added.input().isNull()
                ? Objects.requireNonNull(
                                job.ledger()
                                        .spec
                                        .dynamic()
                                        .orElseThrow()
                                        .templates()
                                        .get(added.template()))
                        .input()
                : added.input();
    }

    /** How the steps of a controller's rounds ended, oldest first. */
    private static JsonArray results(Job job, StepState controller) {
        var results = new ArrayList<JsonValue>();
        for (var step : job.ledger().addedBy(controller)) {
            var added = Objects.requireNonNull(step.added);
            results.add(
                    StepContext.ending(
                            step,
                            JsonObject.builder()
                                    .put("template", added.template())
                                    .put("revision", added.revision())
                                    .build()));
        }
        return JsonArray.of(results);
    }

    /** Nobody can take a message: data that has not come will not come, and perhaps all is done. */
    static @Nullable Accepted atRest(Job job, Seeds seeds, long nowMs) {
        boolean seeded = job.nextSeed >= seeds.size();
        var trigger = seeded ? silent(job, nowMs) : null;
        if (trigger != null || !seeded || job.busyOutside()) {
            return trigger;
        }
        return over(job, nowMs);
    }

    private static @Nullable Accepted silent(Job job, long nowMs) {
        var ledger = job.ledger();
        for (int left = ledger.silent.size(); left > 0; left--) {
            var step = ledger.silent.remove();
            boolean waits =
                    !step.ended()
                            && step.attempt == 0
                            && step.verdict() == Verdict.SATISFIED
                            && !step.hasMessage();
            if (!waits) {
                step.queuedAsSilent = false;
            } else if (mayStillHear(job, step)) {
                ledger.silent.add(step);
            } else {
                step.queuedAsSilent = false;
                return triggered(job, step, nowMs);
            }
        }
        return null;
    }

    /**
     * Whether a message may yet reach the step: from agents that belong to no step and have not
     * finished, or one that is on its way. Its parents are done and say no more.
     */
    private static boolean mayStillHear(Job job, StepState step) {
        var seen = new BitSet();
        var open = new ArrayDeque<Integer>();
        for (var agent : step.agents) {
            for (int source : job.graph.sources(agent.vertex)) {
                open.add(source);
            }
        }
        while (!open.isEmpty()) {
            int at = open.remove();
            var agent = job.agents().get(at);
            if (agent.step != null || seen.get(at)) {
                continue;
            }
            seen.set(at);
            if (!agent.quiet()) {
                return true;
            }
            for (int source : job.graph.sources(agent.vertex)) {
                open.add(source);
            }
        }
        return job.delayed.stream()
                .map(later -> job.agent(later.to()))
                .anyMatch(to -> to.step == step || seen.get(to.vertex.index()));
    }

    /**
     * The end of the run, or of its hope: nothing runs, nothing is due and nothing waits for room.
     */
    private static @Nullable Accepted over(Job job, long nowMs) {
        var ledger = job.ledger();
        if (ledger.open == 0 && ledger.deferred.isPresent()) {
            var deferred = ledger.deferred.get();
            return new Accepted(
                    List.of(
                            new JobEvent.Noted(
                                    nowMs,
                                    Optional.of(deferred.agent()),
                                    "workflow_completion_resumed",
                                    JsonObject.of(
                                            "agent_id", new JsonString(deferred.agent().value()))),
                            new JobEvent.Completed(
                                    nowMs, Optional.of(deferred.agent()), deferred.output())),
                    List.of(new Effect.JobEnded(JobStatus.COMPLETED)));
        }
        if (job.nextWake().isPresent() || job.heldTotal > 0 || waitsForPeople(ledger)) {
            return null;
        }
        if (ledger.open == 0 && !ledger.hasSink) {
            var sink = ledger.sinkStep();
            return new Accepted(
                    List.of(
                            new JobEvent.Completed(
                                    nowMs,
                                    sink.map(step -> step.entry().id()),
                                    sink.map(step -> step.output).orElse(JsonNull.NULL))),
                    List.of(new Effect.JobEnded(JobStatus.COMPLETED)));
        }
        return switch (job.graph.manifest().jobType()) {
            // Messages from outside are what keeps these going.
            case "service", "system" -> null;
            default -> stalled(job, ledger, nowMs);
        };
    }

    private static boolean waitsForPeople(Ledger ledger) {
        return ledger.open > 0
                && ledger.steps().stream().anyMatch(step -> step.status == StepStatus.WAITING);
    }

    private static Accepted stalled(Job job, Ledger ledger, long nowMs) {
        var waiting = ledger.steps().stream().filter(step -> !step.ended()).toList();
        var what =
                waiting.isEmpty()
                        ? "every step is over, but no message reached the agent that ends the run"
                        : waiting.stream()
                                .limit(20)
                                .map(step -> step.id + " (" + StepExplain.waitsFor(job, step) + ")")
                                .collect(Collectors.joining(", "));
        var failure =
                Failure.of(
                        "workflow.stalled",
                        "The workflow cannot go on",
                        JsonObject.builder()
                                .put("message", what)
                                .put("category", "runtime")
                                .put("retryable", false)
                                .put("reason_type", "stalled")
                                .put("component", "workflow_ledger")
                                .put(
                                        "waiting_steps",
                                        JsonArray.ofStrings(
                                                waiting.stream().map(step -> step.id).toList()))
                                .build(),
                        Instant.ofEpochMilli(nowMs),
                        waiting.isEmpty()
                                ? "Let the last step send the sink what it waits for."
                                : "Let the steps that are named finish, or give them a time-out.");
        return new Accepted(
                List.of(new JobEvent.Failed(nowMs, Optional.empty(), failure)),
                List.of(new Effect.JobEnded(JobStatus.FAILED)));
    }
}
