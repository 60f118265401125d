package mirrorneuron.server.openapi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** The operations of a document, found by a request as it was sent. */
final class Operations {

    private static final String BASE = "/api/v1";

    /**
     * @param method in capitals
     * @param path as the document has it
     */
    record Operation(String method, String path, JsonObject document) {

        String name() {
            return method + " " + path;
        }
    }

    /** One operation with what its path looks like; more fixed segments come first. */
    private record Entry(Operation operation, Pattern segments, long parameters) {}

    private final List<Entry> entries = new ArrayList<>();

    Operations(JsonObject document) {
        document.object("paths")
                .forEach(
                        (path, item) ->
                                ((JsonObject) item)
                                        .forEach((method, value) -> add(path, method, value)));
        entries.sort(Comparator.comparingLong(Entry::parameters));
    }

    private void add(String path, String method, JsonValue value) {
        var operation = new Operation(method.toUpperCase(Locale.ROOT), path, (JsonObject) value);
        entries.add(
                new Entry(
                        operation,
                        Pattern.compile(pattern(operation), Pattern.DOTALL),
                        path.chars().filter(c -> c == '{').count()));
    }

    /** Segments stand on lines of their own, so that a decoded slash separates none. */
    private static String pattern(Operation operation) {
        var pattern = new StringBuilder();
        for (var part : operation.path().substring(1).split("/")) {
            pattern.append('\n');
            if (!part.startsWith("{")) {
                pattern.append(Pattern.quote(part));
            } else if (hasManySegments(operation, part.substring(1, part.length() - 1))) {
                pattern.append(".+");
            } else {
                pattern.append("[^\n]*");
            }
        }
        return pattern.toString();
    }

    private static boolean hasManySegments(Operation operation, String parameter) {
        return operation.document().array("parameters").stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.string("name").orElse("").equals(parameter))
                .anyMatch(one -> one.bool("x-many-segments").orElse(false));
    }

    List<Operation> all() {
        return entries.stream().map(Entry::operation).toList();
    }

    /**
     * The operation that answers a request; empty when the document has none.
     *
     * @param target path and query, as they were sent
     */
    Optional<Operation> find(String method, String target) {
        var wanted = method.equals("HEAD") ? "GET" : method;
        var path = target.split("\\?", 2)[0];
        if (!path.startsWith(BASE + "/")) {
            return Optional.empty();
        }
        var segments = new StringBuilder();
        for (var segment : path.substring(BASE.length() + 1).split("/")) {
            segments.append('\n').append(decoded(segment).replace('\n', ' '));
        }
        return entries.stream()
                .filter(entry -> entry.operation().method().equals(wanted))
                .filter(entry -> entry.segments().matcher(segments).matches())
                .map(Entry::operation)
                .findFirst();
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return segment;
        }
    }
}
