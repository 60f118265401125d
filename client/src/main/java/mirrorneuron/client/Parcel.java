package mirrorneuron.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Validation;
import mirrorneuron.api.codec.Bundles;
import mirrorneuron.api.codec.SourceForm;
import mirrorneuron.api.codec.SourceForm.Entry;
import mirrorneuron.api.codec.SourceForm.Kind;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ConsoleBundleRequest;

/**
 * A bundle as it goes to a server: what lies at the source's path, byte for byte, for the server to
 * judge. Files are read here, on the machine that has them.
 *
 * @param folder the bundle's folder on this machine, when it has one
 */
record Parcel(
        SourceForm form,
        String manifestJson,
        Map<String, ByteString> files,
        Optional<Path> folder) {

    /** A server takes 64 MiB a call; the rest is for names and the options. */
    static final long BYTES_MAX = 60L << 20;

    private static final List<String> CONFIGURATION =
            List.of("config/default.json", "config/overwrite.json");

    /**
     * @throws InvalidRequestException when the files cannot be read, or are too large to send
     */
    static Parcel of(BundleSource source) {
        try {
            return switch (source) {
                case BundleSource.Inline(var manifestJson, var payloads) ->
                        inline(manifestJson, payloads);
                case BundleSource.Folder(var root) ->
                        new Reading().folder(root, Kind.FOLDER, Optional.empty());
                case BundleSource.Zip(var file) -> new Reading().zip(file);
                case BundleSource.Loaded(var bundle) ->
                        bundle.rootPath().isPresent()
                                ? new Reading()
                                        .folder(
                                                bundle.rootPath().get(),
                                                Kind.LOADED,
                                                Optional.of(bundle))
                                : loaded(bundle);
            };
        } catch (IOException failure) {
            throw new InvalidRequestException(
                    ErrorCode.BUNDLE_INVALID,
                    "Expected to read the bundle, but: " + failure,
                    failure);
        }
    }

    private static Parcel inline(String manifestJson, Map<String, byte[]> payloads) {
        long bytes = manifestJson.length();
        var files = new HashMap<String, ByteString>();
        for (var payload : payloads.entrySet()) {
            bytes += payload.getValue().length;
            files.put(payload.getKey(), ByteString.copyFrom(payload.getValue()));
        }
        checkSize(bytes);
        return new Parcel(SourceForm.text(), manifestJson, files, Optional.empty());
    }

    private static Parcel loaded(Bundle bundle) {
        return new Parcel(
                new SourceForm(
                        Kind.LOADED,
                        "",
                        Entry.NOTHING,
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.of(bundle)),
                "",
                Map.of(),
                Optional.empty());
    }

    private static void checkSize(long bytes) {
        if (bytes > BYTES_MAX) {
            throw new InvalidRequestException(
                    ErrorCode.REQUEST_TOO_LARGE,
                    "bundle: " + bytes + " bytes (expected: <= " + BYTES_MAX + " to be sent)",
                    null);
        }
    }

    ConsoleBundleRequest request(JsonObject options) {
        var request =
                ConsoleBundleRequest.newBuilder()
                        .setManifestJson(manifestJson)
                        .putAllFiles(files)
                        .setVersion(Console.VERSION);
        if (form.kind() != Kind.TEXT) {
            request.setSourceJson(form.toJson().toString());
        }
        if (!options.isEmpty()) {
            request.setOptionsJson(options.toString());
        }
        return request.build();
    }

    /** What the server found, with the folder where it is. */
    Validation returned(Validation found) {
        return found instanceof Validation.Valid(var bundle, var warnings) && folder.isPresent()
                ? new Validation.Valid(Bundles.at(folder.get(), bundle), warnings)
                : found;
    }

    /** Collects what is at a path. */
    private static final class Reading {

        private final Map<String, ByteString> files = new HashMap<>();
        private final List<String> folders = new ArrayList<>();
        private final List<String> executables = new ArrayList<>();
        private final List<String> links = new ArrayList<>();
        private long bytes;

        Parcel zip(Path file) throws IOException {
            var entry = entry(file);
            if (entry == Entry.FILE) {
                checkSize(Files.size(file));
                add(name(file), file);
            }
            return parcel(Kind.ZIP, file, entry, Optional.empty(), Optional.empty());
        }

        Parcel folder(Path root, Kind kind, Optional<Bundle> bundle) throws IOException {
            var entry = entry(root);
            if (entry != Entry.FOLDER) {
                return parcel(kind, root, entry, bundle, Optional.empty());
            }
            // Links above the bundle are the caller's business; inside it there may be none.
            var real = root.toRealPath();
            single(real, "manifest.json");
            for (var path : CONFIGURATION) {
                single(real, path);
            }
            var payloads = real.resolve("payloads");
            if (Files.isSymbolicLink(payloads)) {
                links.add("payloads");
            } else if (Files.isDirectory(payloads)) {
                tree(real, payloads);
            }
            return parcel(kind, root, entry, bundle, Optional.of(real));
        }

        private Parcel parcel(
                Kind kind, Path path, Entry entry, Optional<Bundle> bundle, Optional<Path> folder) {
            return new Parcel(
                    new SourceForm(kind, name(path), entry, folders, executables, links, bundle),
                    "",
                    files,
                    folder);
        }

        private static Entry entry(Path path) {
            if (Files.isDirectory(path)) {
                return Entry.FOLDER;
            }
            return Files.exists(path) ? Entry.FILE : Entry.NOTHING;
        }

        private static String name(Path path) {
            var last = path.toAbsolutePath().normalize().getFileName();
            return last == null ? "bundle" : last.toString();
        }

        private void single(Path root, String path) throws IOException {
            var file = root.resolve(path);
            if (Files.isSymbolicLink(file)) {
                links.add(path);
            } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                add(path, file);
            }
        }

        private void tree(Path root, Path payloads) throws IOException {
            Files.walkFileTree(
                    payloads,
                    new SimpleFileVisitor<Path>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            folders.add(relative(root, folder));
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            if (attributes.isRegularFile()) {
                                add(relative(root, file), file);
                            } else {
                                links.add(relative(root, file));
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }

        private static String relative(Path from, Path to) {
            var parts = new ArrayList<String>();
            from.relativize(to).forEach(part -> parts.add(part.toString()));
            return String.join("/", parts);
        }

        private void add(String path, Path file) throws IOException {
            bytes += Files.size(file);
            checkSize(bytes);
            try (var in = Files.newInputStream(file)) {
                files.put(path, ByteString.readFrom(in));
            }
            if (Files.isExecutable(file)) {
                executables.add(path);
            }
        }
    }
}
