package mirrorneuron.api.codec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** What documents are made of. */
final class Members {

    private Members() {}

    /** What is too long to count is for ever, and read as that. */
    static long millis(Duration duration) {
        try {
            return duration.toMillis();
        } catch (ArithmeticException forEver) {
            return Long.MAX_VALUE;
        }
    }

    static Duration duration(JsonObject json, String name) {
        long millis = json.integer(name).orElse(0);
        return millis == Long.MAX_VALUE ? Jobs.WAIT_FOREVER : Duration.ofMillis(millis);
    }

    static OptionalInt number(JsonObject json, String name) {
        var number = json.integer(name);
        return number.isPresent()
                ? OptionalInt.of(
                        Math.clamp(number.getAsLong(), Integer.MIN_VALUE, Integer.MAX_VALUE))
                : OptionalInt.empty();
    }

    static void put(JsonObject.Builder json, String name, OptionalInt value) {
        value.ifPresent(number -> json.put(name, number));
    }

    static void put(JsonObject.Builder json, String name, OptionalLong value) {
        value.ifPresent(number -> json.put(name, number));
    }

    static <T> JsonArray array(
            Iterable<T> values, Function<? super T, ? extends JsonValue> toJson) {
        var elements = new ArrayList<JsonValue>();
        values.forEach(value -> elements.add(toJson.apply(value)));
        return JsonArray.of(elements);
    }
}
