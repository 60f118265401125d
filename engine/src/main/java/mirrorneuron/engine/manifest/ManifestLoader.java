package mirrorneuron.engine.manifest;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Issue;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/**
 * Turns a submitted document into a definition that can run, or says everything that is wrong with
 * it. Total: no document makes it throw. Stateless; safe from any thread.
 *
 * @see "manifest contract, sections 1 to 6"
 */
public final class ManifestLoader {

    static final String SOURCE = "manifest";

    private ManifestLoader() {}

    /**
     * What loading gave.
     *
     * @param manifest present exactly when no issue is an error
     * @param issues errors and warnings, in the order in which they were found
     */
    public record Loaded(Optional<RuntimeManifest> manifest, List<Issue> issues) {
        public Loaded {
            issues = List.copyOf(issues);
        }
    }

    /** Loads a manifest from JSON text as a submission does. */
    public static Loaded load(byte[] utf8, ManifestLimits limits) {
        return load(utf8, limits, Strictness.LENIENT);
    }

    /** Loads a manifest as a submission does. */
    public static Loaded load(JsonValue document, ManifestLimits limits) {
        return load(document, limits, Strictness.LENIENT);
    }

    /**
     * Loads a manifest from JSON text. Text that is not JSON is one issue, {@code
     * manifest.json_invalid}, that names the byte where it stops being JSON.
     */
    public static Loaded load(byte[] utf8, ManifestLimits limits, Strictness strictness) {
        var findings = new Findings(limits.issuesMax());
        var root = Place.root(SOURCE);
        if (utf8.length > limits.manifestBytesMax()) {
            tooLarge(findings, root, utf8.length, limits);
            return new Loaded(Optional.empty(), findings.issues());
        }
        try {
            return load(Json.parse(utf8), limits, strictness);
        } catch (JsonParseException notJson) {
            findings.error(
                    "manifest.json_invalid",
                    root,
                    requireNonNullElse(notJson.getMessage(), "Expected JSON"),
                    "Correct the JSON at byte " + notJson.offset() + ".");
            return new Loaded(Optional.empty(), findings.issues());
        }
    }

    /**
     * Loads a manifest. What loads strictly loads leniently too, with the same result; strictness
     * only finds more to say.
     */
    public static Loaded load(JsonValue document, ManifestLimits limits, Strictness strictness) {
        var findings = new Findings(limits.issuesMax());
        var manifest = read(document, limits, strictness, findings);
        return new Loaded(manifest.filter(_ -> !findings.failed()), findings.issues());
    }

    private static Optional<RuntimeManifest> read(
            JsonValue document, ManifestLimits limits, Strictness strictness, Findings findings) {
        var root = Place.root(SOURCE);
        // First of all: everything below descends into the document and copies parts of it.
        var size = DocumentSize.of(document, limits.depthMax());
        if (size.tooDeep()) {
            findings.error(
                    "manifest.too_deep",
                    root,
                    "Expected at most " + limits.depthMax() + " levels of nesting, but found more",
                    "Move deep data into a payload file.");
            return Optional.empty();
        }
        if (size.bytes() > limits.manifestBytesMax()) {
            tooLarge(findings, root, size.bytes(), limits);
            return Optional.empty();
        }
        if (!(document instanceof JsonObject object)) {
            findings.wrong("manifest.json_invalid", root, document, "a JSON object", "");
            return Optional.empty();
        }
        var top = new Fields(object, root, findings);
        var dialect = Dialect.of(object);
        checkVersionAndKind(top, dialect);
        boolean strict = strictness == Strictness.STRICT;
        return switch (dialect) {
            case FLAT -> new FlatReader(top, limits).read();
            case WORKFLOW -> WorkflowReader.read(top, limits, strict);
            case EXECUTABLE -> ExecutableReader.read(top, limits, strict);
            case SOURCE -> SourceReader.read(top, limits, strict);
        };
    }

    private static void checkVersionAndKind(Fields top, Dialect dialect) {
        boolean isWorkflow = dialect == Dialect.WORKFLOW || dialect == Dialect.EXECUTABLE;
        var version = top.json().string("apiVersion").orElse("");
        boolean declared =
                isWorkflow ? !top.value("apiVersion").isNull() : Dialect.isWorkflowVersion(version);
        if (declared && !Dialect.isKnownVersion(version)) {
            top.wrong(
                    "manifest.api_version_unsupported",
                    "mn.workflow/v1 or mn.workflow/v2",
                    "apiVersion");
        }
        if (isWorkflow
                && !top.value("kind").isNull()
                && !top.json().string("kind").equals(Optional.of("Workflow"))) {
            top.wrong("manifest.kind_unsupported", "Workflow", "kind");
        }
    }

    private static void tooLarge(Findings findings, Place root, long bytes, ManifestLimits limits) {
        findings.error(
                "manifest.too_large",
                root,
                "Expected at most " + limits.manifestBytesMax() + " bytes, but found " + bytes,
                "Move large data into payload files.");
    }
}
