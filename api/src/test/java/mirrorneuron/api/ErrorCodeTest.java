package mirrorneuron.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows that edges answer reads of runs with. */
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

    @Test
    void no_two_rows_share_a_code() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).doesNotHaveDuplicates();
    }
}
