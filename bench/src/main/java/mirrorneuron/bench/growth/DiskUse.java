package mirrorneuron.bench.growth;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;
import mirrorneuron.engine.manifest.ManifestLimits;

/**
 * What the store takes for each step of jobs that ended, and what is left of it when they were
 * deleted and the home was opened again.
 */
record DiskUse() implements Curve {

    private static final int STEPS = 20;
    private static final int IN_FLIGHT = 64;

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public String title() {
        return "disk for each step, by the steps done in the home (jobs of 20 steps)";
    }

    @Override
    public String sizeOf() {
        return "steps";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1_000, 10_000, 100_000, 1_000_000);
    }

    @Override
    public List<Figure> measure(Trial trial, int size) throws Exception {
        int jobs = Math.max(1, size / STEPS);
        double steps = (double) jobs * STEPS;
        long empty = opened(trial.home());
        run(trial.home(), jobs);
        long full = opened(trial.home());
        try (var runtime = Product.open(trial.home())) {
            var unused = runtime.jobs().cleanup(false);
        }
        long deleted = opened(trial.home());
        return List.of(
                new Figure("kept", "bytes/step", (full - empty) / steps),
                new Figure("after deletion", "bytes/step", Math.max(0, deleted - empty) / steps));
    }

    /** What a start makes of the home: bytes after it was opened and closed. */
    private static long opened(Path home) {
        Product.open(home).close();
        return Machine.diskBytes(home.resolve("state"));
    }

    private static void run(Path home, int jobs) throws Exception {
        try (var runtime = Product.open(home, Map.of(), ManifestLimits.DEFAULT, false);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var source =
                    Product.keep(runtime, Workflows.stepChain(STEPS), SubmitOptions.defaults());
            var room = new Semaphore(IN_FLIGHT);
            for (int i = 1; i < jobs; i++) {
                room.acquire();
                var unused =
                        threads.submit(
                                () -> {
                                    try {
                                        return Product.complete(
                                                runtime, source, SubmitOptions.defaults());
                                    } finally {
                                        room.release();
                                    }
                                });
            }
            room.acquire(IN_FLIGHT);
        }
    }
}
