package mirrorneuron.api;

import java.util.concurrent.CompletableFuture;

/** {@link Resources}, whose calls give futures. Safe from any thread. */
public final class AsyncResources extends Async<Resources> {

    AsyncResources(Resources part) {
        super(part);
    }

    /** {@link Resources#get}. */
    public CompletableFuture<ResourceReport> get() {
        return call(part -> part.get());
    }

    /** {@link Resources#set}. */
    public CompletableFuture<ResourceReport> set(ResourceLimits limits) {
        return call(part -> part.set(limits));
    }
}
