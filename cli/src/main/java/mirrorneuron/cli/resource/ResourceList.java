package mirrorneuron.cli.resource;

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

/** Shows what the machine has and how much of it may be used. */
@Command(
        name = "list",
        description = {
            "Show what this machine has, what part of it jobs may use, and what that leaves.",
            "In a pipe this is the bare JSON document."
        },
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME}"})
public final class ResourceList extends Leaf implements Watched {

    public ResourceList(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var report = runtime.resources().get().toJson();
            var table = table(report);
            return Report.of(report, table::lines, table::plain).withBare();
        }
    }

    private static Table table(JsonObject report) {
        var limits = report.object("limits");
        var totals = report.object("totals");
        var usable = report.object("usable");
        var rows = new ArrayList<List<String>>();
        rows.add(row("cpu", "cpu_cores", "cores", limits, totals, usable));
        rows.add(row("memory", "memory_gb", "GB", limits, totals, usable));
        rows.add(row("disk", "disk_gb", "GB", limits, totals, usable));
        rows.add(row("gpu", "gpu_count", "GPUs", limits, totals, usable));
        return Table.of(List.of("Resource", "Limit", "Total", "Usable"), rows);
    }

    private static List<String> row(
            String name,
            String member,
            String unit,
            JsonObject limits,
            JsonObject totals,
            JsonObject usable) {
        return List.of(
                name,
                amount(limits, name) + " %",
                amount(totals, member) + " " + unit,
                amount(usable, member) + " " + unit);
    }

    private static String amount(JsonObject object, String member) {
        return object.at(member) instanceof JsonNumber number
                ? String.format(Locale.ROOT, "%.2f", number.asBigDecimal().doubleValue())
                        .replaceFirst("\\.?0+$", "")
                : "-";
    }
}
