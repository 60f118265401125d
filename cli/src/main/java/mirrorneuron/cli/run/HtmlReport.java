package mirrorneuron.cli.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.RecordText;

/** A report of a run as one page: no script, nothing to load, everything escaped. */
final class HtmlReport {

    private static final int WIDTH = 960;
    private static final int LABELS = 220;
    private static final int ROW = 22;
    private static final int BOX_WIDTH = 150;
    private static final int BOX_HEIGHT = 40;
    private static final int GAP_X = 60;
    private static final int GAP_Y = 18;
    private static final int AGENTS_MAX = 200;

    private static final String HEAD =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>%s</title>
            <style>
            :root { color-scheme: light dark; --line: #8885; --soft: #8882; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 980px; margin: 2rem auto; padding: 0 1rem; }
            h1 { margin-bottom: .2rem } h2 { margin-top: 2rem; border-bottom: 1px solid var(--line) }
            table { border-collapse: collapse; width: 100%% }
            th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
            pre { background: var(--soft); padding: .8rem; overflow: auto; border-radius: 6px }
            svg { max-width: 100%%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: currentColor }
            .box { fill: var(--soft); stroke: currentColor } .edge { fill: none; stroke: currentColor; opacity: .55 }
            .s-completed { fill: #2e9d5b } .s-failed, .s-cancelled { fill: #d0443e } .s-running { fill: #2b8fb8 } .s-other { fill: #c59a1f }
            </style>
            </head>
            <body>
            """;

    private final RunReport report;
    private final StringBuilder html = new StringBuilder();

    HtmlReport(RunReport report) {
        this.report = report;
    }

    String text() {
        html.append(HEAD.formatted(escaped(report.name() + " – " + report.id())));
        html.append("<h1>").append(escaped(report.name())).append("</h1>\n");
        table(List.of(), report.facts());
        var spans = Spans.of(report.timeline());
        if (!spans.isEmpty()) {
            html.append("<h2>Timeline</h2>\n");
            timeline(spans);
        }
        report.graph().ifPresent(this::graph);
        if (!report.steps().isEmpty()) {
            html.append("<h2>Steps</h2>\n");
            table(
                    List.of("Step", "Status", "Attempt", "Why"),
                    report.steps().stream()
                            .map(
                                    step ->
                                            List.of(
                                                    step.label(),
                                                    step.status(),
                                                    Integer.toString(step.attempt()),
                                                    step.reason()))
                            .toList());
        }
        if (!report.warnings().isEmpty()) {
            html.append("<h2>Warnings</h2>\n<pre>");
            report.warnings()
                    .forEach(
                            record ->
                                    html.append(escaped(Text.clean(RecordText.log(record))))
                                            .append('\n'));
            html.append("</pre>\n");
        }
        if (!report.content().isNull()) {
            html.append("<h2>Result</h2>\n<pre>")
                    .append(escaped(Json.pretty(report.content())))
                    .append("</pre>\n");
        }
        return html.append("</body>\n</html>\n").toString();
    }

    private void table(List<String> headings, List<List<String>> rows) {
        html.append("<table>\n");
        if (!headings.isEmpty()) {
            html.append("<tr>");
            headings.forEach(name -> html.append("<th>").append(escaped(name)).append("</th>"));
            html.append("</tr>\n");
        }
        for (var row : rows) {
            html.append("<tr>");
            row.forEach(cell -> html.append("<td>").append(escaped(cell)).append("</td>"));
            html.append("</tr>\n");
        }
        html.append("</table>\n");
    }

    private void timeline(List<Spans.Span> spans) {
        var scale = Spans.Scale.of(spans);
        int height = spans.size() * ROW + 8;
        html.append(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Timeline\">\n"
                        .formatted(WIDTH, height));
        double length = WIDTH - LABELS - 90;
        for (int i = 0; i < spans.size(); i++) {
            var span = spans.get(i);
            int y = i * ROW + 4;
            double from = LABELS + scale.at(span.beginMs(), length);
            double width = Math.max(3, LABELS + scale.at(span.endMs(), length) - from);
            html.append(
                    "<text x=\"0\" y=\"%d\">%s</text>\n"
                            .formatted(y + 14, escaped(Text.cut(span.label(), 32))));
            html.append(
                    String.format(
                            Locale.ROOT,
                            "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                            style(span.status()),
                            from,
                            y + 3,
                            width,
                            ROW - 8));
            html.append(
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
                            from + width + 6,
                            y + 14,
                            escaped(
                                    span.isMoment()
                                            ? span.status()
                                            : RunText.duration(span.tookMs()))));
        }
        html.append("</svg>\n");
    }

    private static String style(String status) {
        return switch (status) {
            case "completed" -> "s-completed";
            case "failed", "cancelled" -> "s-failed";
            case "running" -> "s-running";
            default -> "s-other";
        };
    }

    private record Place(int x, int y) {}

    /** Agents in columns, each right of whoever leads to it. */
    private void graph(JobGraph graph) {
        html.append("<h2>Graph</h2>\n");
        var agents = new LinkedHashMap<String, JsonObject>();
        for (var element : graph.raw().array("nodes")) {
            var agent = (JsonObject) element;
            agents.put(agent.string("id").orElse("?"), agent);
        }
        if (agents.size() > AGENTS_MAX) {
            html.append("<p>").append(agents.size()).append(" agents are too many to draw.</p>\n");
            return;
        }
        var edges = new ArrayList<List<String>>();
        for (var element : graph.raw().array("edges")) {
            var edge = (JsonObject) element;
            edges.add(
                    List.of(edge.string("source").orElse("?"), edge.string("target").orElse("?")));
        }
        var columns = columns(agents, edges);
        var places = new LinkedHashMap<String, Place>();
        var used = new LinkedHashMap<Integer, Integer>();
        agents.keySet()
                .forEach(
                        id -> {
                            int column = columns.getOrDefault(id, 0);
                            int row = used.merge(column, 1, Integer::sum) - 1;
                            places.put(
                                    id,
                                    new Place(
                                            column * (BOX_WIDTH + GAP_X) + 4,
                                            row * (BOX_HEIGHT + GAP_Y) + 4));
                        });
        int width = places.values().stream().mapToInt(Place::x).max().orElse(0) + BOX_WIDTH + 8;
        int height = places.values().stream().mapToInt(Place::y).max().orElse(0) + BOX_HEIGHT + 8;
        html.append(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Graph\">\n"
                        .formatted(width, height));
        for (var edge : edges) {
            var from = places.get(edge.getFirst());
            var to = places.get(edge.getLast());
            if (from != null && to != null) {
                edge(from, to);
            }
        }
        places.forEach((id, place) -> box(id, agents.getOrDefault(id, JsonObject.empty()), place));
        html.append("</svg>\n");
    }

    /** How many ways it takes to come to an agent from one that nobody leads to. */
    private static Map<String, Integer> columns(
            Map<String, JsonObject> agents, List<List<String>> edges) {
        var columns = new LinkedHashMap<String, Integer>();
        var targets = edges.stream().map(List::getLast).collect(Collectors.toSet());
        var next = new ArrayDeque<String>();
        agents.keySet().stream().filter(id -> !targets.contains(id)).forEach(next::add);
        if (next.isEmpty()) {
            next.addAll(agents.keySet().stream().limit(1).toList()); // a ring
        }
        next.forEach(id -> columns.put(id, 0));
        while (!next.isEmpty()) {
            var from = next.remove();
            for (var edge : edges) {
                if (edge.getFirst().equals(from)
                        && columns.putIfAbsent(edge.getLast(), columns.getOrDefault(from, 0) + 1)
                                == null) {
                    next.add(edge.getLast());
                }
            }
        }
        return columns;
    }

    private void edge(Place from, Place to) {
        int x1 = from.x() + BOX_WIDTH;
        int y1 = from.y() + BOX_HEIGHT / 2;
        int x2 = to.x();
        int y2 = to.y() + BOX_HEIGHT / 2;
        html.append(
                "<path class=\"edge\" d=\"M%d %d C%d %d %d %d %d %d\"/>\n"
                        .formatted(x1, y1, x1 + GAP_X / 2, y1, x2 - GAP_X / 2, y2, x2, y2));
    }

    private void box(String id, JsonObject agent, Place place) {
        html.append(
                "<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n"
                        .formatted(place.x(), place.y(), BOX_WIDTH, BOX_HEIGHT));
        html.append(
                "<text x=\"%d\" y=\"%d\">%s</text>\n"
                        .formatted(place.x() + 8, place.y() + 17, escaped(Text.cut(id, 20))));
        html.append(
                "<text x=\"%d\" y=\"%d\" opacity=\".7\">%s</text>\n"
                        .formatted(
                                place.x() + 8,
                                place.y() + 33,
                                escaped(agent.string("agent_type").orElse("agent"))));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
