package mirrorneuron.server.grpc.console;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.codec.Bundles;
import mirrorneuron.api.codec.SourceForm;
import mirrorneuron.protocol.ext.ConsoleBundleRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a bundle that was sent together again as it was on its own machine, so that it is read by
 * the same code, with the same issues, as one that lies on this machine.
 */
final class Sources {

    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    private static final String MANIFEST = "manifest.json";

    private final Path scratch;

    Sources(Path scratch) {
        this.scratch = scratch;
    }

    /** A bundle, and the folder that goes away with it. */
    record Source(BundleSource bundle, Optional<Path> folder) implements AutoCloseable {
        @Override
        public void close() {
            folder.ifPresent(Sources::delete);
        }
    }

    /**
     * @throws InvalidRequestException when a path leads outside
     * @throws RuntimeUnavailableException when this machine cannot write it down
     */
    Source open(ConsoleBundleRequest request) {
        return open(request, false);
    }

    /**
     * As {@link #open}, for a bundle that a job will be made of: its record must not name the
     * folder, which goes away.
     */
    Source openToKeep(ConsoleBundleRequest request) {
        return open(request, true);
    }

    private Source open(ConsoleBundleRequest request, boolean toKeep) {
        var form = SourceForm.fromJson(Question.object("source_json", request.getSourceJson()));
        if (form.kind() == SourceForm.Kind.TEXT) {
            var payloads = new HashMap<String, byte[]>();
            request.getFilesMap().forEach((path, bytes) -> payloads.put(path, bytes.toByteArray()));
            return new Source(
                    new BundleSource.Inline(request.getManifestJson(), payloads), Optional.empty());
        }
        if (form.kind() == SourceForm.Kind.LOADED && form.entry() == SourceForm.Entry.NOTHING) {
            return new Source(BundleSource.of(checked(form)), Optional.empty());
        }
        Path folder = null;
        try {
            Files.createDirectories(scratch);
            folder = Files.createTempDirectory(scratch, "sent-").toRealPath();
            var at = folder.resolve(form.name().isEmpty() ? "bundle" : form.name());
            write(form, request, at);
            // The rest is no bundle, and is refused in the words for folders.
            if (toKeep && form.links().isEmpty() && Files.isRegularFile(at.resolve(MANIFEST))) {
                return new Source(
                        BundleSource.zip(packed(at, folder.resolve("packed.zip"))),
                        Optional.of(folder));
            }
            return new Source(
                    switch (form.kind()) {
                        case ZIP -> BundleSource.zip(at);
                        case LOADED -> BundleSource.of(Bundles.at(at, checked(form)));
                        case FOLDER, TEXT -> BundleSource.folder(at);
                    },
                    Optional.of(folder));
        } catch (FileAlreadyExistsException twice) {
            throw abandoned(folder, unsafe(form.name()));
        } catch (IOException failure) {
            throw abandoned(
                    folder,
                    new RuntimeUnavailableException(
                            ErrorCode.STORE_UNAVAILABLE,
                            "Expected to write down the bundle that was sent, but: "
                                    + failure.getMessage(),
                            failure));
        } catch (RuntimeException refused) {
            throw abandoned(folder, refused);
        }
    }

    private static RuntimeException abandoned(@Nullable Path folder, RuntimeException why) {
        if (folder != null) {
            delete(folder);
        }
        return why;
    }

    private static Bundle checked(SourceForm form) {
        return form.bundle()
                .orElseThrow(() -> new InvalidRequestException("bundle: missing (expected: one)"));
    }

    private static void write(SourceForm form, ConsoleBundleRequest request, Path at)
            throws IOException {
        switch (form.entry()) {
            case NOTHING -> {}
            case FILE ->
                    put(
                            at,
                            request.getFilesMap().values().stream()
                                    .findFirst()
                                    .orElse(ByteString.EMPTY));
            case FOLDER -> {
                Files.createDirectory(at);
                for (var folder : form.folders()) {
                    Files.createDirectories(inside(at, folder));
                }
                for (var file : request.getFilesMap().entrySet()) {
                    put(inside(at, file.getKey()), file.getValue());
                }
                for (var link : form.links()) {
                    // It leads nowhere: a reader refuses whatever is a link.
                    var place = inside(at, link);
                    Files.createDirectories(requireNonNull(place.getParent()));
                    Files.createSymbolicLink(place, Path.of("nowhere"));
                }
                for (var file : form.executables()) {
                    if (!inside(at, file).toFile().setExecutable(true)) {
                        throw new InvalidRequestException(
                                "executables: \"" + file + "\" (expected: one of the files)");
                    }
                }
            }
        }
    }

    /** An archive remembers what may be run, and nothing of where it lay. */
    private static Path packed(Path root, Path archive) throws IOException {
        var options =
                Map.of(
                        "create", "true",
                        "enablePosixFileAttributes", "true",
                        "noCompression", "true");
        try (var zip = FileSystems.newFileSystem(archive, options);
                var paths = Files.walk(root)) {
            for (var path : (Iterable<Path>) paths.skip(1)::iterator) {
                Files.copy(
                        path,
                        zip.getPath(root.relativize(path).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return archive;
    }

    private static void put(Path file, ByteString bytes) throws IOException {
        Files.createDirectories(requireNonNull(file.getParent()));
        try (var out = Files.newOutputStream(file)) {
            bytes.writeTo(out);
        }
    }

    /** Files come before links, and no file is a link, so a path without dots stays inside. */
    private static Path inside(Path root, String path) {
        if (path.isEmpty() || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0) {
            throw unsafe(path);
        }
        var place = root.resolve(path).normalize();
        if (!place.startsWith(root)
                || place.equals(root)
                || !root.relativize(place).toString().equals(path)) {
            throw unsafe(path);
        }
        return place;
    }

    private static InvalidRequestException unsafe(String path) {
        return new InvalidRequestException(
                ErrorCode.PATH_UNSAFE,
                "bundle: \"" + path + "\" (expected: a path inside it, once)",
                null);
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<Path>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.delete(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path visited, @Nullable IOException failure) throws IOException {
                            Files.delete(visited);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException left) {
            LOG.warn("a sent bundle stays in {}", folder, left);
        }
    }
}
