package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.DynamicSpec;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/** What the events of one result say of its step, read in order. */
final class StepReports {

    private static final int SCATTER_ITEMS_MAX = 1_000;
    private static final String PARTIAL = "workflow_step_partial";
    private static final String SKIPPED = "workflow_step_skipped";

    record Fault(String error, boolean retryable) {}

    record Review(Approval approval, JsonObject request, JsonValue output) {}

    final List<JobEvent> events = new ArrayList<>(0);

    /** Ends of other steps that follow from the result, whether or not it ends its own. */
    final List<StepEvent.Ended> after = new ArrayList<>(0);

    /** What is said of a result whose other events do not count. */
    final List<JobEvent> refusals = new ArrayList<>(0);

    /**
     * Branches, scatters, patches, and ends of other steps: what they do waits for a person where
     * the output does.
     */
    final List<Note> choices = new ArrayList<>(0);

    /** The step's output, when the result ends it and nobody has to agree. */
    private Optional<StepOutput> completed = Optional.empty();

    private String reason = "";

    /** Whether a patch of this result makes the step a controller that works in rounds. */
    private boolean rounds;

    /** What the patches of this result make of the graph; null before the first. */
    private PatchCheck.@Nullable Sketch sketch;

    private final Set<String> ending = new HashSet<>();
    Optional<StepEvent> end = Optional.empty();
    @Nullable Fault failure;
    @Nullable Review gate;

    private final Job job;
    private final StepState step;
    private final long nowMs;

    private StepReports(Job job, StepState step, long nowMs) {
        this.job = job;
        this.step = step;
        this.nowMs = nowMs;
        // Its own end is no other step's business, not even one's before it.
        ending.add(step.id);
    }

    static StepReports of(Job job, StepState step, StepResults.Said said, long nowMs) {
        var reports = new StepReports(job, step, nowMs);
        JsonObject asked = null;
        var reported = Optional.<JsonValue>empty();
        for (var note : said.reports()) {
            if (!isLedgerType(note.type())) {
                continue;
            }
            boolean another = reports.other(note).isPresent();
            if (another ? !ends(note) : !reports.isOfAttempt(note.payload())) {
                reports.stale(note);
                continue;
            }
            if (another) {
                reports.choices.add(note);
                continue;
            }
            switch (note.type()) {
                case "workflow_step_branch", "workflow_step_scatter", "workflow_graph_patch" ->
                        reports.choices.add(note);
                case "workflow_step_failed" -> reports.fail(note.payload());
                case PARTIAL -> reports.end = Optional.of(reports.partial(step, note.payload()));
                case SKIPPED -> {
                    reports.end = Optional.of(reports.skipped(step, note.payload()));
                    reports.skipBelow(step, note.payload());
                }
                case "complete_step",
                        "workflow_step_completed",
                        "workflow_step_attempt_completed" ->
                        reported = reported.or(() -> Optional.of(output(note.payload())));
                case Notices.REQUEST -> asked = note.payload();
                default -> {}
            }
        }
        // What it says in words of its own comes before what its success says.
        var completion = reported.or(said::completion);
        if (reports.end.isEmpty() && reports.failure == null && completion.isPresent()) {
            reports.complete(completion.get(), asked);
        }
        if (reports.failure != null) {
            // What failed completes nothing, and chooses nothing.
            return reports;
        }
        if (reports.gate == null) {
            reports.choices.forEach(reports::choose);
            reports.finish();
        } else {
            reports.choices.forEach(reports::refuseEarly);
        }
        return reports;
    }

    /** What follows from an output, and the choices with it, that a person has approved. */
    static StepReports approved(
            Job job, StepState step, StepState.Gate gate, String by, long nowMs) {
        var reports = new StepReports(job, step, nowMs);
        reports.completed = Optional.of(gate.output());
        reports.reason = "approved by " + by;
        gate.choices().forEach(reports::choose);
        reports.finish();
        return reports;
    }

    private void choose(Note choice) {
        var other = other(choice);
        if (other.isPresent()) {
            endOther(choice, job.ledger().find(other.get()));
            return;
        }
        switch (choice.type()) {
            case "workflow_step_branch" -> branch(choice.payload());
            case "workflow_step_scatter" -> scatter(choice.payload());
            default -> patch(choice.payload());
        }
    }

    /** A person need not look at what could not be done anyway. */
    private void refuseEarly(Note choice) {
        if (choice.type().equals("workflow_graph_patch")
                && failure == null
                && PatchCheck.judge(job, step, sketch(), choice.payload())
                        instanceof PatchCheck.Verdict.Rejected(var id, var problem)) {
            refuse(id, problem);
        }
    }

    private void finish() {
        if (end.isPresent() || completed.isEmpty()) {
            return;
        }
        var output = completed.get();
        end =
                Optional.of(
                        rounds || step.patched
                                ? new StepEvent.Rearmed(
                                        nowMs, step.id, step.attempt, output.value())
                                : StepResults.ended(
                                        step,
                                        StepStatus.COMPLETED,
                                        Ledger.OUTCOME_SUCCESS,
                                        output,
                                        reason,
                                        nowMs));
    }

    private static JsonValue output(JsonObject payload) {
        return payload.has("output") ? payload.at("output") : payload;
    }

    /** The other step that a report is about; empty when it is about the worker's own. */
    private Optional<String> other(Note note) {
        return Stream.of("step", "step_id", "workflow_step_id", "phase", "phase_id")
                .flatMap(name -> note.payload().string(name).stream())
                .filter(named -> !named.equals(step.id) && !named.equals(step.spec.id()))
                .findFirst();
    }

    /**
     * A worker may say that a step is not needed, or done in part, as long as that step has not
     * begun. What has begun answers for itself: nothing else ends its attempt.
     */
    private void endOther(Note note, @Nullable StepState other) {
        if (other == null || other.ended() || other.attempt > 0 || !ending.add(other.id)) {
            stale(note);
        } else if (note.type().equals(PARTIAL)) {
            after.add(partial(other, note.payload()));
        } else {
            after.add(skipped(other, note.payload()));
            skipBelow(other, note.payload());
        }
    }

    /** Whether the report ends a step, whichever it is. */
    private static boolean ends(Note note) {
        return note.type().equals(PARTIAL) || note.type().equals(SKIPPED);
    }

    /** What a report says of its attempt need not be whole: the id or a key is enough. */
    private boolean isOfAttempt(JsonObject payload) {
        var attempt = payload.string("attempt_id");
        var key = payload.string("idempotency_key");
        return attempt.isEmpty() && key.isEmpty()
                || attempt.equals(Optional.of(step.attemptId()))
                || key.isPresent()
                        && step.entries.stream()
                                .map(entry -> entry.message().messageId())
                                .map(id -> Stamps.idempotencyKey(job, step, id))
                                .anyMatch(key.get()::equals);
    }

    private void stale(Note note) {
        events.add(
                new JobEvent.Noted(
                        nowMs,
                        Optional.of(step.entry().id()),
                        completes(note)
                                ? "workflow_step_stale_output_ignored"
                                : "workflow_step_stale_event_ignored",
                        JsonObject.builder()
                                .put("step_id", step.id)
                                .put("type", note.type())
                                .build()));
    }

    private static boolean completes(Note note) {
        return switch (note.type()) {
            case "complete_step", "workflow_step_completed", "workflow_step_attempt_completed" ->
                    true;
            default -> false;
        };
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
                approval.isPresent() && approval.get().mode() == Approval.Mode.APPROVAL_REQUIRED;
        if (required || unsure || asked != null) {
            var terms = approval.orElseGet(() -> asked(asked));
            gate = new Review(terms, request(terms, asked), output);
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
        completed = Optional.of(StepOutput.of(step, output));
    }

    /** A planner's output is what comes next; one that is no plan fails its attempt. */
    private void plan(JsonValue output, StepState.Child child) {
        var parent = job.ledger().step(child.parent());
        var parsed =
                ChildPlan.parse(
                        output, Rounds.unfolds(job.ledger(), parent).orElseThrow(), child.round());
        if (parsed.plan().isEmpty()) {
            failure = new Fault(parsed.problem(), true);
            return;
        }
        var plan = parsed.plan().get();
        end =
                Optional.of(
                        StepResults.ended(
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
                StepResults.ended(
                        parent,
                        StepStatus.COMPLETED,
                        Ledger.OUTCOME_SUCCESS,
                        plan.output(),
                        plan.reason(),
                        nowMs));
    }

    /**
     * A patch is applied whole or not at all, and builds on those before it; one that does not fit
     * fails the attempt that asked for it, with all its patches.
     */
    private void patch(JsonObject payload) {
        if (failure != null) {
            // What it builds on was refused, and said why.
            return;
        }
        switch (PatchCheck.judge(job, step, sketch(), payload)) {
            case PatchCheck.Verdict.Fits(var patch, var region, var revision) -> {
                events.add(new StepEvent.Patched(nowMs, step.id, patch.toJson(), revision));
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

    private PatchCheck.Sketch sketch() {
        if (sketch == null) {
            sketch = new PatchCheck.Sketch(job.ledger());
        }
        return sketch;
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

    /** What people are asked: in the author's words, where the worker has none of its own. */
    private JsonObject request(Approval terms, @Nullable JsonObject asked) {
        var request = JsonObject.builder();
        boolean inOwnWords = asked != null && (asked.has("title") || asked.has("prompt"));
        if (!inOwnWords && !terms.title().equals(step.spec.label())) {
            request.put("title", terms.title());
        }
        if (!terms.blockedActions().isEmpty()) {
            request.put("blocked_actions", JsonArray.ofStrings(terms.blockedActions()));
        }
        return request.putAll(asked == null ? JsonObject.empty() : asked).build();
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
            for (var place : List.of(object, object.object("outputs"), object.object("metrics"))) {
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

    private StepEvent.Ended partial(StepState ended, JsonObject payload) {
        return StepResults.ended(
                ended,
                StepStatus.PARTIAL,
                Ledger.OUTCOME_PARTIAL,
                output(payload),
                payload.string("reason").orElse(""),
                nowMs);
    }

    private StepEvent.Ended skipped(StepState ended, JsonObject payload) {
        return StepResults.ended(
                ended,
                StepStatus.SKIPPED,
                Ledger.OUTCOME_SKIPPED,
                JsonNull.NULL,
                payload.string("reason").orElse(""),
                nowMs);
    }

    private void skipBelow(StepState skipped, JsonObject payload) {
        if (payload.at("skip_downstream").equals(JsonBool.TRUE)) {
            for (var below : below(skipped)) {
                if (!below.ended() && ending.add(below.id)) {
                    after.add(StepResults.skipped(below, "skipped with " + skipped.id, nowMs));
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
                        nowMs, step.id, selected, left.stream().map(child -> child.id).toList()));
        for (var child : left) {
            events.add(StepResults.skipped(child, "branch not selected by " + step.id, nowMs));
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
                            items.isEmpty() ? Ledger.OUTCOME_MAPPED_EMPTY : Ledger.OUTCOME_MAPPED,
                            StepOutput.unread(JsonArray.empty()),
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
            if (target.added != null || target.child != null) {
                // Its round would be over while its instances are still at work.
                return "target: " + id + " (expected: a step of the manifest)";
            }
            if (target.agents.size() > 1) {
                return "target: " + id + " (expected: a step of one agent)";
            }
        }
        return "";
    }

    /** Types of events that the ledger reads; an agent's own events have other types. */
    static boolean isLedgerType(String type) {
        return switch (type) {
            case "workflow_step_branch",
                    "workflow_step_scatter",
                    "workflow_step_failed",
                    PARTIAL,
                    SKIPPED,
                    "workflow_step_started",
                    "workflow_step_completed",
                    "workflow_step_attempt_completed",
                    "complete_step",
                    "workflow_graph_patch",
                    Notices.REQUEST ->
                    true;
            default -> false;
        };
    }
}
