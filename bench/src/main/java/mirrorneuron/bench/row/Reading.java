package mirrorneuron.bench.row;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;
import mirrorneuron.engine.manifest.ManifestLimits;

/**
 * Lists and details in a home with many ended jobs.
 *
 * @param ended how many
 */
public record Reading(String name, String title, int ended, List<Budget> budgets) implements Row {

    private static final int FILLERS = 64;

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        int kept = trial.scaled(ended);
        var figures = new ArrayList<>(of(trial, kept));
        figures.add(new Figure("jobs", "kept", kept));
        return figures;
    }

    /** The times of both with so many ended jobs. */
    public static List<Figure> of(Trial trial, int kept) throws Exception {
        var last = fill(trial.home(), kept);
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

    private static JobId fill(Path home, int count) throws Exception {
        try (var runtime = Product.open(home, Map.of(), ManifestLimits.DEFAULT, false)) {
            var source = Product.keep(runtime, Workflows.oneStep(), SubmitOptions.defaults());
            var left = new AtomicInteger(count - 2);
            try (var threads = Executors.newFixedThreadPool(FILLERS)) {
                var fillers = new ArrayList<Future<?>>();
                for (int i = 0; i < FILLERS; i++) {
                    fillers.add(threads.submit(() -> fill(runtime, source, left)));
                }
                for (var filler : fillers) {
                    filler.get();
                }
            }
            return Product.complete(runtime, source, SubmitOptions.defaults());
        }
    }

    private static Void fill(MirrorNeuron runtime, BundleSource source, AtomicInteger left)
            throws InterruptedException {
        while (left.getAndDecrement() > 0) {
            Product.complete(runtime, source, SubmitOptions.defaults());
        }
        return null;
    }
}
