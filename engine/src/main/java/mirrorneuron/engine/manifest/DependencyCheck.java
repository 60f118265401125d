package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * Checks the packages and models that a job brings along.
 *
 * @see "manifest contract, section 6.8"
 */
final class DependencyCheck {

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-fA-F]{64}");

    private DependencyCheck() {}

    static void check(Fields top) {
        packages(top, "skill_dependencies", "skills");
        packages(top, "agent_dependencies", "agents");
        models(top);
    }

    private static void packages(Fields top, String name, String folder) {
        if (!top.value(name).isNull() && !(top.value(name) instanceof JsonArray)) {
            top.findings()
                    .odd(
                            "dependencies.type",
                            top.at(name),
                            top.value(name),
                            "a list",
                            "It is ignored.");
            return;
        }
        for (var dependency : top.objects("dependencies.type", name)) {
            dependency.word("dependencies.type_unsupported", List.of("pip"), "type");
            var source =
                    dependency.word(
                            "dependencies.source_unsupported", List.of("gar", "payload"), "source");
            if (dependency.text("dependencies.name_required", "name").isEmpty()
                    && dependency.value("name").isNull()) {
                dependency
                        .findings()
                        .error(
                                "dependencies.name_required",
                                dependency.at("name"),
                                "Expected the name of a package, but found none",
                                "");
            }
            dependency.text("dependencies.version_invalid", "version");
            if (source.filter("payload"::equals).isPresent()) {
                checkPath(dependency, folder);
                dependency.word(
                        "dependencies.format_unsupported", List.of("source", "wheel"), "format");
            }
        }
    }

    private static void checkPath(Fields dependency, String folder) {
        boolean safe =
                dependency.value("path") instanceof JsonString(var text)
                        && RelativePath.normalise(text)
                                .filter(
                                        path ->
                                                path.startsWith(folder + "/")
                                                        || path.startsWith(
                                                                "payloads/" + folder + "/"))
                                .isPresent();
        if (!safe) {
            dependency.wrong("dependencies.path_unsafe", "a path below payloads/" + folder, "path");
        }
    }

    private static void models(Fields top) {
        var runtime = top.fields("manifest.field_type", "runtime");
        var models = runtime.fields("models.type", "models");
        models.json()
                .forEach(
                        (id, value) -> {
                            var place = models.place().member(id);
                            if (value instanceof JsonObject json) {
                                model(new Fields(json, place, top.findings()));
                            } else {
                                top.findings().wrong("models.type", place, value, "an object", "");
                            }
                        });
    }

    private static void model(Fields model) {
        model.text("models.provider_invalid", "provider");
        model.text("models.runtime_model_invalid", "runtime_model");
        model.word("models.backend_unsupported", List.of("auto", "llama.cpp", "vllm"), "backend");
        model.whole("models.context_size_invalid", 1, Integer.MAX_VALUE, "context_size");
        model.flag("models.required_type", true, "required");
        var source = model.fields("models.source_invalid", "source");
        if (source.json().isEmpty()) {
            return;
        }
        source.word("models.source_type_unsupported", List.of("payload"), "type");
        source.word(
                "models.source_format_unsupported",
                List.of("gguf", "safetensors", "dduf"),
                "format");
        for (var path : List.of("path", "mmproj_path", "chat_template_path", "license_path")) {
            if (!source.value(path).isNull()
                    && !(source.value(path) instanceof JsonString(var text)
                            && RelativePath.normalise(text).isPresent())) {
                source.wrong("models.source_path_unsafe", "a relative path below payloads/", path);
            }
        }
        if (!source.value("digest").isNull()
                && !(source.value("digest") instanceof JsonString(var digest)
                        && DIGEST.matcher(digest).matches())) {
            source.wrong("models.source_digest_invalid", "sha256: and 64 hex digits", "digest");
        }
    }
}
