package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** The token is missing, wrong, or not enough for this call. */
public final class NotAuthorizedException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public NotAuthorizedException(String message) {
        this(ErrorCode.NOT_AUTHORIZED, message, null);
    }

    public NotAuthorizedException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
