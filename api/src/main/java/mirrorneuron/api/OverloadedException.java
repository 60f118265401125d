package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** The runtime is full for the moment; asking again later helps. */
public final class OverloadedException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public OverloadedException(String message) {
        this(ErrorCode.RESOURCE_OVERLOADED, message, null);
    }

    public OverloadedException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
