package mirrorneuron.server.grpc.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.Test;

/** Parts of a list are the list, and none of them grows with it. */
class PartsTest {

    private static List<JsonValue> together(List<? extends JsonValue> values) {
        var together = new ArrayList<JsonValue>();
        for (var part : Parts.of(values)) {
            assertThat(part.getVersion()).isEqualTo(1);
            together.addAll(
                    ((JsonArray) ((JsonObject) Json.parse(part.getResultJson())).at("data"))
                            .values());
        }
        return together;
    }

    @Test
    void nothing_is_no_part() {
        assertThat(Parts.of(List.of())).isEmpty();
    }

    @Test
    void a_long_list_comes_in_parts_of_bounded_size() {
        var values = new ArrayList<JsonValue>();
        for (int i = 0; i < 2_000; i++) {
            values.add(new JsonString(i + "ü".repeat(1_000)));
        }
        var parts = Parts.of(values);
        assertThat(parts).hasSizeBetween(3, 6);
        assertThat(parts).allMatch(part -> part.getSerializedSize() < 4 << 20);
        assertThat(together(values)).isEqualTo(values);
    }

    @Test
    void one_value_larger_than_a_part_is_a_part_by_itself() {
        var large = new JsonString("x".repeat(3 << 20));
        var values = List.of(JsonNumber.of(1), large, JsonNumber.of(2));
        assertThat(Parts.of(values)).hasSize(3);
        assertThat(together(values)).isEqualTo(values);
    }
}
