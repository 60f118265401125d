package mirrorneuron.server.http;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.json.JsonObject;

/**
 * A request that the edge itself refuses. Nothing was changed. Its status, its code and the time
 * after which to ask again are those of the row in {@link ErrorCode}.
 */
public final class HttpFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode row;
    private final transient JsonObject members;
    private final transient Map<String, String> headers;

    private HttpFailure(
            ErrorCode row, String message, JsonObject members, Map<String, String> headers) {
        // Refusals are frequent and expected: no stack is worth its price.
        super(requireNonNull(message, "message"), null, false, false);
        this.row = requireNonNull(row, "row");
        this.members = requireNonNull(members, "members");
        this.headers = Map.copyOf(headers);
    }

    public static HttpFailure of(ErrorCode row, String message) {
        var headers = new HashMap<String, String>();
        row.retryAfter()
                .ifPresent(after -> headers.put("Retry-After", String.valueOf(after.toSeconds())));
        return new HttpFailure(row, message, JsonObject.empty(), headers);
    }

    /** A well-formed value of the wrong type, range or meaning. */
    public static HttpFailure invalid(String message) {
        return of(ErrorCode.VALIDATION_FAILED, message);
    }

    /** The same refusal with further members in its body. */
    public HttpFailure with(JsonObject more) {
        return new HttpFailure(row, message(), more, headers);
    }

    /** The same refusal with a header more, or with another value of it. */
    public HttpFailure withHeader(String name, String value) {
        var all = new HashMap<>(headers);
        all.put(name, value);
        return new HttpFailure(row, message(), members, all);
    }

    public int status() {
        return row.httpStatus();
    }

    public String code() {
        return row.problem();
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    public JsonObject members() {
        return members;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
