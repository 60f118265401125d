package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A broken promise: the call could not be carried out and changed nothing. Expected outcomes, such
 * as an invalid manifest or a failed job, are results and never exceptions.
 */
public sealed class MirrorNeuronException extends RuntimeException
        permits RuntimeUnavailableException,
                CallTimeoutException,
                NotAuthorizedException,
                InvalidRequestException,
                NoSuchJobException,
                NoSuchEntityException,
                PreconditionFailedException,
                OverloadedException,
                ConflictException,
                SubmissionRejectedException,
                UnsupportedFeatureException,
                InternalRuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    MirrorNeuronException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.code = requireNonNull(code, "code");
    }

    public ErrorCode code() {
        return code;
    }

    /** The full failure document where the other side sent one. */
    public Optional<Failure> failure() {
        return Optional.empty();
    }

    public boolean retryable() {
        return code.retry() != ErrorCode.Retry.NO;
    }

    /** How long to wait before asking again, where the runtime knows. */
    public Optional<Duration> retryAfter() {
        return code.retryAfter();
    }
}
