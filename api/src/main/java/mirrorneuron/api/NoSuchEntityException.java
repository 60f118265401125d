package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** No thing of this kind has this id. */
public final class NoSuchEntityException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public NoSuchEntityException(String message) {
        this(ErrorCode.AGENT_NOT_FOUND, message, null);
    }

    public NoSuchEntityException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
