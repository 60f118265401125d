package mirrorneuron.runtime.run;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * The page that a run brings, or the one that every run has.
 *
 * @see "REST contract, section 6.9"
 */
final class RunUi {

    private RunUi() {}

    static JsonObject standard(String runId) {
        return JsonObject.builder()
                .put("schema_version", 1)
                .put("adapter", "json-render")
                .put("kind", "output")
                .put("title", "Blueprint Run")
                .put("run_id", runId)
                .put("refresh_seconds", 2)
                .put(
                        "components",
                        JsonArray.of(
                                JsonObject.builder()
                                        .put("type", "events")
                                        .put("label", "Events")
                                        .put("max_events", 200)
                                        .build()))
                .put("metadata", JsonObject.empty())
                .build();
    }

    /**
     * The first video component with a local source; empty when there is none. Only files that are
     * videos by their names are served, because the page is written by workers.
     *
     * @throws NotAuthorizedException {@code PERMISSION_DENIED} when it lies outside of the run and
     *     of its bundle
     */
    static Optional<OpenedFile> video(Path folder, JsonObject ui) throws IOException {
        for (var component : ui.array("components")) {
            if (component instanceof JsonObject object
                    && object.string("type").filter("video"::equals).isPresent()) {
                var file = object.string("source").flatMap(source -> local(folder, source));
                if (file.isPresent()) {
                    return served(folder, ui, file.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<OpenedFile> served(Path folder, JsonObject ui, Path file)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var roots = new ArrayList<>(List.of(folder));
        ui.object("metadata").string("bundle_dir").flatMap(RunUi::path).ifPresent(roots::add);
        var name = file.getFileName().toString();
        var type = Artifacts.contentType(name);
        var real = ServedFiles.inside(file, roots);
        if (real.isEmpty() || !type.startsWith("video/")) {
            throw new NotAuthorizedException(
                    ErrorCode.PERMISSION_DENIED,
                    "The video lies outside of its run, or is none",
                    null);
        }
        long size = Files.size(real.get().file());
        return Optional.of(
                new OpenedFile(real.get(), name, type, size, WholeFiles.sha256(real.get(), size)));
    }

    private static Optional<Path> local(Path folder, String source) {
        if (source.isBlank() || source.startsWith("http:") || source.startsWith("https:")) {
            return Optional.empty();
        }
        if (source.startsWith("file:")) {
            try {
                return Optional.of(Path.of(new URI(source)));
            } catch (URISyntaxException
                    | IllegalArgumentException
                    | FileSystemNotFoundException malformed) {
                return Optional.empty();
            }
        }
        return path(source).map(folder::resolve);
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException malformed) {
            return Optional.empty();
        }
    }
}
