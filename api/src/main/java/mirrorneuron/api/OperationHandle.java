package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** An operation that was begun, and the way to ask about it. Safe from any thread. */
public record OperationHandle(Operations operations, OperationId id) {

    public OperationHandle {
        requireNonNull(operations, "operations");
        requireNonNull(id, "id");
    }

    /**
     * Waits for the operation's end.
     *
     * @return the operation then, or as far as it came when the time was up
     * @throws NoSuchEntityException {@code OPERATION_NOT_FOUND} when it is forgotten
     * @throws RuntimeUnavailableException when the runtime went away meanwhile
     */
    public Operation await(Duration timeout) throws InterruptedException {
        return operations.await(id, timeout);
    }

    /** Its events from the first on; see {@link Operations#follow}. */
    public OperationStream follow() {
        return operations.follow(id, 0);
    }
}
