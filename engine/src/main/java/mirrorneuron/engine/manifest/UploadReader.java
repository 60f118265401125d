package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Reads which payload files a command finds in its workspace, under the three spellings in use.
 * Both ends of each are relative and safe when this is done.
 *
 * @see "manifest contract, section 7.2"
 */
final class UploadReader {

    private static final String CODE = BehaviourReader.CODE;
    private static final String ROOT_DEFAULT = "/sandbox/job";
    private static final String SANDBOX_ROOT = "/sandbox";

    private final Fields config;
    private final Findings findings;

    UploadReader(Fields config) {
        this.config = config;
        this.findings = config.findings();
    }

    /** The absolute path by which this manifest names the workspace. */
    String root() {
        var root = config.text(CODE, "sandbox_upload_path").orElse(ROOT_DEFAULT);
        boolean usable =
                root.startsWith("/") && RelativePath.normalise(root.substring(1)).isPresent();
        if (!usable) {
            config.wrong("node.path_unsafe", "an absolute path without ..", "sandbox_upload_path");
            return ROOT_DEFAULT;
        }
        return root;
    }

    List<Behaviour.Upload> read(String root) {
        var uploads = new ArrayList<Behaviour.Upload>();
        if (!config.array(CODE, "upload_paths").isEmpty()) {
            list("upload_paths", root, uploads);
        } else if (!config.value("upload_path").isNull()) {
            config.text(CODE, "upload_path")
                    .flatMap(
                            _ ->
                                    upload(
                                            config.value("upload_path"),
                                            config.at("upload_path"),
                                            config.value("upload_as"),
                                            config.at("upload_as"),
                                            root))
                    .ifPresent(uploads::add);
        } else {
            list("uploads", root, uploads);
        }
        return uploads;
    }

    private void list(String name, String root, List<Behaviour.Upload> uploads) {
        JsonArray array = config.array(CODE, name);
        for (int i = 0; i < array.size(); i++) {
            var place = config.at(name).element(i);
            switch (array.get(i)) {
                case JsonString source ->
                        upload(source, place, JsonNull.NULL, place, root).ifPresent(uploads::add);
                case JsonObject entry ->
                        upload(
                                        entry.at("source"),
                                        place.member("source"),
                                        entry.at("target"),
                                        place.member("target"),
                                        root)
                                .ifPresent(uploads::add);
                default ->
                        findings.wrong(
                                CODE, place, array.get(i), "an object with source and target", "");
            }
        }
    }

    private Optional<Behaviour.Upload> upload(
            JsonValue source, Place sourceAt, JsonValue target, Place targetAt, String root) {
        var from =
                source instanceof JsonString(var text)
                        ? RelativePath.normalise(text)
                        : Optional.<String>empty();
        if (from.isEmpty()) {
            findings.wrong(
                    "upload.source_unsafe",
                    sourceAt,
                    source,
                    "a relative path below payloads/",
                    "");
            return Optional.empty();
        }
        var baseName = RelativePath.baseName(from.get());
        if (target.isNull()) {
            return Optional.of(new Behaviour.Upload(from.get(), baseName));
        }
        var to =
                target instanceof JsonString(var text)
                        ? inWorkspace(text, root, baseName)
                        : Optional.<String>empty();
        if (to.isEmpty()) {
            findings.wrong(
                    "upload.target_unsafe", targetAt, target, "a path inside the workspace", "");
        }
        return to.map(path -> new Behaviour.Upload(from.get(), path));
    }

    /** A target relative to the workspace; the workspace itself stands for the file's own name. */
    private static Optional<String> inWorkspace(String target, String root, String baseName) {
        var path = target.strip();
        if (!path.startsWith("/")) {
            return RelativePath.normalise(path);
        }
        return below(path, root)
                .or(() -> below(path, SANDBOX_ROOT))
                .flatMap(
                        rest ->
                                rest.isEmpty()
                                        ? Optional.of(baseName)
                                        : RelativePath.normalise(rest));
    }

    /** True when a working directory lies in the workspace, under either of its names. */
    boolean isInside(String workdir, String root) {
        if (!workdir.startsWith("/")) {
            return workdir.equals(".")
                    || workdir.equals("./")
                    || RelativePath.normalise(workdir).isPresent();
        }
        return below(workdir, root)
                .filter(rest -> rest.isEmpty() || RelativePath.normalise(rest).isPresent())
                .isPresent();
    }

    /**
     * What follows the folder in the path, without the separator; empty when it is not below it.
     */
    private static Optional<String> below(String path, String folder) {
        var root = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
        if (path.equals(root) || path.equals(root + "/")) {
            return Optional.of("");
        }
        return path.startsWith(root + "/")
                ? Optional.of(path.substring(root.length() + 1))
                : Optional.empty();
    }
}
