package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.workflow.TriggerRule;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Workflows of a few steps of every rule and policy, each with what its attempts will bring. Edges
 * lead from earlier steps to later ones; some carry data between the steps' agents and some do not,
 * so that the runtime has to start steps itself.
 */
final class RandomWorkflows {

    private static final int STEPS_MAX = 12;
    private static final List<String> POLICIES =
            List.of(
                    "continue_partial",
                    "continue_partial",
                    "continue",
                    "skip",
                    "skip",
                    "fail_workflow",
                    "fail_closed");

    private RandomWorkflows() {}

    /**
     * @param agent the type of its agent
     * @param seeded whether its agent gets a message at the start
     * @param acts what its attempts bring, in order; the last one for all that follow
     */
    record Shape(
            String agent,
            TriggerRule rule,
            int settings,
            int retries,
            boolean seeded,
            List<Deed> acts) {}

    /** What an attempt brings, by numbers that choose among what the graph allows. */
    record Deed(int kind, int choice) {}

    /**
     * An edge by positions, which wrap around; {@code settings} says what it accepts and carries.
     */
    record Line(int from, int span, int settings) {}

    /**
     * @param text the definition, as a {@link JobText}
     * @param deeds by the steps' ids
     * @param scoresAbove conditions on edges, by the edges' positions
     */
    record Workflow(
            String text,
            Graph graph,
            Map<String, List<Deed>> deeds,
            Map<Integer, Integer> scoresAbove) {
        @Override
        public String toString() {
            return text + "\n" + deeds;
        }
    }

    static Arbitrary<Workflow> any() {
        var deeds =
                Combinators.combine(
                                Arbitraries.integers().between(0, 23),
                                Arbitraries.integers().between(0, 199))
                        .as(Deed::new)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(3);
        var shapes = shape(deeds).list().ofMinSize(2).ofMaxSize(STEPS_MAX);
        var lines =
                Combinators.combine(
                                Arbitraries.integers().between(0, STEPS_MAX - 2),
                                Arbitraries.integers().between(0, STEPS_MAX - 2),
                                Arbitraries.integers().between(0, 999))
                        .as(Line::new)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(20);
        return Combinators.combine(
                        shapes,
                        lines,
                        Arbitraries.integers().between(0, 59),
                        RandomGrowth.any(shape(deeds)))
                .as(RandomWorkflows::workflow);
    }

    private static Arbitrary<Shape> shape(Arbitrary<List<Deed>> deeds) {
        return Combinators.combine(
                        Arbitraries.of("executor", "executor", "module", "router"),
                        Arbitraries.of(TriggerRule.class),
                        Arbitraries.integers().between(0, 999),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(false, false, false, true),
                        deeds)
                .as(Shape::new);
    }

    private static Workflow workflow(
            List<Shape> shapes, List<Line> lines, int whole, RandomGrowth growth) {
        var text = new StringBuilder();
        var incoming = new int[shapes.size()];
        var edges = edges(shapes, lines, incoming);
        for (int i = 0; i < shapes.size(); i++) {
            text.append(agent("n" + i, shapes.get(i)));
        }
        boolean sink = whole % 4 == 0;
        if (sink) {
            text.append("sink: aggregator {'complete_on_message': true, 'terminal_sink': true,")
                    .append(" 'complete_run': true}\n")
                    .append("n%d -> sink: x\n".formatted(whole % shapes.size()));
        }
        var deeds = new HashMap<String, List<Deed>>();
        var children = growth.parents(shapes.size());
        for (int i = 0; i < shapes.size(); i++) {
            text.append(
                    "step s%d: n%d {%s}\n"
                            .formatted(
                                    i,
                                    i,
                                    settings(shapes.get(i), incoming[i], !children.contains(i))));
            deeds.put("s" + i, shapes.get(i).acts());
        }
        deeds.putAll(growth.deeds());
        text.append(growth.agents());
        var scoresAbove = new HashMap<Integer, Integer>();
        int index = 0;
        for (var edge : edges) {
            text.append(edge(edge, shapes.get(edge.from()), index, scoresAbove));
            index++;
        }
        var entries = new LinkedHashSet<String>();
        for (int i = 0; i < shapes.size(); i++) {
            if (i == 0 || shapes.get(i).seeded()) {
                entries.add("n" + i);
            }
        }
        text.append("entrypoints: ").append(String.join(", ", entries)).append('\n');
        var members = new ArrayList<String>();
        if (whole % 3 == 0) {
            members.add(
                    "'execution': {'strategy': 'parallel', 'max_parallel_steps': %d}"
                            .formatted(1 + whole % 4));
        }
        members.addAll(growth.members(shapes.size(), edges));
        if (!members.isEmpty()) {
            text.append("workflow: {").append(String.join(", ", members)).append("}\n");
        }
        return new Workflow(
                text.toString(), JobText.graph(text.toString()), deeds, Map.copyOf(scoresAbove));
    }

    static String agent(String id, Shape shape) {
        var config =
                switch (shape.agent()) {
                    case "executor" ->
                            "{'output_message_type': 'x'%s}"
                                    .formatted(
                                            shape.settings() % 3 == 0
                                                    ? ""
                                                    : ", 'idempotent': true");
                    case "module" -> "";
                    default -> "{'emit_type': 'x'}";
                };
        return id + ": " + shape.agent() + " " + config + "\n";
    }

    /**
     * Members of a step or a template.
     *
     * @param asks whether a person may have to agree
     */
    static String settings(Shape shape, int parents, boolean asks) {
        int settings = shape.settings();
        var control = new ArrayList<String>();
        control.add(
                "'retry': {'max_attempts': %d, 'backoff_seconds': %d}"
                        .formatted(shape.retries(), settings % 3));
        control.add("'failure_policy': '%s'".formatted(POLICIES.get(settings % POLICIES.size())));
        control.add("'timeout_seconds': %d".formatted(settings % 5 == 0 ? 20 : 0));
        if (settings % 11 == 0) {
            control.add("'required': false");
        }
        if (asks && settings % 7 == 1) {
            control.add(
                    "'approval': {'timeout_seconds': %d, 'default_action': '%s'}"
                            .formatted(
                                    settings % 2 * 40,
                                    List.of("approve", "revise", "reject").get(settings % 3)));
        }
        var rule = shape.rule();
        if (rule == TriggerRule.QUORUM_SUCCESS && parents == 0) {
            rule = TriggerRule.ALL_SUCCESS;
        }
        return "'trigger_rule': '%s'%s, 'control': {%s}"
                .formatted(
                        rule.wire(),
                        rule == TriggerRule.QUORUM_SUCCESS
                                ? ", 'quorum': " + (1 + settings % parents)
                                : "",
                        String.join(", ", control));
    }

    /** The edges without doubles; there is always one. */
    private static List<Line> edges(List<Shape> shapes, List<Line> lines, int[] incoming) {
        var seen = new LinkedHashSet<Integer>();
        var edges = new ArrayList<Line>();
        for (var line : lines) {
            int from = line.from() % (shapes.size() - 1);
            int to = from + 1 + line.span() % (shapes.size() - 1 - from);
            if (seen.add(from * STEPS_MAX + to)) {
                edges.add(new Line(from, to, line.settings()));
                incoming[to]++;
            }
        }
        return edges;
    }

    private static String edge(
            Line edge, Shape parent, int index, Map<Integer, Integer> scoresAbove) {
        var members = new ArrayList<String>();
        var accepts =
                switch (edge.settings() % 6) {
                    case 0 -> List.of("done", "skipped");
                    case 1 -> List.of("done", "partial");
                    case 2 -> List.of("done", "partial", "skipped");
                    default -> List.of("done");
                };
        members.add(
                accepts.stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(", ", "'accepts': [", "]")));
        // A router's output is its message, which has no score.
        if (edge.settings() % 7 == 0 && !parent.agent().equals("router")) {
            members.add("'condition': '${output.score} > 3'");
            scoresAbove.put(index, 3);
        }
        var data =
                edge.settings() % 2 == 0
                        ? "n%d -> n%d: x\n".formatted(edge.from(), edge.span())
                        : "";
        return data
                + "s%d => s%d {%s}\n"
                        .formatted(edge.from(), edge.span(), String.join(", ", members));
    }
}
