package mirrorneuron.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refusal that came over a wire is thrown as if it had happened here. */
class RefusalFromAWireTest {

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void every_code_has_its_exception_and_is_found_by_its_text(ErrorCode code) {
        var exception = MirrorNeuronException.of(code, "why", Optional.empty(), null);

        assertThat(exception.code()).isEqualTo(code);
        assertThat(exception).hasMessage("why");
        assertThat(exception.failure()).isEmpty();
        assertThat(exception.retryable()).isEqualTo(code.retry() != ErrorCode.Retry.NO);
        assertThat(ErrorCode.ofCode(code.code())).contains(code);
    }

    @Test
    void the_exception_is_the_one_of_the_embedded_runtime() {
        assertThat(thrown(ErrorCode.JOB_NOT_FOUND)).isInstanceOf(NoSuchJobException.class);
        assertThat(thrown(ErrorCode.RUN_NOT_FOUND)).isInstanceOf(NoSuchEntityException.class);
        assertThat(thrown(ErrorCode.MESSAGE_TOO_LARGE)).isInstanceOf(InvalidRequestException.class);
        assertThat(thrown(ErrorCode.STORE_DAMAGED)).isInstanceOf(RuntimeUnavailableException.class);
        assertThat(thrown(ErrorCode.STORE_STALE_EPOCH)).isInstanceOf(ConflictException.class);
        assertThat(thrown(ErrorCode.RESOURCE_OVERLOADED)).isInstanceOf(OverloadedException.class);
        assertThat(thrown(ErrorCode.JOB_TERMINAL)).isInstanceOf(PreconditionFailedException.class);
        assertThat(thrown(ErrorCode.NOT_AUTHORIZED)).isInstanceOf(NotAuthorizedException.class);
        assertThat(ErrorCode.ofCode("of.tomorrow")).isEmpty();
    }

    private static MirrorNeuronException thrown(ErrorCode code) {
        return MirrorNeuronException.of(code, "why", Optional.empty(), null);
    }

    @Test
    void the_document_says_how_long_to_wait() {
        var failure =
                Failure.of(
                        "retry_later",
                        "full",
                        JsonObject.builder().put("retry_after_ms", 250).build(),
                        Instant.EPOCH,
                        "");

        var exception =
                MirrorNeuronException.of(
                        ErrorCode.BACKPRESSURE, "full", Optional.of(failure), null);

        assertThat(exception.failure()).contains(failure);
        assertThat(exception.retryAfter()).contains(Duration.ofMillis(250));
        assertThat(thrown(ErrorCode.SERVER_STOPPING).retryAfter()).contains(Duration.ofSeconds(2));
    }
}
