package mirrorneuron.server.http;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import mirrorneuron.api.json.JsonObject;

/** A request that the edge itself refuses. Nothing was changed. */
public final class HttpFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient JsonObject members;
    private final transient Map<String, String> headers;

    private HttpFailure(
            int status,
            String code,
            String message,
            JsonObject members,
            Map<String, String> headers) {
        // Refusals are frequent and expected: no stack is worth its price.
        super(requireNonNull(message, "message"), null, false, false);
        this.status = status;
        this.code = requireNonNull(code, "code");
        this.members = requireNonNull(members, "members");
        this.headers = Map.copyOf(headers);
    }

    public static HttpFailure of(int status, String code, String message) {
        return new HttpFailure(status, code, message, JsonObject.empty(), Map.of());
    }

    public static HttpFailure badRequest(String code, String message) {
        return of(400, code, message);
    }

    public static HttpFailure notFound(String code, String message) {
        return of(404, code, message);
    }

    /** A well-formed value of the wrong type, range or meaning. */
    public static HttpFailure invalid(String message) {
        return of(422, "validation_failed", message);
    }

    /** The same refusal with further members in its body. */
    public HttpFailure with(JsonObject more) {
        return new HttpFailure(status, code, message(), more, headers);
    }

    /** The same refusal with a header. */
    public HttpFailure withHeader(String name, String value) {
        return new HttpFailure(status, code, message(), members, Map.of(name, value));
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
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
