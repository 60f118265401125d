package mirrorneuron.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactionTest {

    @Test
    void a_bearers_token_goes_and_the_words_about_one_stay() {
        assertThat(Redaction.inText("Authorization: Bearer abcd1234"))
                .doesNotContain("abcd1234")
                .contains(Redaction.MARK);
        assertThat(Redaction.inText("bearer token-abc123")).doesNotContain("abc123");
        assertThat(Redaction.inText("bearer tokenabc123")).doesNotContain("abc123");
        assertThat(Redaction.inText("missing or invalid bearer token"))
                .isEqualTo("missing or invalid bearer token");
    }
}
