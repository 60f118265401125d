package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** No job has this id. */
public final class NoSuchJobException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public NoSuchJobException(String message) {
        this(ErrorCode.JOB_NOT_FOUND, message, null);
    }

    public NoSuchJobException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
