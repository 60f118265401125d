package mirrorneuron.server.bundle;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Issue;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.runtime.bundle.BundleRegistry;
import mirrorneuron.server.http.HttpFailure;
import mirrorneuron.server.http.Problem;
import mirrorneuron.server.http.Problems;
import mirrorneuron.server.http.Query;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;
import mirrorneuron.server.job.JobRoutes;

/** What one may do with bundles. */
public final class BundleRoutes {

    private static final String PART = "bundle";

    private final MirrorNeuron runtime;
    private final BundleRegistry bundles;

    public BundleRoutes(MirrorNeuron runtime, BundleRegistry bundles) {
        this.runtime = runtime;
        this.bundles = bundles;
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/bundles/upload", this::upload),
                new Route("POST", "/bundles/{bundle_id}/reload", this::reload));
    }

    private Response upload(Request request) {
        try (var file = UploadedFile.read(request, PART)) {
            if (!file.name().toLowerCase(Locale.ROOT).endsWith(".zip")) {
                throw HttpFailure.of(
                        ErrorCode.BUNDLE_INVALID,
                        "bundle: \""
                                + Problem.shown(file.name())
                                + "\" (expected: the name of a .zip file)");
            }
            boolean submit =
                    request.query()
                            .flag(
                                    Query.parse(
                                                    "submit="
                                                            + file.fields()
                                                                    .getOrDefault("submit", "0"))
                                            .flag(false, "submit"),
                                    "submit");
            return switch (bundles.upload(file.file())) {
                case BundleRegistry.Upload.Refused refused -> throw refused(refused.issues());
                case BundleRegistry.Upload.Registered registered ->
                        registered(registered.bundle(), submit);
            };
        } catch (IOException failure) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_INVALID, "Expected the whole upload, but it ended early");
        }
    }

    private static HttpFailure refused(List<Issue> issues) {
        return HttpFailure.of(
                        Problems.isUnsafe(issues)
                                ? ErrorCode.PATH_UNSAFE
                                : ErrorCode.BUNDLE_INVALID,
                        issues.getFirst().message())
                .with(Problem.validation(issues));
    }

    private Response registered(BundleRegistry.Registration bundle, boolean submit) {
        var body =
                JsonObject.builder()
                        .put("bundle_path", bundle.handle())
                        .put("bundle_id", bundle.bundleId())
                        .put("manifest", bundle.manifest())
                        .put("fingerprint", bundle.fingerprint());
        if (submit) {
            var source = BundleSource.folder(bundle.root());
            var submission = runtime.jobs().submit(source, SubmitOptions.defaults());
            body.putAll(JobRoutes.submitted(Problems.accepted(submission)));
        }
        return Response.json(201, body.build());
    }

    private Response reload(Request request) {
        var id = request.parameter("bundle_id");
        return switch (bundles.reload(id)) {
            case BundleRegistry.Reload.Unknown _ ->
                    throw HttpFailure.of(
                            ErrorCode.BUNDLE_NOT_FOUND,
                            "Bundle " + Problem.shown(id) + " was not found");
            case BundleRegistry.Reload.Invalid invalid ->
                    throw HttpFailure.of(
                                    ErrorCode.VALIDATION_FAILED,
                                    "Expected bundle "
                                            + Problem.shown(id)
                                            + " to load, but: "
                                            + invalid.issues().getFirst().message()
                                            + "; the version before it stays")
                            .with(Problem.validation(invalid.issues()));
            case BundleRegistry.Reload.Done done -> Response.ok(reloaded(id, done));
        };
    }

    /** What became of a bundle that was read again. */
    public static JsonObject reloaded(String id, BundleRegistry.Reload.Done done) {
        return JsonObject.builder()
                .put("bundle_id", id)
                .put("changed", done.changed())
                .put("reloaded", done.changed())
                .put("previous_fingerprint", done.previous())
                .put("current_fingerprint", done.current())
                .put("reason", "api_request")
                .put(
                        "message",
                        done.changed()
                                ? "Bundle reloaded successfully"
                                : "No bundle changes detected")
                .put("timestamp", Timestamps.format(done.at()))
                .build();
    }
}
