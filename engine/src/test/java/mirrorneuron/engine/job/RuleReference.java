package mirrorneuron.engine.job;

import java.util.List;
import mirrorneuron.engine.job.StepReference.Edge;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepSpec;

/** What a step's parents allow it, by its rule, counted anew each time. */
final class RuleReference {

    enum Verdict {
        NOT_YET,
        MAY,
        NEVER
    }

    private RuleReference() {}

    /** Every parent was skipped by a choice, or is none for this step. */
    static boolean cutOff(List<Edge> parents) {
        return !parents.isEmpty() && parents.stream().allMatch(RuleReference::cutsOff);
    }

    /** Whether a step goes with its parents or is skipped by its rule is not a matter of order. */
    static boolean mayYetBeCutOff(List<Edge> parents) {
        return parents.stream().anyMatch(edge -> !edge.over())
                && parents.stream().filter(Edge::over).allMatch(RuleReference::cutsOff);
    }

    private static boolean cutsOff(Edge edge) {
        return edge.kind() != Edge.Kind.RELEASED && leavesOut(edge);
    }

    private static boolean leavesOut(Edge edge) {
        return edge.from().cutOff || edge.from().end.equals("completed") && !holds(edge);
    }

    private static boolean holds(Edge edge) {
        var score = edge.from().score;
        return edge.scoreAbove() == null || score != null && score > edge.scoreAbove();
    }

    private static boolean isDone(Edge edge) {
        return edge.kind() == Edge.Kind.RELEASED
                || edge.from().end.equals("completed") && holds(edge);
    }

    private static boolean isAccepted(Edge edge) {
        var from = edge.from();
        return edge.kind() == Edge.Kind.RELEASED
                || switch (from.end) {
                    case "completed" ->
                            edge.accepts().contains(holds(edge) ? Outcome.DONE : Outcome.SKIPPED);
                    case "partial" ->
                            edge.accepts()
                                    .contains(holds(edge) ? Outcome.PARTIAL : Outcome.SKIPPED);
                    case "skipped" ->
                            from.outcome.equals("mapped_empty")
                                    || edge.accepts().contains(Outcome.SKIPPED);
                    default -> false;
                };
    }

    static Verdict verdict(StepSpec spec, List<Edge> parents) {
        if (parents.isEmpty()) {
            return Verdict.MAY;
        }
        boolean all = parents.stream().allMatch(Edge::over);
        boolean any = parents.stream().anyMatch(Edge::over);
        boolean failure =
                parents.stream()
                        .anyMatch(
                                edge ->
                                        edge.kind() != Edge.Kind.RELEASED
                                                && edge.from().failedSomehow());
        long successes = parents.stream().filter(RuleReference::isDone).count();
        long open = parents.stream().filter(edge -> !edge.over()).count();
        return switch (spec.rule()) {
            case ALL_SUCCESS ->
                    either(
                            parents.stream().allMatch(RuleReference::isAccepted),
                            parents.stream().anyMatch(edge -> edge.over() && !isAccepted(edge)));
            case ALL_DONE -> either(all, false);
            case ONE_SUCCESS -> either(successes > 0, all);
            case ONE_DONE -> either(any, false);
            case ONE_FAILED -> either(failure, all);
            case NONE_FAILED_MIN_ONE_SUCCESS ->
                    either(all && !failure && successes > 0, failure || all);
            case QUORUM_SUCCESS ->
                    either(successes >= spec.quorum(), successes + open < spec.quorum());
        };
    }

    private static Verdict either(boolean may, boolean never) {
        return may ? Verdict.MAY : never ? Verdict.NEVER : Verdict.NOT_YET;
    }
}
