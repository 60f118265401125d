package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** The runtime or its store cannot be reached, or was closed. */
public final class RuntimeUnavailableException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public RuntimeUnavailableException(String message) {
        this(ErrorCode.RUNTIME_UNAVAILABLE, message, null);
    }

    public RuntimeUnavailableException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
