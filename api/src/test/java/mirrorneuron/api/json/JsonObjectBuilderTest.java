package mirrorneuron.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A builder holds what a map would hold, in the order of first mention, at every size. */
class JsonObjectBuilderTest {

    /** Names that all have one hash, by which places are found. */
    private static List<String> sameHash(int bits) {
        var names = new ArrayList<String>();
        for (int i = 0; i < 1 << bits; i++) {
            var name = new StringBuilder();
            for (int bit = 0; bit < bits; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            names.add(name.toString());
        }
        return names;
    }

    private static void check(Map<String, Long> expected, JsonObject.Builder builder) {
        var built = builder.build();
        assertThat(built.names()).containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, value) -> assertThat(built.integer(name)).hasValue(value));
        assertThat(built.has("no such name")).isFalse();
        assertThat(Json.parse(Json.bytes(built))).isEqualTo(built);
    }

    @Test
    void any_names_in_any_order_some_of_them_again() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int names = 1 + random.nextInt(100);
            var expected = new LinkedHashMap<String, Long>();
            var builder = JsonObject.builder();
            for (int i = 0; i < 3 * names; i++) {
                var name = "name-" + random.nextInt(names);
                long value = random.nextInt();
                expected.put(name, value);
                builder.put(name, value);
            }
            check(expected, builder);
        }
    }

    @Test
    void names_of_one_hash_are_told_apart() {
        var names = sameHash(7);
        assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
        var expected = new LinkedHashMap<String, Long>();
        var builder = JsonObject.builder();
        for (int i = 0; i < names.size(); i++) {
            expected.put(names.get(i), (long) i);
            builder.put(names.get(i), i);
            check(expected, builder);
        }
    }

    @Test
    void names_that_share_a_place_are_written_as_they_are() {
        for (var name : sameHash(4)) {
            assertThat(JsonObject.of(name, JsonBool.of(true)).toString())
                    .isEqualTo("{\"%s\":true}".formatted(name));
        }
        var odd = "a\"b\n";
        for (int i = 0; i < 3; i++) {
            assertThat(new String(Json.bytes(JsonObject.of(odd, JsonBool.of(true)))))
                    .isEqualTo("{\"a\\\"b\\n\":true}");
        }
    }
}
