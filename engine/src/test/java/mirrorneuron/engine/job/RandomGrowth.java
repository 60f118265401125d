package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import mirrorneuron.engine.job.RandomWorkflows.Deed;
import mirrorneuron.engine.job.RandomWorkflows.Line;
import mirrorneuron.engine.job.RandomWorkflows.Shape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * How a random workflow may grow: regions in which controllers add steps, and steps that unfold
 * into rounds. A quarter of the workflows does not grow at all.
 *
 * @param kinds of steps that may be added; the first plans
 */
record RandomGrowth(int seed, List<Shape> kinds) {

    private static final int PARENTS_MAX = 2;

    static Arbitrary<RandomGrowth> any(Arbitrary<Shape> shapes) {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9_999), shapes.list().ofSize(4))
                .as(RandomGrowth::new);
    }

    private boolean patches() {
        return seed % 4 == 0 || seed % 4 == 1;
    }

    private boolean unfolds() {
        return seed % 4 == 1 || seed % 4 == 2;
    }

    private static String template(int kind) {
        return "t" + kind;
    }

    /** Positions of the steps that unfold. */
    Set<Integer> parents(int steps) {
        var random = new SplittableRandom(seed);
        var parents = new LinkedHashSet<Integer>();
        for (int i = unfolds() ? 1 + random.nextInt(PARENTS_MAX) : 0; i > 0; i--) {
            parents.add(random.nextInt(steps));
        }
        return parents;
    }

    /** Lines that declare the agents of what may be added. */
    String agents() {
        if (!patches() && !unfolds()) {
            return "";
        }
        var text = new StringBuilder();
        for (int i = 0; i < kinds.size(); i++) {
            text.append(RandomWorkflows.agent("k" + i, kind(i)));
        }
        return text.toString();
    }

    /** A router could say nothing of a plan. */
    private Shape kind(int index) {
        var kind = kinds.get(index);
        return index == 0 && kind.agent().equals("router")
                ? new Shape(
                        "executor",
                        kind.rule(),
                        kind.settings(),
                        kind.retries(),
                        false,
                        kind.acts())
                : kind;
    }

    Map<String, List<Deed>> deeds() {
        var deeds = new HashMap<String, List<Deed>>();
        for (int i = 0; i < kinds.size(); i++) {
            deeds.put(template(i), kinds.get(i).acts());
        }
        return deeds;
    }

    private String templates(int from) {
        var templates = new ArrayList<String>();
        for (int i = from; i < kinds.size(); i++) {
            templates.add(
                    "'%s': {'run': 'k%d', %s}"
                            .formatted(
                                    template(i),
                                    i,
                                    // What a planner says is a plan and no output to agree to.
                                    RandomWorkflows.settings(kind(i), 0, i > 0)));
        }
        return "{" + String.join(", ", templates) + "}";
    }

    /** Members of the workflow. */
    List<String> members(int steps, List<Line> edges) {
        var members = new ArrayList<String>();
        if (patches()) {
            members.add("'mode': 'dynamic_dag'");
            members.add(
                    "'dynamic': {'enabled': true, 'apply_at': 'between_steps', 'templates': %s, 'regions': [%s], 'limits': %s}"
                            .formatted(templates(1), regions(steps, edges), limits()));
        }
        if (unfolds()) {
            var children = new ArrayList<String>();
            for (var parent : parents(steps)) {
                children.add(
                        "'s%d': {'planner': '%s', 'templates': %s, 'max_rounds': %d, 'max_steps_per_round': 3}"
                                .formatted(parent, template(0), templates(0), 1 + seed % 3));
            }
            members.add("'child_workflows': {%s}".formatted(String.join(", ", children)));
        }
        return members;
    }

    private String regions(int steps, List<Line> edges) {
        var random = new SplittableRandom(seed + 1);
        var regions = new ArrayList<String>();
        int fanOuts = random.nextInt(3);
        for (int i = 0; i < fanOuts; i++) {
            regions.add(
                    "{'id': 'r%d', 'strategy': 'checkpoint_fanout', 'controller': 's%d', 'templates': %s}"
                            .formatted(i, random.nextInt(steps), allowed(random)));
        }
        if (fanOuts == 0 || random.nextBoolean()) {
            var edge = edges.get(random.nextInt(edges.size()));
            int from = edge.from();
            int to = edge.span();
            regions.add(
                    "{'id': 'path', 'strategy': 'replace_path', 'controller': 's%1$d', 'exit': 's%2$d', 'templates': %3$s, 'mutable_edges': ['s%1$d-to-s%2$d']}"
                            .formatted(from, to, allowed(random)));
        }
        return String.join(", ", regions);
    }

    private static String allowed(SplittableRandom random) {
        return random.nextBoolean() ? "['t1', 't2', 't3']" : "['t2', 't3']";
    }

    private String limits() {
        return switch (seed % 5) {
            case 0 -> "{'max_patches': 3, 'max_history': 0}";
            case 1 -> "{'max_patches': 6, 'max_history': 1}";
            case 2 -> "{'max_patches': 4, 'max_active_steps': 3, 'max_history': 2}";
            case 3 -> "{'max_patches': 5, 'max_operations_per_patch': 5}";
            default -> "{'max_patches': 8}";
        };
    }
}
