package mirrorneuron.client;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Submission;
import mirrorneuron.api.Submission.Rejected.Reason;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.job.SubmitJobRequest;

/** Submissions to a server that takes a bundle and no options. */
record OlderSubmission(Link link) {

    Submission submit(BundleSource source, SubmitOptions options) {
        if (!options.equals(waiting(options))) {
            throw new UnsupportedFeatureException(
                    "Expected a server that takes options of a submission, but it is too old:"
                            + " submit without them");
        }
        var bundle = OlderBundle.of(source);
        try {
            var answer =
                    link.call(
                            JobServiceGrpc.getSubmitJobMethod(),
                            SubmitJobRequest.newBuilder()
                                    .setManifestJson(bundle.manifestJson())
                                    .putAllPayloads(bundle.payloads())
                                    .setVersion(Console.VERSION)
                                    .build(),
                            Again.NEVER);
            return new Submission.Accepted(
                    JobId.of(answer.getJobId()), JobStatus.ofWire(answer.getStatus()));
        } catch (MirrorNeuronException refused) {
            return reason(refused)
                    .<Submission>map(reason -> new Submission.Rejected(reason, issues(refused)))
                    .orElseThrow(() -> refused);
        }
    }

    /** The defaults, but for how long the caller waits, which is no business of the server's. */
    private static SubmitOptions waiting(SubmitOptions options) {
        return options.timeout()
                .map(SubmitOptions.defaults()::withTimeout)
                .orElse(SubmitOptions.defaults());
    }

    /** Why nothing was stored; empty when the call itself failed. */
    private static Optional<Reason> reason(MirrorNeuronException refused) {
        return Optional.ofNullable(
                switch (refused.code()) {
                    case MANIFEST_INVALID, BUNDLE_INVALID, PATH_UNSAFE, REQUEST_INVALID ->
                            Reason.INVALID_MANIFEST;
                    case INPUT_INVALID -> Reason.INPUT_VALIDATION;
                    case REQUIREMENTS_NOT_MET ->
                            String.valueOf(refused.getMessage()).startsWith("service_")
                                    ? Reason.SERVICES_NOT_MET
                                    : Reason.REQUIREMENTS_NOT_MET;
                    case RESOURCE_OVERLOADED -> Reason.RESOURCE_OVERLOADED;
                    case DUPLICATE_REQUEST, RUN_EXISTS -> Reason.DUPLICATE;
                    default -> null;
                });
    }

    /** Of the report that the refusal carries; a sentence is one issue. */
    private static List<Issue> issues(MirrorNeuronException refused) {
        var message = String.valueOf(refused.getMessage());
        var report =
                refused.failure()
                        .map(failure -> failure.details().object("validation"))
                        .filter(document -> !document.isEmpty())
                        .or(() -> afterPrefix(message))
                        .orElse(JsonObject.empty());
        var issues = report.array("issues").objects().stream().map(Issue::fromJson).toList();
        return issues.isEmpty()
                ? List.of(
                        new Issue(
                                refused.code().name().toLowerCase(Locale.ROOT),
                                message,
                                Optional.empty(),
                                Severity.ERROR,
                                new IssueLocation("bundle", "", "/bundle"),
                                Optional.empty(),
                                Optional.empty()))
                : issues;
    }

    private static Optional<JsonObject> afterPrefix(String message) {
        int at = message.indexOf(": {");
        try {
            return at >= 0 && Json.parse(message.substring(at + 2)) instanceof JsonObject report
                    ? Optional.of(report)
                    : Optional.empty();
        } catch (JsonParseException sentence) {
            return Optional.empty();
        }
    }
}
