package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import mirrorneuron.api.EventStream.EndReason;

/** An operation that was begun, and the way to ask about it. Safe from any thread. */
public record OperationHandle(Operations operations, OperationId id) {

    /** A reader that waits longer for one event asks again. */
    private static final Duration PART_MAX = Duration.ofMinutes(1);

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
        long began = System.nanoTime();
        try (var events = follow()) {
            while (events.endReason() == EndReason.OPEN) {
                var left = timeout.minusNanos(System.nanoTime() - began);
                if (!left.isPositive()) {
                    break;
                }
                var unused = events.next(left.compareTo(PART_MAX) < 0 ? left : PART_MAX);
            }
            if (events.endReason() == EndReason.ERROR) {
                throw new RuntimeUnavailableException(
                        "Expected to wait for operation "
                                + id
                                + ", but its events cannot be read at the moment");
            }
        }
        return operations
                .get(id)
                .orElseThrow(
                        () ->
                                new NoSuchEntityException(
                                        ErrorCode.OPERATION_NOT_FOUND,
                                        "Operation " + id + " was not found",
                                        null));
    }

    /** Its events from the first on; see {@link Operations#follow}. */
    public OperationStream follow() {
        return operations.follow(id, 0);
    }
}
