package mirrorneuron.bench.growth;

import java.util.List;
import java.util.Map;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;
import mirrorneuron.bench.row.Wide;

/** One job that grows wider: fan-out to routers, and a join of them all. */
record AgentCost() implements Curve {

    @Override
    public String name() {
        return "agents";
    }

    @Override
    public String title() {
        return "time for each agent, by the agents of one job (fan-out and join)";
    }

    @Override
    public String sizeOf() {
        return "agents";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(100, 1_000, 10_000, 100_000);
    }

    @Override
    public List<Figure> measure(Trial trial, int size) throws Exception {
        try (var runtime = Product.open(trial.home(), Map.of(), Wide.limits(size))) {
            var source = Product.keep(runtime, Workflows.wide(size), SubmitOptions.defaults());
            var result =
                    Load.closed(
                            1,
                            trial,
                            () -> Product.complete(runtime, source, SubmitOptions.defaults()));
            return List.of(
                    new Figure("time", "us/agent", result.quantileMs(0.5) * 1_000 / size),
                    new Figure(
                            "processor time",
                            "us/agent",
                            result.cpuNanos() / 1e3 / size / result.tasks()));
        }
    }
}
