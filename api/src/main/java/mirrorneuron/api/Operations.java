package mirrorneuron.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.EventStream.EndReason;

/**
 * Actions on many jobs at once that outlive their caller: stored before they begin, gone on with
 * after a restart. The last 256 are kept. Every method is safe from any thread.
 */
public interface Operations {

    /**
     * Begins an operation. Returns when it is stored, which is before its targets were dealt with.
     *
     * @throws OverloadedException when 256 operations are under way
     */
    OperationHandle start(OperationRequest request);

    /** Empty when there is none with this id, or it was so long ago that it is forgotten. */
    Optional<Operation> get(OperationId id);

    /**
     * Those that began last, newest first, without their items.
     *
     * @param limit how many at most; 1 or more
     * @throws InvalidRequestException when the limit is less than 1
     */
    List<Operation> list(int limit);

    /**
     * Recorded events after a number, and then new ones until the operation's last.
     *
     * @param afterSequence 0 = all
     * @throws NoSuchEntityException {@code OPERATION_NOT_FOUND} when there is no such operation
     */
    OperationStream follow(OperationId id, long afterSequence);

    /**
     * Waits for an operation's end.
     *
     * @return the operation then, or as far as it came when the time was up
     * @throws NoSuchEntityException {@code OPERATION_NOT_FOUND} when it is forgotten
     * @throws RuntimeUnavailableException when the runtime went away meanwhile
     */
    default Operation await(OperationId id, Duration timeout) throws InterruptedException {
        var partMax = Duration.ofMinutes(1); // who waits longer for one event asks again
        long began = System.nanoTime();
        try (var events = follow(id, 0)) {
            while (events.endReason() == EndReason.OPEN) {
                var left = timeout.minusNanos(System.nanoTime() - began);
                if (!left.isPositive()) {
                    break;
                }
                var unused = events.next(left.compareTo(partMax) < 0 ? left : partMax);
            }
            if (events.endReason() == EndReason.ERROR) {
                throw new RuntimeUnavailableException(
                        "Expected to wait for operation "
                                + id
                                + ", but its events cannot be read at the moment");
            }
        }
        return get(id).orElseThrow(
                        () ->
                                new NoSuchEntityException(
                                        ErrorCode.OPERATION_NOT_FOUND,
                                        "Operation " + id + " was not found",
                                        null));
    }
}
