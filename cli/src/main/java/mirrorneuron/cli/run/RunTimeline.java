package mirrorneuron.cli.run;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Draws when the large steps of a run began and ended. */
@Command(
        name = "timeline",
        description =
                "Draw when the large steps of a run began, how long they took, how they ended.",
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"})
public final class RunTimeline extends Leaf {

    private static final int RECORDS_MAX = 5_000;
    private static final int LABEL_CHARS_MAX = 32;
    private static final int BAR_CHARS_MIN = 10;
    private static final int TIME_CHARS = 12;

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    public RunTimeline(Surroundings surroundings) {
        super(surroundings);
    }

    /** Something that took time, or happened at one moment. */
    private record Span(String label, String status, long beginMs, long endMs) {

        static Optional<Span> of(JsonObject record) {
            try {
                long end = Timestamps.parse(record.string("ts").orElse("")).toEpochMilli();
                long took = record.integer("duration_ms").orElse(0);
                var who =
                        record.string("step_id")
                                .or(() -> record.string("agent_id"))
                                .map(id -> " " + id)
                                .orElse("");
                return Optional.of(
                        new Span(
                                record.string("type").orElse("record") + who,
                                record.string("status").orElse(""),
                                end - took,
                                end));
            } catch (DateTimeException unreadable) {
                return Optional.empty();
            }
        }
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
            var spans = records.stream().map(Span::of).flatMap(Optional::stream).toList();
            return Report.of(
                            JsonArray.of(
                                    records.stream().map(record -> record.without("id")).toList()),
                            shown -> bars(spans, shown),
                            () -> records.stream().map(RecordText::any).map(Text::clean).toList())
                    .withIds(List.of(id));
        }
    }

    private static List<String> bars(List<Span> spans, Page page) {
        if (spans.isEmpty()) {
            return List.of("Nothing was recorded yet");
        }
        long first = spans.stream().mapToLong(Span::beginMs).min().orElse(0);
        long last = spans.stream().mapToLong(Span::endMs).max().orElse(first);
        int labels =
                Math.min(
                        LABEL_CHARS_MAX,
                        spans.stream().mapToInt(span -> Text.width(span.label())).max().orElse(0));
        int width = Math.max(BAR_CHARS_MIN, page.width() - labels - TIME_CHARS - 4);
        double scale = width / (double) Math.max(1, last - first);
        var lines = new ArrayList<String>();
        for (var span : spans) {
            int from = Math.min(width - 1, (int) ((span.beginMs() - first) * scale));
            int to =
                    Math.max(
                            from + 1,
                            Math.min(width, (int) Math.ceil((span.endMs() - first) * scale)));
            boolean moment = span.beginMs() == span.endMs();
            var bar =
                    " ".repeat(from)
                            + page.palette()
                                    .status(span.status(), moment ? "◆" : "█".repeat(to - from))
                            + " ".repeat(moment ? width - from - 1 : width - to);
            lines.add(
                    Text.padded(Text.cut(Text.clean(span.label()), labels), labels)
                            + " │"
                            + bar
                            + "│ "
                            + (moment
                                    ? span.status()
                                    : RunText.duration(span.endMs() - span.beginMs())));
        }
        lines.replaceAll(line -> line.stripTrailing());
        return lines;
    }
}
