package mirrorneuron.runtime.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import mirrorneuron.engine.manifest.RuntimeManifest;
import mirrorneuron.store.BlobName;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/**
 * Bundles by fingerprint. Keeping one copies its payload files into the home's blobs and its
 * manifest into the store, so that a job can go on after the folder it came from has changed or
 * gone. Safe from any thread.
 */
public final class BundleLibrary {

    private static final String FAMILY = "bundle";
    private static final int CACHED_MAX = 256;

    private final Store store;
    private final Path folders;
    private final ManifestLimits limits;
    private final Map<String, Path> laidOut = new ConcurrentHashMap<>();
    private final Map<String, KeptBundle> cached =
            new LinkedHashMap<>(32, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, KeptBundle> eldest) {
                    return size() > CACHED_MAX;
                }
            };

    /**
     * @param folders where payload files are laid out for workers; may be deleted while nothing
     *     runs
     */
    public BundleLibrary(Store store, Path folders, ManifestLimits limits) {
        this.store = store;
        this.folders = folders;
        this.limits = limits;
    }

    /** Keeps a bundle durably; keeping the same again costs a look-up. */
    public KeptBundle keep(ReadBundle.Contents contents) throws IOException {
        var fingerprint = contents.bundle().fingerprint();
        var known = cached(fingerprint);
        if (known.isPresent()) {
            return known.get();
        }
        if (store.get(FAMILY, fingerprint).isEmpty()) {
            store.put(FAMILY, fingerprint, Json.bytes(document(contents)));
        }
        return remember(
                kept(
                        contents.bundle(),
                        contents.manifest(),
                        contents.configuration(),
                        files(contents.payloads())));
    }

    /**
     * The kept bundle of a fingerprint.
     *
     * @throws StoreException when the home does not hold it any more, or it cannot be read
     */
    public KeptBundle find(String fingerprint) {
        var known = cached(fingerprint);
        if (known.isPresent()) {
            return known.get();
        }
        var bytes =
                store.get(FAMILY, fingerprint)
                        .orElseThrow(
                                () ->
                                        new StoreException(
                                                ErrorCode.STORE_DAMAGED,
                                                "Expected to find bundle "
                                                        + fingerprint
                                                        + " in the home, but it is not there"));
        return remember(
                StoreException.understood("bundle " + fingerprint, () -> kept(fingerprint, bytes)));
    }

    private KeptBundle kept(String fingerprint, byte[] bytes) {
        var document = (JsonObject) Json.parse(bytes);
        var loaded = ManifestLoader.load(document.object("manifest"), limits);
        var manifest =
                loaded.manifest()
                        .orElseThrow(
                                () ->
                                        new StoreException(
                                                ErrorCode.STORE_DAMAGED,
                                                "Expected to load the manifest of bundle "
                                                        + fingerprint
                                                        + ", but it has errors: "
                                                        + loaded.issues()));
        var root = document.string("job_path").map(Path::of);
        var bundle =
                new Bundle(
                        root,
                        root.map(path -> path.resolve("manifest.json")),
                        root.map(path -> path.resolve("payloads")),
                        describe(manifest),
                        fingerprint);
        var files = new ArrayList<StoredFile>();
        for (JsonValue element : document.array("files")) {
            var file = (JsonObject) element;
            files.add(
                    new StoredFile(
                            file.string("path").orElse(""),
                            file.string("sha256").orElse(""),
                            file.bool("executable").orElse(false)));
        }
        return kept(bundle, manifest, document.object("configuration"), files);
    }

    private record StoredFile(String path, String sha256, boolean executable) {}

    private static List<StoredFile> files(List<PayloadFile> payloads) {
        return payloads.stream()
                .map(file -> new StoredFile(file.path(), file.sha256(), file.executable()))
                .toList();
    }

    private JsonObject document(ReadBundle.Contents contents) throws IOException {
        var files = new ArrayList<JsonValue>();
        for (var file : contents.payloads()) {
            try (var bytes = file.open()) {
                var name = store.blobs().put(bytes);
                if (!name.equals(file.sha256())) {
                    throw new IOException(
                            "Expected payload "
                                    + file.path()
                                    + " to stay as it was read, but it changed meanwhile");
                }
            }
            files.add(
                    JsonObject.builder()
                            .put("path", file.path())
                            .put("size", file.sizeBytes())
                            .put("sha256", file.sha256())
                            .put("executable", file.executable())
                            .build());
        }
        return JsonObject.builder()
                .put("schema", "mn.bundle/v1")
                .put("manifest", contents.manifest().raw())
                .put("configuration", contents.configuration())
                .putOrNull("job_path", contents.bundle().rootPath().map(Path::toString))
                .put("fingerprint_v1", contents.fingerprintV1())
                .put("files", JsonArray.of(files))
                .build();
    }

    private KeptBundle kept(
            Bundle bundle,
            RuntimeManifest manifest,
            JsonObject configuration,
            List<StoredFile> files) {
        var ref =
                JsonObject.builder()
                        .put("graph_id", manifest.graphId())
                        .put("manifest_version", manifest.manifestVersion())
                        .put("manifest_path", pathOrNull(bundle.manifestPath()))
                        .put("job_path", pathOrNull(bundle.rootPath()))
                        .put("bundle_fingerprint", bundle.fingerprint())
                        .build();
        return new KeptBundle(
                bundle,
                Graph.of(manifest),
                configuration,
                ref,
                () -> layOut(bundle.fingerprint(), files));
    }

    private static JsonValue pathOrNull(Optional<Path> path) {
        return path.<JsonValue>map(at -> new JsonString(at.toString())).orElse(JsonNull.NULL);
    }

    /** The manifest as callers of the API see it. */
    public static Manifest describe(RuntimeManifest manifest) {
        return new Manifest(
                manifest.graphId(),
                manifest.jobName(),
                manifest.manifestVersion(),
                manifest.type(),
                manifest.nodes().stream().<AgentId>map(node -> node.id()).toList(),
                manifest.entrypoints(),
                manifest.raw());
    }

    /**
     * Lays the payload files out as a folder. The folder appears whole or not at all: it is filled
     * beside its place and moved there, so the death of a process in between leaves nothing that
     * could be mistaken for it.
     *
     * <p>That does not hold for the death of a machine or of its disk, which may leave a folder
     * whose files are empty or missing. Syncing each file would make every first job wait, so a
     * folder of an earlier process is looked through once instead, and laid out again when it is
     * not what was kept.
     */
    private Path layOut(String fingerprint, List<StoredFile> files) {
        // Each job of the bundle asks; none of them waits for another one to be told.
        var there = laidOut.get(fingerprint);
        if (there != null && Files.isDirectory(there)) {
            return there;
        }
        return laidOut.compute(
                fingerprint,
                (_, known) ->
                        known != null && Files.isDirectory(known)
                                ? known
                                : laidOutNow(fingerprint, files));
    }

    private Path laidOutNow(String fingerprint, List<StoredFile> files) {
        var root = folders.resolve(fingerprint);
        var payloads = root.resolve("payloads");
        try {
            if (Files.exists(root)) {
                if (isWhole(payloads, files)) {
                    return payloads;
                }
                Folders.delete(root);
            }
            var draft = folders.resolve(".draft-" + UUID.randomUUID());
            Files.createDirectories(draft.resolve("payloads"));
            for (var file : files) {
                var target = draft.resolve("payloads").resolve(file.path()).normalize();
                Files.createDirectories(target.getParent());
                copy(file, target);
            }
            Files.move(draft, root, StandardCopyOption.ATOMIC_MOVE);
            return payloads;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Expected to lay out the payload files of bundle "
                            + fingerprint
                            + ", but: "
                            + e.getMessage(),
                    e);
        }
    }

    private static boolean isWhole(Path payloads, List<StoredFile> files) throws IOException {
        for (var file : files) {
            var laid = payloads.resolve(file.path()).normalize();
            if (!Files.isRegularFile(laid)
                    || file.executable() && !Files.isExecutable(laid)
                    || !sha256(laid).equals(file.sha256())) {
                return false;
            }
        }
        return true;
    }

    private static String sha256(Path file) throws IOException {
        var digest = BlobName.digest();
        try (var bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
        return BlobName.of(digest);
    }

    private void copy(StoredFile file, Path target) throws IOException {
        var source = store.blobs().file(file.sha256());
        if (source.isPresent()) {
            Files.copy(source.get(), target);
        } else {
            Files.write(
                    target,
                    store.blobs()
                            .get(file.sha256())
                            .orElseThrow(
                                    () ->
                                            new IOException(
                                                    "payload "
                                                            + file.path()
                                                            + " is missing from the home")));
        }
        if (file.executable() && !target.toFile().setExecutable(true)) {
            throw new IOException("payload " + file.path() + " cannot be made executable");
        }
    }

    /**
     * The kept bundle when this process has it at hand; its submission needs no checks that an
     * earlier one passed.
     */
    public Optional<KeptBundle> cached(String fingerprint) {
        synchronized (cached) {
            return Optional.ofNullable(cached.get(fingerprint));
        }
    }

    private KeptBundle remember(KeptBundle bundle) {
        synchronized (cached) {
            var earlier = cached.putIfAbsent(bundle.fingerprint(), bundle);
            return earlier == null ? bundle : earlier;
        }
    }
}
