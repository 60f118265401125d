package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** A key was used for something else, or another owner was first. */
public final class ConflictException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public ConflictException(String message) {
        this(ErrorCode.DUPLICATE_REQUEST, message, null);
    }

    public ConflictException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
