package mirrorneuron.engine.manifest;

import java.util.Optional;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * What a step says runs it.
 *
 * @see "manifest contract, sections 4.3 and 5.5"
 */
sealed interface StepRun {

    /** A node, or a binding whose workers do the work. */
    record Named(String name) implements StepRun {}

    /** A node that is there already, or a worker of a binding. */
    record Agent(String node, Optional<String> binding) implements StepRun {}

    /**
     * A function in the payload.
     *
     * @param settings the object that names it; its {@code with} goes into the agent's config
     */
    record Handler(String handler, Fields settings) implements StepRun {}

    /** A specification that only Python can take apart. */
    record Definition(String name, Place place) implements StepRun {}

    /** Reads {@code run}; a step that has none is run by the agent of its own name. */
    static StepRun read(Fields step, String id) {
        return of(step, "run").orElseGet(() -> new Named(id));
    }

    /** Reads a member as a way to run the step; a text names an agent. */
    static Optional<StepRun> of(Fields step, String member) {
        return switch (step.value(member)) {
            case JsonNull _ -> Optional.empty();
            case JsonString(var text) when !text.isBlank() -> Optional.of(new Named(text.strip()));
            case JsonObject json ->
                    object(new Fields(json, step.at(member), step.findings()), member, step);
            default -> {
                step.wrong(
                        "step.run_invalid", "the name of an agent, or an object that says", member);
                yield Optional.empty();
            }
        };
    }

    private static Optional<StepRun> object(Fields run, String member, Fields step) {
        var definition = run.text("step.run_invalid", "definition");
        if (definition.isPresent()) {
            return Optional.of(new Definition(definition.get(), run.at("definition")));
        }
        var handler = run.text("step.run_invalid", "handler");
        if (handler.isPresent()) {
            return Optional.of(new Handler(handler.get(), run));
        }
        var agent = run.text("step.run_invalid", "agent");
        if (agent.isPresent()) {
            return Optional.of(new Agent(agent.get(), run.text("step.run_invalid", "binding")));
        }
        step.wrong("step.run_invalid", "an object with handler, agent or definition", member);
        return Optional.empty();
    }
}
