package mirrorneuron.engine.manifest;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonObject;

/** The forms in which a workflow may be written; the first test that holds decides. */
enum Dialect {
    /** Steps as source, which a builder expands. */
    SOURCE,
    /** Steps as an author writes them, under {@code workflow}. */
    WORKFLOW,
    /** Steps with their runtime graph, under {@code flow}. */
    EXECUTABLE,
    /** Nodes and edges at the top. */
    FLAT;

    private static final Set<String> VERSIONS = Set.of("mn.workflow/v1", "mn.workflow/v2");

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Dialect of(JsonObject document) {
        var version = document.string("apiVersion");
        var kind = document.string("kind");
        if (kind.equals(Optional.of("WorkflowSource"))
                || version.filter(v -> v.startsWith("mn.workflow.source/")).isPresent()) {
            return SOURCE;
        }
        boolean declared = isDeclaredWorkflow(document);
        boolean hasWorkflow = document.at("workflow") instanceof JsonObject;
        boolean hasFlow = document.at("flow") instanceof JsonObject;
        if (declared && hasWorkflow) {
            return WORKFLOW;
        }
        if (declared && (hasFlow || !document.object("runtime").object("bindings").isEmpty())) {
            return EXECUTABLE;
        }
        if (hasWorkflow && (version.isEmpty() || isWorkflowVersion(version.get()))) {
            return WORKFLOW;
        }
        return hasFlow ? EXECUTABLE : FLAT;
    }

    /** True when the document calls itself a workflow by its version or kind. */
    static boolean isDeclaredWorkflow(JsonObject document) {
        return document.string("apiVersion").filter(VERSIONS::contains).isPresent()
                || document.string("kind").equals(Optional.of("Workflow"));
    }

    static boolean isKnownVersion(String version) {
        return VERSIONS.contains(version);
    }

    static boolean isWorkflowVersion(String version) {
        return version.startsWith("mn.workflow/");
    }
}
