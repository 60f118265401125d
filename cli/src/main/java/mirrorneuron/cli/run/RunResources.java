package mirrorneuron.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a run used over time. */
@Command(
        name = "resources",
        description = "Show what a run used over time: processors, memory, tokens.",
        footer = {
            "",
            "Example:",
            "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab --window 1h --bucket 1m"
        })
public final class RunResources extends Leaf implements Watched {

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    @Option(
            names = "--window",
            paramLabel = "TIME",
            description = "How far back, such as 30m or 2d. Default: ${DEFAULT-VALUE}.")
    String window = "24h";

    @Option(
            names = "--bucket",
            paramLabel = "TIME",
            description = "What is taken together. Default: ${DEFAULT-VALUE}.")
    String bucket = "1h";

    public RunResources(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var id = RunLookup.id(runtime, runId);
            var report = runtime.runFiles().resources(id, window, bucket);
            var table = table(report);
            var none = List.of("Nothing was measured in this time");
            return Report.of(
                            report,
                            page -> table.rows().isEmpty() ? none : table.lines(page),
                            () -> table.rows().isEmpty() ? none : table.plain())
                    .withIds(List.of(id));
        }
    }

    private static Table table(JsonObject report) {
        var rows = new ArrayList<List<String>>();
        for (var element : report.array("buckets")) {
            var bucket = (JsonObject) element;
            rows.add(
                    List.of(
                            bucket.string("start").orElse(""),
                            number(bucket, "samples"),
                            number(bucket, "cpu_pct_avg"),
                            number(bucket, "cpu_pct_max"),
                            number(bucket, "memory_rss_mb_max"),
                            number(bucket, "total_tokens")));
        }
        return Table.of(
                        List.of("From", "Samples", "CPU % avg", "CPU % max", "Memory MB", "Tokens"),
                        rows)
                .withSpare("Samples", "CPU % avg");
    }

    private static String number(JsonObject object, String name) {
        return object.at(name) instanceof JsonNumber number
                ? String.format(Locale.ROOT, "%.1f", number.asBigDecimal().doubleValue())
                        .replaceFirst("\\.0$", "")
                : "";
    }
}
