package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * Reads what the entrypoints receive first. An absent key means one empty message and an empty list
 * means none, so the two are kept apart.
 *
 * @see "manifest contract, section 2.6"
 */
final class InitialInputs {

    /** The key of messages that every entrypoint without a key of its own receives. */
    private static final String ALL = "__entrypoints__";

    private final Findings findings;
    private final Set<AgentId> entrypoints;
    private final Map<AgentId, List<JsonValue>> inputs = new LinkedHashMap<>();

    InitialInputs(Findings findings, List<AgentId> entrypoints) {
        this.findings = findings;
        this.entrypoints = new LinkedHashSet<>(entrypoints);
    }

    /** Reads what a member says; an entrypoint that has messages already keeps them. */
    void read(Fields holder, String... names) {
        switch (holder.value(names)) {
            case JsonNull _ -> {}
            case JsonArray shared -> {
                var messages = messages(shared, holder.at(names));
                entrypoints.forEach(entrypoint -> inputs.putIfAbsent(entrypoint, messages));
            }
            case JsonObject byNode -> byNode(byNode, holder.at(names));
            default ->
                    findings.odd(
                            "initial_inputs.type",
                            holder.at(names),
                            holder.value(names),
                            "an object by entrypoint, or a list",
                            "It is ignored: every entrypoint receives one empty message.");
        }
    }

    /** Reads the messages of one entrypoint. */
    void readFor(AgentId entrypoint, JsonValue value, Place place) {
        var messages = messages(value, place);
        if (entrypoints.contains(entrypoint)) {
            inputs.putIfAbsent(entrypoint, messages);
        } else {
            unused(entrypoint.value(), place);
        }
    }

    Map<AgentId, List<JsonValue>> inputs() {
        return inputs;
    }

    private void byNode(JsonObject byNode, Place place) {
        byNode.forEach(
                (name, value) -> {
                    if (name.equals(ALL)) {
                        return;
                    }
                    if (name.isBlank()) {
                        messages(value, place.member(name));
                        unused(name, place.member(name));
                    } else {
                        readFor(AgentId.of(name), value, place.member(name));
                    }
                });
        if (byNode.has(ALL)) {
            var shared = messages(byNode.at(ALL), place.member(ALL));
            entrypoints.forEach(entrypoint -> inputs.putIfAbsent(entrypoint, shared));
        }
    }

    private void unused(String name, Place place) {
        findings.warning(
                "initial_inputs.unused",
                place,
                "Expected the node_id of an entrypoint, but found " + name,
                "Add the node to entrypoints, or remove its inputs.");
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
