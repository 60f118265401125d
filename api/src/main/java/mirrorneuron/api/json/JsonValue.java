package mirrorneuron.api.json;

/**
 * One JSON value. Values are immutable, compare by content (the number {@code 1} equals {@code
 * 1.0}), and print themselves as JSON text. Safe from any thread.
 */
public sealed interface JsonValue
        permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBool, JsonNull {

    /** The JSON text of this value, without white space. */
    @Override
    String toString();

    /** True for the literal {@code null}, which is a value like any other. */
    default boolean isNull() {
        return this instanceof JsonNull;
    }
}
