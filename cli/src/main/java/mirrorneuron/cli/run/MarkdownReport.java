package mirrorneuron.cli.run;

import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.GraphText;
import mirrorneuron.cli.view.RecordText;

/** A report of a run as Markdown. */
final class MarkdownReport {

    private static final int EVENTS_MAX = 20;

    private final RunReport report;
    private final StringBuilder text = new StringBuilder();

    MarkdownReport(RunReport report) {
        this.report = report;
    }

    String text() {
        text.append("# ").append(cell(report.name())).append("\n\n");
        table(List.of("", ""), report.facts());
        if (!report.steps().isEmpty()) {
            text.append("## Steps\n\n");
            table(
                    List.of("Step", "Status", "Attempt", "Why"),
                    report.steps().stream()
                            .map(
                                    step ->
                                            List.of(
                                                    step.id(),
                                                    step.status(),
                                                    Integer.toString(step.attempt()),
                                                    step.reason()))
                            .toList());
        }
        var spans = Spans.of(report.timeline());
        if (!spans.isEmpty()) {
            text.append("## Timeline\n\n");
            table(
                    List.of("What", "Status", "Took"),
                    spans.stream()
                            .map(
                                    span ->
                                            List.of(
                                                    span.label(),
                                                    span.status(),
                                                    RunText.duration(span.tookMs())))
                            .toList());
        }
        report.graph()
                .ifPresent(
                        graph -> {
                            text.append("## Graph\n\n```mermaid\n");
                            new GraphText(graph).mermaid().forEach(line -> line(line));
                            text.append("```\n\n");
                        });
        if (!report.warnings().isEmpty()) {
            text.append("## Warnings\n\n```text\n");
            report.warnings().forEach(record -> line(Text.clean(RecordText.log(record))));
            text.append("```\n\n");
        }
        if (!report.content().isNull()) {
            json("Result", report.content());
        }
        report.inputs().ifPresent(inputs -> json("Inputs", Secrets.in(inputs)));
        report.config()
                .filter(config -> !config.isEmpty())
                .ifPresent(config -> json("Configuration", Secrets.in(config)));
        var events = report.lastEvents(EVENTS_MAX);
        if (!events.isEmpty()) {
            text.append("## Last events\n\n```text\n");
            events.forEach(record -> line(Text.clean(RecordText.event(record))));
            text.append("```\n");
        }
        return text.toString();
    }

    private void json(String title, JsonValue value) {
        text.append("## ").append(title).append("\n\n```json\n");
        line(Json.pretty(value));
        text.append("```\n\n");
    }

    private void line(String line) {
        // Three backquotes would end the block.
        text.append(line.replace("```", "` ` `")).append('\n');
    }

    private void table(List<String> headings, List<List<String>> rows) {
        row(headings);
        row(headings.stream().map(_ -> "---").toList());
        rows.forEach(this::row);
        text.append('\n');
    }

    private void row(List<String> cells) {
        text.append('|');
        cells.forEach(cell -> text.append(' ').append(cell(cell)).append(" |"));
        text.append('\n');
    }

    private static String cell(String value) {
        return Text.clean(value)
                .replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replace("`", "'");
    }
}
