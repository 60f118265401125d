package mirrorneuron.server.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import mirrorneuron.api.ControlCharacters;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Issue;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.Validation;
import mirrorneuron.api.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong into a status with its trailer, by the one table of error codes. */
public final class Refusals {

    static final Metadata.Key<String> ERROR =
            Metadata.Key.of("x-mn-error", Metadata.ASCII_STRING_MARSHALLER);

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private static final int MESSAGE_BYTES_MAX = 1_024;

    /**
     * The contract allows 8 KiB. Clients take 8 KiB of metadata in all unless they are told
     * otherwise, and the message, percent-encoded, needs its part of it.
     */
    private static final int ERROR_BYTES_MAX = 4_096;

    private final InstantSource clock;

    public Refusals(InstantSource clock) {
        this.clock = clock;
    }

    /** The status that a call ends with; the trailer says more. */
    StatusRuntimeException of(RuntimeException failure) {
        return switch (failure) {
            case SubmissionRejectedException rejected -> rejection(rejected.rejection());
            case MirrorNeuronException known when known.code() != ErrorCode.INTERNAL ->
                    status(
                            known.code(),
                            prefix(known.code()) + known.getMessage(),
                            String.valueOf(known.getMessage()),
                            retryAfter(known));
            case StatusRuntimeException made -> made;
            default -> internal(failure);
        };
    }

    /** Of a status that {@link #of} made. */
    Metadata trailers(StatusRuntimeException made) {
        var trailers = made.getTrailers();
        return trailers == null ? new Metadata() : trailers;
    }

    private StatusRuntimeException internal(RuntimeException failure) {
        var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LOG.error("a call failed, id {}", id, failure);
        var message = "The server failed on this call; its log says why under id " + id;
        return status(ErrorCode.INTERNAL, message, message, JsonObject.empty());
    }

    private StatusRuntimeException rejection(Submission.Rejected rejected) {
        var issues = rejected.issues();
        var sentence =
                issues.isEmpty()
                        ? "The workflow was refused"
                        : issues.size() == 1
                                ? issues.getFirst().message()
                                : issues.getFirst().message()
                                        + " (and "
                                        + (issues.size() - 1)
                                        + " more)";
        var report = Validation.report(issues);
        var code = code(rejected);
        var prefix =
                rejected.reason() == Submission.Rejected.Reason.SERVICES_NOT_MET
                        ? "service_requirements_not_met: "
                        : prefix(code);
        var whole = prefix + report;
        // Programs read the report behind a prefix; one that would have to be cut says nothing.
        var message =
                !prefix.isEmpty() && bytes(whole) <= MESSAGE_BYTES_MAX ? whole : prefix + sentence;
        return status(code, message, sentence, JsonObject.of("validation", report));
    }

    private static ErrorCode code(Submission.Rejected rejected) {
        return switch (rejected.reason()) {
            case INVALID_MANIFEST -> ErrorCode.MANIFEST_INVALID;
            case INPUT_VALIDATION -> ErrorCode.INPUT_INVALID;
            case REQUIREMENTS_NOT_MET, SERVICES_NOT_MET -> ErrorCode.REQUIREMENTS_NOT_MET;
            case RESOURCE_OVERLOADED -> ErrorCode.RESOURCE_OVERLOADED;
            case DUPLICATE ->
                    has(rejected, ErrorCode.RUN_EXISTS.code())
                            ? ErrorCode.RUN_EXISTS
                            : ErrorCode.DUPLICATE_REQUEST;
        };
    }

    private static boolean has(Submission.Rejected rejected, String issue) {
        return rejected.issues().stream().map(Issue::code).anyMatch(issue::equals);
    }

    /** What gateways read, before the message; empty for most. */
    private static String prefix(ErrorCode code) {
        return switch (code) {
            case RESOURCE_OVERLOADED, BACKPRESSURE -> "resource_overloaded: ";
            case REQUIREMENTS_NOT_MET -> "requirements_not_met: ";
            case INPUT_INVALID -> "input_validation_failed: ";
            default -> "";
        };
    }

    private static JsonObject retryAfter(MirrorNeuronException refused) {
        return refused.retryAfter()
                .map(after -> JsonObject.builder().put("retry_after_ms", after.toMillis()).build())
                .orElse(JsonObject.empty());
    }

    /**
     * @param more further details for the trailer; left out when they are too large
     */
    private StatusRuntimeException status(
            ErrorCode code, String message, String sentence, JsonObject more) {
        var details =
                JsonObject.builder()
                        .put("message", oneLine(sentence, MESSAGE_BYTES_MAX))
                        .put("category", category(code))
                        .put("retryable", code.retry() != ErrorCode.Retry.NO)
                        .put("reason_type", code.code())
                        .build();
        var trailers = new Metadata();
        document(code, JsonObject.builder().putAll(details).putAll(more).build())
                .or(() -> document(code, details))
                .ifPresent(text -> trailers.put(ERROR, text));
        return Status.fromCode(Status.Code.valueOf(code.grpcStatus().name()))
                .withDescription(oneLine(message, MESSAGE_BYTES_MAX))
                .asRuntimeException(trailers);
    }

    private static String category(ErrorCode code) {
        return switch (code.grpcStatus()) {
            case INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    FAILED_PRECONDITION,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    UNIMPLEMENTED ->
                    "validation";
            case RESOURCE_EXHAUSTED -> "scheduler";
            case DEADLINE_EXCEEDED -> "timeout";
            case ABORTED, UNAVAILABLE, DATA_LOSS, INTERNAL -> "runtime";
        };
    }

    private Optional<String> document(ErrorCode code, JsonObject details) {
        var failure =
                Failure.of(
                        code.code(),
                        details.string("message").orElse(""),
                        details,
                        clock.instant(),
                        "");
        return Optional.of(ascii(failure.toJson().toString()))
                .filter(text -> text.length() <= ERROR_BYTES_MAX);
    }

    /** JSON says every character in ASCII; metadata can say no other. */
    private static String ascii(String json) {
        var text = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x7f) {
                text.append(c);
            } else {
                text.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
        return text.toString();
    }

    /** The text without line breaks and cut to so many bytes, never within a character. */
    private static String oneLine(String text, int bytesMax) {
        var line = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int shown = ControlCharacters.isControl(c) ? ' ' : c;
            bytes += bytes(Character.toString(shown));
            if (bytes > bytesMax - 3) {
                return line.append('…').toString();
            }
            line.appendCodePoint(shown);
            i += Character.charCount(c);
        }
        return line.toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
