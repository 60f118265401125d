package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.WorkflowSpec;

/**
 * Manifests that speak of steps. Only the one with nothing in it can run without the workflow
 * ledger: it is finished as soon as it starts.
 *
 * @see "manifest contract, sections 4 and 5.6"
 */
final class WorkflowReader {

    private static final List<String> FORBIDDEN =
            List.of("graph_id", "nodes", "edges", "entrypoints", "flow", "daemon");

    private WorkflowReader() {}

    /** Says that the dialect cannot run yet. */
    static void refuse(Fields top, Dialect dialect) {
        var member =
                switch (dialect) {
                    case WORKFLOW -> "workflow";
                    case EXECUTABLE -> top.has("flow") ? "flow" : "runtime";
                    case SOURCE -> top.has("kind") ? "kind" : "apiVersion";
                    case FLAT -> throw new IllegalArgumentException("flat manifests can run");
                };
        top.findings()
                .error(
                        "manifest.dialect_unsupported",
                        top.at(member),
                        "Expected a manifest with nodes and edges, but found a workflow ("
                                + dialect.wire()
                                + "): workflow manifests come with the workflow ledger, which this"
                                + " runtime does not have",
                        "Submit the runtime graph itself: graph_id, nodes, edges, entrypoints.");
    }

    static Optional<RuntimeManifest> read(Fields top) {
        boolean mixed = false;
        for (var name : FORBIDDEN) {
            if (top.has(name)) {
                mixed = true;
                top.findings()
                        .error(
                                "workflow.field_not_allowed",
                                top.place().member(name),
                                "Expected no " + name + " beside workflow, but found one",
                                "Remove " + name + ", or remove workflow.");
            }
        }
        if (mixed) {
            return Optional.empty();
        }
        if (!isEmpty(top.json())) {
            refuse(top, Dialect.WORKFLOW);
            return Optional.empty();
        }
        return empty(top);
    }

    private static boolean isEmpty(JsonObject document) {
        var workflow = document.object("workflow");
        var steps = workflow.has("steps") ? workflow.at("steps") : workflow.at("nodes");
        return isNothing(steps)
                && isNothing(document.object("agents").at("nodes"))
                && isNothing(document.object("runtime").at("bindings"));
    }

    private static boolean isNothing(JsonValue value) {
        return switch (value) {
            case JsonArray array -> array.isEmpty();
            case JsonObject object -> object.isEmpty();
            default -> value.isNull();
        };
    }

    private static Optional<RuntimeManifest> empty(Fields top) {
        var workflow = top.fields("manifest.field_type", "workflow");
        var graphId =
                workflow.json().string("workflow_id").filter(id -> !id.isBlank()).isPresent()
                        ? Header.identifier(workflow, "workflow_id")
                        : Header.identifier(top, "id");
        var name = top.text("manifest.field_type", "name");
        var header = Header.read(top, graphId, name, Optional.of("1.0"));
        var policies = PolicyReader.read(top, header);
        Sections.check(top);
        warnEmpty(top);
        return graphId.map(
                _ ->
                        new RuntimeManifest(
                                Dialect.WORKFLOW.wire(),
                                header.graphId(),
                                header.jobName(),
                                header.manifestVersion(),
                                header.type(),
                                policies.jobType(),
                                List.of(),
                                List.of(),
                                List.of(),
                                Map.of(),
                                policies.policies(),
                                WorkflowSpec.none(),
                                top.json().object("metadata"),
                                top.json()));
    }

    static void warnEmpty(Fields top) {
        top.findings()
                .warning(
                        "workflow.empty",
                        top.at("workflow", "nodes"),
                        "Expected steps, but found none: the job completes as soon as it starts",
                        "Add steps when there is work to do.");
    }
}
