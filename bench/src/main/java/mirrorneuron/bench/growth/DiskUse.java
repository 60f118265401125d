package mirrorneuron.bench.growth;

import java.nio.file.Path;
import java.util.List;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;

/**
 * What the store takes for each step of jobs that ended, and what is left of it when they were
 * deleted and the home was opened again.
 */
final class DiskUse {

    private static final int STEPS = 20;

    private DiskUse() {}

    static List<Figure> of(Trial trial, int size) throws Exception {
        int jobs = Math.max(1, size / STEPS);
        double steps = (double) jobs * STEPS;
        long empty = opened(trial.home());
        Product.fill(trial.home(), Workflows.stepChain(STEPS), jobs);
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
}
