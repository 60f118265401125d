package mirrorneuron.api;

import java.time.Duration;
import java.util.Optional;

/**
 * Every way in which the runtime says no, and what each edge makes of it: this is the one table,
 * read row by row by a test.
 *
 * <p>{@link #code()} is the stable text that clients match on.
 */
public enum ErrorCode {
    REQUEST_INVALID(
            "request.invalid", "bad_request", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    REQUEST_NOT_JSON(
            "request.not_json", "invalid_json", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    REQUEST_EMPTY("request.empty", "empty_payload", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    REQUEST_TOO_LARGE(
            "request.too_large",
            "request_too_large",
            413,
            GrpcStatus.RESOURCE_EXHAUSTED,
            2,
            Retry.NO),
    REQUEST_TIMEOUT(
            "request.timeout", "request_timeout", 408, GrpcStatus.DEADLINE_EXCEEDED, 2, Retry.NO),
    CONTENT_LENGTH_INVALID(
            "request.content_length",
            "invalid_content_length",
            400,
            GrpcStatus.INVALID_ARGUMENT,
            2,
            Retry.NO),
    RANGE_NOT_SATISFIABLE(
            "request.range",
            "range_not_satisfiable",
            416,
            GrpcStatus.INVALID_ARGUMENT,
            2,
            Retry.NO),
    ROUTE_NOT_FOUND(
            "route_not_found", "route_not_found", 404, GrpcStatus.UNIMPLEMENTED, 2, Retry.NO),
    METHOD_NOT_ALLOWED(
            "method_not_allowed", "method_not_allowed", 405, GrpcStatus.UNIMPLEMENTED, 2, Retry.NO),
    MANIFEST_INVALID(
            "manifest.invalid", "invalid_manifest", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    INPUT_INVALID(
            "input.invalid",
            "input_validation_failed",
            422,
            GrpcStatus.INVALID_ARGUMENT,
            2,
            Retry.NO),
    BUNDLE_INVALID(
            "bundle.invalid", "invalid_bundle", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    BUNDLE_UNKNOWN(
            "bundle.unknown", "unknown_bundle", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    BUNDLE_NOT_FOUND(
            "bundle_not_found", "bundle_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    PATH_UNSAFE("path.unsafe", "unsafe_path", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    BACKUP_INVALID(
            "backup.invalid", "invalid_backup", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    REQUIREMENTS_NOT_MET(
            "requirements_not_met",
            "requirements_not_met",
            412,
            GrpcStatus.FAILED_PRECONDITION,
            1,
            Retry.NO),
    JOB_NOT_FOUND("job_not_found", "job_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    AGENT_NOT_FOUND("agent_not_found", "agent_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    DEAD_LETTER_NOT_FOUND(
            "dead_letter_not_found",
            "dead_letter_not_found",
            404,
            GrpcStatus.NOT_FOUND,
            2,
            Retry.NO),
    OPERATION_NOT_FOUND(
            "operation_not_found", "operation_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    GATE_NOT_FOUND(
            "gate_not_found", "human_request_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    INVALID_ID("invalid_id", "invalid_id", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    INVALID_QUERY("invalid_query", "invalid_query", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    VALIDATION_FAILED(
            "validation_failed",
            "validation_failed",
            422,
            GrpcStatus.INVALID_ARGUMENT,
            2,
            Retry.NO),
    RUN_NOT_FOUND("run_not_found", "run_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    RESULT_NOT_FOUND(
            "result_not_found", "result_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    ARTIFACT_NOT_FOUND(
            "artifact_not_found", "artifact_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    OUTPUT_NOT_FOUND(
            "output_not_found", "output_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    VIDEO_NOT_FOUND("video_not_found", "video_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    HUMAN_REQUEST_NOT_FOUND(
            "human_request_not_found",
            "human_request_not_found",
            404,
            GrpcStatus.NOT_FOUND,
            2,
            Retry.NO),
    HUMAN_NOTICE_NOT_FOUND(
            "human_notice_not_found",
            "human_notice_not_found",
            404,
            GrpcStatus.NOT_FOUND,
            2,
            Retry.NO),
    RUN_EXISTS("run_exists", "run_exists", 409, GrpcStatus.ALREADY_EXISTS, 1, Retry.NO),
    ALREADY_RESPONDED(
            "already_responded",
            "already_responded",
            409,
            GrpcStatus.FAILED_PRECONDITION,
            1,
            Retry.NO),
    PERMISSION_DENIED(
            "permission_denied",
            "permission_denied",
            403,
            GrpcStatus.PERMISSION_DENIED,
            13,
            Retry.NO),
    CONFLICT("conflict", "conflict", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    JOB_TERMINAL("job_terminal", "job_terminal", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    JOB_NOT_RUNNING(
            "job_not_running", "conflict", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    MESSAGE_INVALID(
            "message.invalid", "bad_request", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    MESSAGE_TOO_LARGE(
            "message.too_large",
            "request_too_large",
            413,
            GrpcStatus.RESOURCE_EXHAUSTED,
            2,
            Retry.NO),
    MESSAGE_ID_CONFLICT(
            "message_id_conflict", "conflict", 409, GrpcStatus.ALREADY_EXISTS, 1, Retry.NO),
    DUPLICATE_REQUEST("duplicate_request", "conflict", 409, GrpcStatus.ALREADY_EXISTS, 1, Retry.NO),
    BACKPRESSURE(
            "retry_later",
            "resource_overloaded",
            503,
            GrpcStatus.RESOURCE_EXHAUSTED,
            1,
            Retry.AFTER_DELAY),
    NOT_REPLAYABLE("not_replayable", "conflict", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    RESOURCE_OVERLOADED(
            "resource_overloaded",
            "resource_overloaded",
            503,
            GrpcStatus.RESOURCE_EXHAUSTED,
            1,
            Duration.ofSeconds(1)),
    HOME_IN_USE("home_in_use", "conflict", 409, GrpcStatus.ABORTED, 1, Retry.NO),
    STORE_UNAVAILABLE(
            "store.unavailable",
            "service_unavailable",
            503,
            GrpcStatus.UNAVAILABLE,
            1,
            Retry.AFTER_DELAY),
    STORE_STALE_EPOCH("store.stale_epoch", "conflict", 409, GrpcStatus.ABORTED, 1, Retry.NO),
    STORE_DAMAGED("store.damaged", "service_unavailable", 503, GrpcStatus.DATA_LOSS, 1, Retry.NO),
    STORE_VERSION(
            "store.version",
            "service_unavailable",
            503,
            GrpcStatus.FAILED_PRECONDITION,
            1,
            Retry.NO),
    RUNTIME_UNAVAILABLE(
            "runtime_unavailable",
            "service_unavailable",
            503,
            GrpcStatus.UNAVAILABLE,
            1,
            Retry.AFTER_DELAY),
    SERVER_STOPPING(
            "server_stopping",
            "service_unavailable",
            503,
            GrpcStatus.UNAVAILABLE,
            1,
            Duration.ofSeconds(2)),
    CALL_TIMEOUT(
            "call_timeout",
            "upstream_timeout",
            504,
            GrpcStatus.DEADLINE_EXCEEDED,
            1,
            Retry.READS_ONLY),
    NOT_AUTHORIZED(
            "not_authorized",
            "authentication_required",
            401,
            GrpcStatus.UNAUTHENTICATED,
            13,
            Retry.NO),
    UNSUPPORTED("unsupported", "unsupported", 501, GrpcStatus.UNIMPLEMENTED, 1, Retry.NO),
    INTERNAL("internal", "internal_error", 500, GrpcStatus.INTERNAL, 1, Retry.NO);

    /** The gRPC status by name; a plain enum, so that this module needs no gRPC. */
    public enum GrpcStatus {
        INVALID_ARGUMENT,
        NOT_FOUND,
        ALREADY_EXISTS,
        FAILED_PRECONDITION,
        RESOURCE_EXHAUSTED,
        ABORTED,
        PERMISSION_DENIED,
        UNAVAILABLE,
        DEADLINE_EXCEEDED,
        UNAUTHENTICATED,
        UNIMPLEMENTED,
        DATA_LOSS,
        INTERNAL
    }

    /** Whether asking again can help. */
    public enum Retry {
        NO,
        READS_ONLY,
        AFTER_DELAY
    }

    private final String code;
    private final String problem;
    private final int httpStatus;
    private final GrpcStatus grpcStatus;
    private final int exitCode;
    private final Retry retry;
    private final Optional<Duration> retryAfter;

    ErrorCode(
            String code,
            String problem,
            int httpStatus,
            GrpcStatus grpcStatus,
            int exitCode,
            Retry retry) {
        this(code, problem, httpStatus, grpcStatus, exitCode, retry, Optional.empty());
    }

    ErrorCode(
            String code,
            String problem,
            int httpStatus,
            GrpcStatus grpcStatus,
            int exitCode,
            Duration retryAfter) {
        this(
                code,
                problem,
                httpStatus,
                grpcStatus,
                exitCode,
                Retry.AFTER_DELAY,
                Optional.of(retryAfter));
    }

    ErrorCode(
            String code,
            String problem,
            int httpStatus,
            GrpcStatus grpcStatus,
            int exitCode,
            Retry retry,
            Optional<Duration> retryAfter) {
        this.code = code;
        this.problem = problem;
        this.httpStatus = httpStatus;
        this.grpcStatus = grpcStatus;
        this.exitCode = exitCode;
        this.retry = retry;
        this.retryAfter = retryAfter;
    }

    /** The code of a text that {@link #code()} gave; empty for one of a newer release. */
    public static Optional<ErrorCode> ofCode(String text) {
        for (var value : values()) {
            if (value.code.equals(text)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    public String code() {
        return code;
    }

    /** What an HTTP answer calls it; several codes may share one name there. */
    public String problem() {
        return problem;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public GrpcStatus grpcStatus() {
        return grpcStatus;
    }

    /** What the {@code mn} command exits with. */
    public int exitCode() {
        return exitCode;
    }

    public Retry retry() {
        return retry;
    }

    /** How long to wait before asking again, where that is known of all such refusals. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
