package mirrorneuron.server.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mirrorneuron.api.ControlCharacters;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Issue;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** The one form of every refusal: {@code application/problem+json} with {@code error} as text. */
public final class Problem {

    private static final String TYPE = "https://mirrorneuron.io/problems/";
    private static final int ISSUES_MAX = 100;
    private static final int SHOWN_CHARS_MAX = 120;

    private Problem() {}

    static Response.Json of(HttpFailure failure, String path, String requestId) {
        return of(
                failure.status(),
                failure.code(),
                failure.message(),
                failure.members(),
                failure.headers(),
                path,
                requestId);
    }

    static Response.Json of(MirrorNeuronException refused, String path, String requestId) {
        var code = refused.code();
        var headers = new LinkedHashMap<String, String>();
        refused.retryAfter()
                .ifPresent(
                        after ->
                                headers.put(
                                        "Retry-After",
                                        String.valueOf(Math.max(1, after.toSeconds()))));
        if (refused instanceof SubmissionRejectedException rejected) {
            return of(Problems.ofRejection(rejected.rejection()), path, requestId);
        }
        var message =
                code == ErrorCode.INTERNAL
                        ? internalMessage(requestId)
                        : String.valueOf(refused.getMessage());
        return of(
                code.httpStatus(),
                code.problem(),
                message,
                JsonObject.empty(),
                headers,
                path,
                requestId);
    }

    static Response.Json internal(String path, String requestId) {
        return of(
                ErrorCode.INTERNAL.httpStatus(),
                ErrorCode.INTERNAL.problem(),
                internalMessage(requestId),
                JsonObject.empty(),
                Map.of(),
                path,
                requestId);
    }

    private static String internalMessage(String requestId) {
        return "The server failed on this request; its log says why under request id " + requestId;
    }

    private static Response.Json of(
            int status,
            String code,
            String message,
            JsonObject members,
            Map<String, String> headers,
            String path,
            String requestId) {
        var body =
                JsonObject.builder()
                        .put("error", message)
                        .put("type", TYPE + code)
                        .put("title", title(status))
                        .put("status", status)
                        .put("detail", message)
                        .put("instance", path)
                        .put("code", code)
                        .put("request_id", requestId)
                        .putAll(members)
                        .build();
        var all = new LinkedHashMap<>(headers);
        all.put("Content-Type", "application/problem+json");
        return new Response.Json(status, body, all);
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Authentication required";
            case 403 -> "Not permitted";
            case 404 -> "Resource not found";
            case 405 -> "Method not allowed";
            case 408 -> "Request took too long to arrive";
            case 409 -> "Conflict with the current state";
            case 412 -> "Requirements not met";
            case 413 -> "Request too large";
            case 416 -> "Range not satisfiable";
            case 422 -> "Validation failed";
            case 429 -> "Too many messages waiting";
            case 501 -> "Not supported";
            case 502 -> "Upstream failure";
            case 503 -> "Service unavailable";
            case 504 -> "Upstream timeout";
            default -> status < 500 ? "Request refused" : "Internal error";
        };
    }

    /** Members of a refusal that has a list of problems: {@code errors} and {@code validation}. */
    public static JsonObject validation(List<Issue> issues) {
        var shown = issues.stream().limit(ISSUES_MAX).map(Problem::issue).toList();
        var list = JsonArray.of(shown);
        return JsonObject.builder()
                .put("errors", list)
                .put(
                        "validation",
                        JsonObject.builder()
                                .put("ok", false)
                                .put("status", "failed")
                                .put("error_count", JsonNumber.of(issues.size()))
                                .put(
                                        "errors",
                                        JsonArray.of(
                                                issues.stream()
                                                        .limit(ISSUES_MAX)
                                                        .<JsonValue>map(
                                                                issue ->
                                                                        new JsonString(
                                                                                issue.message()))
                                                        .toList()))
                                .put("issues", list)
                                .build())
                .build();
    }

    /** An issue without a member that is null: clients throw an answer with one away. */
    private static JsonValue issue(Issue issue) {
        var json =
                JsonObject.builder()
                        .put("code", issue.code())
                        .put("message", issue.message())
                        .putIfPresent("help", issue.help())
                        .put("severity", issue.severity().name().toLowerCase(Locale.ROOT))
                        .put(
                                "location",
                                JsonObject.builder()
                                        .put("source", issue.location().source())
                                        .put("path", issue.location().path())
                                        .put("pointer", issue.location().pointer())
                                        .build())
                        .put("field", issue.location().path());
        issue.expected().ifPresent(value -> json.put("expected", value));
        issue.actual().ifPresent(value -> json.put("actual", value));
        return json.build();
    }

    /** A value of a request, short enough and free of control characters for a sentence. */
    public static String shown(String value) {
        var text = new StringBuilder();
        for (int i = 0; i < Math.min(value.length(), SHOWN_CHARS_MAX); i++) {
            char c = value.charAt(i);
            text.append(ControlCharacters.isControl(c) ? '?' : c);
        }
        return value.length() > SHOWN_CHARS_MAX ? text.append('…').toString() : text.toString();
    }
}
