package mirrorneuron.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one table of refusals, row by row as the contract has them. */
class ErrorCodeTest {

    @ParameterizedTest
    @CsvSource({
        "INVALID_ID, invalid_id, 400",
        "INVALID_QUERY, invalid_query, 400",
        "PERMISSION_DENIED, permission_denied, 403",
        "JOB_NOT_FOUND, job_not_found, 404",
        "RUN_NOT_FOUND, run_not_found, 404",
        "RESULT_NOT_FOUND, result_not_found, 404",
        "ARTIFACT_NOT_FOUND, artifact_not_found, 404",
        "OUTPUT_NOT_FOUND, output_not_found, 404",
        "VIDEO_NOT_FOUND, video_not_found, 404",
        "HUMAN_REQUEST_NOT_FOUND, human_request_not_found, 404",
        "HUMAN_NOTICE_NOT_FOUND, human_notice_not_found, 404",
        "ALREADY_RESPONDED, already_responded, 409",
        "BACKUP_INVALID, backup.invalid, 400",
        "RUN_EXISTS, run_exists, 409",
        "VALIDATION_FAILED, validation_failed, 422"
    })
    void codes_and_statuses_of_runs_are_those_of_the_contract(
            ErrorCode code, String text, int httpStatus) {
        assertThat(code.code()).isEqualTo(text);
        assertThat(code.httpStatus()).isEqualTo(httpStatus);
        assertThat(code.retry()).isEqualTo(ErrorCode.Retry.NO);
    }

    /** What an HTTP answer says, and what the same refusal is over gRPC. */
    @ParameterizedTest
    @CsvSource({
        "REQUEST_INVALID, bad_request, 400, INVALID_ARGUMENT",
        "REQUEST_NOT_JSON, invalid_json, 400, INVALID_ARGUMENT",
        "REQUEST_EMPTY, empty_payload, 400, INVALID_ARGUMENT",
        "CONTENT_LENGTH_INVALID, invalid_content_length, 400, INVALID_ARGUMENT",
        "PATH_UNSAFE, unsafe_path, 400, INVALID_ARGUMENT",
        "MANIFEST_INVALID, invalid_manifest, 400, INVALID_ARGUMENT",
        "BUNDLE_INVALID, invalid_bundle, 400, INVALID_ARGUMENT",
        "BUNDLE_UNKNOWN, unknown_bundle, 400, INVALID_ARGUMENT",
        "BUNDLE_NOT_FOUND, bundle_not_found, 404, NOT_FOUND",
        "ROUTE_NOT_FOUND, route_not_found, 404, UNIMPLEMENTED",
        "METHOD_NOT_ALLOWED, method_not_allowed, 405, UNIMPLEMENTED",
        "REQUEST_TIMEOUT, request_timeout, 408, DEADLINE_EXCEEDED",
        "REQUEST_TOO_LARGE, request_too_large, 413, RESOURCE_EXHAUSTED",
        "RANGE_NOT_SATISFIABLE, range_not_satisfiable, 416, INVALID_ARGUMENT",
        "NOT_AUTHORIZED, authentication_required, 401, UNAUTHENTICATED",
        "SERVER_STOPPING, service_unavailable, 503, UNAVAILABLE",
        "RESOURCE_OVERLOADED, resource_overloaded, 503, RESOURCE_EXHAUSTED"
    })
    void what_edges_refuse_themselves_stands_in_the_same_table(
            ErrorCode code, String problem, int httpStatus, ErrorCode.GrpcStatus grpcStatus) {
        assertThat(code.problem()).isEqualTo(problem);
        assertThat(code.httpStatus()).isEqualTo(httpStatus);
        assertThat(code.grpcStatus()).isEqualTo(grpcStatus);
    }

    @Test
    void a_row_that_knows_when_to_ask_again_says_that_asking_again_helps() {
        assertThat(ErrorCode.SERVER_STOPPING.retryAfter()).hasValue(Duration.ofSeconds(2));
        assertThat(ErrorCode.RESOURCE_OVERLOADED.retryAfter()).hasValue(Duration.ofSeconds(1));
        assertThat(ErrorCode.values())
                .filteredOn(code -> code.retryAfter().isPresent())
                .allMatch(code -> code.retry() == ErrorCode.Retry.AFTER_DELAY);
    }

    @Test
    void no_two_rows_share_a_code() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).doesNotHaveDuplicates();
    }
}
