package mirrorneuron.server.openapi;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.server.openapi.Operations.Operation;

/**
 * Holds answers against a document, and remembers which answers there were.
 *
 * <p>It is stricter than the document: clients have to put up with members that they do not know,
 * but a server that sends one which no schema names has drifted. So every object without {@code
 * additionalProperties} is taken as complete here. Safe from any thread.
 */
public final class Contract {

    private static final Contract PUBLISHED = new Contract(ApiDocument.of("test"));

    private static final String ID = "https://mirrorneuron.io/openapi";
    private static final String PROBLEM = "#/components/schemas/Problem";

    /** What requests are answered with that reach no operation. */
    private static final Set<Integer> WITHOUT_OPERATION =
            Set.of(204, 400, 401, 403, 404, 405, 408, 413);

    private final JsonObject document;
    private final Operations operations;
    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final Set<String> seen = new ConcurrentSkipListSet<>();

    /** An answer as it came. Header names are in lower case. */
    public record Answer(int status, Map<String, String> headers, byte[] body) {

        String type() {
            return headers.getOrDefault("content-type", "");
        }
    }

    Contract(JsonObject document) {
        this.document = document;
        this.operations = new Operations(document);
        var components = document.object("components");
        var strict =
                JsonObject.of(
                        "components",
                        JsonObject.of("schemas", CompleteObjects.of(components.object("schemas"))));
        this.registry =
                SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        builder -> builder.schemas(Map.of(ID, strict.toString())));
    }

    /** The one that this server publishes. */
    public static Contract published() {
        return PUBLISHED;
    }

    /**
     * Remembers an answer.
     *
     * @param target path and query as they were sent
     * @throws AssertionError when the document does not have such an answer
     */
    public void hold(String method, String target, Answer answer) {
        var complaints = complaints(method, target, answer);
        if (!complaints.isEmpty()) {
            throw new AssertionError(
                    method
                            + " "
                            + target
                            + " was answered "
                            + answer.status()
                            + ", and the document does not have it so:\n  "
                            + String.join("\n  ", complaints)
                            + "\n"
                            + new String(answer.body(), StandardCharsets.UTF_8));
        }
        operations
                .find(method, target)
                .ifPresent(operation -> seen.add(operation.name() + " " + answer.status()));
    }

    /**
     * Remembers a frame of a stream.
     *
     * @throws AssertionError when the document does not have such a frame
     */
    public void holdFrame(String target, String event, JsonObject data) {
        var operation =
                operations
                        .find("GET", target)
                        .orElseThrow(() -> new AssertionError("no stream at " + target));
        var schema = frames(operation).object(event).string("$ref");
        var complaints =
                schema.isEmpty()
                        ? List.of("no frame " + event)
                        : schemaComplaints(schema.get(), data.toString());
        if (!complaints.isEmpty()) {
            throw new AssertionError(
                    operation.name() + " sent " + event + ": " + complaints + "\n" + data);
        }
        seen.add(operation.name() + " 200 " + event);
    }

    private JsonObject frames(Operation operation) {
        return response(operation, 200)
                .map(one -> one.object("content").object("text/event-stream").object("x-frames"))
                .orElse(JsonObject.empty());
    }

    /** What is wrong with an answer; empty when the document has it so. */
    List<String> complaints(String method, String target, Answer answer) {
        var operation = operations.find(method, target);
        if (operation.isEmpty()) {
            return WITHOUT_OPERATION.contains(answer.status())
                    ? answer.status() == 204 ? List.of() : problemComplaints(answer)
                    : List.of("no such operation");
        }
        var response = response(operation.get(), answer.status());
        if (response.isEmpty()) {
            return List.of(operation.get().name() + " has no status " + answer.status());
        }
        var complaints = new ArrayList<>(headerComplaints(response.get(), answer));
        if (!method.equals("HEAD")) {
            complaints.addAll(bodyComplaints(response.get(), answer));
        }
        return complaints;
    }

    private Optional<JsonObject> response(Operation operation, int status) {
        return operation
                .document()
                .object("responses")
                .get(String.valueOf(status))
                .map(value -> resolved((JsonObject) value));
    }

    private JsonObject resolved(JsonObject value) {
        var reference = value.string("$ref");
        if (reference.isEmpty()) {
            return value;
        }
        var found = document;
        for (var part : reference.get().substring("#/".length()).split("/")) {
            found = found.object(part);
        }
        return found;
    }

    private List<String> headerComplaints(JsonObject response, Answer answer) {
        var complaints = new ArrayList<String>();
        response.object("headers")
                .forEach(
                        (name, value) -> {
                            var header = resolved((JsonObject) value);
                            var sent = answer.headers().get(name.toLowerCase(Locale.ROOT));
                            if (sent == null) {
                                if (header.bool("required").orElse(false)) {
                                    complaints.add("no header " + name);
                                }
                                return;
                            }
                            var schema = header.object("schema");
                            var text = schema.string("pattern");
                            if (text.isPresent() && !sent.matches(text.get() + ".*")) {
                                complaints.add(name + ": " + sent + " is not " + text.get());
                            }
                            if (!sent.equals(schema.string("const").orElse(sent))) {
                                complaints.add(name + ": " + sent);
                            }
                        });
        return complaints;
    }

    private List<String> bodyComplaints(JsonObject response, Answer answer) {
        var content = response.object("content");
        if (content.isEmpty()) {
            return answer.body().length == 0 ? List.of() : List.of("a body");
        }
        var type = answer.type().split(";")[0];
        var media = content.get(answer.type()).or(() -> content.get(type));
        if (media.isEmpty()) {
            return content.has("*/*") ? List.of() : List.of("type " + answer.type());
        }
        if (type.equals("application/problem+json")) {
            return problemComplaints(answer);
        }
        if (!type.equals("application/json")) {
            return List.of();
        }
        return ((JsonObject) media.get())
                .object("schema")
                .string("$ref")
                .map(schema -> schemaComplaints(schema, text(answer)))
                .orElse(List.of("a schema without a name"));
    }

    private List<String> problemComplaints(Answer answer) {
        if (!answer.type().equals("application/problem+json")) {
            return List.of("type " + answer.type() + " of a refusal");
        }
        if (answer.body().length == 0) {
            // The answer to a HEAD.
            return List.of();
        }
        var complaints = new ArrayList<>(schemaComplaints(PROBLEM, text(answer)));
        if (complaints.isEmpty()
                && ((JsonObject) Json.parse(answer.body())).integer("status").orElse(0)
                        != answer.status()) {
            complaints.add("another status in the body");
        }
        return complaints;
    }

    private static String text(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /**
     * @param schema {@code #/components/schemas/…}
     */
    List<String> schemaComplaints(String schema, String json) {
        try {
            Json.parse(json);
        } catch (JsonParseException malformed) {
            return List.of("no JSON: " + malformed.getMessage());
        }
        return schemas
                .computeIfAbsent(schema, name -> registry.getSchema(SchemaLocation.of(ID + name)))
                .validate(json, InputFormat.JSON)
                .stream()
                .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                .toList();
    }

    /** Every status of every operation, and every frame of every stream. */
    Set<String> documented() {
        var all = new TreeSet<String>();
        for (var operation : operations.all()) {
            for (var status : operation.document().object("responses").names()) {
                all.add(operation.name() + " " + status);
            }
            for (var event : frames(operation).names()) {
                all.add(operation.name() + " 200 " + event);
            }
        }
        return all;
    }

    /** Those that were answered. */
    Set<String> seen() {
        return Set.copyOf(seen);
    }

    /** {@code METHOD path} of every operation. */
    public Set<String> names() {
        return new TreeSet<>(operations.all().stream().map(Operation::name).toList());
    }
}
