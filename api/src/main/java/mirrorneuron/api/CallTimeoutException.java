package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** The call's deadline passed before the answer came. */
public final class CallTimeoutException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public CallTimeoutException(String message) {
        this(ErrorCode.CALL_TIMEOUT, message, null);
    }

    public CallTimeoutException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
