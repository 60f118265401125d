package mirrorneuron.api.json;

/** The literals {@code true} and {@code false}. */
public enum JsonBool implements JsonValue {
    TRUE,
    FALSE;

    public static JsonBool of(boolean value) {
        return value ? TRUE : FALSE;
    }

    public boolean value() {
        return this == TRUE;
    }

    @Override
    public String toString() {
        return this == TRUE ? "true" : "false";
    }
}
