package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * Reads one node.
 *
 * @see "manifest contract, sections 2.2 and 2.3"
 */
final class NodeReader {

    private static final Set<String> KNOWN =
            Set.of(
                    "node_id",
                    "id",
                    "agent_type",
                    "agentType",
                    "type",
                    "kind",
                    "role",
                    "config",
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
                    "name",
                    "description",
                    "metadata",
                    "uses",
                    "with");
    private static final List<String> IGNORED =
            List.of("retry_policy", "checkpoint_policy", "spawn_policy");

    private final RestartPolicy jobRestart;
    private final long configBytesMax;
    private final Completion completion;
    private final Dormant dormant = new Dormant();

    NodeReader(RestartPolicy jobRestart, long configBytesMax, Completion completion) {
        this.jobRestart = jobRestart;
        this.configBytesMax = configBytesMax;
        this.completion = completion;
    }

    /** The id as written, stripped; empty when there is none. It may break the identifier rule. */
    static Optional<String> idOf(Fields node) {
        return node.value("node_id", "id") instanceof JsonString(var text) && !text.isBlank()
                ? Optional.of(text.strip())
                : Optional.empty();
    }

    /** The node; empty when it has no usable id or type, which is reported like everything else. */
    Optional<NodeSpec> read(Fields node) {
        var id = id(node);
        var config = config(node);
        var type = agentType(node, config);
        var template = template(node);
        if (type.isPresent() && template.isPresent() && !template.get().allowedFor(type.get())) {
            node.wrong(
                    "node.template_incompatible",
                    "a template that " + type.get().wire() + " nodes may have",
                    "type",
                    "kind");
        }
        node.warnUnknown("node.field_unknown", KNOWN, "It is kept, and has no effect.");
        warnIgnored(node);
        var resources = Placement.resources(node, config);
        Placement.constraints(node, config);
        ServiceCheck.checkNode(node);
        dormant.checkNode(node, config);
        var restart =
                PolicyReader.ofNode(node, idOf(node).orElse(node.place().label()), jobRestart);
        completion.check(config);
        var backpressure = Backpressures.read(config);
        var safety = SafetyFlags.read(config);
        var behaviour = type.map(t -> BehaviourReader.read(t, config, node, completion));
        if (id.isEmpty() || behaviour.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new NodeSpec(
                        id.get(),
                        type.get(),
                        declaredType(node).orElse(type.get().wire()),
                        template.orElse(Template.GENERIC),
                        node.text("node.role_invalid", "role"),
                        display(node),
                        behaviour.get(),
                        restart,
                        backpressure,
                        safety,
                        resources,
                        config.json(),
                        config.place().location()));
    }

    private static JsonObject display(Fields node) {
        var display = JsonObject.builder();
        for (var name : List.of("alias", "display_name", "label")) {
            node.json().string(name).ifPresent(text -> display.put(name, text.strip()));
        }
        return display.build();
    }

    private static Optional<AgentId> id(Fields node) {
        var value = node.value("node_id", "id");
        if (value.isNull() || (value instanceof JsonString(var text) && text.isBlank())) {
            node.findings()
                    .error(
                            "node.id_required",
                            node.at("node_id", "id"),
                            "Expected a node_id, but found none",
                            "Name the node; edges refer to it by this name.");
            return Optional.empty();
        }
        var id = idOf(node).filter(Identifiers::isValid);
        if (id.isEmpty()) {
            node.wrong("node.id_invalid", Identifiers.EXPECTED, "node_id", "id");
        }
        return id.map(AgentId::of);
    }

    private Fields config(Fields node) {
        var config = node.fields("node.config_type", "config");
        // The document's own depth was checked, so this descent is bounded.
        long bytes = DocumentSize.of(config.json(), Integer.MAX_VALUE).bytes();
        if (bytes > configBytesMax) {
            node.findings()
                    .error(
                            "node.config_too_large",
                            config.place(),
                            "Expected at most " + configBytesMax + " bytes, but found " + bytes,
                            "Move large data into a payload file.");
        }
        return config;
    }

    private static Optional<String> declaredType(Fields node) {
        return node.json().string("agent_type").or(() -> node.json().string("agentType"));
    }

    private static Optional<AgentType> agentType(Fields node, Fields config) {
        var value = node.value("agent_type", "agentType");
        if (value.isNull() && !config.value("command").isNull()) {
            return Optional.of(AgentType.EXECUTOR);
        }
        var type =
                value instanceof JsonString(var name)
                        ? AgentType.ofName(name.strip())
                        : Optional.<AgentType>empty();
        if (type.isEmpty()) {
            node.wrong(
                    "node.agent_type_unsupported",
                    "one of router, executor, aggregator, sensor, module, step_source, step_join,"
                            + " step_sink",
                    "agent_type",
                    "agentType");
        }
        return type;
    }

    private static Optional<Template> template(Fields node) {
        var value = node.value("type", "kind");
        if (value.isNull() || (value instanceof JsonString(var text) && text.isBlank())) {
            return Optional.of(Template.GENERIC);
        }
        var template =
                value instanceof JsonString(var name)
                        ? Template.ofName(name.strip())
                        : Optional.<Template>empty();
        if (template.isEmpty()) {
            node.wrong(
                    "node.template_unsupported",
                    "one of generic, stream, map, reduce, batch",
                    "type",
                    "kind");
        }
        return template;
    }

    private static void warnIgnored(Fields node) {
        for (var name : IGNORED) {
            if (!Dormant.isNothing(node.value(name))) {
                node.findings()
                        .warning(
                                "node.field_ignored",
                                node.at(name),
                                "Expected no " + name + ", but found one: it has no effect",
                                "Use config.max_attempts for tries of a message, and"
                                        + " policies.restart for restarts of the agent.");
            }
        }
    }
}
