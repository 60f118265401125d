package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** The state of things does not allow the call. */
public final class PreconditionFailedException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public PreconditionFailedException(String message) {
        this(ErrorCode.CONFLICT, message, null);
    }

    public PreconditionFailedException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
