package mirrorneuron.bench.growth;

import java.util.List;
import java.util.Map;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;
import mirrorneuron.bench.row.Reading;
import mirrorneuron.bench.row.Recovery;
import mirrorneuron.bench.row.Wide;

/** Every curve, in the order of the page. */
final class Curves {

    private static final List<Integer> TO_A_MILLION = List.of(1_000, 10_000, 100_000, 1_000_000);

    /** Agents in the ring, each of which handles the message once in a round. */
    private static final int RING = 10;

    private Curves() {}

    static List<Curve> all() {
        return List.of(
                new Curve(
                        "deliveries",
                        "time for each delivery, by the deliveries of one job",
                        "deliveries",
                        TO_A_MILLION,
                        Curves::deliveries),
                new Curve(
                        "agents",
                        "time for each agent, by the agents of one job (fan-out and join)",
                        "agents",
                        List.of(100, 1_000, 10_000, 100_000),
                        Curves::agents),
                new Curve(
                        "ended-jobs",
                        "time of a list of 20 and of one detail over REST, by the ended jobs in the home",
                        "ended jobs",
                        TO_A_MILLION,
                        Reading::of),
                new Curve(
                        "recovery-live-jobs",
                        "recovery after `kill -9`, by the live jobs (from the start of the process)",
                        "live jobs",
                        List.of(10, 100, 1_000, 10_000, 50_000),
                        (trial, size) -> Recovery.measured(trial.home(), size, 1)),
                new Curve(
                        "recovery-history",
                        "recovery after `kill -9`, by the deliveries of one live job before it",
                        "deliveries before",
                        TO_A_MILLION,
                        (trial, size) -> Recovery.measured(trial.home(), 1, size)),
                new Curve(
                        "disk",
                        "disk for each step, by the steps done in the home (jobs of 20 steps)",
                        "steps",
                        TO_A_MILLION,
                        DiskUse::of));
    }

    /** One job that grows longer: a message goes round nine routers and a sensor. */
    private static List<Figure> deliveries(Trial trial, int size) throws Exception {
        int rounds = Math.max(1, size / RING);
        try (var runtime = Product.open(trial.home())) {
            return each(
                    runtime, trial, Workflows.ring(RING - 1, rounds), "delivery", rounds * RING);
        }
    }

    /** One job that grows wider: fan-out to routers, and a join of them all. */
    private static List<Figure> agents(Trial trial, int size) throws Exception {
        try (var runtime = Product.open(trial.home(), Map.of(), Wide.limits(size))) {
            return each(runtime, trial, Workflows.wide(size), "agent", size);
        }
    }

    /** Jobs of the manifest, one after the other; the time for each of so many things in one. */
    private static List<Figure> each(
            MirrorNeuron runtime, Trial trial, String manifest, String unit, int perJob)
            throws Exception {
        var source = Product.keep(runtime, manifest, SubmitOptions.defaults());
        var result =
                Load.closed(
                        1,
                        trial,
                        () -> Product.complete(runtime, source, SubmitOptions.defaults()));
        return List.of(
                new Figure("time", "us/" + unit, result.quantileMs(0.5) * 1_000 / perJob),
                new Figure(
                        "processor time",
                        "us/" + unit,
                        result.cpuNanos() / 1e3 / perJob / result.tasks()));
    }
}
