package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** An argument cannot be used; the message names it, its value and what is expected. */
public final class InvalidRequestException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public InvalidRequestException(String message) {
        this(ErrorCode.REQUEST_INVALID, message, null);
    }

    public InvalidRequestException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
