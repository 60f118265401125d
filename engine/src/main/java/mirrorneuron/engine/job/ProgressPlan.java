package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepEdge;

/** What leads to what in a job, for showing it: between its steps, or between its agents. */
final class ProgressPlan {

    private final Map<String, Set<String>> parents = new LinkedHashMap<>();
    private final Map<String, Set<String>> children = new HashMap<>();
    private final Set<Way> ways = new LinkedHashSet<>();
    private final Map<String, Integer> layer = new HashMap<>();

    private record Way(String from, String to, String event) {}

    private ProgressPlan() {}

    static ProgressPlan ofSteps(Ledger ledger) {
        var plan = new ProgressPlan();
        var events =
                ledger.spec.edges().stream()
                        .collect(Collectors.toMap(StepEdge::id, StepEdge::event, (a, _) -> a));
        for (var step : ledger.steps()) {
            plan.add(step.id);
        }
        for (var step : ledger.steps()) {
            for (var link : step.out) {
                var event = events.getOrDefault(link.id(), "");
                plan.add(step.id, link.to().id, event.isEmpty() ? accepted(link) : event);
            }
        }
        plan.assignLayers();
        return plan;
    }

    /** An edge without an event of its own stands for the ends of the parent that it accepts. */
    private static String accepted(StepState.Link link) {
        return link.accepts().stream().map(Outcome::wire).sorted().collect(Collectors.joining("|"));
    }

    static ProgressPlan ofAgents(Job job) {
        var plan = new ProgressPlan();
        for (var agent : job.agents()) {
            plan.add(agent.id().value());
        }
        for (var edge : job.graph().manifest().edges()) {
            plan.add(edge.from().value(), edge.to().value(), edge.messageType());
        }
        plan.assignLayers();
        return plan;
    }

    private void add(String id) {
        parents.put(id, new LinkedHashSet<>(2));
        children.put(id, new LinkedHashSet<>(2));
    }

    private void add(String from, String to, String event) {
        ways.add(new Way(from, to, event));
        children.computeIfAbsent(from, _ -> new LinkedHashSet<>(2)).add(to);
        parents.computeIfAbsent(to, _ -> new LinkedHashSet<>(2)).add(from);
    }

    JsonArray parents(String id) {
        return JsonArray.ofStrings(List.copyOf(parents.getOrDefault(id, Set.of())));
    }

    JsonArray children(String id) {
        return JsonArray.ofStrings(List.copyOf(children.getOrDefault(id, Set.of())));
    }

    int layer(String id) {
        return layer.getOrDefault(id, 0);
    }

    JsonArray edges() {
        var edges = new ArrayList<JsonValue>(ways.size());
        for (var way : ways) {
            edges.add(
                    JsonObject.builder()
                            .put("from", way.from())
                            .put("to", way.to())
                            .put("event", way.event())
                            .build());
        }
        return JsonArray.of(edges);
    }

    List<List<String>> layers() {
        var layers = new TreeMap<Integer, List<String>>();
        layer.forEach((id, n) -> layers.computeIfAbsent(n, _ -> new ArrayList<>()).add(id));
        layers.values().forEach(ids -> ids.sort(Comparator.naturalOrder()));
        return List.copyOf(layers.values());
    }

    /**
     * The longest way from what has no parents: a parent's layer is always smaller. Agents may lie
     * on a cycle; there the one that is declared first goes first.
     */
    private void assignLayers() {
        var waits = new HashMap<String, Integer>();
        var open = new ArrayDeque<String>();
        for (var one : parents.entrySet()) {
            waits.put(one.getKey(), one.getValue().size());
            if (one.getValue().isEmpty()) {
                open.add(one.getKey());
            }
        }
        var rest = parents.keySet().iterator();
        var done = new HashSet<String>();
        while (true) {
            if (open.isEmpty()) {
                while (rest.hasNext() && open.isEmpty()) {
                    var next = rest.next();
                    if (!done.contains(next)) {
                        open.add(next);
                    }
                }
                if (open.isEmpty()) {
                    return;
                }
            }
            var id = open.remove();
            if (!done.add(id)) {
                continue;
            }
            int at = layer.computeIfAbsent(id, _ -> 0);
            for (var child : children.getOrDefault(id, Set.of())) {
                if (done.contains(child)) {
                    continue;
                }
                layer.merge(child, at + 1, Math::max);
                if (waits.merge(child, -1, Integer::sum) == 0) {
                    open.add(child);
                }
            }
        }
    }
}
