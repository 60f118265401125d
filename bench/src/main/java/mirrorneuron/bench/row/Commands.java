package mirrorneuron.bench.row;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;
import mirrorneuron.engine.manifest.ManifestLimits;

/** Commands that do nothing, beside what the machine can fork and reap at all. */
record Commands(List<Budget> budgets) implements Row {

    private static final int SLOTS = 4;
    private static final int EXECUTORS = 8;
    private static final int RUNS = 1_600;

    @Override
    public String name() {
        return "commands";
    }

    @Override
    public String title() {
        return "host-process executor, `true` as the command, 4 slots";
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        int inputs = Math.max(1, trial.scaled(RUNS) / EXECUTORS);
        int runs = inputs * EXECUTORS;
        try (var runtime =
                Product.open(trial.home(), Map.of("default", SLOTS), ManifestLimits.DEFAULT)) {
            var options = SubmitOptions.defaults().withInputs(Workflows.inputs(inputs));
            var source = Product.keep(runtime, Workflows.commands(EXECUTORS, inputs), options);
            double plain = plainPerSecond(runs);
            var result = Load.closed(1, trial, () -> Product.complete(runtime, source, options));
            // The machine may have changed its mind meanwhile.
            plain = (plain + plainPerSecond(runs)) / 2;
            double rate = result.perSecond(runs);
            return List.of(
                    new Figure("share", "% of plain", 100 * rate / plain),
                    new Figure("rate", "runs/s", rate),
                    new Figure("plain", "runs/s", plain));
        }
    }

    private static double plainPerSecond(int runs) throws Exception {
        long begin = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(SLOTS)) {
            for (int i = 0; i < runs; i++) {
                var unused = threads.submit(Commands::plain);
            }
        }
        return runs * 1e9 / (System.nanoTime() - begin);
    }

    private static int plain() throws Exception {
        var process = new ProcessBuilder("true").start();
        process.getOutputStream().close();
        return process.waitFor();
    }
}
