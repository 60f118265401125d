package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * Makes the executor of a step that names a function instead of an agent. The command is the step
 * runner, which finds the step's input in the context file and calls the function.
 *
 * @see "manifest contract, section 5.5"
 */
final class HandlerNode {

    private static final List<String> RUNNER = List.of("python3", "-m", "mn_step_runner");

    private final JsonObject defaults;
    private final Function<String, String> outputs;

    /**
     * @param defaults config that a step's own settings are laid over
     * @param outputs the type of the messages that a step's agent sends, by the step's id
     */
    HandlerNode(JsonObject defaults, Function<String, String> outputs) {
        this.defaults = defaults;
        this.outputs = outputs;
    }

    /** The node of a step's function; its id is the step's. */
    Fields of(StepDraft step, StepRun.Handler run) {
        var written = run.settings().fields("step.run_invalid", "with");
        var config =
                WorkerNode.merged(
                        JsonObject.builder()
                                .put("command", command(run.handler()))
                                .put("output_message_type", outputs.apply(step.id()))
                                .putAll(defaults)
                                .putAll(written.json())
                                .build(),
                        JsonObject.of("handler", JsonString.of(run.handler())));
        var node =
                JsonObject.builder()
                        .put("node_id", step.id())
                        .put("agent_type", AgentType.EXECUTOR.wire())
                        .put("type", Template.MAP.wire())
                        .put("config", config)
                        .build();
        var places = new HashMap<String, Place>();
        places.put("node_id", step.fields().at("id"));
        places.put("config", written.place());
        return new Fields(node, step.fields().place(), step.fields().findings(), places);
    }

    /** The node of a worker that a step names. */
    Fields registered(StepDraft step, String id, Fields worker) {
        var named =
                new Fields(
                        worker.json().with("node_id", JsonString.of(id)),
                        worker.place(),
                        worker.findings());
        return WorkerNode.of(
                named,
                WorkerNode.merged(
                        defaults,
                        JsonObject.of(
                                "output_message_type", JsonString.of(outputs.apply(step.id())))));
    }

    private static JsonArray command(String handler) {
        var words = new ArrayList<>(RUNNER);
        words.add(handler);
        return JsonArray.ofStrings(words);
    }
}
