package mirrorneuron.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@link Operations}, whose calls give futures. Safe from any thread. */
public final class AsyncOperations extends Async<Operations> {

    AsyncOperations(Operations part) {
        super(part);
    }

    /** {@link Operations#start}. */
    public CompletableFuture<OperationHandle> start(OperationRequest request) {
        return call(part -> part.start(request));
    }

    /** {@link Operations#get}. */
    public CompletableFuture<Optional<Operation>> get(OperationId id) {
        return call(part -> part.get(id));
    }

    /** {@link Operations#list}. */
    public CompletableFuture<List<Operation>> list(int limit) {
        return call(part -> part.list(limit));
    }

    /** {@link Operations#follow}. */
    public CompletableFuture<OperationStream> follow(OperationId id, long afterSequence) {
        return call(part -> part.follow(id, afterSequence));
    }

    /** {@link Operations#await}. */
    public CompletableFuture<Operation> await(OperationId id, Duration timeout) {
        return call(part -> part.await(id, timeout));
    }
}
