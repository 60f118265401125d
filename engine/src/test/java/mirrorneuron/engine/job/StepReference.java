package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.engine.workflow.Approval;
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

    /** What an attempt of a step brought. */
    sealed interface Act {

        /**
         * The step is done.
         *
         * @param score what conditions on edges look at
         */
        record Done(int score) implements Act {}

        record Partial(int score) implements Act {}

        record Skipped(boolean everythingBelow) implements Act {}

        record Failed(boolean retryable) implements Act {}

        /** The step is done, and of its children only these may run. */
        record Chose(Set<String> children, int score) implements Act {}

        /** The step is done, and these steps are done by instances, one for each item. */
        record Spread(List<String> targets, int items, int concurrencyMax, int score)
                implements Act {}
    }

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

        private Step(String id, StepSpec spec, @Nullable Spreading spreading) {
            this.id = id;
            this.spec = spec;
            this.spreading = spreading;
        }

        boolean over() {
            return stand == Stand.OVER;
        }

        private boolean failedSomehow() {
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
    private record Edge(Step from, Step to, Set<Outcome> accepts, @Nullable Integer scoreAbove) {}

    private enum Verdict {
        NOT_YET,
        MAY,
        NEVER
    }

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final WorkflowSpec workflow;
    private boolean failed;

    /**
     * @param scoresAbove conditions on edges, by the edges' positions: the parent's score is above
     *     this
     */
    StepReference(WorkflowSpec workflow, Map<Integer, Integer> scoresAbove) {
        this.workflow = workflow;
        for (var spec : workflow.steps()) {
            steps.put(spec.id(), new Step(spec.id(), spec, null));
        }
        for (var edge : workflow.edges()) {
            edges.add(
                    new Edge(
                            step(workflow.steps().get(edge.from()).id()),
                            step(workflow.steps().get(edge.to()).id()),
                            edge.accepts(),
                            scoresAbove.get(edge.index())));
        }
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

    boolean allOver() {
        return steps.values().stream().allMatch(Step::over);
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
                act instanceof Act.Done || act instanceof Act.Chose || act instanceof Act.Spread;
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
                if (why.retryable() && step.failures < step.spec.retry().attemptsMax()) {
                    step.stand = Stand.RESTING;
                } else {
                    failForGood(step);
                }
            }
            case Act.Chose chose -> {
                for (var edge : edges) {
                    var child = edge.to();
                    if (edge.from() == step
                            && child.stand == Stand.FRESH
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
            if (!below.contains(step(id)) || step(id).stand != Stand.FRESH) {
                return;
            }
        }
        var spreading = new Spreading(spread.concurrencyMax());
        for (int i = 0; i < spread.items(); i++) {
            var target = step(spread.targets().get(i % spread.targets().size()));
            var instance = new Step(target.id + "[" + i + "]", target.spec, spreading);
            steps.put(instance.id, instance);
            for (var edge : List.copyOf(edges)) {
                if (edge.from() == target) {
                    edges.add(new Edge(instance, edge.to(), edge.accepts(), edge.scoreAbove()));
                }
            }
            edges.add(new Edge(source, instance, Set.of(Outcome.DONE), null));
        }
        for (var id : spread.targets()) {
            end(step(id), "skipped", spread.items() == 0 ? "mapped_empty" : "mapped", null);
        }
    }

    private void cutOff(Step step) {
        end(step, "skipped", "skipped", null);
        step.cutOff = true;
    }

    private static void end(Step step, String end, String outcome, @Nullable Integer score) {
        step.stand = Stand.OVER;
        step.end = end;
        step.outcome = outcome;
        step.score = score;
    }

    // What follows

    /** Skips whatever can never run, until nothing changes any more. */
    void settle() {
        boolean changed;
        do {
            changed = false;
            for (var step : steps.values()) {
                if (step.stand == Stand.FRESH && everyParentCutsItOff(step)) {
                    cutOff(step);
                    changed = true;
                } else if (step.stand == Stand.FRESH
                        && verdict(step) == Verdict.NEVER
                        && !mayYetBeCutOff(step)) {
                    end(step, "skipped", "skipped", null);
                    changed = true;
                }
            }
        } while (changed);
    }

    /** Whether the step could begin now: its parents let it, and others leave it room. */
    boolean couldBegin(Step step) {
        return step.stand == Stand.FRESH && mayRun(step) && hasRoom(step);
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
                .filter(step -> step.stand == Stand.OPEN)
                .filter(step -> among == null || step.spreading == among)
                .count();
    }

    private boolean mayRun(Step step) {
        return verdict(step) == Verdict.MAY && !everyParentCutsItOff(step);
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

    private boolean everyParentCutsItOff(Step step) {
        var parents = parents(step);
        return !parents.isEmpty() && parents.stream().allMatch(StepReference::cutsOff);
    }

    /** Whether a step goes with its parents or is skipped by its rule is not a matter of order. */
    private boolean mayYetBeCutOff(Step step) {
        var parents = parents(step);
        return parents.stream().anyMatch(edge -> !edge.from().over())
                && parents.stream()
                        .filter(edge -> edge.from().over())
                        .allMatch(StepReference::cutsOff);
    }

    private static boolean cutsOff(Edge edge) {
        return edge.from().cutOff || edge.from().end.equals("completed") && !holds(edge);
    }

    private static boolean holds(Edge edge) {
        var score = edge.from().score;
        return edge.scoreAbove() == null || score != null && score > edge.scoreAbove();
    }

    private static boolean isDone(Edge edge) {
        return edge.from().end.equals("completed") && holds(edge);
    }

    private static boolean isAccepted(Edge edge) {
        var from = edge.from();
        return switch (from.end) {
            case "completed" ->
                    edge.accepts().contains(holds(edge) ? Outcome.DONE : Outcome.SKIPPED);
            case "partial" ->
                    edge.accepts().contains(holds(edge) ? Outcome.PARTIAL : Outcome.SKIPPED);
            case "skipped" ->
                    from.outcome.equals("mapped_empty") || edge.accepts().contains(Outcome.SKIPPED);
            default -> false;
        };
    }

    private Verdict verdict(Step step) {
        var parents = parents(step);
        if (parents.isEmpty()) {
            return Verdict.MAY;
        }
        boolean all = parents.stream().allMatch(edge -> edge.from().over());
        boolean any = parents.stream().anyMatch(edge -> edge.from().over());
        boolean failure = parents.stream().anyMatch(edge -> edge.from().failedSomehow());
        long successes = parents.stream().filter(StepReference::isDone).count();
        long open = parents.stream().filter(edge -> !edge.from().over()).count();
        return switch (step.spec.rule()) {
            case ALL_SUCCESS ->
                    either(
                            parents.stream().allMatch(StepReference::isAccepted),
                            parents.stream()
                                    .anyMatch(edge -> edge.from().over() && !isAccepted(edge)));
            case ALL_DONE -> either(all, false);
            case ONE_SUCCESS -> either(successes > 0, all);
            case ONE_DONE -> either(any, false);
            case ONE_FAILED -> either(failure, all);
            case NONE_FAILED_MIN_ONE_SUCCESS ->
                    either(all && !failure && successes > 0, failure || all);
            case QUORUM_SUCCESS ->
                    either(successes >= step.spec.quorum(), successes + open < step.spec.quorum());
        };
    }

    private static Verdict either(boolean may, boolean never) {
        return may ? Verdict.MAY : never ? Verdict.NEVER : Verdict.NOT_YET;
    }
}
