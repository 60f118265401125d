package mirrorneuron.bench.row;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;

/**
 * Lists and details in a home with many ended jobs.
 *
 * @param ended how many
 */
public record Reading(String name, String title, int ended, List<Budget> budgets) implements Row {

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        int kept = trial.scaled(ended);
        var figures = new ArrayList<>(of(trial, kept));
        figures.add(new Figure("jobs", "kept", kept));
        return figures;
    }

    /** The times of both with so many ended jobs. */
    public static List<Figure> of(Trial trial, int kept) throws Exception {
        var last = Product.fill(trial.home(), Workflows.oneStep(), kept);
        try (var server = Serving.start(trial.home());
                var wires = new Wires(server.port())) {
            var list = measured(trial, wires, "/jobs?limit=20");
            var details = measured(trial, wires, "/jobs/" + last);
            return List.of(
                    new Figure("list p50", "ms", list.quantileMs(0.5)),
                    new Figure("list p99", "ms", list.quantileMs(0.99)),
                    new Figure("detail p50", "ms", details.quantileMs(0.5)),
                    new Figure("detail p99", "ms", details.quantileMs(0.99)));
        }
    }

    private static Load.Result measured(Trial trial, Wires wires, String path) throws Exception {
        return Load.closed(
                1,
                trial,
                () -> {
                    var wire = wires.take();
                    wire.call("GET", path, "");
                    wires.giveBack(wire);
                });
    }
}
