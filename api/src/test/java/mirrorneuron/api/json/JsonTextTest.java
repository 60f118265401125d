package mirrorneuron.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.ControlCharacters;
import org.junit.jupiter.api.Test;

/** What documents look like to whoever shows them as they are. */
class JsonTextTest {

    @Test
    void nothing_in_a_document_acts_on_whoever_shows_it_and_everything_comes_back() {
        var text = new StringBuilder();
        for (char c = 0; c < 0x3000; c++) {
            text.append(c);
        }
        var document = JsonObject.of(text.toString(), new JsonString(text + "é日😀"));

        var compact = document.toString();
        assertThat(compact.chars()).noneMatch(ControlCharacters::isControl);
        assertThat(compact).contains("\\u009b", "\\u202e", "\\u2028", "é日😀");
        assertThat(Json.pretty(document).chars().filter(c -> c != '\n'))
                .noneMatch(ControlCharacters::isControl);
        assertThat(Json.parse(compact)).isEqualTo(document);
        assertThat(Json.parse(Json.bytes(document))).isEqualTo(document);
    }
}
