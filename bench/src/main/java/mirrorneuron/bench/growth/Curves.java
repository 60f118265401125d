package mirrorneuron.bench.growth;

import java.util.List;

/** Every curve, in the order of the page. */
final class Curves {

    private Curves() {}

    static List<Curve> all() {
        return List.of(
                new DeliveryCost(),
                new AgentCost(),
                new EndedJobs(),
                new LiveJobs(),
                new HistoryLength(),
                new DiskUse());
    }
}
