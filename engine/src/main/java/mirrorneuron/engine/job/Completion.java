package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.manifest.Behaviour;

/**
 * When a step is done that has neither a command nor Java code to say so: when the last of its
 * agents has done its work.
 */
final class Completion {

    private Completion() {}

    /** The step's output, if handling this message ends it. */
    static Optional<JsonValue> of(AgentState agent, Change change, Message message) {
        var step = Objects.requireNonNull(agent.step);
        if (!isLast(agent)) {
            return Optional.empty();
        }
        return switch (change) {
            case Change.Forwarded _ -> Optional.of(passedOn(step, message));
            case Change.Aggregated _ -> Optional.of(aggregate(agent, message));
            case Change.Observed observed ->
                    observed.count() >= threshold(agent)
                            ? Optional.of(
                                    JsonObject.builder()
                                            .put("count", observed.count())
                                            .put("last_message", message.body())
                                            .build())
                            : Optional.empty();
            case Change.Collected _,
                    Change.DuplicateIgnored _,
                    Change.Late _,
                    Change.HandledByModule _,
                    // What it gives is known where it was made.
                    Change.Gathered _,
                    Change.Ran _ ->
                    Optional.empty();
        };
    }

    /** True when the step is done with this agent's work, and nobody else will say that it is. */
    static boolean isLast(AgentState agent) {
        var step = agent.step;
        return step != null
                && step.agents.getLast() == agent
                && step.agents.stream().noneMatch(Completion::speaks);
    }

    /**
     * What a router has passed on. The runtime's own message is about the parents; what the step
     * passes on then is what they gave, and not a message about a message about them.
     */
    private static JsonValue passedOn(StepState step, Message message) {
        if (!step.triggered || !message.type().equals("workflow_trigger")) {
            return message.body();
        }
        var over = step.in.stream().map(StepState.Link::from).filter(StepState::ended).toList();
        if (over.size() == 1) {
            return over.getFirst().output;
        }
        var outputs = JsonObject.builder();
        over.forEach(parent -> outputs.put(parent.id, parent.output));
        return outputs.build();
    }

    private static JsonValue aggregate(AgentState agent, Message message) {
        List<JsonValue> bodies = new ArrayList<>(agent.collected);
        bodies.add(message.body());
        return Steps.aggregateOf(bodies);
    }

    private static long threshold(AgentState agent) {
        return agent.vertex.behaviour() instanceof Behaviour.Sensor sensor
                ? sensor.completeAfter()
                : 1;
    }

    private static boolean speaks(AgentState agent) {
        return agent.is(Behaviour.Executor.class)
                || agent.is(Behaviour.Module.class)
                || agent.is(Behaviour.StepSink.class);
    }
}
