package mirrorneuron.engine.routing;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.routing.Condition.Operator;

/**
 * Whether a condition holds. Total: whatever a message carries, the answer is yes or no and never
 * an exception. Nothing is copied on the way to a value.
 *
 * @see "manifest contract, section 2.5"
 */
public final class Conditions {

    // Longer texts are not taken for numbers: comparing them would cost more than any number means.
    private static final int NUMBER_CHARS_MAX = 64;
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?");

    private Conditions() {}

    public static boolean holds(Condition condition, Scope scope) {
        return switch (condition) {
            case Condition.Always() -> true;
            case Condition.All(var parts) -> {
                for (var part : parts) {
                    if (!holds(part, scope)) {
                        yield false;
                    }
                }
                yield true;
            }
            case Condition.Any(var parts) -> {
                for (var part : parts) {
                    if (holds(part, scope)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Condition.Not(var part) -> !holds(part, scope);
            case Condition.Exists(var path) -> !valueAt(path, scope).isNull();
            case Condition.Compare(var path, var operator, var value) ->
                    compare(valueAt(path, scope), operator, value);
        };
    }

    /** The value a path leads to; JSON null when the path leads nowhere. */
    static JsonValue valueAt(Condition.Path path, Scope scope) {
        var parts = path.parts();
        if (parts.isEmpty()) {
            return JsonNull.NULL;
        }
        return switch (parts.getFirst()) {
            case "payload" -> walk(scope.payload(), path, 1);
            case "state" -> walk(scope.state(), path, 1);
            case "agent_state" -> walk(scope.agentState(), path, 1);
            case "message" ->
                    parts.size() == 1
                            ? scope.message().toJson()
                            : walk(member(scope.message(), parts.get(1)), path, 2);
            default -> JsonNull.NULL;
        };
    }

    private static JsonValue member(Message message, String name) {
        return switch (name) {
            case "body" -> message.body();
            case "headers" -> message.headers();
            case "type" -> new JsonString(message.type());
            case "class" -> new JsonString(message.messageClass());
            case "from" -> new JsonString(message.from());
            case "to" -> new JsonString(message.to());
            default -> JsonNull.NULL;
        };
    }

    private static JsonValue walk(JsonValue start, Condition.Path path, int from) {
        var value = start;
        for (int i = from; i < path.parts().size(); i++) {
            var part = path.parts().get(i);
            value =
                    switch (value) {
                        case JsonObject object -> object.at(part);
                        case JsonArray array -> element(array, part);
                        default -> JsonNull.NULL;
                    };
        }
        return value;
    }

    private static JsonValue element(JsonArray array, String part) {
        int index = 0;
        // Nine digits fit an int, and no array is longer.
        if (part.isEmpty() || part.length() > 9) {
            return JsonNull.NULL;
        }
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < '0' || c > '9') {
                return JsonNull.NULL;
            }
            index = index * 10 + (c - '0');
        }
        return index < array.size() ? array.get(index) : JsonNull.NULL;
    }

    private static boolean compare(JsonValue left, Operator operator, JsonValue right) {
        return switch (operator) {
            case EQUAL -> left.equals(right);
            case NOT_EQUAL -> !left.equals(right);
            case CONTAINS -> contains(left, right);
            case IN -> right instanceof JsonArray array && array.values().contains(left);
            case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL -> ordered(left, operator, right);
        };
    }

    private static boolean contains(JsonValue left, JsonValue right) {
        return switch (left) {
            case JsonString text ->
                    right instanceof JsonString part && text.value().contains(part.value());
            case JsonArray array -> array.values().contains(right);
            case JsonObject object -> right instanceof JsonString name && object.has(name.value());
            default -> false;
        };
    }

    private static boolean ordered(JsonValue left, Operator operator, JsonValue right) {
        var a = number(left);
        var b = number(right);
        if (a.isEmpty() || b.isEmpty()) {
            return false;
        }
        int order = a.get().compareTo(b.get());
        return switch (operator) {
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case EQUAL, NOT_EQUAL, CONTAINS, IN -> false;
        };
    }

    private static Optional<JsonNumber> number(JsonValue value) {
        return switch (value) {
            case JsonNumber number -> Optional.of(number);
            case JsonString(var text)
                    when text.length() <= NUMBER_CHARS_MAX && NUMBER.matcher(text).matches() ->
                    Optional.of(JsonNumber.of(new BigDecimal(text)));
            default -> Optional.empty();
        };
    }
}
