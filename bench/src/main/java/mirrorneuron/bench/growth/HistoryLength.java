package mirrorneuron.bench.growth;

import java.util.List;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.row.Recovery;

/** A killed process's home, taken up with one job that had done more and more. */
record HistoryLength() implements Curve {

    @Override
    public String name() {
        return "recovery-history";
    }

    @Override
    public String title() {
        return "recovery after `kill -9`, by the deliveries of one live job before it";
    }

    @Override
    public String sizeOf() {
        return "deliveries before";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1_000, 10_000, 100_000, 1_000_000);
    }

    @Override
    public List<Figure> measure(Trial trial, int size) throws Exception {
        return Recovery.measured(trial.home(), 1, size);
    }
}
