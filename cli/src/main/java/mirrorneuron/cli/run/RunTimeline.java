package mirrorneuron.cli.run;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.RecordText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Draws when the large steps of a run began and ended. */
@Command(
        name = "timeline",
        description =
                "Draw when the large steps of a run began, how long they took, how they ended.",
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"})
public final class RunTimeline extends Leaf implements Watched {

    private static final int RECORDS_MAX = 5_000;
    private static final int LABEL_CHARS_MAX = 32;
    private static final int BAR_CHARS_MIN = 10;
    private static final int TIME_CHARS = 12;

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    public RunTimeline(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var id = RunLookup.id(runtime, runId);
            var records = new ArrayList<JsonObject>();
            var page = runtime.runFiles().page(id, RunFiles.Filter.of("timeline"), "");
            while (!page.records().isEmpty() && records.size() < RECORDS_MAX) {
                records.addAll(page.records());
                page = runtime.runFiles().page(id, RunFiles.Filter.of("timeline"), page.cursor());
            }
            var spans = Spans.of(records);
            return Report.of(
                            JsonArray.of(
                                    records.stream().map(record -> record.without("id")).toList()),
                            shown -> bars(spans, shown),
                            () -> records.stream().map(RecordText::any).map(Text::clean).toList())
                    .withIds(List.of(id));
        }
    }

    private static List<String> bars(List<Spans.Span> spans, Page page) {
        if (spans.isEmpty()) {
            return List.of("Nothing was recorded yet");
        }
        var scale = Spans.Scale.of(spans);
        int labels =
                Math.min(
                        LABEL_CHARS_MAX,
                        spans.stream().mapToInt(span -> Text.width(span.label())).max().orElse(0));
        int width = Math.max(BAR_CHARS_MIN, page.width() - labels - TIME_CHARS - 4);
        var lines = new ArrayList<String>();
        for (var span : spans) {
            int from = Math.min(width - 1, (int) scale.at(span.beginMs(), width));
            int to = Math.clamp((int) Math.ceil(scale.at(span.endMs(), width)), from + 1, width);
            var bar = span.isMoment() ? "◆" : "█".repeat(to - from);
            lines.add(
                    Text.padded(Text.cut(Text.clean(span.label()), labels), labels)
                            + " │"
                            + " ".repeat(from)
                            + page.palette().status(span.status(), bar)
                            + " ".repeat(width - from - bar.length())
                            + "│ "
                            + (span.isMoment() ? span.status() : RunText.duration(span.tookMs())));
        }
        lines.replaceAll(String::stripTrailing);
        return lines;
    }
}
