package mirrorneuron.bench.growth;

import java.util.List;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;

/** One job that grows longer: a message goes round nine routers and a sensor. */
record DeliveryCost() implements Curve {

    /** Agents in the ring, each of which handles the message once in a round. */
    private static final int RING = 10;

    @Override
    public String name() {
        return "deliveries";
    }

    @Override
    public String title() {
        return "time for each delivery, by the deliveries of one job";
    }

    @Override
    public String sizeOf() {
        return "deliveries";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1_000, 10_000, 100_000, 1_000_000);
    }

    @Override
    public List<Figure> measure(Trial trial, int size) throws Exception {
        int rounds = Math.max(1, size / RING);
        var manifest = Workflows.ring(RING - 1, rounds);
        try (var runtime = Product.open(trial.home())) {
            var source = Product.keep(runtime, manifest, SubmitOptions.defaults());
            var result =
                    Load.closed(
                            1,
                            trial,
                            () -> Product.complete(runtime, source, SubmitOptions.defaults()));
            double deliveries = (double) rounds * RING;
            return List.of(
                    new Figure("time", "us/delivery", result.quantileMs(0.5) * 1_000 / deliveries),
                    new Figure(
                            "processor time",
                            "us/delivery",
                            result.cpuNanos() / 1e3 / deliveries / result.tasks()));
        }
    }
}
