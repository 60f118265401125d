package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * One object of a document, where it stands, and typed readers of its members. A reader that meets
 * something else reports it under the code it is given and goes on with the default, so that one
 * mistake does not hide the next. Absent and {@code null} are the same unless a method says
 * otherwise.
 *
 * <p>Where a member has aliases, the first name that is present is read.
 */
final class Fields {

    private static final String LARGEST = Long.toString(Long.MAX_VALUE);

    private final JsonObject json;
    private final Place place;
    private final Findings findings;
    private final Map<String, Place> elsewhere;

    Fields(JsonObject json, Place place, Findings findings) {
        this(json, place, findings, Map.of());
    }

    /**
     * An object that was put together from parts of the document.
     *
     * @param elsewhere where the author wrote the members that do not stand in this place
     */
    Fields(JsonObject json, Place place, Findings findings, Map<String, Place> elsewhere) {
        this.json = json;
        this.place = place;
        this.findings = findings;
        this.elsewhere = Map.copyOf(elsewhere);
    }

    JsonObject json() {
        return json;
    }

    Place place() {
        return place;
    }

    Findings findings() {
        return findings;
    }

    /** The same object without a member. */
    Fields without(String name) {
        return new Fields(json.without(name), place, findings, elsewhere);
    }

    /** True when one of the names is a member, even one that is {@code null}. */
    boolean has(String... names) {
        for (var name : names) {
            if (json.has(name)) {
                return true;
            }
        }
        return false;
    }

    /** The value under the first name that has one, or {@code null}. */
    JsonValue value(String... names) {
        return json.at(present(names));
    }

    /** Where that value stands; where the first name would stand when there is none. */
    Place at(String... names) {
        return placeOf(present(names));
    }

    private Place placeOf(String name) {
        var written = elsewhere.get(name);
        return written == null ? place.member(name) : written;
    }

    private String present(String... names) {
        for (var name : names) {
            if (!json.at(name).isNull()) {
                return name;
            }
        }
        return names[0];
    }

    void wrong(String code, String expected, String... names) {
        findings.wrong(code, at(names), value(names), expected, "");
    }

    /** A text that is not blank, stripped. */
    Optional<String> text(String code, String... names) {
        return switch (value(names)) {
            case JsonNull _ -> Optional.empty();
            case JsonString(var text) when !text.isBlank() -> Optional.of(text.strip());
            default -> {
                wrong(code, "text that is not blank", names);
                yield Optional.empty();
            }
        };
    }

    boolean flag(String code, boolean fallback, String... names) {
        return switch (value(names)) {
            case JsonNull _ -> fallback;
            case JsonBool bool -> bool.value();
            default -> {
                wrong(code, "true or false", names);
                yield fallback;
            }
        };
    }

    /** A whole number between the bounds. */
    OptionalLong whole(String code, long min, long max, String... names) {
        var value = value(names);
        if (value.isNull()) {
            return OptionalLong.empty();
        }
        if (value instanceof JsonNumber number) {
            var whole = number.asLong();
            if (whole.isPresent() && whole.getAsLong() >= min && whole.getAsLong() <= max) {
                return whole;
            }
        }
        wrong(code, wholeRange(min, max), names);
        return OptionalLong.empty();
    }

    static String wholeRange(long min, long max) {
        return Long.toString(max).equals(LARGEST) || max == Integer.MAX_VALUE
                ? "a whole number >= " + min
                : "a whole number " + min + ".." + max;
    }

    /** A number of any kind that is not below the bound. */
    Optional<JsonNumber> number(String code, double min, String... names) {
        return switch (value(names)) {
            case JsonNull _ -> Optional.empty();
            case JsonNumber number
                    when number.asDouble() >= min && Double.isFinite(number.asDouble()) ->
                    Optional.of(number);
            default -> {
                wrong(code, "a number >= " + (min == 0 ? "0" : Double.toString(min)), names);
                yield Optional.empty();
            }
        };
    }

    /** One of the words, in lower case. */
    Optional<String> word(String code, List<String> words, String... names) {
        var value = value(names);
        if (value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof JsonString(var text)
                && words.contains(text.strip().toLowerCase(Locale.ROOT))) {
            return Optional.of(text.strip().toLowerCase(Locale.ROOT));
        }
        wrong(code, "one of " + String.join(", ", words), names);
        return Optional.empty();
    }

    /** An object; empty when absent. */
    JsonObject object(String code, String... names) {
        return switch (value(names)) {
            case JsonNull _ -> JsonObject.empty();
            case JsonObject object -> object;
            default -> {
                wrong(code, "an object", names);
                yield JsonObject.empty();
            }
        };
    }

    /** The fields of an object; of an empty one when absent. */
    Fields fields(String code, String... names) {
        return new Fields(object(code, names), at(names), findings);
    }

    /** A list; empty when absent. */
    JsonArray array(String code, String... names) {
        return switch (value(names)) {
            case JsonNull _ -> JsonArray.empty();
            case JsonArray array -> array;
            default -> {
                wrong(code, "a list", names);
                yield JsonArray.empty();
            }
        };
    }

    /** A list of texts that are not blank. */
    List<String> texts(String code, String... names) {
        var texts = new ArrayList<String>();
        var array = array(code, names);
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof JsonString(var text) && !text.isBlank()) {
                texts.add(text);
            } else {
                findings.wrong(
                        code, at(names).element(i), array.get(i), "text that is not blank", "");
            }
        }
        return texts;
    }

    /** The objects in a list; anything else in it is reported. */
    List<Fields> objects(String code, String... names) {
        var objects = new ArrayList<Fields>();
        var array = array(code, names);
        for (int i = 0; i < array.size(); i++) {
            var element = at(names).element(i);
            if (array.get(i) instanceof JsonObject object) {
                objects.add(new Fields(object, element, findings));
            } else {
                findings.wrong(code, element, array.get(i), "an object", "");
            }
        }
        return objects;
    }

    /** Warns of members that nobody reads. */
    void warnUnknown(String code, Set<String> known, String help) {
        for (var name : json.names()) {
            if (!known.contains(name)) {
                findings.warning(
                        code,
                        placeOf(name),
                        "Expected no member " + name + " here, but found one",
                        help);
            }
        }
    }
}
