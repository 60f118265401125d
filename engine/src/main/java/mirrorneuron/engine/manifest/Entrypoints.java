package mirrorneuron.engine.manifest;

import java.util.LinkedHashSet;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** Who gets the first messages: the nodes that the author lists, else those with a root's role. */
final class Entrypoints {

    private Entrypoints() {}

    /**
     * What an author listed.
     *
     * @param any whether there was a list with something in it, even if nothing of it can be used
     */
    record Written(boolean any, List<AgentId> ids) {}

    static Written written(Fields holder, NodeDrafts nodes, String... names) {
        return read(
                holder, nodes, "It is ignored: nodes with role root are the entrypoints.", names);
    }

    /** Nodes that get a first message beside those that begin the work. */
    static List<AgentId> auxiliary(Fields holder, NodeDrafts nodes) {
        return read(holder, nodes, "It is ignored.", "auxiliary_entrypoints").ids();
    }

    private static Written read(
            Fields holder, NodeDrafts nodes, String otherwise, String... names) {
        var values = values(holder, otherwise, names);
        var ids = new LinkedHashSet<AgentId>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof JsonString(var text) && nodes.has(text.strip())) {
                ids.add(AgentId.of(text.strip()));
            } else {
                boolean listed = holder.value(names) instanceof JsonArray;
                holder.findings()
                        .wrong(
                                "manifest.entrypoint_unknown",
                                listed ? holder.at(names).element(i) : holder.at(names),
                                values.get(i),
                                "the node_id of a node",
                                "");
            }
        }
        return new Written(!values.isEmpty(), List.copyOf(ids));
    }

    private static List<JsonValue> values(Fields holder, String otherwise, String... names) {
        return switch (holder.value(names)) {
            case JsonArray array -> array.values();
            case JsonString(var text) when !text.isBlank() -> List.of(holder.value(names));
            case JsonNull _ -> List.of();
            default -> {
                holder.findings()
                        .odd(
                                "manifest.entrypoints_type",
                                holder.at(names),
                                holder.value(names),
                                "a list of node ids",
                                otherwise);
                yield List.of();
            }
        };
    }

    static List<AgentId> roots(List<NodeSpec> nodes) {
        return nodes.stream()
                .filter(node -> node.role().filter(Entrypoints::isRoot).isPresent())
                .map(NodeSpec::id)
                .distinct()
                .toList();
    }

    private static boolean isRoot(String role) {
        return role.equals("root") || role.equals("root_coordinator");
    }
}
