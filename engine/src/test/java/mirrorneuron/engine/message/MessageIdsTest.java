package mirrorneuron.engine.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import mirrorneuron.api.Message;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Ids and digests that a repeat arrives at again. */
class MessageIdsTest {

    private static Message message(String document) {
        return MessageFormat.read((JsonObject) Json.parse(document.replace('\'', '"')));
    }

    @Test
    void an_output_id_is_a_function_of_its_cause_and_its_way() {
        // printf 'm1:worker:sink:0:e2' | openssl dgst -sha256 -binary | basenc --base64url
        assertThat(MessageIds.output("m1", "worker", "sink", "0:e2"))
                .isEqualTo("hhV_DNdZidx478URmuNt77e4PtnPWKw_xOEpFG4E9s0");
        assertThat(MessageIds.output("m1", "worker", "sink", "0:e2")).hasSize(43);
    }

    @Test
    void every_part_makes_a_difference() {
        assertThat(
                        Set.of(
                                MessageIds.output("m1", "a", "b", "0"),
                                MessageIds.output("m2", "a", "b", "0"),
                                MessageIds.output("m1", "x", "b", "0"),
                                MessageIds.output("m1", "a", "x", "0"),
                                MessageIds.output("m1", "a", "b", "1")))
                .hasSize(5);
    }

    @Test
    void the_digest_ignores_attempt_time_and_the_order_of_members() {
        var first =
                message(
                        """
                        {'envelope': {'message_id': 'm', 'type': 't', 'attempt': 1,
                          'timestamp': '2030-01-01T00:00:00Z'},
                         'body': {'a': 1, 'b': [1.0, {'x': 1, 'y': 2}]}}""");
        var again =
                message(
                        """
                        {'body': {'b': [1, {'y': 2, 'x': 1.00}], 'a': 1},
                         'envelope': {'timestamp': '2031-01-01T00:00:00Z', 'attempt': 4,
                          'type': 't', 'message_id': 'm'}}""");

        assertThat(MessageIds.digest(first)).isEqualTo(MessageIds.digest(again)).hasSize(64);
    }

    @Test
    void the_digest_sees_everything_else() {
        var message = Message.of("t", Json.parse("{\"a\": 1}")).withId("m");

        assertThat(MessageIds.digest(message))
                .isNotEqualTo(MessageIds.digest(message.withId("n")))
                .isNotEqualTo(MessageIds.digest(message.withPriority(1)))
                .isNotEqualTo(MessageIds.digest(message.withBody(Json.parse("{\"a\": 2}"))))
                .isNotEqualTo(
                        MessageIds.digest(
                                message.withHeaders(JsonObject.of("h", Json.parse("1")))));
        assertThat(message.timestamp()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void large_numbers_are_equal_by_value() {
        var message = Message.of("t", Json.parse("1e30"));

        assertThat(MessageIds.digest(message))
                .isEqualTo(MessageIds.digest(message.withBody(Json.parse("1" + "0".repeat(30)))));
    }
}
