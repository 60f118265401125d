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

    /** A result that says nothing but these events. */
    public static StructuredResult ofEvents(List<Note> events) {
        return new StructuredResult(
                events, List.of(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    public StructuredResult withEvents(List<Note> value) {
        return new StructuredResult(
                value, emissions, nextState, completeStep, completeRun, warnings);
    }

    /** An event that a worker reports. */
    public record Note(String type, JsonObject payload) {}
}
