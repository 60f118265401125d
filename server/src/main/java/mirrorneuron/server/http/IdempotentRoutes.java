package mirrorneuron.server.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.runtime.reply.Replies;

/**
 * Gives the first answer again to a change that is repeated with its {@code Idempotency-Key}.
 * Submissions are left out: the runtime keeps their key in the commit that makes the job.
 */
public final class IdempotentRoutes {

    private static final Set<String> CHANGES = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final String SUBMISSION = "/jobs";
    private static final int KEY_CHARS_MAX = 255;

    private final Replies replies;

    public IdempotentRoutes(Replies replies) {
        this.replies = replies;
    }

    public List<Route> wrap(List<Route> routes) {
        var wrapped = new ArrayList<Route>(routes.size());
        for (var route : routes) {
            boolean changes =
                    CHANGES.contains(route.method())
                            && !(route.method().equals("POST")
                                    && route.template().equals(SUBMISSION));
            wrapped.add(
                    changes
                            ? new Route(
                                    route.method(),
                                    route.template(),
                                    request -> once(route, request))
                            : route);
        }
        return wrapped;
    }

    private Response once(Route route, Request request) {
        var key = key(request);
        if (key.isEmpty()) {
            return route.handler().handle(request);
        }
        var body = request.bytes();
        var asked = new ByteArrayOutputStream();
        asked.writeBytes(
                (request.path() + '?' + request.query() + '\n').getBytes(StandardCharsets.UTF_8));
        asked.writeBytes(body);
        var scope = route.method() + " " + route.template();
        var answered = new Response[1];
        var reply =
                replies.once(
                        scope,
                        key.get(),
                        Replies.digest(asked.toByteArray()),
                        () -> {
                            answered[0] =
                                    route.handler()
                                            .handle(
                                                    request.withBody(
                                                            new ByteArrayInputStream(body)));
                            return document(answered[0]);
                        });
        return reply.repeated()
                ? response(reply.document()).withHeader("Idempotency-Replayed", "true")
                : answered[0];
    }

    /** The key that the request carries; empty when it carries none. */
    public static Optional<String> key(Request request) {
        var key = request.header("Idempotency-Key").map(String::strip).filter(k -> !k.isEmpty());
        if (key.isPresent() && key.get().length() > KEY_CHARS_MAX) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_INVALID,
                    "Idempotency-Key: "
                            + key.get().length()
                            + " characters (expected: at most "
                            + KEY_CHARS_MAX
                            + ")");
        }
        return key;
    }

    private static JsonObject document(Response response) {
        if (!(response instanceof Response.Json json)) {
            throw new IllegalStateException("a change that answers with no document");
        }
        var headers = JsonObject.builder();
        json.headers().forEach(headers::put);
        return JsonObject.builder()
                .put("status", json.status())
                .put("headers", headers.build())
                .put("body", json.body())
                .build();
    }

    private static Response response(JsonObject document) {
        Map<String, String> headers = new HashMap<>();
        document.object("headers")
                .forEach(
                        (name, value) -> {
                            if (value instanceof JsonString(var text)) {
                                headers.put(name, text);
                            }
                        });
        JsonValue body = document.at("body");
        return new Response.Json((int) document.integer("status").orElse(200), body, headers);
    }
}
