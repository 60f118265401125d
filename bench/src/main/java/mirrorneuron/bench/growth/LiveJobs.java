package mirrorneuron.bench.growth;

import java.util.List;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.row.Recovery;

/** A killed process's home, taken up with more and more jobs that had not ended. */
record LiveJobs() implements Curve {

    @Override
    public String name() {
        return "recovery-live-jobs";
    }

    @Override
    public String title() {
        return "recovery after `kill -9`, by the live jobs (from the start of the process)";
    }

    @Override
    public String sizeOf() {
        return "live jobs";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(10, 100, 1_000, 10_000, 50_000);
    }

    @Override
    public List<Figure> measure(Trial trial, int size) throws Exception {
        return Recovery.measured(trial.home(), size, 1);
    }
}
