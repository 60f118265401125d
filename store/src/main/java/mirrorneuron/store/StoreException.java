package mirrorneuron.store;

import java.util.function.Supplier;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import org.jspecify.annotations.Nullable;

/** The store could not do what it was asked; nothing of the call was written. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public StoreException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public StoreException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** A writer came with an older epoch than the owner's. */
    public static StoreException staleEpoch(JobId job, long epoch, long ownerEpoch) {
        return new StoreException(
                ErrorCode.STORE_STALE_EPOCH,
                "Expected to write to job %s as epoch %d, but epoch %d owns it"
                        .formatted(job, epoch, ownerEpoch));
    }

    /** A writer came to a job that is deleted or was never made. */
    public static StoreException gone(JobId job) {
        return new StoreException(
                ErrorCode.STORE_STALE_EPOCH,
                "Expected to write to job %s, but it was deleted or never made".formatted(job));
    }

    public static StoreException noSuchJob(JobId job) {
        return new StoreException(
                ErrorCode.JOB_NOT_FOUND,
                "Expected to take over job %s, but there is no such job".formatted(job));
    }

    public static StoreException duplicate(JobId job) {
        return new StoreException(
                ErrorCode.DUPLICATE_REQUEST,
                "Expected to make job %s, but a job with this id exists".formatted(job));
    }

    /**
     * A writer came with facts whose sequence numbers are taken: it does not know the state it
     * claims to write to, and would have overwritten acknowledged facts.
     */
    public static StoreException overlap(JobId job, long firstSequence, long lastStored) {
        return new StoreException(
                ErrorCode.CONFLICT,
                "Expected facts of job %s to begin after %d, but they begin at %d"
                        .formatted(job, lastStored, firstSequence));
    }

    /**
     * What a reader makes of stored bytes.
     *
     * @param what they are, for people
     * @throws StoreException {@code STORE_DAMAGED} when the reader throws: whatever it throws at
     *     bytes that nobody wrote, it means the same
     */
    public static <T> T understood(String what, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (StoreException known) {
            throw known;
        } catch (RuntimeException notWritten) {
            throw new StoreException(
                    ErrorCode.STORE_DAMAGED,
                    "Expected to read %s, but what is stored cannot be understood: %s"
                            .formatted(what, notWritten.getMessage()),
                    notWritten);
        }
    }

    public static StoreException closed() {
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to use the store, but it is closed: open it again");
    }
}
