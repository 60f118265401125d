package mirrorneuron.engine.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.routing.Condition.Operator;

/**
 * Reads the conditions that authors write on edges.
 *
 * <p>What cannot be read is refused here, at load, because at run time it would silently be false.
 *
 * @see "manifest contract, section 2.5"
 */
public final class ConditionParser {

    /** Deeper nesting is refused, so that evaluation never runs out of stack. */
    public static final int DEPTH_MAX = 64;

    /** What a path on an edge between agents may begin with, and what that names. */
    private static final Map<String, String> MESSAGE_ROOTS =
            Map.of(
                    "message", "message",
                    "payload", "payload",
                    "state", "state",
                    "agent_state", "agent_state");

    /** The output of a step is all there is to see when it has ended. */
    private static final Map<String, String> OUTPUT_ROOTS =
            Map.of("payload", "payload", "output", "payload");

    private static final Set<String> MESSAGE_PARTS =
            Set.of("body", "headers", "type", "class", "from", "to");

    private final Map<String, String> roots;

    private ConditionParser(Map<String, String> roots) {
        this.roots = roots;
    }

    /** What reading a condition gave. */
    public sealed interface Result {

        record Parsed(Condition condition) implements Result {}

        /**
         * Not a condition.
         *
         * @param problem what was expected and found, in one line
         * @param pointer a JSON pointer from the condition to the offending part; empty for the
         *     condition itself
         */
        record Malformed(String problem, String pointer) implements Result {}
    }

    /** Reads the condition of an edge between agents. */
    public static Result parse(JsonValue conditions) {
        return new ConditionParser(MESSAGE_ROOTS).read(conditions);
    }

    /**
     * Reads the condition of an edge between steps, on the output of the step it comes from. Paths
     * begin with {@code output} or {@code payload}, which are the same; the condition that is
     * returned names it {@code payload}.
     */
    public static Result parseOutput(JsonValue conditions) {
        return new ConditionParser(OUTPUT_ROOTS).read(conditions);
    }

    private Result read(JsonValue conditions) {
        try {
            return new Result.Parsed(condition(conditions, "", 1));
        } catch (Refusal refusal) {
            return new Result.Malformed(refusal.problem, refusal.pointer);
        }
    }

    /** Ends a recursive descent; it never leaves this class. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final String problem;
        final String pointer;

        Refusal(String problem, String pointer) {
            super(problem, null, false, false);
            this.problem = problem;
            this.pointer = pointer;
        }
    }

    private Condition condition(JsonValue value, String pointer, int depth) {
        if (depth > DEPTH_MAX) {
            throw new Refusal(
                    "Expected at most " + DEPTH_MAX + " levels of conditions, but found more",
                    pointer);
        }
        return switch (value) {
            case JsonNull _ -> new Condition.Always();
            case JsonObject object when object.isEmpty() -> new Condition.Always();
            case JsonObject object -> form(object, pointer, depth);
            default ->
                    throw new Refusal(
                            "Expected a condition object, but found " + shown(value), pointer);
        };
    }

    private Condition form(JsonObject object, String pointer, int depth) {
        if (object.has("all")) {
            only(object, pointer, "all");
            return new Condition.All(parts(object, "all", pointer, depth));
        }
        if (object.has("any")) {
            only(object, pointer, "any");
            return new Condition.Any(parts(object, "any", pointer, depth));
        }
        if (object.has("not")) {
            only(object, pointer, "not");
            return new Condition.Not(condition(object.at("not"), pointer + "/not", depth + 1));
        }
        if (object.has("expr")) {
            only(object, pointer, "expr");
            return expression(text(object, "expr", pointer), pointer + "/expr");
        }
        if (object.has("path")) {
            only(object, pointer, "path", "op", "value");
            return comparison(object, pointer);
        }
        throw new Refusal(
                "Expected one of all, any, not, expr, path, but found "
                        + String.join(", ", object.names()),
                pointer);
    }

    private static void only(JsonObject object, String pointer, String... names) {
        var known = List.of(names);
        for (var name : object.names()) {
            if (!known.contains(name)) {
                throw new Refusal(
                        "Expected nothing beside "
                                + String.join(", ", known)
                                + ", but found "
                                + name,
                        pointer);
            }
        }
    }

    private List<Condition> parts(JsonObject object, String name, String pointer, int depth) {
        if (!(object.at(name) instanceof JsonArray array)) {
            throw new Refusal(
                    "Expected a list of conditions, but found " + shown(object.at(name)),
                    pointer + "/" + name);
        }
        var parts = new ArrayList<Condition>(array.size());
        for (int i = 0; i < array.size(); i++) {
            parts.add(condition(array.get(i), pointer + "/" + name + "/" + i, depth + 1));
        }
        return parts;
    }

    private static String text(JsonObject object, String name, String pointer) {
        return object.string(name)
                .orElseThrow(
                        () ->
                                new Refusal(
                                        "Expected text, but found " + shown(object.at(name)),
                                        pointer + "/" + name));
    }

    private Condition comparison(JsonObject object, String pointer) {
        var path = path(text(object, "path", pointer).strip(), pointer + "/path");
        var operator = object.has("op") ? text(object, "op", pointer).strip() : "==";
        if (operator.equals("exists")) {
            return existence(path, object.at("value"), pointer + "/value");
        }
        var known =
                operator(operator)
                        .orElseThrow(
                                () ->
                                        new Refusal(
                                                "Expected an operator (== != > >= < <= contains in"
                                                        + " exists), but found "
                                                        + operator,
                                                pointer + "/op"));
        var value =
                object.get("value")
                        .orElseThrow(
                                () ->
                                        new Refusal(
                                                "Expected a value for "
                                                        + operator
                                                        + ", but found none",
                                                pointer));
        return compare(path, known, value, pointer + "/value");
    }

    /**
     * No value is needed. Authors who fill in each member write {@code true}, and {@code false} for
     * the opposite: ignoring that one would route what they meant to keep back.
     */
    private static Condition existence(Condition.Path path, JsonValue value, String pointer) {
        var exists = new Condition.Exists(path);
        return switch (value) {
            case JsonNull _ -> exists;
            case JsonBool bool -> bool.value() ? exists : new Condition.Not(exists);
            default ->
                    throw new Refusal(
                            "Expected true, false or no value beside exists, but found "
                                    + shown(value),
                            pointer);
        };
    }

    private static Condition compare(
            Condition.Path path, Operator operator, JsonValue value, String pointer) {
        if (operator == Operator.IN && !(value instanceof JsonArray)) {
            throw new Refusal("Expected a list after in, but found " + shown(value), pointer);
        }
        return new Condition.Compare(path, operator, value);
    }

    /** Reads {@code ${path} OP literal} and {@code ${path} exists}. */
    private Condition expression(String text, String pointer) {
        var expression = text.strip();
        int end = expression.indexOf('}');
        if (!expression.startsWith("${") || end < 0) {
            throw new Refusal("Expected ${path} OP literal, but found " + cut(text), pointer);
        }
        var path = path(expression.substring(2, end).strip(), pointer);
        var rest = expression.substring(end + 1).strip();
        int length = operatorLength(rest);
        var word = rest.substring(0, length);
        var literal = rest.substring(length).strip();
        if (word.equals("exists")) {
            if (!literal.isEmpty()) {
                throw new Refusal(
                        "Expected nothing after exists, but found " + cut(literal), pointer);
            }
            return new Condition.Exists(path);
        }
        var operator =
                operator(word)
                        .orElseThrow(
                                () ->
                                        new Refusal(
                                                "Expected an operator (== != > >= < <= contains in"
                                                        + " exists), but found "
                                                        + (rest.isEmpty() ? "none" : cut(rest)),
                                                pointer));
        if (literal.isEmpty()) {
            throw new Refusal("Expected a value for " + word + ", but found none", pointer);
        }
        return compare(path, operator, literal(literal), pointer);
    }

    /** How many characters the operator at the start of the text has: signs, or letters. */
    private static int operatorLength(String text) {
        int length = 0;
        while (length < text.length() && "=!<>".indexOf(text.charAt(length)) >= 0) {
            length++;
        }
        if (length == 0) {
            while (length < text.length() && Character.isLetter(text.charAt(length))) {
                length++;
            }
        }
        return length;
    }

    private static Optional<Operator> operator(String text) {
        return switch (text) {
            case "==" -> Optional.of(Operator.EQUAL);
            case "!=" -> Optional.of(Operator.NOT_EQUAL);
            case ">" -> Optional.of(Operator.GREATER);
            case ">=" -> Optional.of(Operator.GREATER_OR_EQUAL);
            case "<" -> Optional.of(Operator.LESS);
            case "<=" -> Optional.of(Operator.LESS_OR_EQUAL);
            case "contains" -> Optional.of(Operator.CONTAINS);
            case "in" -> Optional.of(Operator.IN);
            default -> Optional.empty();
        };
    }

    /** JSON where it is JSON, else the text without the quotes around it. */
    private static JsonValue literal(String text) {
        try {
            return Json.parse(text);
        } catch (JsonParseException notJson) {
            char first = text.charAt(0);
            boolean quoted =
                    text.length() >= 2
                            && (first == '\'' || first == '"')
                            && text.charAt(text.length() - 1) == first;
            return new JsonString(quoted ? text.substring(1, text.length() - 1) : text);
        }
    }

    private Condition.Path path(String text, String pointer) {
        var parts =
                text.startsWith("/")
                        ? parts(
                                text.substring(1),
                                '/',
                                part -> part.replace("~1", "/").replace("~0", "~"))
                        : dotted(text, pointer);
        var root = roots.get(parts.getFirst());
        if (root == null) {
            throw new Refusal(
                    "Expected a path that begins with "
                            + (roots == OUTPUT_ROOTS
                                    ? "output or payload"
                                    : "message, payload, state or agent_state")
                            + ", but found "
                            + cut(text),
                    pointer);
        }
        if (parts.getFirst().equals("message")
                && parts.size() > 1
                && !MESSAGE_PARTS.contains(parts.get(1))) {
            throw new Refusal(
                    "Expected message.body, headers, type, class, from or to, but found "
                            + cut(text),
                    pointer);
        }
        var rooted = new ArrayList<>(parts);
        rooted.set(0, root);
        return new Condition.Path(rooted);
    }

    private static List<String> dotted(String text, String pointer) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric =
                    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean allowed = alphanumeric || c == '_' || c == '.' || c == '-';
            if (!allowed) {
                throw new Refusal(
                        "Expected letters, digits, _ . - in a path (or a path that begins with /),"
                                + " but found "
                                + cut(text),
                        pointer);
            }
        }
        var parts = parts(text, '.', Function.identity());
        if (parts.contains("")) {
            throw new Refusal(
                    "Expected a path without empty parts, but found " + cut(text), pointer);
        }
        return parts;
    }

    private static List<String> parts(String text, char separator, Function<String, String> each) {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(each.apply(text.substring(from, at)));
            from = at + 1;
        }
        parts.add(each.apply(text.substring(from)));
        return parts;
    }

    private static String shown(JsonValue value) {
        return switch (value) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "a list";
            default -> cut(value.toString());
        };
    }

    private static String cut(String text) {
        return text.isEmpty()
                ? "nothing"
                : text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }
}
