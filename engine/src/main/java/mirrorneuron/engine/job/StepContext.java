package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.Objects;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** What an attempt may read of its workflow, beside the message that it is about. */
final class StepContext {

    private StepContext() {}

    /** Empty for an agent of no step. */
    static JsonObject of(Job job, AgentState agent) {
        if (agent.step == null) {
            return JsonObject.empty();
        }
        var step = Objects.requireNonNull(agent.step);
        var ledger = job.ledger();
        var context =
                JsonObject.builder()
                        .put("step_label", step.label())
                        .put("max_attempts", step.spec.retry().attemptsMax())
                        .put("in", Variables.read(ledger.variables, step.spec.in()))
                        .put("run_inputs", job.runInputs())
                        .put("messages", messages(step));
        if (step.instance != null) {
            context.put("map_index", step.instance.mapIndex()).put("item", step.instance.item());
        }
        // The outputs of instances are in the message itself, in their order.
        if (!step.mapped) {
            context.put("parents", parents(step));
        }
        return context.build();
    }

    /** Everything that came for the attempt, in order; the message itself is the last of it. */
    private static JsonArray messages(StepState step) {
        var messages = new ArrayList<JsonValue>(step.entries.size());
        for (var entry : step.entries) {
            var message = entry.message();
            messages.add(
                    JsonObject.builder()
                            .put("type", message.type())
                            .put("from", message.from())
                            .put("body", message.body())
                            .build());
        }
        return JsonArray.of(messages);
    }

    static JsonArray parents(StepState step) {
        var parents = new ArrayList<JsonValue>(step.in.size());
        for (var link : step.in) {
            var parent = link.from();
            if (parent.ended() && !parent.outcome.equals(Ledger.OUTCOME_MAPPED)) {
                parents.add(ending(parent, JsonObject.empty()));
            }
        }
        return JsonArray.of(parents);
    }

    /**
     * How a step ended, as other steps are told.
     *
     * @param place what is said of it beside, such as its round
     */
    static JsonObject ending(StepState step, JsonObject place) {
        return JsonObject.builder()
                .put("step_id", step.id)
                .putAll(place)
                .put("status", step.status.wire())
                .put("outcome", step.outcome)
                .put("output", step.output)
                .build();
    }
}
