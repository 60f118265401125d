package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;

/**
 * Reads a workflow as an author writes it: steps and their edges under {@code workflow}, the agents
 * that run them under {@code agents}.
 *
 * @see "manifest contract, sections 4 and 5.3"
 */
final class WorkflowReader {

    private static final List<String> FORBIDDEN =
            List.of("graph_id", "nodes", "edges", "entrypoints", "flow", "daemon");

    private WorkflowReader() {}

    /**
     * @param strict whether everything that an author must write has to be there
     */
    static Optional<RuntimeManifest> read(Fields top, ManifestLimits limits, boolean strict) {
        // Two graphs in one document: whatever else there is to say, it would be about the wrong
        // one.
        if (refuseFields(top, FORBIDDEN, "workflow")) {
            return Optional.empty();
        }
        if (strict) {
            StrictFields.ofWorkflow(top);
        }
        var workflow = top.fields("workflow.field_type", "workflow");
        boolean named = !workflow.value("workflow_id").isNull();
        var graphId =
                named ? Header.identifier(workflow, "workflow_id") : Header.identifier(top, "id");
        // As the graph's id it was checked above.
        var id = named ? top.text("manifest.field_type", "id") : graphId;
        var name = top.text("manifest.field_type", "name");
        var header = Header.read(top, graphId, name.or(() -> id), Optional.of("1.0"));
        return Optional.of(new Lowering(Layout.workflow(top), header, limits, strict).lower());
    }

    /** Reports members that belong to another form; true when there is one. */
    static boolean refuseFields(Fields top, List<String> names, String form) {
        boolean mixed = false;
        for (var name : names) {
            if (top.has(name)) {
                mixed = true;
                top.findings()
                        .error(
                                "workflow.field_not_allowed",
                                top.place().member(name),
                                "Expected no " + name + " beside " + form + ", but found one",
                                "Remove " + name + ", or remove " + form + ".");
            }
        }
        return mixed;
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
