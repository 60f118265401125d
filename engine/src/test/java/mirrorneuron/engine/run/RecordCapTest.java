package mirrorneuron.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.Test;

/** A line of a run's files is never longer than 64 KiB, and says what it left out. */
class RecordCapTest {

    private static final int MAX = 64 * 1_024;

    private static JsonObject line(JsonObject record) {
        var line = RecordCap.line(record);
        assertThat(line.length).isLessThanOrEqualTo(MAX);
        assertThat(line[line.length - 1]).isEqualTo((byte) '\n');
        return (JsonObject) Json.parse(new String(line, UTF_8).strip());
    }

    private static JsonObject ofBytes(int bytes) {
        var frame = JsonObject.of("text", new JsonString(""));
        return JsonObject.of("text", new JsonString("x".repeat(bytes - Json.bytes(frame).length)));
    }

    @Test
    void a_line_of_64_KiB_stays_as_it_is_and_a_longer_one_is_cut() {
        assertThat(line(ofBytes(MAX - 1))).isEqualTo(ofBytes(MAX - 1));
        var cut = line(ofBytes(MAX)).string("text").orElseThrow();
        assertThat(cut).hasSize(8 * 1_024).startsWith("xxx").endsWith("…");
    }

    @Test
    void large_texts_inside_are_shown_by_their_beginning_and_small_ones_whole() {
        var record =
                JsonObject.builder()
                        .put("top", "y".repeat(8 * 1_024))
                        .put("n", 7)
                        .put(
                                "payload",
                                JsonObject.builder()
                                        .put("small", "s".repeat(1_024))
                                        .put("large", "l".repeat(1_025))
                                        .put(
                                                "list",
                                                JsonArray.of(
                                                        new JsonString("z".repeat(MAX)),
                                                        JsonNumber.of(5)))
                                        .build())
                        .build();
        var cut = line(record);
        assertThat(cut.string("top")).contains("y".repeat(8 * 1_024));
        assertThat(cut.integer("n")).hasValue(7);
        var payload = cut.object("payload");
        assertThat(payload.string("small")).contains("s".repeat(1_024));
        assertThat(payload.object("large"))
                .isEqualTo(
                        JsonObject.builder()
                                .put("truncated", true)
                                .put("chars", 1_025)
                                .put("preview", "l".repeat(1_024))
                                .build());
        assertThat(((JsonObject) payload.array("list").get(0)).integer("chars")).hasValue(MAX);
        assertThat(payload.array("list").get(1)).isEqualTo(JsonNumber.of(5));
    }

    @Test
    void what_is_large_because_it_is_wide_goes_as_a_whole() {
        var wide = JsonObject.builder();
        for (int i = 0; i < 100; i++) {
            wide.put("m" + i, "w".repeat(1_000));
        }
        var record =
                JsonObject.builder()
                        .put("payload", wide.build())
                        .put("small", JsonObject.of("a", JsonNumber.of(1)))
                        .build();
        var cut = line(record);
        assertThat(cut.object("payload").bool("truncated")).contains(true);
        assertThat(cut.object("payload").integer("chars"))
                .hasValue(wide.build().toString().length());
        assertThat(cut.object("small")).isEqualTo(record.object("small"));
    }

    @Test
    void a_text_is_not_cut_inside_a_character() {
        var record =
                JsonObject.builder()
                        .put("a", "x".repeat(8 * 1_024 - 2) + "😀" + "x".repeat(MAX))
                        .put(
                                "payload",
                                JsonObject.of("b", new JsonString("x".repeat(1_023) + "😀")))
                        .build();
        var cut = line(record);
        assertThat(cut.string("a")).contains("x".repeat(8 * 1_024 - 2) + "…");
        assertThat(cut.object("payload").object("b").string("preview")).contains("x".repeat(1_023));
    }
}
