package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes of a graph before they are read. They are known by their ids as written, so that an
 * edge to a node that has another mistake is not reported too.
 */
final class NodeDrafts {

    private final Findings findings;
    private final ManifestLimits limits;
    private final List<Fields> drafts = new ArrayList<>();
    private final Map<String, Fields> byId = new LinkedHashMap<>();
    private final Set<String> repeated = new HashSet<>();
    private boolean full;

    NodeDrafts(Findings findings, ManifestLimits limits) {
        this.findings = findings;
        this.limits = limits;
    }

    /** Takes the nodes that an author lists; an id that comes again is reported once. */
    void declareAll(Fields holder, String name) {
        int count = holder.array("manifest.field_type", name).size();
        if (count > limits.nodesMax()) {
            refuseTooMany(holder.at(name), Integer.toString(count));
        } else if (count > 0) {
            holder.objects("node.not_an_object", name).forEach(this::declare);
        }
    }

    private void refuseTooMany(Place place, String found) {
        findings.error(
                "manifest.too_many_nodes",
                place,
                "Expected at most " + limits.nodesMax() + " nodes, but found " + found,
                "Split the graph, or let one agent handle many items.");
    }

    private void declare(Fields node) {
        drafts.add(node);
        var id = NodeReader.idOf(node);
        if (id.isPresent() && byId.putIfAbsent(id.get(), node) != null && repeated.add(id.get())) {
            findings.error(
                    "node.id_duplicate",
                    node.at("node_id", "id"),
                    "Expected every node_id once, but found " + id.get() + " again",
                    "Rename one of the nodes.");
        }
    }

    /** Takes a node that was derived, unless there is one of its id: the first one wins. */
    void derive(Fields node) {
        if (drafts.size() == limits.nodesMax()) {
            if (!full) {
                refuseTooMany(node.place(), "more");
            }
            full = true;
            return;
        }
        var id = NodeReader.idOf(node);
        if (id.isEmpty() || byId.putIfAbsent(id.get(), node) == null) {
            drafts.add(node);
        }
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    Optional<Fields> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    boolean isEmpty() {
        return drafts.isEmpty();
    }

    /** Reads them all, in order. */
    List<NodeSpec> read(NodeReader reader) {
        var nodes = new ArrayList<NodeSpec>(drafts.size());
        for (var draft : drafts) {
            reader.read(draft).ifPresent(nodes::add);
        }
        return nodes;
    }

    /** Reports sinks that pass messages on: the run would end while they are under way. */
    void checkSinks(List<EdgeSpec> edges) {
        var senders = new HashSet<String>();
        for (var edge : edges) {
            senders.add(edge.from().value());
        }
        for (var node : drafts) {
            var config = node.json().object("config");
            var id = NodeReader.idOf(node);
            if (config.bool("terminal_sink").orElse(false)
                    && id.filter(senders::contains).isPresent()) {
                findings.error(
                        "node.terminal_sink_has_edges",
                        node.at("config").member("terminal_sink"),
                        "Expected no edges from terminal sink " + id.get() + ", but found some",
                        "Remove the edges, or terminal_sink.");
            }
        }
    }
}
