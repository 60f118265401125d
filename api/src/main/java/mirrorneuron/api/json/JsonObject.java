package mirrorneuron.api.json;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Members by name, in the order in which they were written. Two objects are equal when they have
 * the same members, whatever the order.
 *
 * <p>Members live in two parallel arrays: most objects are small, and a runtime holds a hundred
 * thousand of them. Above {@value #INDEX_FROM} members a hash index is built on first look-up, so
 * look-up stays constant in large documents too.
 */
public final class JsonObject implements JsonValue {

    // A job's record has about 30 members and is looked at ten times: looking along them costs less
    // than making and filling a map.
    private static final int INDEX_FROM = 40;
    private static final JsonObject EMPTY = new JsonObject(new String[0], new JsonValue[0]);

    private final String[] names;
    private final JsonValue[] values;
    // Built at most a few times when threads race; each build gives the same map, so no lock is
    // needed.
    private volatile @Nullable Map<String, Integer> index;

    private JsonObject(String[] names, JsonValue[] values) {
        this.names = names;
        this.values = values;
    }

    public static JsonObject empty() {
        return EMPTY;
    }

    public static JsonObject of(Map<String, ? extends JsonValue> members) {
        var builder = builder();
        members.forEach(builder::put);
        return builder.build();
    }

    public static JsonObject of(String name, JsonValue value) {
        return builder().put(name, value).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return names.length;
    }

    public boolean isEmpty() {
        return names.length == 0;
    }

    /** The names in written order. */
    public List<String> names() {
        return Collections.unmodifiableList(Arrays.asList(names));
    }

    public boolean has(String name) {
        return position(name) >= 0;
    }

    /** The member's value, which may be {@link JsonNull}; empty when there is no such member. */
    public Optional<JsonValue> get(String name) {
        int at = position(name);
        return at < 0 ? Optional.empty() : Optional.of(values[at]);
    }

    /** The member's value, or {@link JsonNull} when there is no such member. */
    public JsonValue at(String name) {
        int at = position(name);
        return at < 0 ? JsonNull.NULL : values[at];
    }

    /** The member's text when it is a string, else empty. */
    public Optional<String> string(String name) {
        return at(name) instanceof JsonString string
                ? Optional.of(string.value())
                : Optional.empty();
    }

    /** The member's value when it is a whole number that fits a {@code long}, else empty. */
    public OptionalLong integer(String name) {
        return at(name) instanceof JsonNumber number ? number.asLong() : OptionalLong.empty();
    }

    /** The member's value when it is a number, else empty. */
    public Optional<JsonNumber> number(String name) {
        return at(name) instanceof JsonNumber number ? Optional.of(number) : Optional.empty();
    }

    /** The member's value when it is {@code true} or {@code false}, else empty. */
    public Optional<Boolean> bool(String name) {
        return at(name) instanceof JsonBool bool ? Optional.of(bool.value()) : Optional.empty();
    }

    /** The member's value when it is an object, else the empty object. */
    public JsonObject object(String name) {
        return at(name) instanceof JsonObject object ? object : EMPTY;
    }

    /** The member's value when it is an array, else the empty array. */
    public JsonArray array(String name) {
        return at(name) instanceof JsonArray array ? array : JsonArray.empty();
    }

    /** This object with one member set: replaced in place when it exists, else appended. */
    public JsonObject with(String name, JsonValue value) {
        return builder().putAll(this).put(name, value).build();
    }

    /** This object without one member; itself when there is no such member. */
    public JsonObject without(String name) {
        if (!has(name)) {
            return this;
        }
        var builder = builder();
        forEach(
                (key, value) -> {
                    if (!key.equals(name)) {
                        builder.put(key, value);
                    }
                });
        return builder.build();
    }

    public void forEach(BiConsumer<String, JsonValue> action) {
        for (int i = 0; i < names.length; i++) {
            action.accept(names[i], values[i]);
        }
    }

    /** The members as an unmodifiable map in written order. */
    public Map<String, JsonValue> asMap() {
        var map = LinkedHashMap.<String, JsonValue>newLinkedHashMap(names.length);
        forEach(map::put);
        return Collections.unmodifiableMap(map);
    }

    /** The members in written order; nothing is copied. */
    public Iterable<Map.Entry<String, JsonValue>> members() {
        return () ->
                new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < names.length;
                    }

                    @Override
                    public Map.Entry<String, JsonValue> next() {
                        if (next >= names.length) {
                            throw new NoSuchElementException();
                        }
                        var entry =
                                new AbstractMap.SimpleImmutableEntry<>(names[next], values[next]);
                        next++;
                        return entry;
                    }
                };
    }

    private int position(String name) {
        if (names.length < INDEX_FROM) {
            for (int i = 0; i < names.length; i++) {
                if (names[i].equals(name)) {
                    return i;
                }
            }
            return -1;
        }
        var map = index;
        if (map == null) {
            map = positions(names, names.length);
            index = map;
        }
        return map.getOrDefault(name, -1);
    }

    private static Map<String, Integer> positions(String[] names, int size) {
        var positions = HashMap.<String, Integer>newHashMap(size);
        for (int i = 0; i < size; i++) {
            positions.put(names[i], i);
        }
        return positions;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof JsonObject object) || object.size() != size()) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            int at = object.position(names[i]);
            if (at < 0 || !values[i].equals(object.values[at])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < names.length; i++) {
            hash += names[i].hashCode() ^ values[i].hashCode();
        }
        return hash;
    }

    @Override
    public String toString() {
        return Json.text(this);
    }

    /**
     * Collects members; a name that is set again keeps its place and takes the new value. Not for
     * sharing between threads.
     */
    public static final class Builder {

        /** From here on a look along the names is dearer than a look at a place. */
        private static final int PLACES_FROM = 8;

        private String[] names = new String[PLACES_FROM];
        private JsonValue[] values = new JsonValue[PLACES_FROM];
        private int size;

        /**
         * Positions plus one by the hash of their names, each in the first free place from its own
         * on; zero = free. Only for as many as a record has: names that somebody chose to have the
         * same hash would make thousands slow, and a map does not mind them.
         */
        private int @Nullable [] places;

        private @Nullable Map<String, Integer> index;

        private Builder() {}

        public Builder put(String name, JsonValue value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            int at = position(name);
            if (at >= 0) {
                values[at] = value;
                return this;
            }
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            names[size] = name;
            values[size] = value;
            size++;
            if (index != null) {
                index.put(name, size - 1);
            } else if (places != null && size * 2 <= places.length) {
                place(places, size - 1);
            } else if (size > INDEX_FROM) {
                places = null;
                index = positions(names, size);
            } else if (size >= PLACES_FROM) {
                places = new int[size * 4];
                for (int i = 0; i < size; i++) {
                    place(places, i);
                }
            }
            return this;
        }

        private void place(int[] into, int at) {
            int place = place(names[at], into.length);
            while (into[place] != 0) {
                place = place + 1 == into.length ? 0 : place + 1;
            }
            into[place] = at + 1;
        }

        private static int place(String name, int places) {
            int hash = name.hashCode();
            return Math.floorMod(hash ^ hash >>> 16, places);
        }

        public Builder put(String name, String value) {
            return put(name, new JsonString(value));
        }

        public Builder put(String name, long value) {
            return put(name, JsonNumber.of(value));
        }

        public Builder put(String name, double value) {
            return put(name, JsonNumber.of(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, JsonBool.of(value));
        }

        /** Sets the member when there is a value; an absent value leaves the member out. */
        public Builder putIfPresent(String name, Optional<String> value) {
            value.ifPresent(text -> put(name, text));
            return this;
        }

        /** Sets the member to the text, or to {@code null} when there is none. */
        public Builder putOrNull(String name, Optional<String> value) {
            return put(name, value.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL));
        }

        public Builder putAll(JsonObject object) {
            object.forEach(this::put);
            return this;
        }

        public JsonObject build() {
            return size == 0
                    ? EMPTY
                    : new JsonObject(Arrays.copyOf(names, size), Arrays.copyOf(values, size));
        }

        private int position(String name) {
            if (index != null) {
                return index.getOrDefault(name, -1);
            }
            var known = places;
            if (known == null) {
                for (int i = 0; i < size; i++) {
                    if (names[i].equals(name)) {
                        return i;
                    }
                }
                return -1;
            }
            int place = place(name, known.length);
            while (known[place] != 0) {
                if (names[known[place] - 1].equals(name)) {
                    return known[place] - 1;
                }
                place = place + 1 == known.length ? 0 : place + 1;
            }
            return -1;
        }
    }
}
