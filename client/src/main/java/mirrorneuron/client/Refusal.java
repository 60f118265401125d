package mirrorneuron.client;

import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Failure;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import org.jspecify.annotations.Nullable;

/** What a call ended with, as the exception that an embedded runtime would have thrown. */
final class Refusal {

    static final Metadata.Key<String> ERROR =
            Metadata.Key.of("x-mn-error", Metadata.ASCII_STRING_MARSHALLER);

    private Refusal() {}

    /**
     * @param trailers absent when the connection broke before any came
     */
    static MirrorNeuronException of(Status status, @Nullable Metadata trailers) {
        var document =
                Optional.ofNullable(trailers)
                        .flatMap(values -> Optional.ofNullable(values.get(ERROR)))
                        .flatMap(Refusal::read);
        var code =
                document.flatMap(failure -> ErrorCode.ofCode(failure.code()))
                        .orElseGet(() -> code(status));
        var message =
                document.flatMap(failure -> failure.details().string("message"))
                        .filter(text -> !text.isEmpty())
                        .orElseGet(() -> message(status));
        return MirrorNeuronException.of(code, message, document, status.asRuntimeException());
    }

    /** Frames that are none: something else listens on the port. */
    private static boolean isForeign(Status status) {
        return status.getCode() == Status.Code.INTERNAL
                && status.getCause() instanceof IOException
                && status.getDescription() != null
                && status.getDescription().startsWith("error in frame handler");
    }

    private static Optional<Failure> read(String text) {
        try {
            return Json.parse(text) instanceof JsonObject json
                    ? Optional.of(Failure.fromJson(json))
                    : Optional.empty();
        } catch (JsonParseException cut) {
            return Optional.empty();
        }
    }

    private static String message(Status status) {
        var said = status.getDescription();
        var cause = status.getCause();
        if (isForeign(status)) {
            return "What answers there does not speak gRPC";
        }
        if (status.getCode() == Status.Code.UNIMPLEMENTED) {
            // The library of a server that does not know the call, not the server, says so.
            return "The server is of another release and does not know this call"
                    + (said == null ? "" : " (" + said + ")");
        }
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            // The transport says here how it counted.
            return "The server did not answer in time";
        }
        if (said == null) {
            return status.getCode() == Status.Code.UNAVAILABLE
                    ? "The server cannot be reached"
                    : "The server answered " + status.getCode();
        }
        return cause == null || cause.getMessage() == null
                ? said
                : said + ": " + cause.getMessage();
    }

    /** For servers that say no more than a status. */
    private static ErrorCode code(Status status) {
        if (isForeign(status)) {
            return ErrorCode.RUNTIME_UNAVAILABLE;
        }
        var said = Optional.ofNullable(status.getDescription()).orElse("");
        return switch (status.getCode()) {
            case INVALID_ARGUMENT ->
                    said.startsWith("input_validation_failed:")
                            ? ErrorCode.INPUT_INVALID
                            : ErrorCode.REQUEST_INVALID;
            case NOT_FOUND -> ErrorCode.JOB_NOT_FOUND;
            case ALREADY_EXISTS -> ErrorCode.DUPLICATE_REQUEST;
            case FAILED_PRECONDITION ->
                    said.startsWith("requirements_not_met:")
                                    || said.startsWith("service_requirements_not_met:")
                            ? ErrorCode.REQUIREMENTS_NOT_MET
                            : ErrorCode.CONFLICT;
            // The transport itself refuses what is too large for it.
            case RESOURCE_EXHAUSTED ->
                    said.contains("exceeds maximum")
                            ? ErrorCode.REQUEST_TOO_LARGE
                            : ErrorCode.RESOURCE_OVERLOADED;
            case ABORTED -> ErrorCode.STORE_STALE_EPOCH;
            case PERMISSION_DENIED -> ErrorCode.PERMISSION_DENIED;
            case UNAUTHENTICATED -> ErrorCode.NOT_AUTHORIZED;
            // Who cancels a call himself does not look for its answer: this is a server that dies.
            case UNAVAILABLE, CANCELLED -> ErrorCode.RUNTIME_UNAVAILABLE;
            case DEADLINE_EXCEEDED -> ErrorCode.CALL_TIMEOUT;
            case UNIMPLEMENTED -> ErrorCode.UNSUPPORTED;
            case DATA_LOSS -> ErrorCode.STORE_DAMAGED;
            case OK, UNKNOWN, OUT_OF_RANGE, INTERNAL -> ErrorCode.INTERNAL;
        };
    }
}
