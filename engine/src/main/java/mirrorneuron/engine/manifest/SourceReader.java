package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;

/**
 * Reads a workflow as source: steps name functions or agents, and the graph that runs them follows
 * from the steps.
 *
 * @see "manifest contract, section 5.5"
 */
final class SourceReader {

    private static final List<String> VERSIONS =
            List.of("mn.workflow.source/v1", "mn.workflow.source/v2");

    private SourceReader() {}

    /**
     * @param strict whether everything that an author must write has to be there
     */
    static Optional<RuntimeManifest> read(Fields top, ManifestLimits limits, boolean strict) {
        var version = top.json().string("apiVersion").orElse("");
        if (!top.value("apiVersion").isNull() && !VERSIONS.contains(version)) {
            top.wrong(
                    "manifest.api_version_unsupported",
                    String.join(" or ", VERSIONS),
                    "apiVersion");
        }
        if (!top.value("kind").isNull()
                && !top.json().string("kind").equals(Optional.of("WorkflowSource"))) {
            top.wrong("manifest.kind_unsupported", "WorkflowSource", "kind");
        }
        if (strict) {
            StrictFields.ofSource(top);
        }
        return Optional.of(new Lowering(Layout.source(top), header(top), limits, strict).lower());
    }

    private static Header header(Fields top) {
        var workflow = top.fields("workflow.field_type", "workflow");
        var identity = top.fields("source.field_type", "identity");
        boolean named = !workflow.value("workflow_id").isNull();
        var graphId =
                named
                        ? Header.identifier(workflow, "workflow_id")
                        : Header.identifier(identity, "id");
        var id = named ? identity.text("manifest.field_type", "id") : graphId;
        var name = identity.text("manifest.field_type", "name");
        var jobName = identity.text("manifest.field_type", "job_name");
        return Header.read(
                top,
                graphId,
                jobName.or(() -> name).or(() -> id),
                identity.json().string("manifest_version").or(() -> Optional.of("1.0")));
    }
}
