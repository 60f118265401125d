package mirrorneuron.engine.run;

import java.util.List;
import mirrorneuron.api.json.JsonObject;

/**
 * Everything that one event adds to a run's files, each list in the order of its file.
 *
 * @param event the event's own line
 * @param events that line with those of the run's own course around it
 * @param samples what model calls cost; the machine's own samples come from elsewhere
 */
public record Derived(
        JsonObject event,
        List<JsonObject> events,
        List<JsonObject> logs,
        List<JsonObject> errors,
        List<JsonObject> timeline,
        List<JsonObject> human,
        List<JsonObject> samples) {

    public Derived {
        events = List.copyOf(events);
        logs = List.copyOf(logs);
        errors = List.copyOf(errors);
        timeline = List.copyOf(timeline);
        human = List.copyOf(human);
        samples = List.copyOf(samples);
    }
}
