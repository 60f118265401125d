package mirrorneuron.cli.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.WorkflowProgress.Step;
import mirrorneuron.api.json.JsonObject;

/**
 * A step in the list of a view, with its place in the graph.
 *
 * @param rail joins steps that may run side by side: blank for a step alone in its layer
 * @param done of its agents, or of its instances when they are counted
 * @param live whether it is being worked on, or waits for a person
 */
record StepLine(StepRow row, String rail, int done, int total, boolean live, List<Step> members) {

    StepLine {
        members = List.copyOf(members);
    }

    String id() {
        return row.id();
    }

    /** In topological order; steps of one layer in the order in which they were declared. */
    static List<StepLine> of(WorkflowProgress progress, Instant now) {
        var layers = new HashMap<String, Integer>();
        for (int layer = 0; layer < progress.layers().size(); layer++) {
            for (var id : progress.layers().get(layer)) {
                layers.put(id, layer);
            }
        }
        var instances =
                progress.steps().stream()
                        .filter(step -> StepRow.instanceOf(step).isPresent())
                        .collect(
                                Collectors.groupingBy(
                                        step -> StepRow.instanceOf(step).orElseThrow()));
        var steps =
                progress.steps().stream()
                        .collect(Collectors.toMap(Step::id, Function.identity(), (a, _) -> a));
        var rows = new ArrayList<>(StepRow.of(progress, now));
        rows.sort(Comparator.comparingInt(row -> layer(row, layers)));
        var lines = new ArrayList<StepLine>();
        for (int i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            boolean counted = !row.name().equals(label(steps, row));
            var own =
                    counted
                            ? instances.getOrDefault(row.id(), List.of())
                            : Optional.ofNullable(steps.get(row.id())).stream().toList();
            lines.add(line(row, rail(rows, i, layers), own, counted));
        }
        return lines;
    }

    private static String label(Map<String, Step> steps, StepRow row) {
        var step = steps.get(row.id());
        return step == null ? "" : step.label();
    }

    private static int layer(StepRow row, Map<String, Integer> layers) {
        // Instances stand below the step that they were made from.
        var base = StepRow.instanceOf(row.id()).orElse(row.id());
        return layers.getOrDefault(base, layers.getOrDefault(row.id(), Integer.MAX_VALUE));
    }

    private static String rail(List<StepRow> rows, int at, Map<String, Integer> layers) {
        int layer = layer(rows.get(at), layers);
        boolean above = at > 0 && layer(rows.get(at - 1), layers) == layer;
        boolean below = at + 1 < rows.size() && layer(rows.get(at + 1), layers) == layer;
        if (above) {
            return below ? "├" : "└";
        }
        return below ? "┌" : " ";
    }

    private static StepLine line(StepRow row, String rail, List<Step> own, boolean counted) {
        int done = 0;
        int total = 0;
        for (var step : own) {
            done +=
                    counted
                            ? StepsProgress.isOver(step.status()) ? 1 : 0
                            : (int) step.raw().integer("done_count").orElse(0);
            total += counted ? 1 : (int) step.raw().integer("total_count").orElse(0);
        }
        boolean live =
                switch (row.status()) {
                    case "running", "waiting", "retry_wait" -> true;
                    default -> false;
                };
        return new StepLine(row, rail, done, total, live, own);
    }

    /** {@code 1/2}, or nothing for a step without agents. */
    String agentsDone() {
        return total == 0 ? "" : done + "/" + total;
    }

    /** Its agents, in the order of the manifest. */
    List<AgentRow> agents(Map<String, AgentView> views) {
        var rows = new ArrayList<AgentRow>();
        for (var step : members) {
            for (var element : step.raw().array("agents")) {
                if (element instanceof JsonObject agent) {
                    rows.add(
                            AgentRow.of(
                                    agent,
                                    agent.string("id")
                                            .flatMap(id -> Optional.ofNullable(views.get(id)))));
                }
            }
        }
        return rows;
    }

    boolean matches(String filter) {
        return contains(row.name(), filter) || contains(row.id(), filter);
    }

    static boolean contains(String text, String filter) {
        return filter.isEmpty()
                || text.toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT));
    }
}
