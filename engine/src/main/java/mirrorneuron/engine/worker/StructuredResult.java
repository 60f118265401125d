package mirrorneuron.engine.worker;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * What a worker said in JSON.
 *
 * @param nextState replaces the agent's state; absent = unchanged
 * @param completeStep the step's output; absent = the step was not completed by the worker
 * @param completeRun the run's output; absent = the run goes on
 * @param warnings what was found but could not be used, for people
 */
public record StructuredResult(
        List<Note> events,
        List<Emission> emissions,
        Optional<JsonValue> nextState,
        Optional<JsonValue> completeStep,
        Optional<JsonValue> completeRun,
        List<String> warnings) {

    public StructuredResult {
        events = List.copyOf(events);
        emissions = List.copyOf(emissions);
        warnings = List.copyOf(warnings);
    }

    /** An event that a worker reports. */
    public record Note(String type, JsonObject payload) {}
}
