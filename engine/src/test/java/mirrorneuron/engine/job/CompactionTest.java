package mirrorneuron.engine.job;

import static mirrorneuron.engine.job.JobText.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.Test;

/** What is left of a document that is too large for a page. */
class CompactionTest {

    private static JsonObject compacted(String document) {
        return Compaction.of(object(document));
    }

    @Test
    void a_small_document_stays_as_it_is() {
        var document = "{'a': [1, true, null, 'x'], 'b': {'c': {}}, 'd': 1.5}";
        assertThat(compacted(document)).isEqualTo(object(document));
    }

    @Test
    void a_text_over_two_thousand_characters_keeps_its_beginning() {
        var exact = "x".repeat(2_000);
        assertThat(Compaction.of(JsonObject.of("a", new JsonString(exact))).string("a"))
                .contains(exact);
        assertThat(Compaction.of(JsonObject.of("a", new JsonString(exact + "y"))))
                .isEqualTo(
                        object(
                                "{'a': {'truncated': true, 'chars': 2001, 'preview': '%s…'}}"
                                        .formatted("x".repeat(200))));
    }

    @Test
    void a_preview_does_not_end_inside_a_character() {
        var text = "x".repeat(199) + "😀".repeat(1_000);
        assertThat(
                        Compaction.of(JsonObject.of("a", new JsonString(text)))
                                .object("a")
                                .string("preview"))
                .contains("x".repeat(199) + "…");
    }

    @Test
    void what_is_bulky_by_its_name_keeps_its_size() {
        assertThat(
                        compacted(
                                "{'stdout': 'abc', 'logs': ['a', 'b'], 'Result': {'n': 1, 'm': 2},"
                                        + " 'deeper': {'base64': 'AAAA'}}"))
                .isEqualTo(
                        object(
                                "{'stdout': {'omitted': true, 'type': 'string', 'chars': 3},"
                                        + " 'logs': {'omitted': true, 'type': 'array', 'items': 2},"
                                        + " 'Result': {'omitted': true, 'type': 'object', 'keys':"
                                        + " 2, 'bytes': 13}, 'deeper': {'base64': {'omitted': true,"
                                        + " 'type': 'string', 'chars': 4}}}"));
    }

    @Test
    void what_is_called_so_and_takes_no_room_stays() {
        var document = "{'result': {}, 'logs': [], 'stderr': '', 'bytes': 12, 'content': null}";
        assertThat(compacted(document)).isEqualTo(object(document));
    }

    @Test
    void a_list_keeps_twenty_five_items() {
        var items =
                IntStream.range(0, 30).mapToObj(String::valueOf).collect(Collectors.joining(","));
        var list = compacted("{'a': [" + items + "]}").array("a");
        assertThat(list.size()).isEqualTo(26);
        assertThat(list.get(24)).hasToString("24");
        assertThat(list.get(25)).isEqualTo(object("{'omitted_items': 5}"));
        assertThat(compacted("{'a': [" + items.substring(0, items.length() - 15) + "]}").array("a"))
                .hasSize(25);
    }

    @Test
    void what_lies_deeper_than_five_levels_keeps_its_size() {
        assertThat(compacted("{'1': {'2': {'3': {'4': {'5': {'6': 1}, 'n': 2}}}}}"))
                .isEqualTo(
                        object(
                                "{'1': {'2': {'3': {'4': {'5': {'omitted': true, 'type': 'object',"
                                        + " 'keys': 1, 'bytes': 7}, 'n': 2}}}}}"));
    }
}
