package mirrorneuron.engine.manifest;

import java.util.Optional;

/** Reads a workflow as source. */
final class SourceReader {

    private SourceReader() {}

    static Optional<RuntimeManifest> read(Fields top, ManifestLimits limits, boolean strict) {
        top.findings()
                .error(
                        "manifest.dialect_unsupported",
                        top.at(top.has("kind") ? "kind" : "apiVersion"),
                        "Expected a workflow, but found its source",
                        "Expand the source and submit the manifest that comes out.");
        return Optional.empty();
    }
}
