package mirrorneuron.runtime.bundle;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Issue;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/**
 * Bundles that this home knows by name: uploaded archives, unpacked below the home, and folders of
 * one directory that an operator named. Safe from any thread.
 *
 * <p>A registration is two documents of the store: the handle's, which says which folder an upload
 * was given, and the bundle id's, which names the newest registration of that id.
 */
public final class BundleRegistry {

    static final String HANDLES = "bundle-handle";
    static final String IDS = "bundle-id";
    static final String PREFIX = "uploads/";
    private static final Pattern HANDLE = Pattern.compile("uploads/[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final int NAME_CHARS_MAX = 100;
    private static final int RANDOM_BYTES = 6;

    private final Store store;
    private final UploadFolders uploads;
    private final Optional<Path> directory;
    private final BundleLimits limits;
    private final BundleReader reader;
    private final InstantSource clock;

    /**
     * @param uploads where archives are unpacked; made when first needed
     * @param directory folders in it are registered too
     */
    public BundleRegistry(
            Store store,
            Path uploads,
            Optional<Path> directory,
            BundleLimits limits,
            InstantSource clock) {
        this.store = requireNonNull(store, "store");
        this.uploads = new UploadFolders(uploads, clock);
        this.directory = requireNonNull(directory, "directory");
        this.limits = requireNonNull(limits, "limits");
        this.reader = new BundleReader(uploads, limits);
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * A bundle that can be submitted by its handle.
     *
     * @param handle what submissions name; tells nothing about this machine
     */
    public record Registration(
            String bundleId, String handle, Path root, String fingerprint, JsonObject manifest) {}

    /** What became of an upload. */
    public sealed interface Upload {

        record Registered(Registration bundle) implements Upload {}

        /** Nothing was kept. */
        record Refused(List<Issue> issues) implements Upload {
            public Refused {
                issues = List.copyOf(issues);
            }
        }
    }

    /** What became of a reload. */
    public sealed interface Reload {

        /**
         * @param previous fingerprint before; equal to the current one when nothing changed
         */
        record Done(String previous, String current, Instant at) implements Reload {
            public boolean changed() {
                return !previous.equals(current);
            }
        }

        /** The files make no bundle any more; the registration is as it was. */
        record Invalid(List<Issue> issues) implements Reload {
            public Invalid {
                issues = List.copyOf(issues);
            }
        }

        record Unknown() implements Reload {}
    }

    /** Unpacks an archive and registers it. Its manifest has to be an object, no more. */
    public Upload upload(Path archive) {
        try {
            var incoming = uploads.incoming();
            boolean kept = false;
            try {
                var issues = new BundleIssues();
                var root =
                        new ZipExtraction(
                                        archive,
                                        incoming,
                                        ZipExtraction.MANIFEST,
                                        limits,
                                        true,
                                        issues)
                                .run();
                var manifest = root.flatMap(folder -> manifest(folder, issues));
                if (root.isEmpty() || manifest.isEmpty()) {
                    return new Upload.Refused(issues.all());
                }
                var id = bundleId(manifest.get());
                var name = name(id) + "-" + random();
                var inside = incoming.relativize(root.get());
                uploads.keep(incoming, name);
                kept = true;
                var folder = uploads.at(name).resolve(inside);
                var registration =
                        new Registration(
                                id, PREFIX + name, folder, fingerprint(folder), manifest.get());
                put(
                        HANDLES,
                        registration.handle(),
                        JsonObject.builder()
                                .put("bundle_id", id)
                                .put("folder", name + "/" + inside)
                                .build());
                register(registration);
                return new Upload.Registered(registration);
            } finally {
                if (!kept) {
                    Folders.delete(incoming);
                }
            }
        } catch (IOException failure) {
            throw unavailable("keep an uploaded bundle", failure);
        }
    }

    /**
     * The folder behind a handle that an upload was answered with, used from now on; empty for any
     * other text, and when the upload was removed.
     */
    public Optional<Path> folder(String handle) {
        if (!HANDLE.matcher(handle).matches() || !use(handle.substring(PREFIX.length()))) {
            return Optional.empty();
        }
        return document(HANDLES, handle)
                .flatMap(document -> document.string("folder"))
                .map(uploads::at)
                .filter(Files::isDirectory);
    }

    private boolean use(String name) {
        try {
            return uploads.use(name);
        } catch (IOException failure) {
            throw unavailable("use an uploaded bundle", failure);
        }
    }

    private void useAround(Path inside) {
        try {
            uploads.nameOf(inside).ifPresent(this::use);
        } catch (IOException failure) {
            throw unavailable("use a bundle", failure);
        }
    }

    /**
     * Removes uploads that nobody used for some time and no job of the home refers to. Use is the
     * upload, a submission by its handle, a reload, and a job that refers to it: for as long as
     * there is one, the time begins anew whenever it is over.
     *
     * @return how many went
     */
    public int removeUnused(Duration kept) {
        try {
            return new UnusedUploads(store, uploads).remove(clock.instant().minus(kept));
        } catch (IOException failure) {
            throw unavailable("remove unused bundles", failure);
        }
    }

    /** Looks at the files of the newest registration of an id again. */
    public Reload reload(String bundleId) {
        var known = document(IDS, bundleId).or(() -> inDirectory(bundleId));
        if (known.isEmpty()) {
            return new Reload.Unknown();
        }
        var root = Path.of(known.get().string("root").orElse(""));
        var previous = known.get().string("fingerprint").orElse("");
        useAround(root);
        try (var read = reader.read(new BundleSource.Folder(root), ManifestLimits.DEFAULT)) {
            if (read.contents().isEmpty()) {
                return new Reload.Invalid(read.issues());
            }
            var current = fingerprint(root);
            var at = clock.instant();
            if (!current.equals(previous)) {
                put(IDS, bundleId, entry(root, current, at));
            }
            return new Reload.Done(previous.isEmpty() ? current : previous, current, at);
        } catch (IOException failure) {
            throw unavailable("read bundle " + bundleId + " again", failure);
        }
    }

    /** Registers what lies in the operator's directory and is not known yet. */
    public void registerDirectory() {
        for (var folder : folders()) {
            manifest(folder, new BundleIssues())
                    .map(BundleRegistry::bundleId)
                    .filter(id -> document(IDS, id).isEmpty())
                    .ifPresent(
                            id -> {
                                try {
                                    put(
                                            IDS,
                                            id,
                                            entry(folder, fingerprint(folder), clock.instant()));
                                } catch (IOException failure) {
                                    throw unavailable("register bundle " + id, failure);
                                }
                            });
        }
    }

    /** Removes what an upload left behind that was cut short by a crash. */
    public void sweep() throws IOException {
        uploads.sweep();
    }

    private Optional<JsonObject> inDirectory(String bundleId) {
        return folders().stream()
                .filter(
                        folder ->
                                manifest(folder, new BundleIssues())
                                        .map(BundleRegistry::bundleId)
                                        .filter(bundleId::equals)
                                        .isPresent())
                .findFirst()
                .map(folder -> entry(folder, "", clock.instant()));
    }

    private List<Path> folders() {
        if (directory.isEmpty() || !Files.isDirectory(directory.get())) {
            return List.of();
        }
        try (var entries = Files.list(directory.get())) {
            return entries.filter(folder -> Files.isRegularFile(folder.resolve("manifest.json")))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw unavailable("list " + directory.get().getFileName(), failure);
        }
    }

    private void register(Registration bundle) {
        put(IDS, bundle.bundleId(), entry(bundle.root(), bundle.fingerprint(), clock.instant()));
    }

    private static JsonObject entry(Path root, String fingerprint, Instant at) {
        return JsonObject.builder()
                .put("root", root.toString())
                .put("fingerprint", fingerprint)
                .put("registered_at", Timestamps.format(at))
                .build();
    }

    private static Optional<JsonObject> manifest(Path folder, BundleIssues issues) {
        var file = folder.resolve("manifest.json");
        var payloads = folder.resolve("payloads");
        if (!Files.isDirectory(payloads, LinkOption.NOFOLLOW_LINKS)) {
            issues.error(
                    "bundle.payloads_missing",
                    "payloads",
                    "Expected a payloads folder beside manifest.json, but found none",
                    "Add it, even if it stays empty.");
            return Optional.empty();
        }
        try {
            if (Files.size(file) > ManifestLimits.DEFAULT.manifestBytesMax()) {
                issues.error(
                        "manifest.too_large",
                        "manifest.json",
                        "Expected at most "
                                + ManifestLimits.DEFAULT.manifestBytesMax()
                                + " bytes of manifest, but found more",
                        "Move large data into payload files.");
                return Optional.empty();
            }
            if (Json.parse(Files.readAllBytes(file)) instanceof JsonObject manifest) {
                return Optional.of(manifest);
            }
            issues.error(
                    "manifest.not_an_object",
                    "manifest.json",
                    "Expected manifest.json to hold an object, but it holds another JSON value",
                    "Begin it with a brace.");
        } catch (JsonParseException malformed) {
            issues.error(
                    "manifest.not_json",
                    "manifest.json",
                    "Expected manifest.json to be JSON, but: " + malformed.getMessage(),
                    "Check it with a JSON tool.");
        } catch (IOException failure) {
            throw unavailable("read manifest.json", failure);
        }
        return Optional.empty();
    }

    private static String bundleId(JsonObject manifest) {
        var workflow = manifest.object("workflow");
        return manifest.string("graph_id")
                .or(() -> workflow.string("workflow_id"))
                .or(() -> workflow.string("id"))
                .or(() -> manifest.object("metadata").string("blueprint_id"))
                .or(() -> manifest.string("id"))
                .or(() -> manifest.string("name"))
                .filter(text -> !text.isBlank())
                .orElse("bundle");
    }

    private static String name(String bundleId) {
        var plain = bundleId.replaceAll("[^A-Za-z0-9_-]", "_").replaceAll("^[^A-Za-z0-9]+", "");
        return plain.isEmpty()
                ? "bundle"
                : plain.substring(0, Math.min(plain.length(), NAME_CHARS_MAX));
    }

    private static String random() {
        var bytes = new byte[RANDOM_BYTES];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Of all files by their path; for a bundle without configuration that of its jobs' bundle. */
    private static String fingerprint(Path root) throws IOException {
        var files = new TreeMap<String, Path>();
        try (var all = Files.walk(root)) {
            all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(file -> files.put(path(root, file), file));
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
        var fingerprints = new Fingerprints();
        for (var file : files.entrySet()) {
            try (var content = Files.newInputStream(file.getValue())) {
                fingerprints.add(file.getKey(), content);
            }
        }
        return fingerprints.result().version2();
    }

    private static String path(Path root, Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private Optional<JsonObject> document(String family, String name) {
        return store.get(family, name)
                .map(
                        bytes ->
                                StoreException.understood(
                                        family + " " + name, () -> (JsonObject) Json.parse(bytes)));
    }

    private void put(String family, String name, JsonObject document) {
        store.put(family, name, document.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static RuntimeUnavailableException unavailable(String what, IOException failure) {
        return new RuntimeUnavailableException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to " + what + ", but: " + failure.getMessage(),
                failure);
    }
}
