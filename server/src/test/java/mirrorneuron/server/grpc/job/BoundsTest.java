package mirrorneuron.server.grpc.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.Test;

/** How the details of a large job become small. */
class BoundsTest {

    @Test
    void a_text_of_8192_bytes_stays_and_a_longer_one_says_what_is_missing() {
        assertThat(Bounds.cut(new JsonString("x".repeat(8_192))))
                .isEqualTo(new JsonString("x".repeat(8_192)));
        assertThat(Bounds.cut(new JsonString("x".repeat(8_200))))
                .isEqualTo(new JsonString("x".repeat(8_192) + "… (8 bytes dropped)"));
    }

    @Test
    void a_text_is_never_cut_within_a_character() {
        var cut = (JsonString) Bounds.cut(new JsonString("€".repeat(3_000)));
        assertThat(cut.value()).startsWith("€€").endsWith("€… (810 bytes dropped)");
        assertThat(cut.value().getBytes(StandardCharsets.UTF_8).length).isLessThan(8_192 + 40);
    }

    @Test
    void a_list_of_50_stays_and_a_longer_one_says_how_many_are_missing() {
        assertThat(((JsonArray) Bounds.cut(numbers(50))).size()).isEqualTo(50);
        var cut = (JsonArray) Bounds.cut(numbers(53));
        assertThat(cut.size()).isEqualTo(51);
        assertThat(cut.get(50)).isEqualTo(JsonObject.of("truncated_items", JsonNumber.of(3)));
    }

    private static JsonArray numbers(int count) {
        var numbers = new ArrayList<JsonValue>();
        for (int i = 0; i < count; i++) {
            numbers.add(JsonNumber.of(i));
        }
        return JsonArray.of(numbers);
    }

    /** So many entries with texts that are as long as they may be. */
    private static JsonArray entries(int count, int texts) {
        var entries = new ArrayList<JsonValue>();
        for (int i = 0; i < count; i++) {
            var entry = JsonObject.builder().put("agent_id", "agent-" + i).put("status", "ready");
            for (int t = 0; t < texts; t++) {
                entry.put("text_" + t, "x".repeat(8_000));
            }
            entries.add(entry.build());
        }
        return JsonArray.of(entries);
    }

    private static JsonObject details(JsonArray agents, JsonArray events) {
        return JsonObject.builder()
                .put("job", JsonObject.builder().put("job_id", "j").put("note", "n").build())
                .put("summary", JsonObject.builder().put("job_id", "j").put("live?", true).build())
                .put("agents", agents)
                .put("recent_events", events)
                .put("sandboxes", JsonArray.empty())
                .build();
    }

    @Test
    void details_that_are_small_stay_as_they_are() {
        var details = details(entries(3, 1), entries(5, 1));
        assertThat(Bounds.fit(details)).isEqualTo(details);
    }

    @Test
    void events_go_first() {
        var fitted = Bounds.fit(details(entries(10, 1), entries(25, 6)));
        assertThat(fitted.array("recent_events").isEmpty()).isTrue();
        assertThat(fitted.object("summary").bool("detail_truncated")).contains(true);
        assertThat(fitted.object("summary").bool("live?")).contains(true);
        assertThat(fitted.array("agents").size()).isEqualTo(10);
    }

    @Test
    void at_last_only_who_and_how_remain_of_25_agents() {
        var fitted = Bounds.fit(details(entries(200, 4), entries(25, 6)));
        assertThat(Json.bytes(fitted).length).isLessThan(Bounds.DOCUMENT_BYTES_MAX);
        assertThat(fitted.object("job").names()).containsExactly("job_id");
        assertThat(fitted.object("summary").names()).containsExactly("job_id", "detail_truncated");
        assertThat(fitted.array("agents").size()).isEqualTo(25);
        assertThat(((JsonObject) fitted.array("agents").get(0)).names())
                .containsExactly("agent_id", "status");
    }
}
