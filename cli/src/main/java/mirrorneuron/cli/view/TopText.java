package mirrorneuron.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import mirrorneuron.api.Timestamps;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Table;

/** The overview of a runtime for pipes: fields, and a table each for pools and jobs. Stateless. */
public final class TopText {

    private TopText() {}

    public static List<String> plain(TopState state) {
        var fields =
                new Fields()
                        .add("At", Timestamps.format(state.at()))
                        .add("Jobs", TopView.counts(state))
                        .add("Waiting for a slot", Long.toString(state.queued()));
        state.rates()
                .ifPresent(
                        rates ->
                                fields.add(
                                                "Events per second",
                                                TopView.number(rates.eventsPerSecond()))
                                        .add(
                                                "Jobs ended per minute",
                                                TopView.number(rates.endedPerMinute())));
        var lines = new ArrayList<>(fields.plain());
        lines.add("");
        lines.addAll(pools(state).plain());
        lines.add("");
        lines.addAll(jobs(state).plain());
        return lines;
    }

    private static Table pools(TopState state) {
        var rows = new ArrayList<List<String>>();
        for (var node : state.nodes()) {
            node.pools().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(
                            pool ->
                                    rows.add(
                                            List.of(
                                                    node.name(),
                                                    node.status(),
                                                    node.eligible() ? "yes" : "no",
                                                    pool.getKey(),
                                                    Integer.toString(pool.getValue().inUse()),
                                                    Integer.toString(pool.getValue().capacity()),
                                                    Integer.toString(pool.getValue().queued()))));
        }
        return Table.of(
                List.of("Node", "Status", "Takes work", "Pool", "In use", "Capacity", "Waiting"),
                rows);
    }

    private static Table jobs(TopState state) {
        return Table.of(
                List.of("Job ID", "Name", "Status", "Percent", "Submitted At"),
                state.jobs().stream()
                        .map(
                                job ->
                                        List.of(
                                                job.id(),
                                                job.name(),
                                                job.status().wire(),
                                                percent(job.percent()),
                                                Timestamps.format(job.submittedAt())))
                        .toList());
    }

    private static String percent(OptionalInt percent) {
        return percent.isPresent() ? Integer.toString(percent.getAsInt()) : "";
    }
}
