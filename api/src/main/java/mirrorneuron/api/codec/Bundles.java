package mirrorneuron.api.codec;

import static mirrorneuron.api.codec.Members.array;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/** Bundles that were read, and the shape in which one travels. */
public final class Bundles {

    private Bundles() {}

    /** Without the paths: they mean something on their machine only. */
    public static JsonObject toJson(Bundle bundle) {
        var manifest = bundle.manifest();
        return JsonObject.builder()
                .put("fingerprint", bundle.fingerprint())
                .put("graph_id", manifest.graphId())
                .put("job_name", manifest.jobName())
                .put("manifest_version", manifest.manifestVersion())
                .put("type", manifest.type())
                .put("agents", ids(manifest.agents()))
                .put("entrypoints", ids(manifest.entrypoints()))
                .put("manifest", manifest.raw())
                .build();
    }

    public static Bundle bundle(JsonObject json) {
        return new Bundle(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Manifest(
                        json.string("graph_id").orElse(""),
                        json.string("job_name").orElse(""),
                        json.string("manifest_version").orElse(""),
                        json.string("type").orElse("batch"),
                        ids(json.array("agents")),
                        ids(json.array("entrypoints")),
                        json.object("manifest")),
                json.string("fingerprint").orElse(""));
    }

    /** The same bundle in this folder. */
    public static Bundle at(Path root, Bundle bundle) {
        return new Bundle(
                Optional.of(root),
                Optional.of(root.resolve("manifest.json")),
                Optional.of(root.resolve("payloads")),
                bundle.manifest(),
                bundle.fingerprint());
    }

    private static JsonArray ids(List<AgentId> ids) {
        return array(ids, id -> new JsonString(id.value()));
    }

    private static List<AgentId> ids(JsonArray ids) {
        return ids.strings().stream().map(AgentId::of).toList();
    }
}
