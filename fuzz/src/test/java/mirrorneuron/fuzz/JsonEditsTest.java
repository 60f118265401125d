package mirrorneuron.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import mirrorneuron.api.json.Json;
import org.junit.jupiter.api.Test;

/** A script makes one document, the same each time, and none that is only large. */
class JsonEditsTest {

    private final JsonEdits edits =
            new JsonEdits(List.of(Json.parse("{\"a\":{\"b\":1},\"c\":[2,3]}")), List.of());

    private String made(int... script) {
        var bytes = new byte[script.length + 2];
        bytes[0] = JsonEdits.MARK;
        for (int i = 0; i < script.length; i++) {
            bytes[i + 2] = (byte) script[i];
        }
        return edits.run(bytes).toString();
    }

    @Test
    void a_script_without_edits_is_the_document() {
        assertThat(made()).isEqualTo("{\"a\":{\"b\":1},\"c\":[2,3]}");
    }

    @Test
    void each_edit_changes_the_one_place_that_it_names() {
        assertThat(made(0, 0, 2, 0)).isEqualTo("{\"a\":{\"b\":\"a\"},\"c\":[2,3]}");
        assertThat(made(1, 0, 4, 0)).isEqualTo("{\"a\":{\"b\":1},\"c\":[null,3]}");
        assertThat(made(2, 0, 1, 0)).isEqualTo("{\"c\":[2,3]}");
        assertThat(made(3, 0, 5, 1)).isEqualTo("{\"a\":{\"b\":1},\"c\":[2,3,3,3]}");
        assertThat(made(4, 0, 2, 2)).isEqualTo("{\"a\":{\"c\":1},\"c\":[2,3]}");
        assertThat(made(6, 0, 3, 1)).isEqualTo("{\"a\":{\"b\":1},\"c\":{\"b\":[2,3]}}");
        assertThat(made(7, 0, 5, 1)).isEqualTo("{\"a\":{\"b\":1},\"c\":[2,{\"b\":1}]}");
    }

    @Test
    void edits_follow_each_other() {
        assertThat(made(2, 0, 1, 0, 2, 0, 1, 0)).isEqualTo("{}");
    }

    @Test
    void whatever_the_script_its_document_is_of_a_size_that_a_sender_would_dare() {
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            var script = new byte[2 + random.nextInt(120)];
            random.nextBytes(script);
            script[0] = JsonEdits.MARK;
            assertThat(Json.bytes(edits.run(script)).length).isLessThan(200_000);
        }
    }
}
