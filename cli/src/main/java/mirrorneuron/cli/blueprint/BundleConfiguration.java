package mirrorneuron.cli.blueprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;

/**
 * The configuration that a bundle brings: {@code config/default.json} with {@code
 * config/overwrite.json} laid over it. What cannot be read counts as empty: the runtime reads the
 * bundle too and says what is wrong with it.
 */
final class BundleConfiguration {

    private static final String MANIFEST = "manifest.json";
    private static final List<String> FILES =
            List.of("config/default.json", "config/overwrite.json");

    private BundleConfiguration() {}

    static JsonObject of(BundleSource source) {
        var configuration = JsonObject.empty();
        try {
            for (var file : FILES) {
                configuration =
                        ConfigSettings.merged(
                                configuration,
                                switch (source) {
                                    case BundleSource.Folder(var root) -> in(root, file);
                                    case BundleSource.Zip(var archive) -> within(archive, file);
                                    case BundleSource.Loaded(var bundle)
                                            when bundle.rootPath().isPresent() ->
                                            in(bundle.rootPath().get(), file);
                                    case BundleSource.Loaded _, BundleSource.Inline _ ->
                                            JsonObject.empty();
                                });
            }
        } catch (IOException | JsonParseException unreadable) {
            return configuration;
        }
        return configuration;
    }

    private static JsonObject in(Path root, String name) throws IOException {
        var file = root.resolve(name);
        return Files.isRegularFile(file) ? object(Files.readAllBytes(file)) : JsonObject.empty();
    }

    /** The files stand beside the manifest, which may be one level down. */
    private static JsonObject within(Path archive, String name) throws IOException {
        try (var zip = new ZipFile(archive.toFile())) {
            Optional<String> manifest =
                    zip.stream()
                            .map(entry -> entry.getName())
                            .filter(
                                    entry ->
                                            entry.equals(MANIFEST)
                                                    || entry.endsWith("/" + MANIFEST))
                            .min(Comparator.comparingInt(String::length));
            var above =
                    manifest.orElse(MANIFEST)
                            .substring(0, manifest.orElse(MANIFEST).length() - MANIFEST.length());
            var entry = zip.getEntry(above + name);
            if (entry == null) {
                return JsonObject.empty();
            }
            try (var in = zip.getInputStream(entry)) {
                return object(in.readAllBytes());
            }
        }
    }

    private static JsonObject object(byte[] bytes) {
        return Json.parse(bytes) instanceof JsonObject object ? object : JsonObject.empty();
    }
}
