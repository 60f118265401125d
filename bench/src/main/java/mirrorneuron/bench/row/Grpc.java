package mirrorneuron.bench.row;

import java.util.List;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;

/**
 * Jobs through gRPC and the Java client, one connection for all; each submission brings its
 * manifest, as those through REST do. Client and server share this process.
 *
 * @param inFlight callers, each of which waits for its job before it submits the next
 */
record Grpc(String name, String title, int inFlight, List<Budget> budgets) implements Row {

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        var source = BundleSource.manifest(Workflows.oneStep());
        try (var server = Serving.start(trial.home());
                var client = MirrorNeuron.remote("localhost:" + server.grpc().port()).connect()) {
            var result =
                    Load.closed(
                            inFlight,
                            trial,
                            () -> Product.complete(client, source, SubmitOptions.defaults()));
            return result.figures("job", 1);
        }
    }
}
