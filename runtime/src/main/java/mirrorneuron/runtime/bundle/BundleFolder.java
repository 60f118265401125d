package mirrorneuron.runtime.bundle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import mirrorneuron.engine.manifest.RuntimeManifest;
import mirrorneuron.engine.manifest.Strictness;

/** Reads a bundle that lies in a folder: somebody's own, or one that an archive was inflated to. */
final class BundleFolder {

    private static final String MANIFEST = "manifest.json";
    private static final String PAYLOADS = "payloads";

    private final Path root;
    private final BundleLimits limits;
    private final ManifestLimits manifestLimits;
    private final Strictness strictness;
    private final BundleIssues issues;
    private final Map<String, Path> files = new TreeMap<>();
    private final TreeSet<String> folders = new TreeSet<>();
    private byte[] manifestBytes = {};

    /**
     * @param root without links in it
     */
    BundleFolder(
            Path root,
            BundleLimits limits,
            ManifestLimits manifestLimits,
            Strictness strictness,
            BundleIssues issues) {
        this.root = root;
        this.limits = limits;
        this.manifestLimits = manifestLimits;
        this.strictness = strictness;
        this.issues = issues;
    }

    /** A bundle that was read; whether its folder may be shown is the caller's decision. */
    record Read(ReadBundle.Contents contents) {

        /** The same with the folder it came from. */
        ReadBundle.Contents at(Path root) {
            return new ReadBundle.Contents(
                    contents.manifest(),
                    new Bundle(
                            Optional.of(root),
                            Optional.of(root.resolve(MANIFEST)),
                            Optional.of(root.resolve(PAYLOADS)),
                            contents.bundle().manifest(),
                            contents.bundle().fingerprint()),
                    contents.payloads(),
                    contents.configuration(),
                    contents.fingerprintV1());
        }
    }

    Optional<Read> read() throws IOException {
        var manifest = manifest();
        boolean listed = listPayloads();
        var configuration =
                Configuration.merge(
                        configuration("config/default.json"),
                        configuration("config/overwrite.json"));
        if (listed && manifest.isPresent()) {
            var paths = new ArrayList<>(files.keySet());
            paths.addAll(folders);
            new PayloadReferences(paths, issues).check(manifest.get());
        }
        if (issues.failed() || manifest.isEmpty()) {
            return Optional.empty();
        }
        var fingerprints = new Fingerprints();
        var payloads = hash(fingerprints);
        return Optional.of(
                new Read(
                        BundleReader.contents(
                                manifest.get(), fingerprints.result(), payloads, configuration)));
    }

    private Optional<RuntimeManifest> manifest() throws IOException {
        var file = root.resolve(MANIFEST);
        if (Files.isSymbolicLink(file)) {
            issues.unsafePath(MANIFEST, "a link");
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            issues.error(
                    "bundle.manifest_missing",
                    MANIFEST,
                    "Expected manifest.json in the bundle, but found none",
                    "Name the folder that holds manifest.json.");
            return Optional.empty();
        }
        long size = Files.size(file);
        if (size > manifestLimits.manifestBytesMax()) {
            issues.error(
                    "manifest.too_large",
                    "manifest",
                    "",
                    "Expected at most "
                            + manifestLimits.manifestBytesMax()
                            + " bytes, but found "
                            + size,
                    "Move large data into payload files.");
            return Optional.empty();
        }
        // Read once: what is checked is what is hashed, even when an editor saves in between.
        manifestBytes = Files.readAllBytes(file);
        var loaded = ManifestLoader.load(manifestBytes, manifestLimits, strictness);
        issues.addAll(loaded.issues());
        return loaded.manifest();
    }

    /** Finds the payload files; false when there is no folder to look into. */
    private boolean listPayloads() throws IOException {
        var payloads = root.resolve(PAYLOADS);
        if (Files.isSymbolicLink(payloads)) {
            issues.unsafePath(PAYLOADS, "a link");
            return false;
        }
        if (!Files.isDirectory(payloads, LinkOption.NOFOLLOW_LINKS)) {
            issues.error(
                    "bundle.payloads_missing",
                    PAYLOADS,
                    "Expected a folder payloads/ in the bundle, but found none",
                    "Create it; it may be empty.");
            return false;
        }
        Files.walkFileTree(
                payloads,
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        if (!folder.equals(payloads)) {
                            folders.add(relative(payloads, folder));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        var path = relative(payloads, file);
                        if (attributes.isRegularFile()) {
                            files.put(path, file);
                        } else {
                            issues.unsafePath(PAYLOADS + "/" + path, "a link or device");
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return true;
    }

    private static String relative(Path from, Path to) {
        var parts = new ArrayList<String>();
        for (var part : from.relativize(to)) {
            parts.add(part.toString());
        }
        return String.join("/", parts);
    }

    private List<PayloadFile> hash(Fingerprints fingerprints) throws IOException {
        fingerprints.add(MANIFEST, new ByteArrayInputStream(manifestBytes));
        var payloads = new ArrayList<PayloadFile>(files.size());
        for (var file : files.entrySet()) {
            try (var content = Files.newInputStream(file.getValue())) {
                var hash = fingerprints.add(PAYLOADS + "/" + file.getKey(), content);
                payloads.add(
                        new PayloadFile(
                                file.getKey(),
                                hash.sizeBytes(),
                                hash.sha256(),
                                Files.isExecutable(file.getValue()),
                                () -> Files.newInputStream(file.getValue())));
            }
        }
        return payloads;
    }

    private JsonObject configuration(String path) throws IOException {
        var file = root.resolve(path);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return JsonObject.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.isSymbolicLink(root.resolve("config"))) {
            issues.unsafePath(path, "a link or device");
            return JsonObject.empty();
        }
        if (Files.size(file) > limits.configBytesMax()) {
            invalidConfiguration(
                    path,
                    "Expected at most "
                            + limits.configBytesMax()
                            + " bytes, but found "
                            + Files.size(file));
            return JsonObject.empty();
        }
        try {
            if (Json.parse(Files.readAllBytes(file)) instanceof JsonObject object) {
                return object;
            }
            invalidConfiguration(
                    path, "Expected a JSON object in " + path + ", but found another value");
        } catch (JsonParseException notJson) {
            invalidConfiguration(path, String.valueOf(notJson.getMessage()));
        }
        return JsonObject.empty();
    }

    private void invalidConfiguration(String path, String message) {
        issues.error("bundle.config_invalid", "config", path, message, "Correct " + path + ".");
    }
}
