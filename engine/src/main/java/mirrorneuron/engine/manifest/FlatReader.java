package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.WorkflowSpec;

/**
 * Reads a manifest with nodes and edges at the top.
 *
 * @see "manifest contract, section 2"
 */
final class FlatReader {

    private final Fields top;
    private final Findings findings;
    private final ManifestLimits limits;

    FlatReader(Fields top, ManifestLimits limits) {
        this.top = top;
        this.findings = top.findings();
        this.limits = limits;
    }

    Optional<RuntimeManifest> read() {
        var header = Header.readFlat(top);
        var policies = PolicyReader.read(top, header);
        var nodes = nodes(policies.restart());
        var declared = declaredIds();
        var edges = new EdgeReader(top, declared, limits.edgesMax()).read();
        var entrypoints = entrypoints(nodes, declared);
        var inputs = new InitialInputs(top, entrypoints).read();
        Sections.check(top);
        checkTerminalSinks(edges);
        warnOfEndlessJob(policies.jobType(), nodes);
        boolean emptyWorkflow = nodes.isEmpty() && Dialect.isDeclaredWorkflow(top.json());
        return Optional.of(
                new RuntimeManifest(
                        (emptyWorkflow ? Dialect.WORKFLOW : Dialect.FLAT).wire(),
                        header.graphId(),
                        header.jobName(),
                        header.manifestVersion(),
                        header.type(),
                        policies.jobType(),
                        nodes,
                        edges,
                        entrypoints,
                        inputs,
                        policies.policies(),
                        WorkflowSpec.none(),
                        top.json().object("metadata"),
                        top.json()));
    }

    private List<NodeSpec> nodes(RestartPolicy restart) {
        var array = top.array("manifest.field_type", "nodes");
        if (array.isEmpty()) {
            reportNoNodes();
            return List.of();
        }
        if (array.size() > limits.nodesMax()) {
            findings.error(
                    "manifest.too_many_nodes",
                    top.at("nodes"),
                    "Expected at most " + limits.nodesMax() + " nodes, but found " + array.size(),
                    "Split the graph, or let one agent handle many items.");
            return List.of();
        }
        var reader = new NodeReader(restart, limits.nodeConfigBytesMax());
        var nodes = new ArrayList<NodeSpec>(array.size());
        var seen = new HashSet<String>();
        var repeated = new HashSet<String>();
        for (var node : top.objects("node.not_an_object", "nodes")) {
            reader.read(node).ifPresent(nodes::add);
            var id = NodeReader.idOf(node);
            if (id.isPresent() && !seen.add(id.get()) && repeated.add(id.get())) {
                findings.error(
                        "node.id_duplicate",
                        node.at("node_id", "id"),
                        "Expected every node_id once, but found " + id.get() + " again",
                        "Rename one of the nodes.");
            }
        }
        return nodes;
    }

    private void reportNoNodes() {
        if (Dialect.isDeclaredWorkflow(top.json())) {
            WorkflowReader.warnEmpty(top);
        } else if (top.value("nodes") instanceof JsonArray || top.value("nodes").isNull()) {
            findings.error(
                    "manifest.nodes_empty",
                    top.at("nodes"),
                    "Expected at least one node, but found none",
                    "Add the agents of the workflow under nodes.");
        }
    }

    /** Ids as written, so that an edge to a node that has another mistake is not reported too. */
    private Set<String> declaredIds() {
        var ids = new HashSet<String>();
        for (var node : top.json().array("nodes")) {
            if (node instanceof JsonObject object) {
                NodeReader.idOf(new Fields(object, top.place(), findings)).ifPresent(ids::add);
            }
        }
        return ids;
    }

    private List<AgentId> entrypoints(List<NodeSpec> nodes, Set<String> declared) {
        var written = writtenEntrypoints();
        var ids = new LinkedHashSet<AgentId>();
        for (int i = 0; i < written.size(); i++) {
            var value = written.get(i);
            if (value instanceof JsonString(var text) && declared.contains(text.strip())) {
                ids.add(AgentId.of(text.strip()));
            } else {
                boolean listed = top.value("entrypoints") instanceof JsonArray;
                findings.wrong(
                        "manifest.entrypoint_unknown",
                        listed ? top.at("entrypoints").element(i) : top.at("entrypoints"),
                        value,
                        "the node_id of a node",
                        "");
            }
        }
        if (!written.isEmpty()) {
            return List.copyOf(ids);
        }
        for (var node : nodes) {
            if (node.role().filter(FlatReader::isRootRole).isPresent()) {
                ids.add(node.id());
            }
        }
        if (ids.isEmpty() && !nodes.isEmpty()) {
            findings.error(
                    "manifest.entrypoint_missing",
                    top.at("entrypoints"),
                    "Expected entrypoints or a node with role root, but found neither",
                    "List the agents that receive the first messages under entrypoints.");
        }
        return List.copyOf(ids);
    }

    private List<JsonValue> writtenEntrypoints() {
        return switch (top.value("entrypoints")) {
            case JsonArray array -> array.values();
            case JsonString(var text) when !text.isBlank() -> List.of(top.value("entrypoints"));
            case JsonNull _ -> List.of();
            default -> {
                findings.odd(
                        "manifest.entrypoints_type",
                        top.at("entrypoints"),
                        top.value("entrypoints"),
                        "a list of node ids",
                        "It is ignored: nodes with role root are the entrypoints.");
                yield List.of();
            }
        };
    }

    static boolean isRootRole(String role) {
        return role.equals("root") || role.equals("root_coordinator");
    }

    private void checkTerminalSinks(List<EdgeSpec> edges) {
        var senders = new HashSet<String>();
        for (var edge : edges) {
            senders.add(edge.from().value());
        }
        var nodes = top.json().array("nodes");
        for (int i = 0; i < nodes.size(); i++) {
            if (!(nodes.get(i) instanceof JsonObject json)) {
                continue;
            }
            var node = new Fields(json, top.at("nodes").element(i), findings);
            var id = NodeReader.idOf(node);
            if (json.object("config").bool("terminal_sink").orElse(false)
                    && id.filter(senders::contains).isPresent()) {
                findings.error(
                        "node.terminal_sink_has_edges",
                        node.place().member("config").member("terminal_sink"),
                        "Expected no edges from terminal sink " + id.get() + ", but found some",
                        "Remove the edges, or terminal_sink.");
            }
        }
    }

    /**
     * A command may also end the run by what it prints, which nobody can know beforehand, and so
     * may a module; a graph that has only commands is warned about, because forgetting the end is
     * the usual mistake.
     */
    private void warnOfEndlessJob(String jobType, List<NodeSpec> nodes) {
        boolean ends = jobType.equals("batch") || jobType.equals("sysbatch");
        if (ends && !nodes.isEmpty() && nodes.stream().noneMatch(FlatReader::canCompleteRun)) {
            findings.warning(
                    "job.no_completion_path",
                    top.at("nodes"),
                    "Expected a node that completes the run, but found none: the job runs until it"
                            + " is cancelled, unless a command prints complete_run",
                    "End the graph in an aggregator with terminal_sink and complete_run, or make"
                            + " it a service.");
        }
    }

    private static boolean canCompleteRun(NodeSpec node) {
        return switch (node.behaviour()) {
            case Behaviour.Router _ -> false;
            case Behaviour.Aggregator aggregator ->
                    aggregator.completesRun()
                            && (aggregator.completeOnMessage()
                                    || aggregator.allSources()
                                    || aggregator.completeAfter().isPresent());
            case Behaviour.Sensor sensor -> sensor.completesRun();
            case Behaviour.Executor executor -> executor.completesRun();
            case Behaviour.Module _ -> true;
        };
    }
}
