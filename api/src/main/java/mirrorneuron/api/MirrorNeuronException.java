package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A broken promise: the call could not be carried out and changed nothing. Expected outcomes, such
 * as an invalid manifest or a failed job, are results and never exceptions.
 */
public abstract sealed class MirrorNeuronException extends RuntimeException
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
    // Written by {@link #of} only, before anybody else sees the exception.
    private transient @Nullable Failure document;

    MirrorNeuronException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.code = requireNonNull(code, "code");
    }

    /**
     * The exception for a refusal that came over a wire: of the class in which a runtime of this
     * JVM would have thrown it.
     *
     * @param document what the other side sent along; absent when it sent nothing
     */
    public static MirrorNeuronException of(
            ErrorCode code, String message, Optional<Failure> document, @Nullable Throwable cause) {
        var exception = made(code, message, cause);
        exception.document = document.orElse(null);
        return exception;
    }

    private static MirrorNeuronException made(
            ErrorCode code, String message, @Nullable Throwable cause) {
        return switch (code) {
            // They stand in the table with the status of other things.
            case REQUEST_TOO_LARGE, MESSAGE_TOO_LARGE ->
                    new InvalidRequestException(code, message, cause);
            case STORE_DAMAGED, STORE_VERSION ->
                    new RuntimeUnavailableException(code, message, cause);
            case JOB_NOT_FOUND -> new NoSuchJobException(code, message, cause);
            default ->
                    switch (code.grpcStatus()) {
                        case INVALID_ARGUMENT -> new InvalidRequestException(code, message, cause);
                        case NOT_FOUND -> new NoSuchEntityException(code, message, cause);
                        case ALREADY_EXISTS, ABORTED -> new ConflictException(code, message, cause);
                        case FAILED_PRECONDITION ->
                                new PreconditionFailedException(code, message, cause);
                        case RESOURCE_EXHAUSTED -> new OverloadedException(code, message, cause);
                        case PERMISSION_DENIED, UNAUTHENTICATED ->
                                new NotAuthorizedException(code, message, cause);
                        case UNAVAILABLE, DATA_LOSS ->
                                new RuntimeUnavailableException(code, message, cause);
                        case DEADLINE_EXCEEDED -> new CallTimeoutException(code, message, cause);
                        case UNIMPLEMENTED -> new UnsupportedFeatureException(code, message, cause);
                        case INTERNAL -> new InternalRuntimeException(code, message, cause);
                    };
        };
    }

    public ErrorCode code() {
        return code;
    }

    /** The full failure document where the other side sent one. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(document);
    }

    public boolean retryable() {
        return code.retry() != ErrorCode.Retry.NO;
    }

    /** How long to wait before asking again, where the runtime knows. */
    public Optional<Duration> retryAfter() {
        var said =
                failure()
                        .map(failure -> failure.details().integer("retry_after_ms"))
                        .orElse(OptionalLong.empty());
        return said.isPresent()
                ? Optional.of(Duration.ofMillis(said.getAsLong()))
                : code.retryAfter();
    }
}
