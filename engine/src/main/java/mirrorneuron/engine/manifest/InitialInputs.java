package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.message.MessageFormat;

/**
 * Reads what the entrypoints receive first. An absent key means one empty message and an empty list
 * means none, so the two are kept apart.
 *
 * @see "manifest contract, section 2.6"
 */
final class InitialInputs {

    /** The key of messages that every entrypoint without a key of its own receives. */
    private static final String ALL = "__entrypoints__";

    private final Fields top;
    private final Findings findings;
    private final Set<AgentId> entrypoints;

    InitialInputs(Fields top, List<AgentId> entrypoints) {
        this.top = top;
        this.findings = top.findings();
        this.entrypoints = new LinkedHashSet<>(entrypoints);
    }

    Map<AgentId, List<JsonValue>> read() {
        return switch (top.value("initial_inputs")) {
            case JsonNull _ -> Map.of();
            case JsonArray shared -> forAll(messages(shared, top.at("initial_inputs")));
            case JsonObject byNode -> byNode(byNode);
            default -> {
                findings.odd(
                        "initial_inputs.type",
                        top.at("initial_inputs"),
                        top.value("initial_inputs"),
                        "an object by entrypoint, or a list",
                        "It is ignored: every entrypoint receives one empty message.");
                yield Map.of();
            }
        };
    }

    private Map<AgentId, List<JsonValue>> forAll(List<JsonValue> messages) {
        var inputs = new LinkedHashMap<AgentId, List<JsonValue>>();
        entrypoints.forEach(entrypoint -> inputs.put(entrypoint, messages));
        return inputs;
    }

    private Map<AgentId, List<JsonValue>> byNode(JsonObject byNode) {
        var inputs = new LinkedHashMap<AgentId, List<JsonValue>>();
        var place = top.at("initial_inputs");
        if (byNode.has(ALL)) {
            inputs.putAll(forAll(messages(byNode.at(ALL), place.member(ALL))));
        }
        byNode.forEach(
                (name, value) -> {
                    if (name.equals(ALL)) {
                        return;
                    }
                    var messages = messages(value, place.member(name));
                    if (!name.isBlank() && entrypoints.contains(AgentId.of(name))) {
                        inputs.put(AgentId.of(name), messages);
                    } else {
                        findings.warning(
                                "initial_inputs.unused",
                                place.member(name),
                                "Expected the node_id of an entrypoint, but found " + name,
                                "Add the node to entrypoints, or remove its inputs.");
                    }
                });
        return inputs;
    }

    private List<JsonValue> messages(JsonValue value, Place place) {
        if (!(value instanceof JsonArray array)) {
            check(value, place);
            return List.of(value);
        }
        var messages = new ArrayList<JsonValue>(array.size());
        for (int i = 0; i < array.size(); i++) {
            check(array.get(i), place.element(i));
            messages.add(array.get(i));
        }
        return messages;
    }

    private void check(JsonValue message, Place place) {
        if (!(message instanceof JsonObject object)) {
            findings.wrong("message.not_an_object", place, message, "a message object", "");
            return;
        }
        var reserved = MessageFormat.reservedKeysOf(object);
        if (!reserved.isEmpty()) {
            findings.warning(
                    "initial_inputs.reserved_key",
                    place,
                    "Expected a body, but found words that describe a message: "
                            + String.join(", ", reserved),
                    "If they are part of the body, write {\"body\": {…}}.");
        }
    }
}
