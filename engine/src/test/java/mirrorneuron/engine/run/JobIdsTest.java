package mirrorneuron.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdsTest {

    @Test
    void a_minted_id_begins_with_the_graphs_and_has_no_sign_that_only_a_graph_may_have() {
        var at = Instant.ofEpochMilli(1_700_000_000_000L);
        var random = new byte[] {0, 1, 2, 3, 4, (byte) 255};
        assertThat(JobIds.mint("simple", at, random))
                .isEqualTo(JobId.of("simple-1700000000000-0001020304ff"));
        assertThat(JobIds.mint("a:b@c", at, random))
                .isEqualTo(JobId.of("a_b_c-1700000000000-0001020304ff"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mine", "night:2026:1", "1", "a_b.c-d"})
    void a_caller_may_choose_an_id(String id) {
        assertThat(JobIds.require(JobId.of(id))).isEqualTo(JobId.of(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b c", "../x", "-a", ".a", "ä", "a\n"})
    void an_id_that_could_be_read_as_something_else_is_refused(String id) {
        assertThatThrownBy(() -> JobIds.require(JobId.of(id)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ID))
                .hasMessageContaining("job id: \"" + id + "\" (expected: letters, digits");
    }

    @Test
    void an_id_has_220_characters_at_most() {
        JobIds.require(JobId.of("a".repeat(220)));
        assertThatThrownBy(() -> JobIds.require(JobId.of("a".repeat(221))))
                .hasMessageContaining("<= 220");
    }
}
