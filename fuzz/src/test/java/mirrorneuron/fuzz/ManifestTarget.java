package mirrorneuron.fuzz;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import mirrorneuron.engine.manifest.Strictness;

/** Manifests in every dialect: loaded, or refused with a place and a code. */
final class ManifestTarget implements Target {

    private static final ManifestLimits LIMITS = ManifestLimits.DEFAULT;

    private final JsonEdits edits;

    ManifestTarget() {
        edits = new JsonEdits(manifests(), Corpus.words("docs/manifest.md"));
    }

    static List<JsonValue> manifests() {
        var manifests = new ArrayList<JsonValue>(Corpus.shown("docs/manifest.md"));
        manifests.addAll(
                Corpus.documents(Corpus.files("engine/src/test/resources/mirrorneuron", ".json")));
        Corpus.documents(Corpus.files("examples", "manifest.json")).stream()
                .filter(document -> document.toString().length() < 5_000)
                .forEach(manifests::add);
        return manifests;
    }

    @Override
    public List<byte[]> seeds() {
        return edits.seeds();
    }

    @Override
    public List<String> words() {
        return edits.words();
    }

    @Override
    public byte[] prepared(byte[] input) {
        return edits.prepared(input);
    }

    @Override
    public String read(byte[] input) {
        var lenient = ManifestLoader.load(input, LIMITS);
        var strict = ManifestLoader.load(input, LIMITS, Strictness.STRICT);
        hold(lenient);
        hold(strict);
        if (strict.manifest().isPresent() && !strict.manifest().equals(lenient.manifest())) {
            throw new AssertionError("loaded strictly, and otherwise leniently");
        }
        if (lenient.manifest().isEmpty()) {
            return "refused " + error(lenient);
        }
        var graph = Graph.of(lenient.manifest().get());
        return "loaded " + (graph.vertices().size() > 1 ? "several agents" : "one agent");
    }

    private static void hold(ManifestLoader.Loaded loaded) {
        if (loaded.manifest().isEmpty() == error(loaded).isEmpty()) {
            throw new AssertionError("neither loaded nor refused, or both: " + loaded.issues());
        }
        for (var issue : loaded.issues()) {
            if (issue.message().isBlank()
                    || issue.code().isBlank()
                    || !issue.location().pointer().startsWith("/manifest")) {
                throw new AssertionError("an issue that says nothing: " + issue);
            }
        }
    }

    /** The code of the first error; empty when there is none. */
    private static String error(ManifestLoader.Loaded loaded) {
        return loaded.issues().stream()
                .filter(issue -> issue.severity() == Severity.ERROR)
                .map(Issue::code)
                .findFirst()
                .orElse("");
    }
}
