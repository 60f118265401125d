package mirrorneuron.api;

import org.jspecify.annotations.Nullable;

/** This runtime does not have the feature. */
public final class UnsupportedFeatureException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    public UnsupportedFeatureException(String message) {
        this(ErrorCode.UNSUPPORTED, message, null);
    }

    public UnsupportedFeatureException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
