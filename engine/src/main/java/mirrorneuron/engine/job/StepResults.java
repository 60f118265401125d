package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.DynamicSpec;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/** What the result of a step's agent means for the step, and through it for the others. */
final class StepResults {

    static final String CAUSE_TIMEOUT = "timeout";
    static final String CAUSE_HEARTBEAT = "heartbeat";
    private static final String CAUSE_REJECTED = "rejected";
    private static final int SCATTER_ITEMS_MAX = 1_000;

    private StepResults() {}

    /**
     * What an agent of a step says beside what it sends.
     *
     * @param reports events whose types the ledger reads, in order
     * @param completion the step's output; empty when the agent did not end the step
     * @param completesRun whether it tried to end the run, which no step may
     */
    record Said(List<Note> reports, Optional<JsonValue> completion, boolean completesRun) {}

    /** The message is done, and what was said of the step follows. */
    static Accepted handled(
            Job job,
            AgentState agent,
            Message message,
            Change change,
            Sending sending,
            List<Note> notes,
            Said said,
            long nowMs) {
        var step = Objects.requireNonNull(agent.step);
        var reports = Reports.of(job, step, said, nowMs);
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        boolean keeps = reports.failure == null && !said.completesRun();
        boolean waits = keeps && reports.gate != null;
        Results.gaps(job, sending, nowMs, events);
        events.add(
                new JobEvent.Handled(
                        nowMs,
                        agent.id(),
                        message.messageId(),
                        change,
                        keeps && !waits ? sending.outputs : List.of(),
                        keeps ? sending.routes : List.of(),
                        notes));
        Results.deadLetterUnroutable(job, sending, nowMs, events);
        if (said.completesRun()) {
            events.add(
                    noted(
                            agent,
                            "workflow_run_completion_rejected",
                            JsonObject.builder().put("step_id", step.id),
                            nowMs));
            failed(
                    job,
                    step,
                    agent,
                    "run_completion",
                    "a step may not complete the run: only the terminal sink may",
                    true,
                    nowMs,
                    events,
                    effects);
            return new Accepted(events, effects);
        }
        if (reports.failure != null) {
            events.addAll(reports.refusals);
            failed(
                    job,
                    step,
                    agent,
                    "reported",
                    reports.failure.error(),
                    reports.failure.retryable(),
                    nowMs,
                    events,
                    effects);
            return new Accepted(events, effects);
        }
        events.addAll(reports.events);
        if (reports.gate != null) {
            stopOthers(step, agent, effects);
            events.add(gate(step, reports, sending.outputs, nowMs));
            return new Accepted(events, effects);
        }
        reports.end.ifPresent(
                end -> {
                    stopOthers(step, agent, effects);
                    events.add(end);
                    for (var below : reports.after) {
                        var other = job.ledger().step(below.step());
                        stopOthers(other, null, effects);
                        endChildren(job, other, step, nowMs, events, effects);
                        events.add(below);
                    }
                });
        return new Accepted(events, effects);
    }

    private static StepEvent.GateOpened gate(
            StepState step, Reports reports, List<JobEvent.Output> outputs, long nowMs) {
        var gate = Objects.requireNonNull(reports.gate);
        long timeout = gate.approval().timeoutMs();
        return new StepEvent.GateOpened(
                nowMs,
                step.id,
                step.attempt,
                step.id + ":gate:" + step.attempt,
                gate.request(),
                gate.output(),
                outputs,
                reports.choices,
                timeout > 0 ? nowMs + timeout : 0,
                gate.approval().decisions(),
                gate.approval().fallback());
    }

    private static JobEvent.Noted noted(
            AgentState agent, String type, JsonObject.Builder payload, long nowMs) {
        return new JobEvent.Noted(nowMs, Optional.of(agent.id()), type, payload.build());
    }

    /**
     * The attempt has failed: another follows, or the step has failed, and then perhaps the job.
     *
     * @param done whose work has ended already; null when everything of the step may still run
     */
    static void failed(
            Job job,
            StepState step,
            @Nullable AgentState done,
            String cause,
            String error,
            boolean retryable,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var agent = done == null ? step.entry() : done;
        var policy = step.spec.retry();
        int failures = step.failures + 1;
        stopOthers(step, done, effects);
        endChildren(job, step, null, nowMs, events, effects);
        if (retryable
                && !step.unfolded
                && failures < policy.attemptsMax()
                && !policy.nonRetryable().contains(cause)) {
            events.add(
                    new StepEvent.RetryScheduled(
                            nowMs,
                            step.id,
                            step.attempt,
                            cause,
                            error,
                            nowMs + policy.restMs(failures, chance(job, step)),
                            true,
                            ""));
            return;
        }
        var failure = failure(job, step, agent, cause, error, nowMs);
        var status = step.spec.failed();
        events.add(
                new StepEvent.Ended(
                        nowMs,
                        step.id,
                        step.attempt,
                        status,
                        Ledger.OUTCOME_FAILED,
                        JsonNull.NULL,
                        error,
                        Optional.of(failure),
                        false));
        if (status == StepStatus.FAILED) {
            events.add(new JobEvent.Failed(nowMs, Optional.of(agent.id()), failure));
            effects.addAll(stopOutside(job, step));
            effects.add(new Effect.JobEnded(JobStatus.FAILED));
        }
    }

    /** A number between 0 and 1 that is the same at every replay and differs between attempts. */
    private static double chance(Job job, StepState step) {
        return Math.floorMod((job.id() + step.attemptId()).hashCode() * 31, 1_000) / 999.0;
    }

    private static Failure failure(
            Job job, StepState step, AgentState agent, String cause, String error, long nowMs) {
        var code =
                switch (cause) {
                    case CAUSE_TIMEOUT -> "workflow.step.timeout";
                    case CAUSE_HEARTBEAT, "beacon" -> "workflow.step.heartbeat_timeout";
                    default -> "workflow.step.retry_exhausted";
                };
        return Failure.of(
                code,
                "Step " + step.id + " failed: " + error,
                JsonObject.builder()
                        .put("message", error)
                        .put("category", "workflow")
                        .put("retryable", false)
                        .put("reason_type", cause)
                        .put("component", "workflow_ledger")
                        .put("step_id", step.id)
                        .put("agent_id", agent.id().value())
                        .put("attempt", step.attempt)
                        .put("max_attempts", step.spec.retry().attemptsMax())
                        .put("node", job.node)
                        .build(),
                Instant.ofEpochMilli(nowMs),
                "Look at the step's last error, mend the command or its input, and submit again.");
    }

    /**
     * What stops the rest of the attempt: the step's other agents, and this one if it still runs.
     */
    static void stopOthers(StepState step, @Nullable AgentState done, List<Effect> effects) {
        for (var agent : step.agents) {
            var inflight = agent.inflight;
            if (agent == done || inflight == null) {
                continue;
            }
            if (agent.runsOutside()) {
                effects.add(new Effect.StopWorker(inflight.attemptId()));
            } else if (inflight.phase() == Phase.LEASE) {
                effects.add(new Effect.WithdrawLease(inflight.attemptId()));
            }
        }
    }

    /** What stops everything of the job but the step, which has been stopped. */
    private static List<Effect> stopOutside(Job job, StepState done) {
        var effects = new ArrayList<Effect>();
        for (var agent : job.agents()) {
            var inflight = agent.inflight;
            if (agent.step == done || inflight == null) {
                continue;
            }
            if (agent.runsOutside()) {
                effects.add(new Effect.StopWorker(inflight.attemptId()));
            } else if (inflight.phase() == Phase.LEASE) {
                effects.add(new Effect.WithdrawLease(inflight.attemptId()));
            }
        }
        return effects;
    }

    /** The step has had all the rounds that it may have, and its planner has not stopped. */
    static Accepted roundsUsedUp(Job job, StepState step, int roundsMax, long nowMs) {
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        events.add(
                noted(
                        step.entry(),
                        "workflow_child_failed",
                        JsonObject.builder().put("step_id", step.id).put("rounds", roundsMax),
                        nowMs));
        failed(
                job,
                step,
                null,
                "rounds",
                "its planner did not stop within " + roundsMax + " rounds",
                false,
                nowMs,
                events,
                effects);
        return new Accepted(events, effects);
    }

    /** Steps of a parent's rounds go with the parent, but for the one that has just ended it. */
    private static void endChildren(
            Job job,
            StepState parent,
            @Nullable StepState done,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        if (!parent.unfolded) {
            return;
        }
        for (var child : job.ledger().childrenOf(parent)) {
            if (child != done && !child.ended()) {
                stopOthers(child, null, effects);
                events.add(skipped(child, parent.id + " is over", nowMs));
            }
        }
    }

    /** The attempt took too long. */
    static Accepted timedOut(Job job, StepState step, String kind, long nowMs) {
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        events.add(new StepEvent.TimedOut(nowMs, step.id, step.attempt, kind));
        boolean deadline = kind.equals("deadline");
        failed(
                job,
                step,
                null,
                deadline ? CAUSE_TIMEOUT : CAUSE_HEARTBEAT,
                deadline
                        ? "no result within " + step.spec.timeoutMs() + " ms"
                        : "no sign of life for " + step.spec.beaconTimeoutMs() + " ms",
                true,
                nowMs,
                events,
                effects);
        return new Accepted(events, effects);
    }

    /** A message of the step became a dead letter: the attempt that it was part of has failed. */
    static void deadLettered(
            Job job,
            AgentState agent,
            Message message,
            String reason,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var step = agent.step;
        if (step == null || step.status != StepStatus.RUNNING || !Stamps.belongs(step, message)) {
            return;
        }
        events.add(
                noted(
                        agent,
                        "workflow_message_dead_lettered",
                        JsonObject.builder()
                                .put("step_id", step.id)
                                .put("message_id", message.messageId())
                                .put("reason", reason),
                        nowMs));
        failed(
                job,
                step,
                agent,
                "dead_letter",
                "a message became a dead letter: " + reason,
                true,
                nowMs,
                events,
                effects);
    }

    // A person's decision

    /** What a decision does. The gate is open and the decision is allowed. */
    static Accepted decided(
            Job job,
            StepState step,
            String decisionId,
            Approval.Decision decision,
            String by,
            String note,
            boolean timedOut,
            long nowMs) {
        var gate = Objects.requireNonNull(step.gate);
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        events.add(
                new StepEvent.GateDecided(
                        nowMs,
                        step.id,
                        gate.requestId(),
                        decisionId,
                        decision,
                        by,
                        note,
                        timedOut,
                        decision == Approval.Decision.APPROVE ? released(gate, nowMs) : List.of()));
        switch (decision) {
            case APPROVE -> {
                events.addAll(Reports.chosen(job, step, gate.choices(), nowMs));
                events.add(
                        ended(
                                step,
                                StepStatus.COMPLETED,
                                Ledger.OUTCOME_SUCCESS,
                                gate.output(),
                                "approved by " + by,
                                nowMs));
            }
            case REVISE ->
                    events.add(
                            new StepEvent.RetryScheduled(
                                    nowMs,
                                    step.id,
                                    step.attempt,
                                    "revise",
                                    "sent back by " + by + (note.isEmpty() ? "" : ": " + note),
                                    nowMs,
                                    false,
                                    note));
            case REJECT ->
                    failed(
                            job,
                            step,
                            null,
                            CAUSE_REJECTED,
                            "rejected by " + by + (note.isEmpty() ? "" : ": " + note),
                            false,
                            nowMs,
                            events,
                            effects);
        }
        return new Accepted(events, effects);
    }

    /**
     * What was held back. Its mailboxes take it whatever their marks say: it is one result's, and
     * the agent that sent it has long gone on.
     */
    private static List<JobEvent.Output> released(StepState.Gate gate, long nowMs) {
        return gate.withheld().stream()
                .map(
                        output ->
                                new JobEvent.Output(
                                        output.message(),
                                        output.edgeId(),
                                        false,
                                        output.dueAtMs() > 0
                                                ? Math.max(output.dueAtMs(), nowMs)
                                                : 0))
                .toList();
    }

    static StepEvent.Ended ended(
            StepState step,
            StepStatus status,
            String outcome,
            JsonValue output,
            String reason,
            long nowMs) {
        boolean open = step.status == StepStatus.RUNNING || step.status == StepStatus.WAITING;
        return new StepEvent.Ended(
                nowMs,
                step.id,
                open ? step.attempt : 0,
                status,
                outcome,
                output,
                reason,
                Optional.empty(),
                false);
    }

    /** A step that is skipped by a choice; children with only such parents follow it. */
    static StepEvent.Ended skipped(StepState step, String reason, long nowMs) {
        return new StepEvent.Ended(
                nowMs,
                step.id,
                0,
                StepStatus.SKIPPED,
                Ledger.OUTCOME_SKIPPED,
                JsonNull.NULL,
                reason,
                Optional.empty(),
                true);
    }

    /** What the events of one result say of the step, read in order. */
    private static final class Reports {

        private record Fault(String error, boolean retryable) {}

        private record Review(Approval approval, JsonObject request, JsonValue output) {}

        final List<JobEvent> events = new ArrayList<>(0);
        final List<StepEvent.Ended> after = new ArrayList<>(0);

        /** What is said of a result whose other events do not count. */
        final List<JobEvent> refusals = new ArrayList<>(0);

        /** Branches and scatters: what they do waits for a person where the output does. */
        final List<Note> choices = new ArrayList<>(0);

        /** Whether a patch of this result makes the step a controller that works in rounds. */
        private boolean rounds;

        private final Set<String> ending = new HashSet<>();
        Optional<StepEvent> end = Optional.empty();
        @Nullable Fault failure;
        @Nullable Review gate;

        private final Job job;
        private final StepState step;
        private final long nowMs;

        private Reports(Job job, StepState step, long nowMs) {
            this.job = job;
            this.step = step;
            this.nowMs = nowMs;
        }

        static Reports of(Job job, StepState step, Said said, long nowMs) {
            var reports = new Reports(job, step, nowMs);
            JsonObject asked = null;
            var completion = said.completion();
            for (var note : said.reports()) {
                if (!isLedgerType(note.type()) || reports.isForeign(note)) {
                    continue;
                }
                switch (note.type()) {
                    case "workflow_step_branch", "workflow_step_scatter" ->
                            reports.choices.add(note);
                    case "workflow_step_failed" -> reports.fail(note.payload());
                    case "workflow_step_partial" -> reports.partial(note.payload());
                    case "workflow_step_skipped" -> reports.skip(note.payload());
                    case "complete_step",
                            "workflow_step_completed",
                            "workflow_step_attempt_completed" ->
                            completion = completion.or(() -> Optional.of(output(note.payload())));
                    case "workflow_graph_patch" -> reports.patch(note.payload());
                    case "human_input_requested" -> asked = note.payload();
                    default -> {}
                }
            }
            if (reports.end.isEmpty() && completion.isPresent()) {
                reports.complete(completion.get(), asked);
            }
            if (reports.gate == null) {
                reports.choices.forEach(reports::choose);
            }
            return reports;
        }

        /** What follows from choices that a person has approved. */
        static List<JobEvent> chosen(Job job, StepState step, List<Note> choices, long nowMs) {
            var reports = new Reports(job, step, nowMs);
            choices.forEach(reports::choose);
            return reports.events;
        }

        private void choose(Note choice) {
            if (choice.type().equals("workflow_step_branch")) {
                branch(choice.payload());
            } else {
                scatter(choice.payload());
            }
        }

        private static JsonValue output(JsonObject payload) {
            return payload.has("output") ? payload.at("output") : payload;
        }

        /** A report about another step, or another attempt, changes nothing. */
        private boolean isForeign(Note note) {
            var payload = note.payload();
            for (var name : List.of("step", "step_id", "workflow_step_id", "phase", "phase_id")) {
                var named = payload.string(name);
                if (named.isPresent()
                        && !named.get().equals(step.id)
                        && !named.get().equals(step.spec.id())) {
                    return stale(note);
                }
            }
            var attempt = payload.string("attempt_id");
            return attempt.isPresent() && !attempt.get().equals(step.attemptId()) && stale(note);
        }

        private boolean stale(Note note) {
            events.add(
                    new JobEvent.Noted(
                            nowMs,
                            Optional.of(step.entry().id()),
                            "workflow_step_stale_event_ignored",
                            JsonObject.builder()
                                    .put("step_id", step.id)
                                    .put("type", note.type())
                                    .build()));
            return true;
        }

        private void complete(JsonValue output, @Nullable JsonObject asked) {
            if (step.child != null && step.child.planner()) {
                plan(output, step.child);
                return;
            }
            var approval = step.spec.approval();
            boolean unsure =
                    step.spec.minConfidence().isPresent()
                            && confidence(output) < step.spec.minConfidence().getAsDouble();
            boolean required =
                    approval.isPresent()
                            && approval.get().mode() == Approval.Mode.APPROVAL_REQUIRED;
            if (required || unsure || asked != null) {
                gate =
                        new Review(
                                approval.orElseGet(() -> asked(asked)),
                                asked == null ? JsonObject.empty() : asked,
                                output);
                return;
            }
            if (approval.isPresent() && approval.get().mode() == Approval.Mode.NOTICE_ONLY) {
                events.add(
                        new JobEvent.Noted(
                                nowMs,
                                Optional.of(step.entry().id()),
                                "human_notice",
                                JsonObject.builder()
                                        .put("step_id", step.id)
                                        .put("title", approval.get().title())
                                        .build()));
            }
            end =
                    Optional.of(
                            rounds || step.patched
                                    ? new StepEvent.Rearmed(nowMs, step.id, step.attempt, output)
                                    : ended(
                                            step,
                                            StepStatus.COMPLETED,
                                            Ledger.OUTCOME_SUCCESS,
                                            output,
                                            "",
                                            nowMs));
        }

        /** A planner's output is what comes next; one that is no plan fails its attempt. */
        private void plan(JsonValue output, StepState.Child child) {
            var parent = job.ledger().step(child.parent());
            var parsed =
                    ChildPlan.parse(
                            output, job.ledger().unfolds(parent).orElseThrow(), child.round());
            if (parsed.plan().isEmpty()) {
                failure = new Fault(parsed.problem(), true);
                return;
            }
            var plan = parsed.plan().get();
            end =
                    Optional.of(
                            ended(
                                    step,
                                    StepStatus.COMPLETED,
                                    Ledger.OUTCOME_SUCCESS,
                                    output,
                                    plan.reason(),
                                    nowMs));
            if (!plan.stops()) {
                // Before the planner's own end: at no moment is the round without an open step.
                events.add(
                        new StepEvent.Planned(
                                nowMs, parent.id, child.round(), plan.stepsJson(), plan.reason()));
                return;
            }
            events.add(
                    new JobEvent.Noted(
                            nowMs,
                            Optional.of(parent.entry().id()),
                            "workflow_child_completed",
                            JsonObject.builder()
                                    .put("step_id", parent.id)
                                    .put("rounds", child.round() - 1)
                                    .build()));
            after.add(
                    ended(
                            parent,
                            StepStatus.COMPLETED,
                            Ledger.OUTCOME_SUCCESS,
                            plan.output(),
                            plan.reason(),
                            nowMs));
        }

        /**
         * A patch is applied whole or not at all; one that does not fit fails the attempt that
         * asked for it.
         */
        private void patch(JsonObject payload) {
            if (failure != null || events.stream().anyMatch(StepEvent.Patched.class::isInstance)) {
                refuse(
                        payload.string("patch_id").orElse(""),
                        new GraphPatch.Problem(
                                "patch.revision_stale", "a result may hold one patch"));
                return;
            }
            switch (PatchCheck.judge(job, step, payload)) {
                case PatchCheck.Verdict.Fits(var patch, var region) -> {
                    events.add(
                            new StepEvent.Patched(
                                    nowMs, step.id, patch.toJson(), job.ledger().revision + 1));
                    rounds |= region.strategy() == DynamicSpec.Strategy.CHECKPOINT_FANOUT;
                }
                case PatchCheck.Verdict.Replayed(var id) ->
                        events.add(
                                new JobEvent.Noted(
                                        nowMs,
                                        Optional.of(step.entry().id()),
                                        "workflow_graph_patch_replayed",
                                        JsonObject.builder()
                                                .put("step_id", step.id)
                                                .put("patch_id", id)
                                                .build()));
                case PatchCheck.Verdict.Rejected(var id, var problem) -> refuse(id, problem);
            }
        }

        private void refuse(String patchId, GraphPatch.Problem problem) {
            refusals.add(
                    new JobEvent.Noted(
                            nowMs,
                            Optional.of(step.entry().id()),
                            "workflow_graph_patch_rejected",
                            JsonObject.builder()
                                    .put("step_id", step.id)
                                    .put("patch_id", patchId)
                                    .put("code", problem.code())
                                    .put("reason", problem.what())
                                    .build()));
            failure = new Fault(problem.code() + ": " + problem.what(), true);
        }

        /** The terms of a gate that a worker asked for on its own. */
        private Approval asked(@Nullable JsonObject request) {
            long seconds = request == null ? 0 : request.integer("timeout_seconds").orElse(0);
            return new Approval(
                    Approval.Mode.APPROVAL_REQUIRED,
                    request == null
                            ? step.spec.label()
                            : request.string("title").orElse(step.spec.label()),
                    List.of(Approval.Decision.values()),
                    Math.max(0, seconds) * 1_000,
                    request == null
                            ? Approval.Decision.REJECT
                            : request.string("default_action")
                                    .flatMap(Approval.Decision::of)
                                    .orElse(Approval.Decision.REJECT),
                    List.of());
        }

        private static double confidence(JsonValue output) {
            if (output instanceof JsonObject object) {
                for (var place :
                        List.of(object, object.object("outputs"), object.object("metrics"))) {
                    if (place.at("confidence") instanceof JsonNumber number) {
                        return number.asDouble();
                    }
                }
            }
            return 1;
        }

        private void fail(JsonObject payload) {
            failure =
                    new Fault(
                            payload.string("error")
                                    .or(() -> payload.string("reason"))
                                    .or(() -> payload.string("message"))
                                    .orElse("the worker reported a failure"),
                            payload.bool("retryable").orElse(true));
        }

        private void partial(JsonObject payload) {
            end =
                    Optional.of(
                            ended(
                                    step,
                                    StepStatus.PARTIAL,
                                    Ledger.OUTCOME_PARTIAL,
                                    output(payload),
                                    payload.string("reason").orElse(""),
                                    nowMs));
        }

        private void skip(JsonObject payload) {
            var reason = payload.string("reason").orElse("");
            end =
                    Optional.of(
                            ended(
                                    step,
                                    StepStatus.SKIPPED,
                                    Ledger.OUTCOME_SKIPPED,
                                    JsonNull.NULL,
                                    reason,
                                    nowMs));
            if (payload.at("skip_downstream").equals(JsonBool.TRUE)) {
                for (var below : below(step)) {
                    if (!below.ended() && ending.add(below.id)) {
                        after.add(skipped(below, "skipped with " + step.id, nowMs));
                    }
                }
            }
        }

        /** Every step after this one. */
        private static Set<StepState> below(StepState step) {
            var seen = new LinkedHashSet<StepState>();
            var open = new ArrayDeque<StepState>();
            open.add(step);
            while (!open.isEmpty()) {
                for (var link : open.remove().out) {
                    if (seen.add(link.to())) {
                        open.add(link.to());
                    }
                }
            }
            return seen;
        }

        private void branch(JsonObject payload) {
            var wanted = new HashSet<String>();
            for (var name : List.of("branches", "branch")) {
                switch (payload.at(name)) {
                    case JsonString text -> wanted.add(text.value());
                    case JsonArray array ->
                            array.forEach(
                                    value -> {
                                        if (value instanceof JsonString text) {
                                            wanted.add(text.value());
                                        }
                                    });
                    default -> {}
                }
            }
            var selected = new ArrayList<String>();
            var left = new ArrayList<StepState>();
            for (var link : step.out) {
                var child = link.to();
                if (wanted.contains(child.id)) {
                    selected.add(child.id);
                } else if (!child.ended() && child.attempt == 0 && ending.add(child.id)) {
                    left.add(child);
                }
            }
            events.add(
                    new StepEvent.Branched(
                            nowMs,
                            step.id,
                            selected,
                            left.stream().map(child -> child.id).toList()));
            for (var child : left) {
                events.add(skipped(child, "branch not selected by " + step.id, nowMs));
            }
        }

        private void scatter(JsonObject payload) {
            var targets = new LinkedHashSet<String>();
            payload.string("target").ifPresent(targets::add);
            payload.array("targets")
                    .forEach(
                            value -> {
                                if (value instanceof JsonString text) {
                                    targets.add(text.value());
                                }
                            });
            var problem = scatterProblem(payload, targets);
            if (!problem.isEmpty()) {
                events.add(
                        new JobEvent.Noted(
                                nowMs,
                                Optional.of(step.entry().id()),
                                "workflow_step_scatter_rejected",
                                JsonObject.builder()
                                        .put("step_id", step.id)
                                        .put("reason", problem)
                                        .build()));
                return;
            }
            var items = payload.array("items").values();
            events.add(
                    new StepEvent.Scattered(
                            nowMs,
                            step.id,
                            List.copyOf(targets),
                            items,
                            (int)
                                    Math.clamp(
                                            payload.integer("max_concurrency").orElse(0),
                                            0,
                                            SCATTER_ITEMS_MAX)));
            for (var id : targets) {
                ending.add(id);
                var target = job.ledger().step(id);
                events.add(
                        new StepEvent.Ended(
                                nowMs,
                                id,
                                0,
                                StepStatus.SKIPPED,
                                items.isEmpty()
                                        ? Ledger.OUTCOME_MAPPED_EMPTY
                                        : Ledger.OUTCOME_MAPPED,
                                JsonArray.empty(),
                                target.id + " is done by its instances",
                                Optional.empty(),
                                false));
            }
        }

        private String scatterProblem(JsonObject payload, Set<String> targets) {
            if (!(payload.at("items") instanceof JsonArray items)) {
                return "items: " + payload.at("items") + " (expected: a list)";
            }
            long max =
                    Math.clamp(
                            payload.integer("max_items").orElse(SCATTER_ITEMS_MAX),
                            0,
                            SCATTER_ITEMS_MAX);
            if (items.size() > max) {
                return "items: " + items.size() + " (expected: at most " + max + ")";
            }
            if (targets.isEmpty()) {
                return "target: none (expected: a step after " + step.id + ")";
            }
            var below = below(step);
            for (var id : targets) {
                var target = job.ledger().find(id);
                if (target == null || !below.contains(target)) {
                    return "target: " + id + " (expected: a step after " + step.id + ")";
                }
                if (target.ended() || target.attempt > 0 || ending.contains(id)) {
                    return "target: " + id + " (expected: a step that has not started)";
                }
                if (target.agents.size() > 1) {
                    return "target: " + id + " (expected: a step of one agent)";
                }
            }
            return "";
        }
    }

    /** Types of events that the ledger reads; an agent's own events have other types. */
    static boolean isLedgerType(String type) {
        return switch (type) {
            case "workflow_step_branch",
                    "workflow_step_scatter",
                    "workflow_step_failed",
                    "workflow_step_partial",
                    "workflow_step_skipped",
                    "workflow_step_started",
                    "workflow_step_completed",
                    "workflow_step_attempt_completed",
                    "complete_step",
                    "workflow_graph_patch",
                    "human_input_requested" ->
                    true;
            default -> false;
        };
    }

    /** Whether a success of this agent ends its step without saying so. */
    static boolean completesStep(AgentState agent) {
        return !(agent.vertex.behaviour() instanceof Behaviour.Executor)
                || agent.vertex.spec().config().bool("workflow_complete_step").orElse(true);
    }
}
