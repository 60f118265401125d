package mirrorneuron.engine.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a document for a value that is too large for it. */
class ReferenceTest {

    private static final Reference BEES = Reference.to("bees".getBytes(UTF_8));

    @Test
    void each_reference_of_a_document_is_told_of_and_what_is_inside_it_is_not() {
        var ants = Reference.to("ants".getBytes(UTF_8));
        var document =
                JsonObject.of(
                        "a",
                        JsonArray.of(
                                BEES.toJson(),
                                JsonObject.of("deep", JsonObject.of("er", ants.toJson())),
                                JsonNumber.of(7)));
        var found = new ArrayList<Reference>();
        Reference.each(document, found::add);
        assertThat(found).containsExactly(BEES, ants);
        found.clear();
        Reference.each(BEES.toJson(), found::add);
        assertThat(found).containsExactly(BEES);
        found.clear();
        Reference.each(new JsonString("blob_x"), found::add);
        assertThat(found).isEmpty();
    }

    /** Each is written out at its exact limit and one byte below. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"abc\"",
                "\"\\u0001\\u0002\"",
                "\"äöü😀\"",
                "7",
                "-1.5e300",
                "null",
                "[]",
                "{}",
                "[1,2,[3,[\"x\"]]]",
                "{\"a\":{\"b\":[true,false,null]},\"c\":\"d\"}",
                "{\"\\u0001\\u0001\\u0001\":\"\\u0001\"}"
            })
    void a_value_is_large_when_its_text_is_longer(String text) {
        var value = Json.parse(text);
        int bytes = Json.bytes(value).length;
        assertThat(Reference.large(value, bytes)).isEmpty();
        assertThat(Reference.large(value, bytes - 1)).hasValue(Json.bytes(value));
    }

    @Test
    void many_small_values_are_large_together() {
        var numbers = new ArrayList<JsonValue>();
        var members = JsonObject.builder();
        for (int i = 0; i < 100; i++) {
            numbers.add(JsonNumber.of(1));
            members.put("n" + i, 1);
        }
        for (var value : new JsonValue[] {JsonArray.of(numbers), members.build()}) {
            int bytes = Json.bytes(value).length;
            assertThat(Reference.large(value, bytes)).isEmpty();
            assertThat(Reference.large(value, bytes - 1)).isPresent();
            assertThat(Reference.large(value, 1 << 20)).isEmpty();
        }
    }
}
