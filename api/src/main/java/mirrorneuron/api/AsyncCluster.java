package mirrorneuron.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@link Cluster}, whose calls give futures. Safe from any thread. */
public final class AsyncCluster extends Async<Cluster> {

    AsyncCluster(Cluster part) {
        super(part);
    }

    /** {@link Cluster#nodes}. */
    public CompletableFuture<List<NodeInfo>> nodes() {
        return call(part -> part.nodes());
    }
}
