package mirrorneuron.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import mirrorneuron.api.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTextTest {

    @Test
    void ordinary_ids_do_not_change() {
        assertThat(IdText.encode("demo-1711627200000-0a1b2c3d4e5f"))
                .isEqualTo("demo-1711627200000-0a1b2c3d4e5f");
        assertThat(IdText.encode("übung/1")).isEqualTo("übung/1");
    }

    @Test
    void colons_percents_blanks_and_controls_are_encoded_by_their_utf8_bytes() {
        assertThat(IdText.encode("a:b%c d\n\u0000\u00A0\u2028"))
                .isEqualTo("a%3Ab%25c%20d%0A%00%C2%A0%E2%80%A8");
    }

    @Test
    void the_separator_is_encoded_too() {
        assertThat(IdText.encode("a/b", '/')).isEqualTo("a%2Fb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:b", "%3A", "%", "100 %", "\uD83D\uDE80 : \u00A0", "ü%ü", "a/b"})
    void decoding_gives_the_id_back(String id) {
        assertThat(IdText.decode(IdText.encode(id, '/'))).isEqualTo(id);
    }

    @Test
    void half_a_surrogate_pair_is_refused_with_its_place() {
        assertThatThrownBy(() -> IdText.encode("ab\uDE80"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("at character 2");
    }
}
