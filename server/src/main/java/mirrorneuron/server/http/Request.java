package mirrorneuron.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/** One call as a handler sees it. Used by one thread; its body is read once. */
public final class Request {

    private final String method;
    private final String path;
    private final Query query;
    private final Function<String, Optional<String>> headers;
    private final InputStream body;
    private final String requestId;
    private final Map<String, String> parameters;
    private final List<String> tail;

    Request(
            String method,
            String path,
            Query query,
            Function<String, Optional<String>> headers,
            InputStream body,
            String requestId,
            Map<String, String> parameters,
            List<String> tail) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.body = body;
        this.requestId = requestId;
        this.parameters = Map.copyOf(parameters);
        this.tail = List.copyOf(tail);
    }

    /** The same request with a body that was read before. */
    Request withBody(InputStream read) {
        return new Request(method, path, query, headers, read, requestId, parameters, tail);
    }

    public String method() {
        return method;
    }

    /** As it was sent, still encoded. */
    public String path() {
        return path;
    }

    public Query query() {
        return query;
    }

    /** The first value of a header; names in any case. */
    public Optional<String> header(String name) {
        return headers.apply(name);
    }

    public String requestId() {
        return requestId;
    }

    /** A decoded segment of the path, by its name in the route. It may hold any character. */
    public String parameter(String name) {
        var value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("route has no parameter " + name);
        }
        return value;
    }

    /** The decoded segments that a route's {@code {name...}} stands for. */
    public List<String> tail() {
        return tail;
    }

    /** The body as it arrives; refuses with 413 once the limit is passed. */
    public InputStream stream() {
        return body;
    }

    /** The whole body. */
    public byte[] bytes() {
        var bytes = new ByteArrayOutputStream();
        try {
            body.transferTo(bytes);
        } catch (IOException gone) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_INVALID, "Expected the whole body, but it ended early");
        }
        return bytes.toByteArray();
    }

    /** A body that must be a JSON object. */
    public JsonObject object() {
        var bytes = bytes();
        if (isBlank(bytes)) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_EMPTY, "Expected a JSON object as body, but it is empty");
        }
        return parse(bytes);
    }

    /** A body that may be absent; then the object is empty. */
    public JsonObject optionalObject() {
        var bytes = bytes();
        return isBlank(bytes) ? JsonObject.empty() : parse(bytes);
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static JsonObject parse(byte[] bytes) {
        JsonValue value;
        try {
            value = Json.parse(bytes);
        } catch (JsonParseException malformed) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_NOT_JSON,
                    "Expected a JSON object as body, but it is not JSON: "
                            + malformed.getMessage());
        }
        if (value instanceof JsonObject object) {
            return object;
        }
        throw HttpFailure.of(
                ErrorCode.REQUEST_NOT_JSON,
                "Expected a JSON object as body, but it is another JSON value");
    }
}
