package mirrorneuron.runtime.bundle;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.NodeSpec;
import mirrorneuron.engine.manifest.RuntimeManifest;

/**
 * Checks that the payload files which nodes name are there. A run without them would fail at its
 * first message; here the author learns it before anything runs.
 */
final class PayloadReferences {

    private final BundleIssues issues;
    private final Set<String> present = new HashSet<>();

    /** Paths of files and folders below {@code payloads/}. */
    PayloadReferences(Collection<String> paths, BundleIssues issues) {
        this.issues = issues;
        for (var path : paths) {
            for (var at = path; present.add(at); at = at.substring(0, at.lastIndexOf('/'))) {
                if (at.indexOf('/') < 0) {
                    break;
                }
            }
        }
    }

    void check(RuntimeManifest manifest) {
        manifest.nodes().forEach(this::check);
    }

    private void check(NodeSpec node) {
        switch (node.behaviour()) {
            case Behaviour.Executor executor -> {
                for (int i = 0; i < executor.uploads().size(); i++) {
                    var source = executor.uploads().get(i).source();
                    var member = uploadMember(node.config(), i);
                    require(source, "upload.source_missing", node, member);
                }
                executor.python()
                        .flatMap(Behaviour.PythonEnvironment::requirements)
                        .ifPresent(
                                path ->
                                        require(
                                                path,
                                                "node.requirements_missing",
                                                node,
                                                "python_environment/requirements"));
            }
            case Behaviour.Module module ->
                    module.source()
                            .ifPresent(
                                    path ->
                                            require(
                                                    path,
                                                    "node.module_source_missing",
                                                    node,
                                                    "module_source"));
            case Behaviour.Router _,
                    Behaviour.Aggregator _,
                    Behaviour.Sensor _,
                    Behaviour.StepSource _,
                    Behaviour.StepJoin _,
                    Behaviour.StepSink _ -> {}
        }
    }

    /** Where the author wrote the upload: the spelling decides as it does when manifests load. */
    private static String uploadMember(JsonObject config, int upload) {
        if (!config.array("upload_paths").isEmpty()) {
            return entry(config, "upload_paths", upload);
        }
        return config.at("upload_path").isNull() ? entry(config, "uploads", upload) : "upload_path";
    }

    private static String entry(JsonObject config, String list, int upload) {
        boolean object = config.array(list).get(upload) instanceof JsonObject;
        return list + "/" + upload + (object ? "/source" : "");
    }

    private void require(String path, String code, NodeSpec node, String member) {
        if (present.contains(path)) {
            return;
        }
        issues.add(
                code,
                node.inConfig(member),
                "Expected payloads/" + path + " for node " + node.id() + ", but found no such file",
                "Add the file below payloads/, or correct the path.");
    }
}
