package mirrorneuron.bench.row;

import java.util.List;
import java.util.Map;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;
import mirrorneuron.engine.manifest.ManifestLimits;

/** One job with a hundred thousand agents: fan-out, and a join of them all. */
public record Wide(int agents, List<Budget> budgets) implements Row {

    @Override
    public String name() {
        return "wide";
    }

    @Override
    public String title() {
        return "fan-out to 100,000 agents and join, in one job";
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        int width = trial.scaled(agents);
        try (var runtime = Product.open(trial.home(), Map.of(), limits(agents))) {
            // In a fresh process: the manifest of 24 MB is read, checked and kept, and all of it by
            // code that nobody has compiled yet.
            long begin = System.nanoTime();
            var source = Product.keep(runtime, Workflows.wide(width), SubmitOptions.defaults());
            double first = (System.nanoTime() - begin) / 1e9;
            long cpuBefore = Machine.cpuNanos();
            double next = seconds(runtime, source);
            double cpu = (Machine.cpuNanos() - cpuBefore) / 1e9;
            // Grown by what was needed and never given back, so it is the peak.
            double heapMib = Runtime.getRuntime().totalMemory() / 1_048_576.0;
            return List.of(
                    new Figure("time", "s", next),
                    new Figure("cpu", "s", cpu),
                    new Figure("with the manifest, cold", "s", first),
                    new Figure("heap", "MiB", heapMib));
        }
    }

    /** For a job with so many agents between its first and its last. */
    public static ManifestLimits limits(int agents) {
        return new ManifestLimits(
                1L << 30,
                agents + 2,
                2 * agents,
                ManifestLimits.DEFAULT.depthMax(),
                ManifestLimits.DEFAULT.nodeConfigBytesMax(),
                ManifestLimits.DEFAULT.issuesMax());
    }

    private static double seconds(MirrorNeuron runtime, BundleSource source)
            throws InterruptedException {
        long begin = System.nanoTime();
        Product.complete(runtime, source, SubmitOptions.defaults());
        return (System.nanoTime() - begin) / 1e9;
    }
}
