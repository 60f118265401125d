package mirrorneuron.engine.job;

import java.util.List;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.message.Reference;
import mirrorneuron.engine.routing.Conditions;
import mirrorneuron.engine.routing.Scope;

/**
 * What a step gave, and what others take from it. A large output is recorded as a {@link
 * Reference}, and nobody in the engine can look into it any more; so what is to be read in it is
 * read when it comes.
 *
 * @param value the output or a reference to it
 * @param written what it gives to the workflow's variables, by the names of the step's {@code out}
 * @param closed ids of edges whose condition does not hold for it
 */
record StepOutput(JsonValue value, JsonObject written, List<String> closed) {

    StepOutput {
        closed = List.copyOf(closed);
    }

    /** The output of a step that ended well. */
    static StepOutput of(StepState step, JsonValue output) {
        return new StepOutput(
                output,
                Variables.given(step.spec.out(), output),
                step.out.stream()
                        .filter(link -> !holds(link, output))
                        .map(StepState.Link::id)
                        .toList());
    }

    /** A value from which nobody takes anything. */
    static StepOutput unread(JsonValue value) {
        return new StepOutput(value, JsonObject.empty(), List.of());
    }

    private static boolean holds(StepState.Link link, JsonValue output) {
        return link.condition()
                .map(
                        condition ->
                                Conditions.holds(
                                        condition,
                                        Scope.of(
                                                Message.of("step_output", output), output, output)))
                .orElse(true);
    }

    /**
     * The fact as it is recorded: with references in place of large outputs.
     *
     * @param large takes the bytes of what the references name
     */
    static JobEvent shrunk(JobEvent event, List<byte[]> large) {
        return switch (event) {
            case StepEvent.Ended ended -> ended.with(ended.output().shrunk(large));
            case StepEvent.GateOpened opened -> opened.with(opened.output().shrunk(large));
            case StepEvent.Rearmed rearmed ->
                    new StepEvent.Rearmed(
                            rearmed.atMs(),
                            rearmed.step(),
                            rearmed.attempt(),
                            shrunk(rearmed.output(), large));
            default -> event;
        };
    }

    private StepOutput shrunk(List<byte[]> large) {
        var variables = JsonObject.builder();
        written.forEach((name, given) -> variables.put(name, shrunk(given, large)));
        return new StepOutput(shrunk(value, large), variables.build(), closed);
    }

    private static JsonValue shrunk(JsonValue value, List<byte[]> large) {
        var bytes = Reference.large(value, Reference.OUTPUT_BYTES_MAX);
        bytes.ifPresent(large::add);
        return bytes.<JsonValue>map(text -> Reference.to(text).toJson()).orElse(value);
    }
}
