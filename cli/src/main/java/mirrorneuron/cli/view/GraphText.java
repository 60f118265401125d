package mirrorneuron.cli.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.output.Palette;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Text;

/** A job's graph as lines, or in the languages of two drawing programs. */
public final class GraphText {

    /** What a graph is written in. */
    public enum Language {
        ascii,
        mermaid,
        dot
    }

    private record Edge(String from, String to, long count) {}

    private final Map<String, JsonObject> agents = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final JsonObject document;
    private final String name;

    public GraphText(JobGraph graph) {
        this.document = graph.toJson();
        this.name = graph.graphId();
        for (var element : graph.raw().array("nodes")) {
            var agent = (JsonObject) element;
            agents.put(agent.string("id").orElse("?"), agent);
        }
        for (var element : graph.raw().array("edges")) {
            var edge = (JsonObject) element;
            edges.add(
                    new Edge(
                            edge.string("source").orElse("?"),
                            edge.string("target").orElse("?"),
                            edge.integer("count").orElse(0)));
        }
    }

    public Report in(Language language) {
        return switch (language) {
            case ascii ->
                    Report.of(document, page -> ascii(page.palette()), () -> ascii(Palette.OFF));
            case mermaid -> written(mermaid());
            case dot -> written(dot());
        };
    }

    private Report written(List<String> lines) {
        return Report.of(document, page -> lines, () -> lines);
    }

    /**
     * One line for each agent or step in the order in which work flows, then the ways out of it.
     */
    private List<String> ascii(Palette palette) {
        var lines = new ArrayList<String>();
        for (var id : inFlow()) {
            var agent = agents.getOrDefault(id, JsonObject.empty());
            var type = agent.string("agent_type").orElse("agent");
            var status = agent.string("status").orElse("");
            var mark = type.equals("step") && !status.isEmpty() ? StepRow.mark(status) : "●";
            lines.add(
                    palette.status(status, mark)
                            + Text.clean(" " + id + " (" + type + ")")
                            + (status.isEmpty() ? "" : " " + palette.status(status, status)));
            var out = edges.stream().filter(edge -> edge.from().equals(id)).toList();
            for (int i = 0; i < out.size(); i++) {
                var edge = out.get(i);
                lines.add(
                        Text.clean(
                                (i + 1 == out.size() ? "  └─▶ " : "  ├─▶ ")
                                        + edge.to()
                                        + (edge.count() > 0 ? "  " + edge.count() + "×" : "")));
            }
        }
        return lines;
    }

    /** Agents nobody leads to first, then those that they lead to, and so on. */
    private Set<String> inFlow() {
        var order = new LinkedHashSet<String>();
        var targets = new LinkedHashSet<String>();
        edges.forEach(edge -> targets.add(edge.to()));
        var next = new ArrayList<String>();
        agents.keySet().stream().filter(id -> !targets.contains(id)).forEach(next::add);
        while (order.size() < agents.size()) {
            if (next.isEmpty()) {
                // A ring: somebody has to be the first.
                agents.keySet().stream()
                        .filter(id -> !order.contains(id))
                        .limit(1)
                        .forEach(next::add);
            }
            var later = new ArrayList<String>();
            for (var id : next) {
                if (agents.containsKey(id) && order.add(id)) {
                    edges.stream()
                            .filter(edge -> edge.from().equals(id))
                            .forEach(edge -> later.add(edge.to()));
                }
            }
            next = later;
            next.removeIf(order::contains);
        }
        return order;
    }

    public List<String> mermaid() {
        var lines = new ArrayList<String>();
        lines.add("flowchart LR");
        var ids = numbered();
        agents.forEach(
                (id, agent) ->
                        lines.add(
                                "    "
                                        + ids.get(id)
                                        + "[\""
                                        + escaped(id)
                                        + "<br/>"
                                        + escaped(agent.string("agent_type").orElse("agent"))
                                        + "\"]"));
        for (var edge : edges) {
            lines.add(
                    "    "
                            + ids.getOrDefault(edge.from(), "unknown")
                            + (edge.count() > 0 ? " -->|" + edge.count() + "| " : " --> ")
                            + ids.getOrDefault(edge.to(), "unknown"));
        }
        return lines;
    }

    public List<String> dot() {
        var lines = new ArrayList<String>();
        lines.add("digraph \"" + escaped(name) + "\" {");
        lines.add("    rankdir=LR;");
        lines.add("    node [shape=box];");
        var ids = numbered();
        agents.forEach(
                (id, agent) ->
                        lines.add(
                                "    "
                                        + ids.get(id)
                                        + " [label=\""
                                        + escaped(id)
                                        + "\\n"
                                        + escaped(agent.string("agent_type").orElse("agent"))
                                        + "\"];"));
        for (var edge : edges) {
            lines.add(
                    "    "
                            + ids.getOrDefault(edge.from(), "unknown")
                            + " -> "
                            + ids.getOrDefault(edge.to(), "unknown")
                            + (edge.count() > 0 ? " [label=\"" + edge.count() + "\"];" : ";"));
        }
        lines.add("}");
        return lines;
    }

    /** Ids may hold anything, names in those languages may not. */
    private Map<String, String> numbered() {
        var ids = new LinkedHashMap<String, String>();
        agents.keySet().forEach(id -> ids.put(id, "n" + ids.size()));
        return ids;
    }

    private static String escaped(String text) {
        return Text.clean(text).replace("\\", "\\\\").replace("\"", "'");
    }
}
