package mirrorneuron.bench.row;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.engine.manifest.ManifestLimits;

/**
 * One job of more and more steps. What a step costs must not grow with the graph, so the figures
 * are the time for each of them, of jobs ten times as large as the one before.
 */
record Steps(String name, String title, IntFunction<String> manifest) implements Row {

    private static final List<Integer> SIZES = List.of(100, 1_000, 10_000);

    /** Runs of a size before the one that counts, so that all sizes run compiled code. */
    private static final int WARM_UPS = 4;

    @Override
    public List<Budget> budgets() {
        return List.of();
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        int largest = SIZES.getLast();
        var limits =
                new ManifestLimits(
                        1L << 30,
                        largest + 2,
                        2 * largest + 2,
                        ManifestLimits.DEFAULT.depthMax(),
                        ManifestLimits.DEFAULT.nodeConfigBytesMax(),
                        ManifestLimits.DEFAULT.issuesMax());
        var figures = new ArrayList<Figure>();
        try (var runtime = Product.open(trial.home(), Map.of(), limits)) {
            for (int size : SIZES) {
                int steps = trial.scaled(size);
                var source = Product.keep(runtime, manifest.apply(steps), SubmitOptions.defaults());
                for (int i = 0; i < WARM_UPS; i++) {
                    Product.complete(runtime, source, SubmitOptions.defaults());
                }
                long begin = System.nanoTime();
                Product.complete(runtime, source, SubmitOptions.defaults());
                double micros = (System.nanoTime() - begin) / 1e3 / steps;
                figures.add(new Figure("of " + steps + " steps", "us/step", micros));
            }
        }
        return figures;
    }
}
