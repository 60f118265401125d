package mirrorneuron.store;

import static mirrorneuron.store.Commits.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

class SeedViewTest {

    private final MemoryStore store = new MemoryStore();

    @Test
    void an_empty_store_has_an_empty_set_of_jobs() {
        assertThat(export())
                .containsExactly("{\"key\":\"mirror_neuron:jobs\",\"type\":\"set\",\"value\":[]}");
    }

    @Test
    void jobs_and_their_dead_letters_appear_under_their_seed_keys_by_ascending_id() {
        store.create(Commits.first("b").deadLetter(0, "expired").build());
        store.create(Commits.of("a", 1).entry(JobStatus.RUNNING, NOON.plusSeconds(1)).build());

        assertThat(export())
                .containsExactly(
                        "{\"key\":\"mirror_neuron:jobs\",\"type\":\"set\",\"value\":[\"a\",\"b\"]}",
                        "{\"key\":\"mirror_neuron:job:a\",\"type\":\"string\",\"value\":{\"job_id\":\"a\","
                                + "\"graph_id\":\"graph\",\"status\":\"running\","
                                + "\"submitted_at\":\"2026-03-28T12:00:00.000Z\","
                                + "\"updated_at\":\"2026-03-28T12:00:01.000Z\"}}",
                        "{\"key\":\"mirror_neuron:job:b\",\"type\":\"string\",\"value\":{\"job_id\":\"b\","
                                + "\"graph_id\":\"graph\",\"status\":\"pending\","
                                + "\"submitted_at\":\"2026-03-28T12:00:00.000Z\","
                                + "\"updated_at\":\"2026-03-28T12:00:00.000Z\"}}",
                        "{\"key\":\"mirror_neuron:job:b:dead_letters\",\"type\":\"list\",\"value\":["
                                + Commits.deadLetterOf(0, "expired").toJson()
                                + "]}");
    }

    @Test
    void an_id_is_encoded_in_the_key_and_raw_in_the_record() {
        store.create(Commits.first("a:deliveries b").build());

        var line = (JsonObject) Json.parse(export().getLast());
        assertThat(line.string("key")).contains("mirror_neuron:job:a%3Adeliveries%20b");
        assertThat(line.object("value").string("job_id")).contains("a:deliveries b");
    }

    private ArrayList<String> export() {
        var lines = new ArrayList<String>();
        SeedView.export(store, lines::add);
        return lines;
    }
}
