package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;

/**
 * Reads a workflow in the form that can run: agents, steps and the edges of both under {@code
 * flow}, or agents only in {@code runtime.bindings}.
 *
 * @see "manifest contract, sections 4.1 and 5.2"
 */
final class ExecutableReader {

    private static final List<String> FORBIDDEN = List.of("nodes", "edges", "daemon");

    private ExecutableReader() {}

    /**
     * @param strict whether the order of the steps has to be complete
     */
    static Optional<RuntimeManifest> read(Fields top, ManifestLimits limits, boolean strict) {
        if (WorkflowReader.refuseFields(top, FORBIDDEN, top.has("flow") ? "flow" : "runtime")) {
            return Optional.empty();
        }
        if (strict) {
            StrictFields.ofExecutable(top);
        }
        var id = top.text("manifest.field_type", "id");
        var name = top.text("manifest.field_type", "name");
        var header =
                Header.read(
                        top,
                        Header.identifier(top, "graph_id"),
                        name.or(() -> id),
                        Optional.empty());
        return Optional.of(new Lowering(Layout.executable(top), header, limits, strict).lower());
    }
}
