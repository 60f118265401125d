package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.manifest.EdgeSpec.RoutingMode;
import mirrorneuron.engine.routing.Condition;
import mirrorneuron.engine.routing.ConditionParser;
import mirrorneuron.engine.routing.ConditionParser.Result.Malformed;
import mirrorneuron.engine.routing.ConditionParser.Result.Parsed;

/**
 * Reads the edges. An edge without an id gets one from its place in the graph, because the ids of
 * messages depend on it and must be the same after every restart.
 *
 * @see "manifest contract, section 2.4"
 */
final class EdgeReader {

    private static final List<String> MODES = List.of("broadcast", "first_match", "all_match");
    private static final Set<String> KNOWN =
            Set.of(
                    "edge_id",
                    "id",
                    "from_node",
                    "from",
                    "to_node",
                    "to",
                    "message_type",
                    "event",
                    "routing_mode",
                    "conditions",
                    "description",
                    "label",
                    "metadata");

    private final Findings findings;
    private final Predicate<String> isNode;
    private final int edgesMax;
    private final Set<String> ids = new HashSet<>();
    private final List<EdgeSpec> edges = new ArrayList<>();

    /**
     * @param isNode whether there is a node of that id, even one with a mistake in it
     */
    EdgeReader(Findings findings, Predicate<String> isNode, int edgesMax) {
        this.findings = findings;
        this.isNode = isNode;
        this.edgesMax = edgesMax;
    }

    /** Reads the edges that this object lists under the first of the names that it has. */
    void readAll(Fields holder, String... names) {
        int count = holder.array("manifest.field_type", names).size();
        if (edges.size() + (long) count > edgesMax) {
            findings.error(
                    "manifest.too_many_edges",
                    holder.at(names),
                    "Expected at most "
                            + edgesMax
                            + " edges, but found "
                            + (edges.size() + (long) count),
                    "Let one edge carry several message types with *.");
        } else if (count > 0) {
            holder.objects("edge.not_an_object", names).forEach(this::readOne);
        }
    }

    /** Reads one edge, written or derived. */
    void readOne(Fields edge) {
        read(edge, edges.size()).ifPresent(edges::add);
    }

    /** The edges in the order in which they were read. */
    List<EdgeSpec> edges() {
        return List.copyOf(edges);
    }

    private Optional<EdgeSpec> read(Fields edge, int index) {
        edge.warnUnknown("edge.field_unknown", KNOWN, "It is kept, and has no effect.");
        var from = node(edge, "edge.from_unknown", "from_node", "from");
        var to = node(edge, "edge.to_unknown", "to_node", "to");
        var type = messageType(edge);
        var mode =
                edge.word("edge.routing_mode_unsupported", MODES, "routing_mode")
                        .map(word -> RoutingMode.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(RoutingMode.BROADCAST);
        var condition = condition(edge);
        var id = id(edge);
        if (from.isEmpty() || to.isEmpty() || type.isEmpty()) {
            return Optional.empty();
        }
        var given = id.orElseGet(() -> EdgeSpec.idOf(index, from.get(), to.get(), type.get()));
        return Optional.of(
                new EdgeSpec(index, given, from.get(), to.get(), type.get(), mode, condition));
    }

    private Optional<AgentId> node(Fields edge, String code, String... names) {
        if (edge.value(names) instanceof JsonString(var text) && isNode.test(text.strip())) {
            return Optional.of(AgentId.of(text.strip()));
        }
        edge.wrong(code, "the node_id of a node", names);
        return Optional.empty();
    }

    private Optional<String> messageType(Fields edge) {
        if (edge.value("message_type", "event") instanceof JsonString(var text)
                && !text.isBlank()) {
            return Optional.of(text.strip());
        }
        findings.wrong(
                "edge.message_type_required",
                edge.at("message_type", "event"),
                edge.value("message_type", "event"),
                "a message type, or * for every type",
                "");
        return Optional.empty();
    }

    private Optional<String> id(Fields edge) {
        var value = edge.value("edge_id", "id");
        return switch (value) {
            case JsonNull _ -> Optional.empty();
            case JsonString(var text) when Identifiers.isValid(text.strip()) -> {
                var id = text.strip();
                if (!ids.add(id)) {
                    findings.error(
                            "edge.id_duplicate",
                            edge.at("edge_id", "id"),
                            "Expected every edge_id once, but found " + id + " again",
                            "Rename one of the edges, or leave its id out.");
                }
                yield Optional.of(id);
            }
            default -> {
                edge.wrong("edge.id_invalid", Identifiers.EXPECTED, "edge_id", "id");
                yield Optional.empty();
            }
        };
    }

    private Condition condition(Fields edge) {
        return switch (ConditionParser.parse(edge.value("conditions"))) {
            case Parsed(var condition) -> condition;
            case Malformed(var problem, var pointer) -> {
                findings.error(
                        "edge.conditions_invalid",
                        edge.at("conditions").inside(pointer),
                        problem,
                        "Write {\"expr\": \"${payload.name} == \\\"value\\\"\"}, or {\"path\","
                                + " \"op\", \"value\"}.");
                yield new Condition.Always();
            }
        };
    }
}
