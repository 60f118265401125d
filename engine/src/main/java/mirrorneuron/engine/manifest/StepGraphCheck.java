package mirrorneuron.engine.manifest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.engine.workflow.StepEdge;

/**
 * Checks that the steps can be worked through: nothing waits for itself, everything follows the
 * source, and the sink is among it.
 *
 * @see "manifest contract, section 4.2"
 */
final class StepGraphCheck {

    private static final int SHOWN_MAX = 10;

    private final Layout layout;
    private final List<StepDraft> steps;
    private final List<List<Integer>> children = new ArrayList<>();
    private final int[] parents;

    StepGraphCheck(Layout layout, List<StepDraft> steps, List<StepEdge> edges) {
        this.layout = layout;
        this.steps = steps;
        this.parents = new int[steps.size()];
        steps.forEach(_ -> children.add(new ArrayList<>()));
        for (var edge : edges) {
            children.get(edge.from()).add(edge.to());
            parents[edge.to()]++;
        }
    }

    /** How many edges lead to a step. */
    int incoming(int step) {
        return parents[step];
    }

    /** Refuses a cycle: each of its steps would wait for the one before. */
    void checkAcyclic() {
        var open = parents.clone();
        var ready = new ArrayDeque<Integer>();
        for (int i = 0; i < open.length; i++) {
            if (open[i] == 0) {
                ready.add(i);
            }
        }
        int seen = 0;
        for (; !ready.isEmpty(); seen++) {
            for (int child : children.get(ready.remove())) {
                if (--open[child] == 0) {
                    ready.add(child);
                }
            }
        }
        if (seen < steps.size()) {
            layout.top()
                    .findings()
                    .error(
                            "workflow.cycle",
                            layout.stepEdges().at("edges"),
                            "Expected steps that follow one another, but found steps that wait for"
                                    + " themselves: "
                                    + waiting(open),
                            "Remove an edge. A step that repeats its work does so in its agent.");
        }
    }

    private String waiting(int[] open) {
        var ids = new ArrayList<String>();
        for (var step : steps) {
            if (open[step.index()] > 0) {
                ids.add(step.id());
            }
        }
        return ids.size() <= SHOWN_MAX
                ? String.join(", ", ids)
                : String.join(", ", ids.subList(0, SHOWN_MAX)) + ", …";
    }

    /** Refuses steps that the source does not lead to. */
    void checkReachable(int source, int sink) {
        var reached = new boolean[steps.size()];
        var open = new ArrayDeque<Integer>();
        reached[source] = true;
        for (open.add(source); !open.isEmpty(); ) {
            for (int child : children.get(open.remove())) {
                if (!reached[child]) {
                    reached[child] = true;
                    open.add(child);
                }
            }
        }
        for (var step : steps) {
            if (!reached[step.index()] && step.index() == sink) {
                refuse("workflow.sink_unreachable", step, steps.get(source).id());
            } else if (!reached[step.index()]) {
                refuse("workflow.step_unreachable", step, steps.get(source).id());
            }
        }
    }

    private static void refuse(String code, StepDraft step, String source) {
        step.fields()
                .findings()
                .error(
                        code,
                        step.fields().at("id"),
                        "Expected a way from " + source + " to " + step.id() + ", but found none",
                        "Add an edge to the step, or remove it.");
    }
}
