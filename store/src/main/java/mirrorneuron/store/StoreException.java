package mirrorneuron.store;

import mirrorneuron.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The store could not do what it was asked; nothing of the call was written. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public StoreException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public StoreException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
