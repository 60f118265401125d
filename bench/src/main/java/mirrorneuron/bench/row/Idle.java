package mirrorneuron.bench.row;

import java.util.List;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;

/** What an open runtime holds in memory when nothing happens. */
record Idle(List<Budget> budgets) implements Row {

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String title() {
        return "resident memory of a process with an idle runtime, one job done";
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        try (var runtime = Product.open(trial.home())) {
            var unused = Product.keep(runtime, Workflows.oneStep(), SubmitOptions.defaults());
            Thread.sleep(trial.warmUp());
            return List.of(
                    new Figure(
                            "resident",
                            "MiB",
                            Machine.residentBytes(ProcessHandle.current().pid()) / 1_048_576.0));
        }
    }
}
