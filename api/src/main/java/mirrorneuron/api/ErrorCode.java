package mirrorneuron.api;

/**
 * Every way in which the runtime says no, and what each edge makes of it: this is the one table,
 * read row by row by a test.
 *
 * <p>{@link #code()} is the stable text that clients match on.
 */
public enum ErrorCode {
    REQUEST_INVALID("request.invalid", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    MANIFEST_INVALID("manifest.invalid", 422, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    BUNDLE_INVALID("bundle.invalid", 422, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    REQUIREMENTS_NOT_MET("requirements_not_met", 422, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    JOB_NOT_FOUND("job_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    AGENT_NOT_FOUND("agent_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    DEAD_LETTER_NOT_FOUND("dead_letter_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    GATE_NOT_FOUND("gate_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    INVALID_ID("invalid_id", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    INVALID_QUERY("invalid_query", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    VALIDATION_FAILED("validation_failed", 422, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    RUN_NOT_FOUND("run_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    RESULT_NOT_FOUND("result_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    ARTIFACT_NOT_FOUND("artifact_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    OUTPUT_NOT_FOUND("output_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    VIDEO_NOT_FOUND("video_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    HUMAN_REQUEST_NOT_FOUND("human_request_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    HUMAN_NOTICE_NOT_FOUND("human_notice_not_found", 404, GrpcStatus.NOT_FOUND, 2, Retry.NO),
    RUN_EXISTS("run_exists", 409, GrpcStatus.ALREADY_EXISTS, 1, Retry.NO),
    ALREADY_RESPONDED("already_responded", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    PERMISSION_DENIED("permission_denied", 403, GrpcStatus.PERMISSION_DENIED, 13, Retry.NO),
    CONFLICT("conflict", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    JOB_TERMINAL("job_terminal", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    JOB_NOT_RUNNING("job_not_running", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    MESSAGE_INVALID("message.invalid", 400, GrpcStatus.INVALID_ARGUMENT, 2, Retry.NO),
    MESSAGE_TOO_LARGE("message.too_large", 413, GrpcStatus.RESOURCE_EXHAUSTED, 2, Retry.NO),
    MESSAGE_ID_CONFLICT("message_id_conflict", 409, GrpcStatus.ALREADY_EXISTS, 1, Retry.NO),
    DUPLICATE_REQUEST("duplicate_request", 409, GrpcStatus.ALREADY_EXISTS, 1, Retry.NO),
    BACKPRESSURE("retry_later", 429, GrpcStatus.RESOURCE_EXHAUSTED, 1, Retry.AFTER_DELAY),
    NOT_REPLAYABLE("not_replayable", 409, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    RESOURCE_OVERLOADED(
            "resource_overloaded", 503, GrpcStatus.RESOURCE_EXHAUSTED, 1, Retry.AFTER_DELAY),
    HOME_IN_USE("home_in_use", 409, GrpcStatus.ABORTED, 1, Retry.NO),
    STORE_UNAVAILABLE("store.unavailable", 503, GrpcStatus.UNAVAILABLE, 1, Retry.AFTER_DELAY),
    STORE_STALE_EPOCH("store.stale_epoch", 409, GrpcStatus.ABORTED, 1, Retry.NO),
    STORE_DAMAGED("store.damaged", 503, GrpcStatus.DATA_LOSS, 1, Retry.NO),
    STORE_VERSION("store.version", 503, GrpcStatus.FAILED_PRECONDITION, 1, Retry.NO),
    RUNTIME_UNAVAILABLE("runtime_unavailable", 503, GrpcStatus.UNAVAILABLE, 1, Retry.AFTER_DELAY),
    CALL_TIMEOUT("call_timeout", 504, GrpcStatus.DEADLINE_EXCEEDED, 1, Retry.READS_ONLY),
    NOT_AUTHORIZED("not_authorized", 401, GrpcStatus.UNAUTHENTICATED, 13, Retry.NO),
    UNSUPPORTED("unsupported", 501, GrpcStatus.UNIMPLEMENTED, 1, Retry.NO),
    INTERNAL("internal", 500, GrpcStatus.INTERNAL, 1, Retry.NO);

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
    private final int httpStatus;
    private final GrpcStatus grpcStatus;
    private final int exitCode;
    private final Retry retry;

    ErrorCode(String code, int httpStatus, GrpcStatus grpcStatus, int exitCode, Retry retry) {
        this.code = code;
        this.httpStatus = httpStatus;
        this.grpcStatus = grpcStatus;
        this.exitCode = exitCode;
        this.retry = retry;
    }

    public String code() {
        return code;
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
}
