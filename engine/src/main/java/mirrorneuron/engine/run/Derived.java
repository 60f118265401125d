package mirrorneuron.engine.run;

import java.util.List;
import mirrorneuron.api.json.JsonObject;

/**
 * Everything that one event adds to a run's files, each list in the order of its file.
 *
 * @param samples what model calls cost; the machine's own samples come from elsewhere
 */
public record Derived(
        JsonObject event,
        List<JsonObject> logs,
        List<JsonObject> errors,
        List<JsonObject> timeline,
        List<JsonObject> human,
        List<JsonObject> samples) {

    public Derived {
        logs = List.copyOf(logs);
        errors = List.copyOf(errors);
        timeline = List.copyOf(timeline);
        human = List.copyOf(human);
        samples = List.copyOf(samples);
    }
}
