package mirrorneuron.bench.growth;

import java.util.List;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.row.Reading;

/** A home that is never tidied up: what looking into it costs. */
record EndedJobs() implements Curve {

    @Override
    public String name() {
        return "ended-jobs";
    }

    @Override
    public String title() {
        return "time of a list of 20 and of one detail over REST, by the ended jobs in the home";
    }

    @Override
    public String sizeOf() {
        return "ended jobs";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1_000, 10_000, 100_000, 1_000_000);
    }

    @Override
    public List<Figure> measure(Trial trial, int size) throws Exception {
        return Reading.of(trial, size);
    }
}
