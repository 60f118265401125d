package mirrorneuron.engine.job;

import java.util.List;
import java.util.Set;

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
    record Spread(List<String> targets, int items, int concurrencyMax, int score) implements Act {}

    /** The step is done, and asks for another graph. */
    record Patched(GraphPatch patch, int score) implements Act {}

    /**
     * A planner says what the next round is.
     *
     * @param named the round that it takes this for
     * @param parts empty when it stops, and then the parent's output has this score
     */
    record Planned(int named, List<Part> parts, int score) implements Act {}

    /** A step of a round, as its planner wants it. */
    record Part(String id, String template, Set<String> needs) {}
}
