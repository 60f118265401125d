package mirrorneuron.engine.manifest;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Makes a node of a worker, which is how bindings and agent packages describe one.
 *
 * @see "manifest contract, section 5.4"
 */
final class WorkerNode {

    /** Members that mean the same in a worker and in a node. */
    private static final List<String> SAME =
            List.of(
                    "resources",
                    "constraints",
                    "placement_requirements",
                    "tool_bindings",
                    "retry_policy",
                    "checkpoint_policy",
                    "spawn_policy",
                    "policies",
                    "services",
                    "requires_services",
                    "requiresServices",
                    "alias",
                    "display_name",
                    "label",
                    "uses");

    /**
     * What an agent package stands for.
     *
     * @param template empty when the worker may choose
     * @param config what the worker's own settings are laid over
     */
    private record Package(
            AgentType type, Optional<Template> template, Optional<String> role, JsonObject config) {

        static Package of(AgentType type, Template template) {
            return new Package(type, Optional.of(template), Optional.empty(), JsonObject.empty());
        }

        static Package executor(String runner) {
            return new Package(
                    AgentType.EXECUTOR,
                    Optional.of(Template.MAP),
                    Optional.empty(),
                    JsonObject.of("runner_module", JsonString.of(runner)));
        }
    }

    /** The config of a node that ends the run with the first message it gets. */
    static final JsonObject SINK_CONFIG =
            JsonObject.builder()
                    .put("complete_on_message", true)
                    .put("terminal_sink", true)
                    .put("complete_run", true)
                    .build();

    private WorkerNode() {}

    /** The node, which stands where the worker stands. */
    static Fields of(Fields worker) {
        return of(worker, JsonObject.empty());
    }

    /**
     * @param defaults what the worker's own settings are laid over
     */
    static Fields of(Fields worker, JsonObject defaults) {
        var written = worker.fields("binding.field_type", "with", "config");
        var known = known(worker, written.json());
        var config = known.config().isEmpty() ? defaults : merged(defaults, known.config());
        config = config.isEmpty() ? written.json() : merged(config, written.json());
        var role = text(written.json(), "role").or(() -> text(worker.json(), "role"));
        var node =
                JsonObject.builder()
                        .putIfPresent("node_id", Binding.workerId(worker))
                        .put("agent_type", agentType(worker, known))
                        .put("type", template(worker, config, known))
                        .put("config", config)
                        .putIfPresent("role", known.role().or(() -> role));
        for (var name : SAME) {
            worker.json().get(name).ifPresent(value -> node.put(name, value));
        }
        var places = new HashMap<String, Place>();
        places.put("node_id", worker.at("node_id", "node", "id"));
        places.put("config", written.place());
        return new Fields(node.build(), worker.place(), worker.findings(), Map.copyOf(places));
    }

    /** Members of the second object win. */
    static JsonObject merged(JsonObject below, JsonObject above) {
        return JsonObject.builder().putAll(below).putAll(above).build();
    }

    private static JsonValue agentType(Fields worker, Package known) {
        var explicit = worker.value("agent_type", "agentType");
        return explicit.isNull() ? JsonString.of(known.type().wire()) : explicit;
    }

    private static JsonValue template(Fields worker, JsonObject config, Package known) {
        if (config.has("node_type")) {
            return config.at("node_type");
        }
        boolean stream = text(worker.json(), "kind").filter("stream"::equals).isPresent();
        return JsonString.of(
                known.template().orElse(stream ? Template.STREAM : Template.GENERIC).wire());
    }

    private static Package known(Fields worker, JsonObject config) {
        var uses = text(worker.json(), "uses").orElse("");
        var name = uses.contains("@") ? uses.substring(0, uses.indexOf('@')) : uses;
        if (name.endsWith("control.message_router")) {
            return Package.of(AgentType.ROUTER, Template.MAP);
        }
        if (name.endsWith("control.terminal_sink")) {
            return new Package(
                    AgentType.AGGREGATOR,
                    Optional.of(Template.REDUCE),
                    Optional.of("result_sink"),
                    SINK_CONFIG);
        }
        if (name.endsWith("worker.python_docker")) {
            return Package.executor(ExecutorReader.DOCKER);
        }
        if (name.endsWith("worker.python_host") || name.endsWith("worker.llm_host")) {
            return Package.executor(ExecutorReader.HOST);
        }
        if (name.contains("control_router")) {
            return Package.of(AgentType.ROUTER, Template.MAP);
        }
        if (name.contains("control_join")) {
            return Package.of(AgentType.AGGREGATOR, Template.REDUCE);
        }
        if (name.contains("data_module") || name.endsWith("module.beam_module")) {
            return withoutTemplate(AgentType.MODULE);
        }
        var role = text(config, "role").or(() -> text(worker.json(), "role")).orElse("");
        return switch (role.toLowerCase(Locale.ROOT)) {
            case "router" -> withoutTemplate(AgentType.ROUTER);
            case "aggregator", "sink", "join" -> withoutTemplate(AgentType.AGGREGATOR);
            default ->
                    withoutTemplate(
                            text(worker.json(), "kind").filter("stream"::equals).isPresent()
                                    ? AgentType.MODULE
                                    : AgentType.EXECUTOR);
        };
    }

    private static Package withoutTemplate(AgentType type) {
        return new Package(type, Optional.empty(), Optional.empty(), JsonObject.empty());
    }

    private static Optional<String> text(JsonObject json, String name) {
        return json.string(name).map(String::strip).filter(text -> !text.isEmpty());
    }
}
