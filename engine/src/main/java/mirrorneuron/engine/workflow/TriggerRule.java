package mirrorneuron.engine.workflow;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which ends of its parents let a step run, and which make sure that it never will. */
public enum TriggerRule {
    /** Every parent ended in a way that its edge accepts. */
    ALL_SUCCESS,
    /** Every parent ended. */
    ALL_DONE,
    /** One parent completed. */
    ONE_SUCCESS,
    /** One parent ended. */
    ONE_DONE,
    /** One parent failed, even if the workflow handled that. */
    ONE_FAILED,
    /** Every parent ended, none failed, and one completed. */
    NONE_FAILED_MIN_ONE_SUCCESS,
    /** As many parents completed as the quorum says. */
    QUORUM_SUCCESS;

    private static final Map<String, TriggerRule> ALIASES =
            Map.of(
                    "all_required", ALL_SUCCESS,
                    "any_success", ONE_SUCCESS,
                    "any_done", ONE_DONE,
                    "any_failed", ONE_FAILED,
                    "partial_success", NONE_FAILED_MIN_ONE_SUCCESS,
                    "quorum", QUORUM_SUCCESS,
                    "min_success", QUORUM_SUCCESS);

    public enum Verdict {
        /** It depends on parents that are still open. */
        OPEN,
        SATISFIED,
        /** Whatever the open parents do, the step will not run. */
        IMPOSSIBLE
    }

    /** The rule of that name or alias. */
    public static Optional<TriggerRule> of(String word) {
        for (var rule : values()) {
            if (rule.wire().equals(word)) {
                return Optional.of(rule);
            }
        }
        return Optional.ofNullable(ALIASES.get(word));
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Judges a step by its parents. A step without parents may run, whatever its rule.
     *
     * @param quorum with {@link #QUORUM_SUCCESS}; else it is not looked at
     */
    public Verdict judge(Parents parents, int quorum) {
        if (parents.count() == 0) {
            return Verdict.SATISFIED;
        }
        boolean over = parents.ended() == parents.count();
        return switch (this) {
            case ALL_SUCCESS ->
                    parents.accepted() == parents.count()
                            ? Verdict.SATISFIED
                            : impossible(parents.accepted() < parents.ended());
            case ALL_DONE -> satisfied(over);
            case ONE_SUCCESS -> parents.succeeded() > 0 ? Verdict.SATISFIED : impossible(over);
            case ONE_DONE -> satisfied(parents.ended() > 0);
            case ONE_FAILED -> parents.failed() > 0 ? Verdict.SATISFIED : impossible(over);
            case NONE_FAILED_MIN_ONE_SUCCESS ->
                    over && parents.failed() == 0 && parents.succeeded() > 0
                            ? Verdict.SATISFIED
                            : impossible(over || parents.failed() > 0);
            case QUORUM_SUCCESS ->
                    parents.succeeded() >= quorum
                            ? Verdict.SATISFIED
                            : impossible(
                                    parents.succeeded() + parents.count() - parents.ended()
                                            < quorum);
        };
    }

    private static Verdict satisfied(boolean holds) {
        return holds ? Verdict.SATISFIED : Verdict.OPEN;
    }

    private static Verdict impossible(boolean holds) {
        return holds ? Verdict.IMPOSSIBLE : Verdict.OPEN;
    }

    /**
     * How the parents of a step stand.
     *
     * @param count all of them; a parent that was mapped to instances is replaced by these
     * @param ended those in a terminal state
     * @param accepted those that ended in a way their edge accepts
     * @param succeeded those that completed
     * @param failed those that failed, handled or not
     */
    public record Parents(int count, int ended, int accepted, int succeeded, int failed) {}
}
