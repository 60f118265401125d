package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** A bug in the runtime; the message names the invariant that broke. */
public final class InternalRuntimeException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public InternalRuntimeException(String message) {
        this(ErrorCode.INTERNAL, message, null);
    }

    public InternalRuntimeException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
