package mirrorneuron.runtime.bundle;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import mirrorneuron.engine.manifest.RelativePath;
import mirrorneuron.engine.manifest.RuntimeManifest;
import mirrorneuron.engine.manifest.Strictness;

/**
 * Reads bundles from wherever they come. What is wrong with one is a result, with everything that
 * was found; only a machine that cannot read or write is an exception. Safe from any thread.
 *
 * @see "manifest contract, sections 1 and 7"
 */
public final class BundleReader {

    private final Path scratch;
    private final BundleLimits limits;

    /**
     * @param scratch an existing folder in which archives are inflated, each in a folder of its own
     */
    public BundleReader(Path scratch, BundleLimits limits) {
        this.scratch = requireNonNull(scratch, "scratch");
        this.limits = requireNonNull(limits, "limits");
    }

    /** Reads a bundle as a submission does. */
    public ReadBundle read(BundleSource source, ManifestLimits manifestLimits) throws IOException {
        return read(source, manifestLimits, Strictness.LENIENT);
    }

    /**
     * Reads a bundle. Files of a folder are hashed where they are and not copied; files of an
     * archive lie in the result's temporary folder until it is closed. A refused archive leaves
     * nothing behind.
     *
     * @param strictness how much of the manifest has to be written out
     * @throws IOException when this machine cannot read the source or write the temporary folder
     */
    public ReadBundle read(
            BundleSource source, ManifestLimits manifestLimits, Strictness strictness)
            throws IOException {
        return switch (source) {
            case BundleSource.Folder(var root) -> folder(root, manifestLimits, strictness);
            case BundleSource.Zip(var file) -> zip(file, manifestLimits, strictness);
            case BundleSource.Inline(var manifestJson, var payloads) ->
                    inline(manifestJson, payloads, manifestLimits, strictness);
            case BundleSource.Loaded(var bundle) -> loaded(bundle, manifestLimits, strictness);
        };
    }

    private ReadBundle folder(Path root, ManifestLimits manifestLimits, Strictness strictness)
            throws IOException {
        var issues = new BundleIssues();
        if (!Files.exists(root)) {
            issues.error(
                    "bundle.not_found",
                    "",
                    "Expected a bundle's folder, but found nothing at " + root.getFileName(),
                    "Check the path.");
            return refused(issues);
        }
        if (!Files.isDirectory(root)) {
            issues.error(
                    "bundle.not_a_folder",
                    "",
                    "Expected a bundle's folder, but found a file: " + root.getFileName(),
                    "Name the folder that holds manifest.json.");
            return refused(issues);
        }
        // Links above the bundle are the caller's business; inside it there may be none.
        var real = root.toRealPath();
        var contents = new BundleFolder(real, limits, manifestLimits, strictness, issues).read();
        return new ReadBundle(contents.map(read -> read.at(real)), issues.all(), Optional.empty());
    }

    private ReadBundle zip(Path file, ManifestLimits manifestLimits, Strictness strictness)
            throws IOException {
        var issues = new BundleIssues();
        if (!Files.isRegularFile(file)) {
            issues.error(
                    Files.exists(file) ? "bundle.zip_invalid" : "bundle.not_found",
                    "",
                    "Expected a zip file, but found none at " + file.getFileName(),
                    "Check the path.");
            return refused(issues);
        }
        var folder = Files.createTempDirectory(scratch, "bundle-").toRealPath();
        Optional<ReadBundle.Contents> contents = Optional.empty();
        try {
            var root =
                    new ZipExtraction(file, folder, ZipExtraction.MANIFEST, limits, false, issues)
                            .run();
            if (root.isPresent()) {
                contents =
                        new BundleFolder(root.get(), limits, manifestLimits, strictness, issues)
                                .read()
                                .map(BundleFolder.Read::contents);
            }
        } finally {
            if (contents.isEmpty()) {
                Folders.delete(folder);
            }
        }
        return new ReadBundle(contents, issues.all(), contents.map(_ -> folder));
    }

    /**
     * The same payload files and configuration under another manifest, as a bundle without a folder
     * of its own.
     *
     * @throws IOException when a payload file cannot be read any more
     */
    public ReadBundle withManifest(
            ReadBundle.Contents contents, String manifestJson, ManifestLimits manifestLimits)
            throws IOException {
        var issues = new BundleIssues();
        var manifestBytes = manifestJson.getBytes(StandardCharsets.UTF_8);
        var loaded = ManifestLoader.load(manifestBytes, manifestLimits, Strictness.LENIENT);
        issues.addAll(loaded.issues());
        if (issues.failed() || loaded.manifest().isEmpty()) {
            return refused(issues);
        }
        var fingerprints = new Fingerprints();
        fingerprints.add(ZipExtraction.MANIFEST, new ByteArrayInputStream(manifestBytes));
        for (var file : contents.payloads()) {
            try (var content = file.open()) {
                fingerprints.add("payloads/" + file.path(), content);
            }
        }
        return new ReadBundle(
                Optional.of(
                        contents(
                                loaded.manifest().get(),
                                fingerprints.result(),
                                contents.payloads(),
                                contents.configuration())),
                issues.all(),
                Optional.empty());
    }

    private ReadBundle inline(
            String manifestJson,
            Map<String, byte[]> payloads,
            ManifestLimits manifestLimits,
            Strictness strictness)
            throws IOException {
        var issues = new BundleIssues();
        var files = checkedPayloads(payloads, issues);
        var manifestBytes = manifestJson.getBytes(StandardCharsets.UTF_8);
        var loaded = ManifestLoader.load(manifestBytes, manifestLimits, strictness);
        issues.addAll(loaded.issues());
        var fingerprints = new Fingerprints();
        fingerprints.add("manifest.json", new ByteArrayInputStream(manifestBytes));
        var read = new ArrayList<PayloadFile>();
        for (var file : files.entrySet()) {
            var bytes = file.getValue();
            var hash =
                    fingerprints.add("payloads/" + file.getKey(), new ByteArrayInputStream(bytes));
            read.add(
                    new PayloadFile(
                            file.getKey(),
                            hash.sizeBytes(),
                            hash.sha256(),
                            false,
                            () -> new ByteArrayInputStream(bytes)));
        }
        loaded.manifest()
                .ifPresent(
                        manifest -> new PayloadReferences(files.keySet(), issues).check(manifest));
        if (issues.failed() || loaded.manifest().isEmpty()) {
            return refused(issues);
        }
        return new ReadBundle(
                Optional.of(
                        contents(
                                loaded.manifest().get(),
                                fingerprints.result(),
                                read,
                                JsonObject.empty())),
                issues.all(),
                Optional.empty());
    }

    /** Payloads by their normalised path, in order. */
    private Map<String, byte[]> checkedPayloads(Map<String, byte[]> payloads, BundleIssues issues) {
        var files = new TreeMap<String, byte[]>();
        if (payloads.size() > limits.entriesMax()) {
            issues.error(
                    "bundle.too_many_files",
                    "payloads",
                    "Expected at most "
                            + limits.entriesMax()
                            + " files, but found "
                            + payloads.size(),
                    "Pack many small files into one.");
            return files;
        }
        long total = 0;
        for (var payload : payloads.entrySet()) {
            total += payload.getValue().length;
            var path = RelativePath.normalise(payload.getKey());
            if (path.isEmpty()) {
                issues.unsafePath(payload.getKey(), "a path that leads outside");
            } else if (files.put(path.get(), payload.getValue()) != null) {
                issues.unsafePath(payload.getKey(), "a path that is there already");
            }
        }
        for (var path : files.keySet()) {
            for (int at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
                if (files.containsKey(path.substring(0, at))) {
                    issues.unsafePath(path, "a file below another file");
                }
            }
        }
        if (total > limits.contentBytesMax()) {
            issues.error(
                    "bundle.too_large",
                    "payloads",
                    "Expected at most "
                            + limits.contentBytesMax()
                            + " bytes of files, but found "
                            + total,
                    "Keep large data outside the bundle.");
        }
        return files;
    }

    /**
     * A bundle that was validated before: its folder is read again, because it may have changed.
     */
    private ReadBundle loaded(Bundle bundle, ManifestLimits manifestLimits, Strictness strictness)
            throws IOException {
        if (bundle.rootPath().isPresent()) {
            return folder(bundle.rootPath().get(), manifestLimits, strictness);
        }
        var read = inline(bundle.manifest().raw().toString(), Map.of(), manifestLimits, strictness);
        if (read.contents().isEmpty() && hasOnlyMissingFiles(read.issues())) {
            var issues = new BundleIssues();
            issues.error(
                    "bundle.payloads_unavailable",
                    "payloads",
                    "Expected the payload files of "
                            + bundle.manifest().graphId()
                            + ", but found none: they came in an archive or as text and are not"
                            + " kept with a validated bundle",
                    "Submit the archive or the text again.");
            return refused(issues);
        }
        return read;
    }

    private static boolean hasOnlyMissingFiles(List<Issue> issues) {
        return issues.stream()
                .filter(issue -> issue.severity() == Severity.ERROR)
                .allMatch(issue -> issue.code().endsWith("_missing"));
    }

    private static ReadBundle refused(BundleIssues issues) {
        return new ReadBundle(Optional.empty(), issues.all(), Optional.empty());
    }

    /** A bundle without a folder of its own. */
    static ReadBundle.Contents contents(
            RuntimeManifest manifest,
            Fingerprints.Result fingerprints,
            List<PayloadFile> payloads,
            JsonObject configuration) {
        return new ReadBundle.Contents(
                manifest,
                new Bundle(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        view(manifest),
                        fingerprints.version2()),
                payloads,
                configuration,
                fingerprints.version1());
    }

    private static Manifest view(RuntimeManifest manifest) {
        return new Manifest(
                manifest.graphId(),
                manifest.jobName(),
                manifest.manifestVersion(),
                manifest.type(),
                manifest.nodes().stream().map(node -> node.id()).toList(),
                manifest.entrypoints(),
                manifest.raw());
    }
}
