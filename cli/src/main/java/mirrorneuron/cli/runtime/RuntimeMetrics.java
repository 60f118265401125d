package mirrorneuron.cli.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;

/** Counts what the home holds. */
@Command(
        name = "metrics",
        description = {
            "Count jobs by status, agents, and what waits. In a pipe this is the bare document."
        },
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME} --json"})
public final class RuntimeMetrics extends Leaf implements Watched {

    public RuntimeMetrics(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var metrics = runtime.monitor().metrics();
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("jobs", Long.toString(metrics.total())));
            metrics.byStatus().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                    .forEach(
                            entry ->
                                    rows.add(
                                            List.of(
                                                    "jobs " + entry.getKey().wire(),
                                                    Long.toString(entry.getValue()))));
            rows.add(List.of("nodes", Integer.toString(metrics.nodes())));
            var table = Table.of(List.of("What", "Count"), rows);
            return Report.of(metrics.toJson(), table::lines, table::plain).withBare();
        }
    }
}
