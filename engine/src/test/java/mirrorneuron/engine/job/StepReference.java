package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import mirrorneuron.engine.job.GraphPatch.Operation;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.DynamicSpec.Region;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepSpec;
import mirrorneuron.engine.workflow.WorkflowSpec;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the steps of a workflow, worked out the slow way: after each answer every step is
 * looked at again and again until none changes any more. Nothing is counted along, nothing is
 * queued, and nothing of the ledger is used but the definition.
 *
 * <p>A workflow's end can depend on the order of its answers: a step that is not handled fails the
 * job at once, whatever else is under way; a choice skips only children that have not begun; a
 * scatter needs a target that has not ended. So this follows the order in which the job lived
 * (which attempt began, what was answered), says of each of these whether it was allowed, and of
 * each step how it must stand now. It does not guess the order, and so has no use for scripts.
 */
final class StepReference {

    /** How a step stands. */
    enum Stand {
        /** It has never begun. */
        FRESH,
        /** An attempt is open. */
        OPEN,
        /** The last attempt failed or was sent back, and another will come. */
        RESTING,
        /** A person has to decide. */
        GATED,
        OVER
    }

    /** One step, or one instance of a step. */
    static final class Step {
        final String id;
        final StepSpec spec;
        final @Nullable Spreading spreading;

        /** The region that a patch added it to; null for others. */
        final @Nullable String region;

        /** Whose round it belongs to; null for others. */
        final @Nullable Step parent;

        Stand stand = Stand.FRESH;

        /** {@code completed}, {@code partial}, {@code skipped} or {@code failed}; empty before. */
        String end = "";

        String outcome = "";

        /** Null when its output has no score. */
        @Nullable Integer score;

        /** Skipped by a choice, or because every step before it was. */
        boolean cutOff;

        int attempts;
        int failures;
        @Nullable Act withheld;

        /** It got a message of the runtime's own that no attempt has taken yet. */
        boolean triggered;

        /** Rounds that a controller has behind it, and in which of them this step was added. */
        int rounds;

        int addedInRound;

        /** Done by rounds of others, of which this is the newest; 0 for other steps. */
        int round;

        private Step(
                String id,
                StepSpec spec,
                @Nullable Spreading spreading,
                @Nullable String region,
                @Nullable Step parent) {
            this.id = id;
            this.spec = spec;
            this.spreading = spreading;
            this.region = region;
            this.parent = parent;
        }

        boolean over() {
            return stand == Stand.OVER;
        }

        boolean unfolded() {
            return round > 0;
        }

        private boolean isPlanner() {
            return parent != null && id.equals(parent.id + ":p" + parent.round);
        }

        /** Nothing has ever happened to it. */
        private boolean untouched() {
            return stand == Stand.FRESH && attempts == 0;
        }

        boolean failedSomehow() {
            return end.equals("failed") || outcome.equals("failed");
        }

        @Override
        public String toString() {
            return id + " " + stand + (over() ? " " + end + "/" + outcome : "");
        }
    }

    /** The instances of one scatter. */
    static final class Spreading {
        private final int concurrencyMax;

        private Spreading(int concurrencyMax) {
            this.concurrencyMax = concurrencyMax;
        }
    }

    /**
     * @param scoreAbove the condition on the parent's score; null = none
     */
    record Edge(
            String id,
            Step from,
            Step to,
            Set<Outcome> accepts,
            @Nullable Integer scoreAbove,
            Kind kind) {

        enum Kind {
            WRITTEN,
            ADDED,
            /** From a controller that works in rounds: nothing to wait for. */
            RELEASED
        }

        boolean added() {
            return kind != Kind.WRITTEN;
        }

        boolean over() {
            return kind == Kind.RELEASED || from.over();
        }
    }

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final Map<String, GraphPatch> applied = new LinkedHashMap<>();
    private final WorkflowSpec workflow;
    private final Set<String> agents;
    private boolean failed;
    private boolean cancelled;
    private String refusal = "";

    /**
     * @param scoresAbove conditions on edges, by the edges' positions: the parent's score is above
     *     this
     * @param agents ids of those that are declared
     */
    StepReference(WorkflowSpec workflow, Map<Integer, Integer> scoresAbove, Set<String> agents) {
        this.workflow = workflow;
        this.agents = agents;
        for (var spec : workflow.steps()) {
            steps.put(spec.id(), new Step(spec.id(), spec, null, null, null));
        }
        for (var edge : workflow.edges()) {
            edges.add(
                    new Edge(
                            edge.id(),
                            step(workflow.steps().get(edge.from()).id()),
                            step(workflow.steps().get(edge.to()).id()),
                            edge.accepts(),
                            scoresAbove.get(edge.index()),
                            Edge.Kind.WRITTEN));
        }
    }

    WorkflowSpec workflow() {
        return workflow;
    }

    List<Edge> edges() {
        return edges;
    }

    /** Patches that were applied, by their ids; there are as many as the graph has revisions. */
    Map<String, GraphPatch> applied() {
        return applied;
    }

    /** Why the newest patch that was refused did not fit. */
    String refusal() {
        return refusal;
    }

    boolean has(String id) {
        return steps.containsKey(id);
    }

    /** Whether a patch must leave the step alone, and what leads to it. */
    boolean touched(String id) {
        var step = steps.get(id);
        return step != null && (step.attempts > 0 || step.triggered || step.over());
    }

    String controller(Region region) {
        return workflow.steps().get(region.controller()).id();
    }

    Step step(String id) {
        var step = steps.get(id);
        if (step == null) {
            throw new AssertionError("step " + id + ": not one that the reference knows");
        }
        return step;
    }

    List<Step> steps() {
        return List.copyOf(steps.values());
    }

    /** A failure that nobody handles has ended the job. */
    boolean failed() {
        return failed;
    }

    /** Nothing becomes of any step any more, whatever was under way. */
    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    boolean allOver() {
        return steps.values().stream().allMatch(Step::over);
    }

    /** A controller waits for messages that nobody sends, and the rest for what it might add. */
    boolean stalls() {
        return !allOver()
                && steps.values().stream().anyMatch(this::isParked)
                && steps.values().stream()
                        .allMatch(
                                step ->
                                        step.over()
                                                || step.stand == Stand.FRESH && !couldBegin(step));
    }

    /** It has changed the graph without adding a step whose end would bring it back. */
    private boolean isParked(Step step) {
        return step.stand == Stand.FRESH && step.rounds > 0 && !addedLately(step);
    }

    // What happens

    /** An attempt begins. Says what forbids it; empty when it is allowed. */
    String begins(String id, int attempt) {
        var step = step(id);
        var problem = "";
        if (step.stand != Stand.FRESH && step.stand != Stand.RESTING) {
            problem = "it is " + step.stand;
        } else if (step.stand == Stand.FRESH && !mayRun(step)) {
            problem = "its parents do not let it";
        } else if (!hasRoom(step)) {
            problem = "too many others run";
        } else if (attempt != step.attempts + 1) {
            problem = "it is attempt " + (step.attempts + 1);
        } else if (step.failures >= step.spec.retry().attemptsMax()) {
            problem = "its attempts are used up";
        }
        step.attempts++;
        step.stand = Stand.OPEN;
        step.triggered = false;
        return problem.isEmpty()
                ? ""
                : "attempt " + attempt + " of " + id + " began, but " + problem;
    }

    /** The open attempt ends like this. Says what forbids it; empty when it is allowed. */
    String answers(String id, Act act) {
        var step = step(id);
        if (step.stand != Stand.OPEN) {
            return "an attempt of " + id + " ended with " + act + ", but it is " + step.stand;
        }
        boolean asksPeople =
                step.spec
                        .approval()
                        .filter(approval -> approval.mode() == Approval.Mode.APPROVAL_REQUIRED)
                        .isPresent();
        boolean completes =
                act instanceof Act.Done
                        || act instanceof Act.Chose
                        || act instanceof Act.Spread
                        || act instanceof Act.Patched patched && fits(step, patched);
        if (asksPeople && completes) {
            step.stand = Stand.GATED;
            step.withheld = act;
        } else {
            obey(step, act);
        }
        return "";
    }

    /** A person decides, or nobody has. Says what forbids it; empty when it is allowed. */
    String decides(String id, Approval.Decision decision) {
        var step = step(id);
        var act = step.withheld;
        step.withheld = null;
        if (step.stand != Stand.GATED || act == null) {
            return id + " was decided: " + decision + ", but it is " + step.stand;
        }
        switch (decision) {
            case APPROVE -> obey(step, act);
            // The attempt is not used up.
            case REVISE -> step.stand = Stand.RESTING;
            case REJECT -> obey(step, new Act.Failed(false));
        }
        return "";
    }

    private void obey(Step step, Act act) {
        switch (act) {
            case Act.Done done -> end(step, "completed", "success", done.score());
            case Act.Partial partial -> end(step, "partial", "partial", partial.score());
            case Act.Skipped skipped -> {
                end(step, "skipped", "skipped", null);
                if (skipped.everythingBelow()) {
                    below(step).stream().filter(below -> !below.over()).forEach(this::cutOff);
                }
            }
            case Act.Failed why -> {
                step.failures++;
                cutOffRounds(step);
                if (why.retryable()
                        && !step.unfolded()
                        && step.failures < step.spec.retry().attemptsMax()) {
                    step.stand = Stand.RESTING;
                } else {
                    failForGood(step);
                }
            }
            case Act.Chose chose -> {
                for (var edge : edges) {
                    var child = edge.to();
                    if (edge.from() == step
                            && child.untouched()
                            && !chose.children().contains(child.id)) {
                        cutOff(child);
                    }
                }
                end(step, "completed", "success", chose.score());
            }
            case Act.Spread spread -> {
                spread(step, spread);
                end(step, "completed", "success", spread.score());
            }
            case Act.Patched patched -> patch(step, patched);
            case Act.Planned planned -> plan(step, planned);
        }
    }

    /** A failure that the author handles is no end of the job. */
    private void failForGood(Step step) {
        if (!step.spec.required()) {
            end(step, "partial", "failed", null);
            return;
        }
        switch (step.spec.failurePolicy()) {
            case CONTINUE, CONTINUE_PARTIAL -> end(step, "partial", "failed", null);
            case SKIP -> end(step, "skipped", "failed", null);
            case FAIL_WORKFLOW, FAIL_CLOSED -> {
                end(step, "failed", "failed", null);
                failed = true;
            }
        }
    }

    private void spread(Step source, Act.Spread spread) {
        var below = below(source);
        for (var id : spread.targets()) {
            // Otherwise the scatter is rejected and the run goes on.
            var target = step(id);
            if (!below.contains(target)
                    || !target.untouched()
                    || target.region != null
                    || target.parent != null) {
                return;
            }
        }
        var spreading = new Spreading(spread.concurrencyMax());
        for (int i = 0; i < spread.items(); i++) {
            var target = step(spread.targets().get(i % spread.targets().size()));
            var id = target.id + "[" + i + "]";
            var instance = new Step(id, target.spec, spreading, null, null);
            steps.put(id, instance);
            for (var edge : List.copyOf(edges)) {
                if (edge.from() == target) {
                    edges.add(
                            new Edge(
                                    edge.id() + ":" + id,
                                    instance,
                                    edge.to(),
                                    edge.accepts(),
                                    edge.scoreAbove(),
                                    edge.kind()));
                }
            }
            edges.add(
                    new Edge(
                            source.id + "->" + id,
                            source,
                            instance,
                            Set.of(Outcome.DONE),
                            null,
                            Edge.Kind.WRITTEN));
        }
        for (var id : spread.targets()) {
            end(step(id), "skipped", spread.items() == 0 ? "mapped_empty" : "mapped", null);
        }
    }

    private void cutOff(Step step) {
        cutOffRounds(step);
        end(step, "skipped", "skipped", null);
        step.cutOff = true;
    }

    // Patches

    private boolean fits(Step step, Act.Patched patched) {
        return new PatchReference(this, agents).refuses(step, patched.patch()).isEmpty();
    }

    private void patch(Step step, Act.Patched patched) {
        var patch = patched.patch();
        var code = new PatchReference(this, agents).refuses(step, patch);
        if (!code.isEmpty()) {
            refusal = code;
            obey(step, new Act.Failed(true));
            return;
        }
        if (applied.put(patch.id(), patch) != null) {
            end(step, "completed", "success", patched.score());
            return;
        }
        var dynamic = workflow.dynamic().orElseThrow();
        var region = PatchReference.region(dynamic, patch.region()).orElseThrow();
        boolean inRounds = region.strategy() == Strategy.CHECKPOINT_FANOUT;
        for (var operation : patch.operations()) {
            change(operation, step, region, inRounds);
        }
        if (!inRounds) {
            end(step, "completed", "success", patched.score());
            return;
        }
        step.stand = Stand.FRESH;
        step.failures = 0;
        step.rounds++;
    }

    private void change(Operation operation, Step controller, Region region, boolean inRounds) {
        switch (operation) {
            case Operation.AddStep add -> {
                var template = workflow.dynamic().orElseThrow().templates().get(add.template());
                var step =
                        new Step(
                                add.id(),
                                Objects.requireNonNull(template).step(),
                                null,
                                region.id(),
                                null);
                step.addedInRound = controller.rounds + 1;
                steps.put(step.id, step);
            }
            case Operation.RemoveStep remove -> remove(remove.id());
            case Operation.RemoveEdge remove ->
                    edges.removeIf(edge -> edge.id().equals(remove.id()));
            case Operation.AddEdge add ->
                    edges.add(
                            new Edge(
                                    add.id(),
                                    step(add.from()),
                                    step(add.to()),
                                    add.accepts(),
                                    null,
                                    inRounds && add.from().equals(controller.id)
                                            ? Edge.Kind.RELEASED
                                            : Edge.Kind.ADDED));
        }
    }

    private void remove(String id) {
        var step = step(id);
        edges.removeIf(edge -> edge.from() == step || edge.to() == step);
        steps.remove(id);
    }

    private List<Step> addedBy(Step controller) {
        return steps.values().stream()
                .filter(
                        step ->
                                step.region != null
                                        && controller(
                                                        PatchReference.region(
                                                                        workflow.dynamic()
                                                                                .orElseThrow(),
                                                                        step.region)
                                                                .orElseThrow())
                                                .equals(controller.id))
                .toList();
    }

    private boolean addedLately(Step controller) {
        return addedBy(controller).stream()
                .anyMatch(step -> step.addedInRound == controller.rounds);
    }

    private boolean roundIsOver(Step controller) {
        return addedLately(controller) && addedBy(controller).stream().allMatch(Step::over);
    }

    /**
     * A message of the runtime's own starts the step. Says what forbids it.
     *
     * @param called whether other messages wait for it, which begin a round too
     */
    String triggers(String id, boolean called) {
        var step = step(id);
        step.triggered = true;
        return step.rounds == 0 || called || roundIsOver(step)
                ? ""
                : "round " + step.rounds + " of " + id + " was over, but " + addedBy(step);
    }

    /** Steps of rounds long over are forgotten. Says what forbids it. */
    String retires(String id, List<String> ids) {
        var step = step(id);
        int historyMax = workflow.dynamic().orElseThrow().limits().historyMax();
        var older = addedBy(step).stream().filter(one -> one.addedInRound < step.rounds).toList();
        int tooMany = addedBy(step).size() - historyMax;
        var expected = older.stream().limit(Math.max(0, tooMany)).map(one -> one.id).toList();
        var problem =
                roundIsOver(step) && ids.equals(expected)
                        ? ""
                        : id + " forgot " + ids + " (expected: " + expected + ")";
        ids.forEach(this::remove);
        return problem;
    }

    // Rounds of children

    /** The step is done by rounds of others from now on. Says what forbids it. */
    String unfolds(String id) {
        var step = step(id);
        var problem =
                step.untouched() && mayRun(step) && workflow.children().containsKey(id)
                        ? ""
                        : id + " unfolded, but it is " + step;
        step.attempts++;
        step.stand = Stand.OPEN;
        step.triggered = false;
        addPlanner(step);
        return problem;
    }

    private void addPlanner(Step parent) {
        parent.round++;
        var children = Objects.requireNonNull(workflow.children().get(parent.id));
        addChild(parent, parent.id + ":p" + parent.round, children.planner());
    }

    private Step addChild(Step parent, String id, String template) {
        var children = Objects.requireNonNull(workflow.children().get(parent.id));
        var spec = Objects.requireNonNull(children.templates().get(template)).step();
        var child = new Step(id, spec, null, null, parent);
        steps.put(id, child);
        return child;
    }

    private List<Step> children(Step parent) {
        return steps.values().stream().filter(step -> step.parent == parent).toList();
    }

    /** Whether the parent has to go on: everything of its round is over. */
    boolean mustPlan(Step parent) {
        return parent.stand == Stand.OPEN
                && parent.unfolded()
                && children(parent).stream().allMatch(Step::over);
    }

    private boolean hadAllRounds(Step parent) {
        return parent.round
                == Objects.requireNonNull(workflow.children().get(parent.id)).roundsMax();
    }

    /** The next round is planned. Says what forbids it. */
    String plans(String id) {
        var parent = step(id);
        boolean allowed = mustPlan(parent) && !hadAllRounds(parent);
        addPlanner(parent);
        return allowed ? "" : "the next round of " + id + " was planned, but " + children(parent);
    }

    /** There may be no further round. Says what forbids it. */
    String givesUp(String id) {
        var parent = step(id);
        boolean allowed = mustPlan(parent) && hadAllRounds(parent);
        obey(parent, new Act.Failed(false));
        return allowed ? "" : id + " had its rounds, but " + children(parent);
    }

    private void plan(Step planner, Act.Planned planned) {
        var parent = planner.parent;
        if (parent == null || !planner.isPlanner() || !isPlan(parent, planned)) {
            obey(planner, new Act.Failed(true));
            return;
        }
        end(planner, "completed", "success", null);
        if (planned.parts().isEmpty()) {
            end(parent, "completed", "success", planned.score());
            return;
        }
        var prefix = parent.id + ":r" + parent.round + ":";
        for (var part : planned.parts()) {
            addChild(parent, prefix + part.id(), part.template());
        }
        for (var part : planned.parts()) {
            for (var need : part.needs()) {
                edges.add(
                        new Edge(
                                prefix + need + "->" + prefix + part.id(),
                                step(prefix + need),
                                step(prefix + part.id()),
                                Set.of(Outcome.DONE),
                                null,
                                Edge.Kind.ADDED));
            }
        }
    }

    private boolean isPlan(Step parent, Act.Planned planned) {
        var ids = new LinkedHashSet<String>();
        var ready = new LinkedHashSet<String>();
        planned.parts().forEach(part -> ids.add(part.id()));
        boolean grown;
        do {
            grown = false;
            for (var part : planned.parts()) {
                grown |= ready.containsAll(part.needs()) && ready.add(part.id());
            }
        } while (grown);
        // What needs something that is not there, or itself, never gets ready.
        return planned.named() == parent.round
                && planned.parts().size()
                        <= Objects.requireNonNull(workflow.children().get(parent.id))
                                .stepsPerRoundMax()
                && ready.equals(ids);
    }

    private void cutOffRounds(Step parent) {
        children(parent).stream().filter(child -> !child.over()).forEach(this::cutOff);
    }

    private static void end(Step step, String end, String outcome, @Nullable Integer score) {
        step.stand = Stand.OVER;
        step.end = end;
        step.outcome = outcome;
        step.score = score;
    }

    // What follows

    /** The step is skipped, because it can never run. Says what forbids it. */
    String skips(String id) {
        boolean allowed = skipped(step(id));
        return allowed ? "" : id + " was skipped, but " + parents(step(id));
    }

    /** Skips whatever can never run, until nothing changes any more. */
    void settle() {
        boolean changed;
        do {
            changed = false;
            for (var step : steps.values()) {
                changed |= step.stand == Stand.FRESH && skipped(step);
            }
        } while (changed);
    }

    private boolean skipped(Step step) {
        if (RuleReference.cutOff(parents(step))) {
            cutOff(step);
            return true;
        }
        if (RuleReference.verdict(step.spec, parents(step)) == RuleReference.Verdict.NEVER
                && !RuleReference.mayYetBeCutOff(parents(step))) {
            end(step, "skipped", "skipped", null);
            return true;
        }
        return false;
    }

    /** Whether the step could begin now: its parents let it, and others leave it room. */
    boolean couldBegin(Step step) {
        boolean unfolds = step.parent == null && workflow.children().containsKey(step.id);
        return step.stand == Stand.FRESH
                && mayRun(step)
                && (unfolds || hasRoom(step))
                && (step.rounds == 0 || roundIsOver(step));
    }

    boolean hasRoom(Step step) {
        var max = workflow.maxParallelSteps();
        if (max.isPresent() && running(null) >= max.getAsInt()) {
            return false;
        }
        var spreading = step.spreading;
        return spreading == null
                || spreading.concurrencyMax == 0
                || running(spreading) < spreading.concurrencyMax;
    }

    private long running(@Nullable Spreading among) {
        return steps.values().stream()
                .filter(step -> step.stand == Stand.OPEN && !step.unfolded())
                .filter(step -> among == null || step.spreading == among)
                .count();
    }

    private boolean mayRun(Step step) {
        return RuleReference.verdict(step.spec, parents(step)) == RuleReference.Verdict.MAY
                && !RuleReference.cutOff(parents(step));
    }

    /** Parents that were replaced by instances are none; the instances are. */
    private List<Edge> parents(Step step) {
        return edges.stream()
                .filter(edge -> edge.to() == step && !edge.from().outcome.equals("mapped"))
                .toList();
    }

    private Set<Step> below(Step step) {
        var below = new LinkedHashSet<Step>();
        boolean grown;
        do {
            grown = false;
            for (var edge : edges) {
                if (edge.from() == step || below.contains(edge.from())) {
                    grown |= below.add(edge.to());
                }
            }
        } while (grown);
        return below;
    }
}
