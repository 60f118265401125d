package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts and outputs: what is listed, and what may be opened. Hashes are kept by path, size and
 * time of change, so a list costs no reading of what was listed before. Safe from any thread.
 *
 * @see "REST contract, sections 6.2 to 6.4"
 */
final class ServedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ServedFiles.class);

    private static final int HASHES_MAX = 10_000;
    private static final List<String> OUTPUT_SOURCES =
            List.of(
                    "post_launch_materialized.json",
                    "post_launch_state.json",
                    RunFolder.RESULT,
                    RunFolder.FINAL_ARTIFACT);
    private static final List<String> PATH_NAMES =
            List.of("path", "file", "file_path", "local_path");

    private final List<Path> outputRoots;
    private final Map<String, Hash> hashes =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Hash> eldest) {
                    return size() > HASHES_MAX;
                }
            };

    private record Hash(long size, long modifiedMs, String sha256) {}

    /** A file that a run names as its output. */
    private record Output(String kind, PlainFile file, long size, long modifiedMs) {}

    ServedFiles(List<Path> outputRoots) {
        this.outputRoots = outputRoots;
    }

    /** The artifacts, then the outputs. */
    JsonArray artifacts(Path folder, String runId, Path jobOutput) throws IOException {
        var entries = entries(Artifacts.list(folder), runId);
        entries.addAll(outputs(folder, runId, jobOutput));
        return JsonArray.of(entries);
    }

    /**
     * What is told of each file, its hash included. A file that its worker has taken away since it
     * was listed is left out.
     */
    List<JsonValue> entries(List<Artifacts.Listed> files, String runId) {
        var entries = new ArrayList<JsonValue>();
        for (var listed : files) {
            try {
                entries.add(entry(listed, runId));
            } catch (IOException gone) {
                LOG.debug("{} of run {} is not listed", listed.relativePath(), runId, gone);
            }
        }
        return entries;
    }

    private JsonObject entry(Artifacts.Listed listed, String runId) throws IOException {
        return entry(
                        listed.id(),
                        listed.relativePath(),
                        listed.file(),
                        listed.size(),
                        listed.modifiedMs(),
                        Artifacts.url(runId, listed.relativePath()))
                .build();
    }

    private JsonObject.Builder entry(
            String id, String path, PlainFile file, long size, long modifiedMs, String url)
            throws IOException {
        var name = Artifacts.name(path);
        var type = Artifacts.contentType(name);
        return JsonObject.builder()
                .put("artifact_id", id)
                .put("id", id)
                .put("relative_path", path)
                .put("path", path)
                .put("name", name)
                .put("label", name)
                .put("size_bytes", size)
                .put("size", size)
                .put("sha256", sha256(file, size, modifiedMs))
                .put("content_type", type)
                .put("mime_type", type)
                .put("url", url);
    }

    private String sha256(PlainFile file, long size, long modifiedMs) throws IOException {
        var key = file.file().toString();
        synchronized (hashes) {
            var known = hashes.get(key);
            if (known != null && known.size() == size && known.modifiedMs() == modifiedMs) {
                return known.sha256();
            }
        }
        var sha256 = WholeFiles.sha256(file, size);
        synchronized (hashes) {
            hashes.put(key, new Hash(size, modifiedMs, sha256));
        }
        return sha256;
    }

    /**
     * An artifact by its relative path, else by its id; empty when there is none, and for every
     * path that leaves the folder, whatever it is written like.
     */
    Optional<OpenedFile> open(Path folder, String pathOrId) throws IOException {
        for (var listed : Artifacts.list(folder)) {
            if (listed.relativePath().equals(pathOrId)) {
                return Optional.of(opened(listed));
            }
        }
        for (var listed : Artifacts.list(folder)) {
            if (listed.id().equals(pathOrId)) {
                return Optional.of(opened(listed));
            }
        }
        return Optional.empty();
    }

    private OpenedFile opened(Artifacts.Listed listed) throws IOException {
        return opened(
                Artifacts.name(listed.relativePath()),
                listed.file(),
                listed.size(),
                listed.modifiedMs());
    }

    private OpenedFile opened(String name, PlainFile file, long size, long modifiedMs)
            throws IOException {
        return new OpenedFile(
                file, name, Artifacts.contentType(name), size, sha256(file, size, modifiedMs));
    }

    /** The outputs that the run's documents name, each once, in that order. */
    List<JsonObject> outputs(Path folder, String runId, Path jobOutput) throws IOException {
        var entries = new ArrayList<JsonObject>();
        int index = 0;
        for (var output : found(folder, jobOutput)) {
            var real = output.file().file();
            var inside = real.startsWith(folder);
            var path = inside ? Artifacts.relative(folder, real) : real.getFileName().toString();
            entries.add(
                    entry(
                                    "output_" + index + "_" + Artifacts.slug(output.kind()),
                                    path,
                                    output.file(),
                                    output.size(),
                                    output.modifiedMs(),
                                    "/api/v1/runs/"
                                            + Artifacts.encoded(runId)
                                            + "/outputs/"
                                            + index)
                            .put("kind", output.kind())
                            .put("source", "post_launch_output")
                            .put("external", !inside)
                            .build());
            index++;
        }
        return entries;
    }

    /** The n-th output, from 0; empty when there is none. */
    Optional<OpenedFile> openOutput(Path folder, Path jobOutput, int index) throws IOException {
        var found = found(folder, jobOutput);
        if (index < 0 || index >= found.size()) {
            return Optional.empty();
        }
        var output = found.get(index);
        var name = output.file().file().getFileName().toString();
        return Optional.of(opened(name, output.file(), output.size(), output.modifiedMs()));
    }

    private List<Output> found(Path folder, Path jobOutput) throws IOException {
        var found = new LinkedHashMap<Path, Output>();
        for (var source : OUTPUT_SOURCES) {
            var document = WholeFiles.read(folder.resolve(source));
            if (document.isPresent()) {
                var json = document.get();
                for (var part :
                        List.of(json, json.object("result"), json.object("final_artifact"))) {
                    for (var item : part.array("output_files")) {
                        resolve(item, folder, jobOutput)
                                .ifPresent(
                                        output -> found.putIfAbsent(output.file().file(), output));
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }

    private Optional<Output> resolve(JsonValue item, Path folder, Path jobOutput) {
        var path =
                switch (item) {
                    case JsonString text -> Optional.of(text.value());
                    case JsonObject object ->
                            PATH_NAMES.stream()
                                    .flatMap(name -> object.string(name).stream())
                                    .findFirst();
                    default -> Optional.<String>empty();
                };
        var kind =
                item instanceof JsonObject object
                        ? object.string("kind").filter(text -> !text.isBlank()).orElse("output")
                        : "output";
        return path.filter(text -> !text.isBlank())
                .flatMap(text -> allowed(text, folder, jobOutput))
                .flatMap(file -> output(kind, file));
    }

    private static Optional<Output> output(String kind, PlainFile file) {
        try {
            return Optional.of(
                    new Output(
                            kind,
                            file,
                            Files.size(file.file()),
                            Files.getLastModifiedTime(file.file()).toMillis()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private Optional<PlainFile> allowed(String text, Path folder, Path jobOutput) {
        try {
            var roots = new ArrayList<>(outputRoots);
            roots.add(folder);
            roots.add(jobOutput);
            return inside(folder.resolve(text), roots);
        } catch (InvalidPathException malformed) {
            return Optional.empty();
        }
    }

    /** A regular file by its real place, when that lies below one of the folders. */
    static Optional<PlainFile> inside(Path file, List<Path> roots) {
        try {
            var real = file.toRealPath();
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            for (var root : Set.copyOf(roots)) {
                if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
                    return Optional.of(new PlainFile(root.toRealPath(), real));
                }
            }
            return Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }
}
