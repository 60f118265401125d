package mirrorneuron.server.openapi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Puts the pieces of the OpenAPI document together.
 *
 * <p>What holds for every operation is written once, in {@code x-every-operation} of the first
 * piece, and added here: readers of the document see each operation whole, and authors write only
 * what is its own.
 */
public final class ApiDocument {

    /** Words for what stands beside an operation in a path item. */
    static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private static final String FOLDER = "/mirrorneuron/server/openapi/";

    /** Also the order of the page. */
    private static final List<String> PATHS =
            List.of(
                    "system",
                    "jobs",
                    "streams",
                    "bundles",
                    "runs",
                    "people",
                    "resources",
                    "document");

    private static final List<String> SCHEMAS =
            List.of(
                    "shared",
                    "system",
                    "jobs",
                    "progress",
                    "bundles",
                    "runs",
                    "people",
                    "resources");

    private ApiDocument() {}

    /**
     * @param version of the program
     */
    public static JsonObject of(String version) {
        var first = piece("openapi");
        var everywhere = first.object("x-every-operation");
        var paths = JsonObject.builder();
        for (var area : PATHS) {
            piece("paths/" + area)
                    .forEach(
                            (path, item) ->
                                    paths.put(path, completed((JsonObject) item, everywhere)));
        }
        var schemas = JsonObject.builder();
        for (var area : SCHEMAS) {
            schemas.putAll(piece("schemas/" + area));
        }
        return first.without("x-every-operation")
                .with("info", first.object("info").with("version", new JsonString(version)))
                .with("paths", paths.build())
                .with("components", first.object("components").with("schemas", schemas.build()));
    }

    private static JsonObject piece(String name) {
        try (var in = ApiDocument.class.getResourceAsStream(FOLDER + name + ".json")) {
            return (JsonObject) Json.parse(requireNonNull(in, name).readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static JsonObject completed(JsonObject item, JsonObject everywhere) {
        var completed = JsonObject.builder();
        item.forEach(
                (name, value) ->
                        completed.put(
                                name,
                                METHODS.contains(name)
                                        ? completed(name, (JsonObject) value, everywhere)
                                        : value));
        return completed.build();
    }

    private static JsonObject completed(
            String method, JsonObject operation, JsonObject everywhere) {
        var responses = new TreeMap<String, JsonValue>();
        add(withRequestId(operation.object("responses"), everywhere), responses);
        add(everywhere.object("responses"), responses);
        if (!isOpen(operation)) {
            add(everywhere.object("responses_with_token"), responses);
        }
        if (!method.equals("get")) {
            add(everywhere.object("responses_of_changes"), responses);
        }
        var parameters = new ArrayList<JsonValue>();
        operation.array("parameters").forEach(parameters::add);
        everywhere.array("parameters").forEach(parameters::add);
        return operation
                .with("parameters", JsonArray.of(parameters))
                .with("responses", JsonObject.of(responses));
    }

    /** Whether an operation may be called without a token. */
    static boolean isOpen(JsonObject operation) {
        return operation.has("security") && operation.array("security").isEmpty();
    }

    private static void add(JsonObject shared, Map<String, JsonValue> to) {
        shared.forEach(to::putIfAbsent);
    }

    /** Responses that are written out get the headers that all have; shared ones name them. */
    private static JsonObject withRequestId(JsonObject responses, JsonObject everywhere) {
        var all = JsonObject.builder();
        responses.forEach(
                (status, value) -> {
                    var response = (JsonObject) value;
                    all.put(
                            status,
                            response.has("$ref")
                                    ? response
                                    : response.with(
                                            "headers",
                                            JsonObject.builder()
                                                    .putAll(response.object("headers"))
                                                    .putAll(everywhere.object("headers"))
                                                    .build()));
                });
        return all.build();
    }
}
