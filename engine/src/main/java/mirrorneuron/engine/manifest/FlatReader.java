package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
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
        checkForms();
        var header = Header.readFlat(top);
        var policies = PolicyReader.read(top, header);
        var drafts = drafts();
        var nodes =
                drafts.read(
                        new NodeReader(
                                policies.restart(), limits.nodeConfigBytesMax(), Completion.EARLY));
        var edges = new EdgeReader(findings, drafts::has, limits.edgesMax());
        edges.readAll(top, "edges");
        var entrypoints = entrypoints(nodes, drafts);
        var inputs = new InitialInputs(findings, entrypoints);
        inputs.read(top, "initial_inputs");
        Sections.check(top);
        drafts.checkSinks(edges.edges());
        new FlowCheck(findings, drafts, Set.of()).check(nodes);
        CompletionPath.check(top.at("nodes"), findings, policies.jobType(), nodes);
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
                        edges.edges(),
                        entrypoints,
                        inputs.inputs(),
                        policies.policies(),
                        WorkflowSpec.none(),
                        top.json().object("metadata"),
                        top.json()));
    }

    /** A member of another form that is not what it is there was meant to be it. */
    private void checkForms() {
        top.object("manifest.field_type", "workflow");
        top.object("manifest.field_type", "flow");
    }

    private NodeDrafts drafts() {
        var drafts = new NodeDrafts(findings, limits);
        if (top.array("manifest.field_type", "nodes").isEmpty()) {
            reportNoNodes();
        } else {
            drafts.declareAll(top, "nodes");
        }
        return drafts;
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

    private List<AgentId> entrypoints(List<NodeSpec> nodes, NodeDrafts drafts) {
        var written = Entrypoints.written(top, drafts, "entrypoints");
        if (written.any()) {
            return written.ids();
        }
        var roots = Entrypoints.roots(nodes);
        if (roots.isEmpty() && !nodes.isEmpty()) {
            findings.error(
                    "manifest.entrypoint_missing",
                    top.at("entrypoints"),
                    "Expected entrypoints or a node with role root, but found neither",
                    "List the agents that receive the first messages under entrypoints.");
        }
        return roots;
    }
}
