package mirrorneuron.api.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** An ordered list of values. */
public record JsonArray(List<JsonValue> values) implements JsonValue, Iterable<JsonValue> {

    private static final JsonArray EMPTY = new JsonArray(List.of());

    public JsonArray {
        values = List.copyOf(values);
    }

    public static JsonArray empty() {
        return EMPTY;
    }

    public static JsonArray of(JsonValue... values) {
        return new JsonArray(List.of(values));
    }

    public static JsonArray of(Collection<? extends JsonValue> values) {
        return values.isEmpty() ? EMPTY : new JsonArray(List.copyOf(values));
    }

    public static JsonArray ofStrings(Collection<String> texts) {
        var values = new ArrayList<JsonValue>(texts.size());
        for (var text : texts) {
            values.add(new JsonString(text));
        }
        return of(values);
    }

    public int size() {
        return values.size();
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * @throws IndexOutOfBoundsException when there is no such element
     */
    public JsonValue get(int index) {
        return values.get(index);
    }

    public Stream<JsonValue> stream() {
        return values.stream();
    }

    @Override
    public Iterator<JsonValue> iterator() {
        return values.iterator();
    }

    @Override
    public String toString() {
        return Json.text(this);
    }

    /** The texts among the elements, in order. */
    public List<String> strings() {
        return values.stream()
                .filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).value())
                .toList();
    }

    /** The objects among the elements, in order. */
    public List<JsonObject> objects() {
        return values.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }
}
