package mirrorneuron.server.http;

import java.util.List;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Submission;
import mirrorneuron.api.json.JsonObject;

/** Refusals that several routes share. */
public final class Problems {

    private Problems() {}

    /** The submission, if it made a job or named one. */
    public static Submission.Accepted accepted(Submission submission) {
        return switch (submission) {
            case Submission.Accepted accepted -> accepted;
            case Submission.Rejected rejected -> throw ofRejection(rejected);
        };
    }

    /** A submission that stored nothing. */
    public static HttpFailure ofRejection(Submission.Rejected rejected) {
        var first = rejected.issues().isEmpty() ? "refused" : text(rejected.issues());
        return switch (rejected.reason()) {
            case INVALID_MANIFEST ->
                    refusal(
                            isUnsafe(rejected.issues())
                                    ? ErrorCode.PATH_UNSAFE
                                    : ErrorCode.MANIFEST_INVALID,
                            first,
                            rejected);
            case INPUT_VALIDATION -> refusal(ErrorCode.INPUT_INVALID, first, rejected);
            case REQUIREMENTS_NOT_MET, SERVICES_NOT_MET ->
                    refusal(ErrorCode.REQUIREMENTS_NOT_MET, first, rejected);
            case RESOURCE_OVERLOADED -> refusal(ErrorCode.RESOURCE_OVERLOADED, first, rejected);
            case DUPLICATE ->
                    rejected.issues().stream().anyMatch(issue -> issue.code().equals("run_exists"))
                            ? HttpFailure.of(ErrorCode.RUN_EXISTS, first)
                            : refusal(ErrorCode.CONFLICT, first, rejected);
        };
    }

    /** Whether a bundle has a file that would lie outside of it. */
    public static boolean isUnsafe(List<Issue> issues) {
        return issues.stream().anyMatch(issue -> issue.code().equals("bundle.unsafe_path"));
    }

    private static HttpFailure refusal(
            ErrorCode code, String message, Submission.Rejected rejected) {
        return HttpFailure.of(code, message).with(Problem.validation(rejected.issues()));
    }

    private static String text(List<Issue> issues) {
        var first = issues.getFirst().message();
        return issues.size() == 1 ? first : first + " (and " + (issues.size() - 1) + " more)";
    }

    public static HttpFailure noSuchJob(String id) {
        return HttpFailure.of(
                ErrorCode.JOB_NOT_FOUND, "Job " + Problem.shown(id) + " was not found");
    }

    /** A member of a body that has the wrong type. */
    public static HttpFailure wrongType(String member, String expected) {
        return HttpFailure.invalid(member + ": wrong type (expected: " + expected + ")")
                .with(JsonObject.builder().put("field", member).build());
    }
}
