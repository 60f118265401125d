package mirrorneuron.api;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Where a dead letter says that its event is. */
class DeadLetterTest {

    private static DeadLetter letter(String json) {
        return DeadLetter.fromJson((JsonObject) Json.parse(json));
    }

    @Test
    void the_index_of_its_event_is_one_less_than_the_number() {
        var letter = letter("{\"event_index\":12,\"seq\":13}");
        assertThat(letter.eventIndex()).isEqualTo(12);
        assertThat(letter.toJson().integer("event_index")).hasValue(12);
        assertThat(letter.toJson().integer("seq")).hasValue(13);
    }

    @Test
    void an_older_document_has_the_number_under_the_name_of_the_index() {
        assertThat(letter("{\"event_index\":13}").eventIndex()).isEqualTo(12);
    }
}
