package mirrorneuron.runtime.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.message.Reference;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

/** Large values go away and come back. */
class BodiesTest {

    private final Bodies bodies = new Bodies(new MemoryStore().blobs());

    @Test
    void a_value_beyond_the_limit_comes_back_from_wherever_it_stands() {
        var value = new JsonString("x".repeat(100));
        assertThat(bodies.shrink(value, 102)).isSameAs(value);
        var reference = bodies.shrink(value, 101);
        assertThat(Reference.of(reference))
                .contains(Reference.to(value.toString().getBytes(UTF_8)));
        assertThat(bodies.restore(JsonObject.of("a", JsonArray.of(reference))))
                .isEqualTo(JsonObject.of("a", JsonArray.of(value)));
    }

    @Test
    void a_reference_inside_a_large_value_is_followed_too() {
        var inner = new JsonString("y".repeat(100));
        var outer = JsonObject.of("inner", bodies.shrink(inner, 10));
        assertThat(bodies.restore(bodies.shrink(outer, 10)))
                .isEqualTo(JsonObject.of("inner", inner));
    }

    @Test
    void a_document_that_only_looks_like_a_reference_stays_as_it_is() {
        var unknown = Reference.to(new byte[] {1}).toJson();
        assertThat(bodies.restore(unknown)).isSameAs(unknown);
        var other = Json.parse("{\"artifact_id\":\"blob_x\",\"sha256\":\"x\",\"size\":1}");
        assertThat(Reference.of(other)).isEmpty();
        assertThat(bodies.restore(other)).isSameAs(other);
    }
}
