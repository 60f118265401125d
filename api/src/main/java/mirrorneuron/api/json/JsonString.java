package mirrorneuron.api.json;

import static java.util.Objects.requireNonNull;

/** A string. {@link #toString()} is the quoted JSON form, {@link #value()} the bare text. */
public record JsonString(String value) implements JsonValue {

    public JsonString {
        requireNonNull(value, "value");
    }

    public static JsonString of(String value) {
        return new JsonString(value);
    }

    @Override
    public String toString() {
        return Json.text(this);
    }
}
