package mirrorneuron.engine.worker;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Reads what a worker said. Total: whatever a command prints is either a result, or plain text, and
 * a part that cannot be used becomes a warning instead of a failure.
 *
 * <p>A completion that asks for the default payload (<code>true</code>) is kept as {@link
 * JsonBool#TRUE}; the engine puts the payload in its place.
 *
 * @see "runtime contract, section 6.5"
 */
public final class StructuredResults {

    /**
     * The warning that an old completion key was used; legal in flat jobs, an error in workflow
     * jobs, which is for the engine to say.
     */
    public static final String COMPLETE_JOB_WARNING =
            "complete_job: read as complete_run (expected: complete_run)";

    /**
     * The one member of a message body that holds bytes which are not text: their base64 form. A
     * worker that gets such a body finds the decoded bytes in its body file.
     */
    public static final String BODY_BASE64 = "body_base64";

    private static final List<String> MARKS =
            List.of(
                    "events",
                    "emit_messages",
                    "next_state",
                    "complete_step",
                    "complete_run",
                    "complete_job",
                    "complete_job?");

    /** Members of an emission that speak about the message; the rest may be its body. */
    private static final Set<String> RESERVED =
            Set.of(
                    "message_id",
                    "job_id",
                    "from",
                    "to",
                    "type",
                    "class",
                    "timestamp",
                    "correlation_id",
                    "causation_id",
                    "attempt",
                    "priority",
                    "ttl_ms",
                    "content_type",
                    "content_encoding",
                    "headers",
                    "artifacts",
                    "stream",
                    "payload",
                    "body",
                    BODY_BASE64,
                    "envelope");

    private StructuredResults() {}

    /** The text as one JSON object; empty when it is anything else, such as a log line and JSON. */
    public static Optional<JsonObject> document(String stdout) {
        var text = stdout.strip();
        // Nearly all output is plain text, so the cheap question comes first.
        if (text.length() < 2 || text.charAt(0) != '{' || text.charAt(text.length() - 1) != '}') {
            return Optional.empty();
        }
        try {
            return Json.parse(text) instanceof JsonObject object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonParseException plainText) {
            return Optional.empty();
        }
    }

    /** The result that the whole output is; empty when the output is plain text. */
    public static Optional<StructuredResult> of(String stdout) {
        return document(stdout).flatMap(StructuredResults::of);
    }

    /** The result that a document is; empty when it has none of the keys of a result. */
    public static Optional<StructuredResult> of(JsonObject document) {
        return MARKS.stream().anyMatch(document::has)
                ? Optional.of(read(document))
                : Optional.empty();
    }

    /**
     * The increment of one line that a command printed while it runs: <code>{"mn":{…}}</code>.
     * Empty when the line is ordinary output.
     */
    public static Optional<StructuredResult> ofLine(String line) {
        if (!line.contains("\"mn\"")) {
            return Optional.empty();
        }
        return document(line)
                .map(object -> object.at("mn"))
                .filter(JsonObject.class::isInstance)
                .map(value -> read((JsonObject) value));
    }

    /**
     * The document when it is an SDK step result: an {@code outputs} object and at least one of an
     * {@code artifacts} list, a {@code metrics} object and a {@code status} text.
     */
    public static Optional<JsonObject> stepResult(JsonObject document) {
        boolean known =
                document.at("outputs") instanceof JsonObject
                        && (document.at("artifacts") instanceof JsonArray
                                || document.at("metrics") instanceof JsonObject
                                || document.at("status") instanceof JsonString);
        return known ? Optional.of(document) : Optional.empty();
    }

    private static StructuredResult read(JsonObject document) {
        var warnings = new ArrayList<String>();
        var events = elements(document, "events", warnings, element -> note(element));
        var emissions =
                elements(
                        document,
                        "emit_messages",
                        warnings,
                        element -> emission(element, warnings));
        return new StructuredResult(
                events,
                emissions,
                document.get("next_state"),
                completion(document.at("complete_step")),
                runCompletion(document, warnings),
                warnings);
    }

    private static Optional<JsonValue> completion(JsonValue value) {
        return value.isNull() || value == JsonBool.FALSE ? Optional.empty() : Optional.of(value);
    }

    private static Optional<JsonValue> runCompletion(JsonObject document, List<String> warnings) {
        var old = completion(document.at("complete_job"));
        if (old.isEmpty() && document.at("complete_job?") == JsonBool.TRUE) {
            old = Optional.of(JsonBool.TRUE);
        }
        if (old.isPresent()) {
            warnings.add(COMPLETE_JOB_WARNING);
        }
        var completion = completion(document.at("complete_run"));
        return completion.isPresent() ? completion : old;
    }

    private static <T> List<T> elements(
            JsonObject document,
            String name,
            List<String> warnings,
            Function<JsonValue, Found<T>> reader) {
        var value = document.at(name);
        if (value.isNull()) {
            return List.of();
        }
        if (!(value instanceof JsonArray array)) {
            warnings.add(name + ": " + brief(value) + " (expected: a list)");
            return List.of();
        }
        var found = new ArrayList<T>(array.size());
        for (int i = 0; i < array.size(); i++) {
            switch (reader.apply(array.get(i))) {
                case Found.Value<T>(var element) -> found.add(element);
                case Found.Bad<T>(var why) -> warnings.add(name + "[" + i + "]" + why);
            }
        }
        return found;
    }

    private static Found<StructuredResult.Note> note(JsonValue element) {
        if (!(element instanceof JsonObject object)) {
            return new Found.Bad<>(": " + brief(element) + " (expected: an object)");
        }
        var type = object.at("type");
        if (!isName(type)) {
            return new Found.Bad<>(".type: " + brief(type) + " (expected: a name)");
        }
        var payload = object.at("payload");
        if (!payload.isNull() && !(payload instanceof JsonObject)) {
            return new Found.Bad<>(".payload: " + brief(payload) + " (expected: an object)");
        }
        return new Found.Value<>(
                new StructuredResult.Note(((JsonString) type).value(), object.object("payload")));
    }

    private static Found<Emission> emission(JsonValue element, List<String> warnings) {
        if (!(element instanceof JsonObject object)) {
            return new Found.Bad<>(": " + brief(element) + " (expected: an object)");
        }
        var type = object.at("type");
        if (!type.isNull() && !isName(type)) {
            return new Found.Bad<>(".type: " + brief(type) + " (expected: a name)");
        }
        var to = object.at("to");
        if (!to.isNull() && !(to instanceof JsonString)) {
            return new Found.Bad<>(".to: " + brief(to) + " (expected: an agent's id)");
        }
        boolean binary = !object.has("body") && !object.has("payload") && object.has(BODY_BASE64);
        if (binary && !isBase64(object.at(BODY_BASE64))) {
            return new Found.Bad<>(
                    "."
                            + BODY_BASE64
                            + ": "
                            + brief(object.at(BODY_BASE64))
                            + " (expected: base64 text)");
        }
        var contentType = object.string("content_type");
        return new Found.Value<>(
                new Emission(
                        object.string("type"),
                        object.string("to").filter(id -> !id.isBlank()).map(AgentId::of),
                        body(object),
                        object.string("class"),
                        object.object("headers"),
                        object.string("correlation_id"),
                        object.string("causation_id"),
                        binary && contentType.isEmpty()
                                ? Optional.of("application/octet-stream")
                                : contentType,
                        object.string("content_encoding"),
                        artifacts(object, warnings),
                        stream(object, warnings)));
    }

    /**
     * Presence decides, not value: <code>"body": null</code> is a null body. Without a word about
     * it, members that mean nothing else are the body.
     */
    private static Optional<JsonValue> body(JsonObject object) {
        if (object.has("body")) {
            return Optional.of(object.at("body"));
        }
        if (object.has("payload")) {
            return Optional.of(object.at("payload"));
        }
        if (object.has(BODY_BASE64)) {
            return Optional.of(JsonObject.of(BODY_BASE64, object.at(BODY_BASE64)));
        }
        var rest = JsonObject.builder();
        object.forEach(
                (name, value) -> {
                    if (!RESERVED.contains(name)) {
                        rest.put(name, value);
                    }
                });
        return Optional.<JsonValue>of(rest.build())
                .filter(body -> !body.equals(JsonObject.empty()));
    }

    private static boolean isName(JsonValue value) {
        return value instanceof JsonString(var text) && !text.isBlank();
    }

    private static Optional<JsonArray> artifacts(JsonObject object, List<String> warnings) {
        var value = object.at("artifacts");
        if (value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof JsonArray array) {
            return Optional.of(array);
        }
        warnings.add("artifacts: " + brief(value) + " (expected: a list)");
        return Optional.of(JsonArray.empty());
    }

    private static Optional<StreamFrame> stream(JsonObject object, List<String> warnings) {
        var value = object.at("stream");
        if (value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof JsonObject frame
                && frame.string("stream_id").isPresent()
                && frame.integer("seq").isPresent()) {
            return Optional.of(
                    new StreamFrame(
                            frame.string("stream_id").get(),
                            frame.integer("seq").getAsLong(),
                            frame.bool("open").orElse(false),
                            frame.bool("close").orElse(false)));
        }
        warnings.add("stream: " + brief(value) + " (expected: stream_id and seq)");
        return Optional.empty();
    }

    private static boolean isBase64(JsonValue value) {
        if (!(value instanceof JsonString text)) {
            return false;
        }
        try {
            Base64.getDecoder().decode(text.value());
            return true;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** A value as it may appear in a sentence. */
    private static String brief(JsonValue value) {
        return switch (value) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "a list";
            case JsonString text when text.value().length() > 40 -> "a long text";
            default -> value.toString();
        };
    }

    private sealed interface Found<T> {
        record Value<T>(T element) implements Found<T> {}

        record Bad<T>(String why) implements Found<T> {}
    }
}
