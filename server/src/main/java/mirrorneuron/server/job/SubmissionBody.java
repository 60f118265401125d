package mirrorneuron.server.job;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.RunId;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.server.http.HttpFailure;
import mirrorneuron.server.http.Problem;
import mirrorneuron.server.http.Problems;

/**
 * A submission in any of its forms: the path of an uploaded bundle, a manifest in an envelope, or
 * the manifest itself.
 */
public record SubmissionBody(BundleSource source, SubmitOptions options) {

    private static final List<String> MANIFEST_MARKS =
            List.of(
                    "graph_id",
                    "nodes",
                    "apiVersion",
                    "kind",
                    "workflow",
                    "manifest_version",
                    "agents");

    /** Finds the folder behind a path that an upload was answered with; empty when it is none. */
    @FunctionalInterface
    public interface UploadedBundles {
        Optional<BundleSource> find(String bundlePath);
    }

    /** Reads a body; forms are tried in a fixed order, so that no body can mean two things. */
    public static SubmissionBody read(JsonObject body, UploadedBundles uploads) {
        var path = present(body, "bundle_path").or(() -> present(body, "_bundle_path"));
        if (path.isPresent()) {
            return new SubmissionBody(uploaded(path.get(), uploads), options(body));
        }
        var manifest = present(body, "manifest_json").or(() -> present(body, "manifest"));
        if (manifest.isPresent()) {
            var source = new BundleSource.Inline(text(manifest.get()), payloads(body));
            return new SubmissionBody(source, options(body));
        }
        if (MANIFEST_MARKS.stream().anyMatch(body::has)) {
            // Clients put a protocol version into every body, and it is none of the manifest's.
            var bare = body.at("version") instanceof JsonNumber ? body.without("version") : body;
            return new SubmissionBody(
                    new BundleSource.Inline(bare.toString(), Map.of()), SubmitOptions.defaults());
        }
        throw HttpFailure.of(
                ErrorCode.REQUEST_EMPTY,
                "Expected manifest_json, bundle_path or a manifest, but the body has none of them");
    }

    private static Optional<JsonValue> present(JsonObject body, String name) {
        return body.get(name).filter(value -> !value.isNull());
    }

    private static BundleSource uploaded(JsonValue path, UploadedBundles uploads) {
        if (!(path instanceof JsonString(var text))) {
            throw Problems.wrongType("bundle_path", "a string");
        }
        return uploads.find(text)
                .orElseThrow(
                        () ->
                                HttpFailure.of(
                                        ErrorCode.BUNDLE_UNKNOWN,
                                        "unknown uploaded bundle "
                                                + Problem.shown(text)
                                                + ": send a path that an upload was answered"
                                                + " with"));
    }

    private static String text(JsonValue manifest) {
        return switch (manifest) {
            case JsonObject object -> object.toString();
            case JsonString(var text) -> {
                try {
                    if (Json.parse(text) instanceof JsonObject) {
                        yield text;
                    }
                } catch (JsonParseException malformed) {
                    throw HttpFailure.of(
                            ErrorCode.REQUEST_NOT_JSON,
                            "manifest_json: it is not JSON: " + malformed.getMessage());
                }
                throw HttpFailure.of(
                        ErrorCode.MANIFEST_INVALID,
                        "manifest_json: another JSON value (expected: an object)");
            }
            default ->
                    throw HttpFailure.of(
                            ErrorCode.MANIFEST_INVALID,
                            "manifest_json: wrong type (expected: a string or an object)");
        };
    }

    private static Map<String, byte[]> payloads(JsonObject body) {
        var value = body.at("payloads");
        if (value.isNull()) {
            return Map.of();
        }
        if (!(value instanceof JsonObject object)) {
            throw Problems.wrongType("payloads", "an object of path to text");
        }
        var payloads = new HashMap<String, byte[]>();
        object.forEach(
                (path, content) -> {
                    if (!(content instanceof JsonString(var text))) {
                        throw Problems.wrongType("payloads." + Problem.shown(path), "a string");
                    }
                    payloads.put(path, text.getBytes(StandardCharsets.UTF_8));
                });
        return payloads;
    }

    private static SubmitOptions options(JsonObject body) {
        var options = SubmitOptions.defaults().withForce(flag(body, "force"));
        var runId = string(body, "run_id");
        if (runId.isPresent()) {
            options = options.withRunId(RunId.of(runId.get()));
        }
        var jobName = string(body, "job_name");
        return jobName.isPresent() ? options.withJobName(jobName.get()) : options;
    }

    /** A member that is true or false; absent and null are false. */
    static boolean flag(JsonObject body, String name) {
        return switch (body.at(name)) {
            case JsonBool flag -> flag.value();
            case JsonValue value when value.isNull() -> false;
            default -> throw Problems.wrongType(name, "true or false");
        };
    }

    private static Optional<String> string(JsonObject body, String name) {
        return switch (body.at(name)) {
            case JsonString(var text) -> Optional.of(text);
            case JsonValue value when value.isNull() -> Optional.empty();
            default -> throw Problems.wrongType(name, "a string");
        };
    }
}
