package mirrorneuron.fuzz;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Documents that are JSON however an input is changed: an input is a script of edits to a real
 * document. Bytes that are no JSON stop at the reader of JSON, where they are tried as they are;
 * these reach what is behind it.
 *
 * <p>A script is {@link #MARK}, the number of a document, and then four bytes for each edit: what,
 * where (two bytes, a place in the order of the text), and with what.
 */
final class JsonEdits {

    /** No document begins with it, so it tells scripts from documents. */
    static final byte MARK = '~';

    private static final int EDIT_BYTES = 4;
    private static final int EDITS_MAX = 24;

    /** A document that an edit makes larger stays as it was: size alone is no input. */
    private static final int WEIGHT_MAX = 32 << 10;

    /** About what readers of JSON take; deeper ones are tried as text. */
    private static final int DEPTH_MAX = 520;

    private static final List<JsonValue> VALUES =
            List.of(
                    JsonNull.NULL,
                    JsonBool.TRUE,
                    JsonBool.FALSE,
                    JsonArray.empty(),
                    JsonObject.empty(),
                    JsonNumber.of(0),
                    JsonNumber.of(1),
                    JsonNumber.of(-1),
                    JsonNumber.of(0.5),
                    JsonNumber.of(Integer.MAX_VALUE),
                    JsonNumber.of(1L << 31),
                    JsonNumber.of(Integer.MIN_VALUE),
                    JsonNumber.of(Long.MAX_VALUE),
                    JsonNumber.of(Long.MIN_VALUE),
                    JsonNumber.of(1_000_000_000_000L),
                    JsonNumber.of(new BigDecimal("1e999999999")),
                    JsonNumber.of(new BigDecimal("-1e-999999999")),
                    JsonNumber.of(new BigDecimal("9223372036854775808")),
                    JsonNumber.of(Double.MAX_VALUE),
                    new JsonString(""),
                    new JsonString(" "),
                    new JsonString("0"),
                    new JsonString("-1"),
                    new JsonString("../../x"),
                    new JsonString("/etc/passwd"),
                    new JsonString("\0"),
                    new JsonString("\ud800"),
                    new JsonString("\u202e\ud83d\ude00é"),
                    new JsonString("a\nb"),
                    new JsonString("x".repeat(5_000)),
                    new JsonString("${payload.x} > 2"),
                    new JsonString("(((((a+)+)+)+)+)$"),
                    new JsonString("+1000000000-12-31T23:59:59Z"),
                    new JsonString("2030-01-01T00:00:00Z"),
                    new JsonString("999999999999d"),
                    new JsonString("*/0 * * * *"));

    private final List<JsonValue> documents;
    private final Map<JsonValue, Measure> measures = new IdentityHashMap<>();
    private final List<String> words;

    JsonEdits(List<JsonValue> documents, List<String> more) {
        this.documents = List.copyOf(documents);
        Set<String> found = new LinkedHashSet<>();
        documents.forEach(document -> collect(document, found));
        documents.forEach(this::learn);
        found.addAll(more);
        this.words = List.copyOf(found);
    }

    /** The names and short texts in all documents. */
    List<String> words() {
        return words;
    }

    /** The documents, and a script for each that changes nothing yet. */
    List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        for (int i = 0; i < documents.size(); i++) {
            seeds.add(Json.bytes(documents.get(i)));
            seeds.add(new byte[] {MARK, (byte) i});
            seeds.add(new byte[] {MARK, (byte) i, 1, 0, 7, 3, 8, 0, 20, 40, 0, 1, 0, 9});
        }
        return seeds;
    }

    static boolean isScript(byte[] input) {
        return input.length > 1 && input[0] == MARK;
    }

    /** The input, or what it makes when it is a script. */
    byte[] prepared(byte[] input) {
        return isScript(input) ? Json.bytes(run(input)) : input;
    }

    /** As {@link #prepared}, of an input whose first bytes are something else. */
    byte[] preparedFrom(byte[] input, int from) {
        var rest = Arrays.copyOfRange(input, Math.min(from, input.length), input.length);
        return isScript(rest) ? joined(Arrays.copyOf(input, from), prepared(rest)) : input;
    }

    /** One after the other. */
    static byte[] joined(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** What a script makes. */
    JsonValue run(byte[] script) {
        var document = documents.get((script[1] & 0xff) % documents.size());
        var size = measure(document);
        int edits = Math.min(EDITS_MAX, (script.length - 2) / EDIT_BYTES);
        for (int i = 0; i < edits; i++) {
            int at = 2 + i * EDIT_BYTES;
            int place = ((script[at + 1] & 0xff) << 8 | script[at + 2] & 0xff) % size.places();
            var made = new Edit(script[at] & 0xff, place, script[at + 3] & 0xff, document).made();
            var sizeMade = measure(made);
            if (sizeMade.weight() > WEIGHT_MAX || sizeMade.depth() > DEPTH_MAX) {
                break;
            }
            document = made;
            size = sizeMade;
        }
        return document;
    }

    private final class Edit {

        private final int what;
        private final int with;
        private final JsonValue whole;
        private int left;

        Edit(int what, int place, int with, JsonValue whole) {
            this.what = what % 9;
            this.with = with;
            this.whole = whole;
            this.left = place;
        }

        JsonValue made() {
            return made(whole);
        }

        private JsonValue made(JsonValue value) {
            // Most of a document stays as it is, and is not made again.
            if (left < 0) {
                return value;
            }
            var known = measures.get(value);
            if (known != null && left >= known.places()) {
                left -= known.places();
                return value;
            }
            if (left-- == 0) {
                return changed(value);
            }
            return switch (value) {
                case JsonObject object -> {
                    var builder = JsonObject.builder();
                    for (var member : object.members()) {
                        boolean here = left == 0;
                        var made = made(member.getValue());
                        if (here && what == 2) {
                            continue;
                        }
                        builder.put(here && what == 4 ? word() : member.getKey(), made);
                        if (here && what == 3) {
                            builder.put(word(), made);
                        }
                    }
                    yield builder.build();
                }
                case JsonArray array -> {
                    var elements = new ArrayList<JsonValue>();
                    for (var element : array) {
                        boolean here = left == 0;
                        var made = made(element);
                        int times = !here ? 1 : what == 2 ? 0 : what == 3 ? 2 + with % 64 : 1;
                        for (int i = 0; i < times; i++) {
                            elements.add(made);
                        }
                    }
                    yield JsonArray.of(elements);
                }
                default -> value;
            };
        }

        private String word() {
            return words.get(with % words.size());
        }

        private JsonValue changed(JsonValue value) {
            return switch (what) {
                case 0 -> new JsonString(word());
                case 1 -> VALUES.get(with % VALUES.size());
                case 5 -> nested(value);
                case 6 -> JsonObject.of(word(), value);
                case 7 -> part(whole, with % measure(whole).places());
                case 8 ->
                        value instanceof JsonObject object
                                ? object.with(word(), part(other(), with))
                                : JsonArray.of(value, part(other(), with));
                default -> value;
            };
        }

        private JsonValue other() {
            return documents.get(with % documents.size());
        }

        private JsonValue nested(JsonValue value) {
            var nested = value;
            int levels = Math.min(with * 3, DEPTH_MAX - measure(whole).depth());
            for (int i = 0; i < levels; i++) {
                nested = with % 2 == 0 ? JsonArray.of(nested) : JsonObject.of(word(), nested);
            }
            return nested;
        }
    }

    /** The value at a place; the document itself when it has fewer. */
    private static JsonValue part(JsonValue document, int place) {
        var all = new ArrayList<JsonValue>();
        flatten(document, all, place);
        return all.size() > place ? all.get(place) : document;
    }

    private static void flatten(JsonValue value, List<JsonValue> all, int enough) {
        if (all.size() > enough) {
            return;
        }
        all.add(value);
        switch (value) {
            case JsonObject object ->
                    object.members().forEach(member -> flatten(member.getValue(), all, enough));
            case JsonArray array -> array.forEach(element -> flatten(element, all, enough));
            default -> {}
        }
    }

    /**
     * How large a value is. Edits keep most of a document, so what the documents themselves hold is
     * measured once.
     *
     * @param places it and all that it holds
     * @param weight about as many as its bytes
     * @param depth how many levels
     */
    private record Measure(int places, int weight, int depth) {

        private static final Measure CONTAINER = new Measure(1, 2, 1);
        private static final Measure NUMBER = new Measure(1, 8, 1);

        Measure and(Measure part, int more) {
            return new Measure(
                    places + part.places,
                    weight + part.weight + more,
                    Math.max(depth, part.depth + 1));
        }
    }

    private Measure measure(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                var known = measures.get(object);
                yield known != null ? known : measured(object);
            }
            case JsonArray array -> {
                var known = measures.get(array);
                yield known != null ? known : measured(array);
            }
            case JsonString(var text) -> new Measure(1, 2 + text.length(), 1);
            default -> Measure.NUMBER;
        };
    }

    private Measure measured(JsonObject object) {
        var sum = Measure.CONTAINER;
        for (var member : object.members()) {
            sum = sum.and(measure(member.getValue()), member.getKey().length() + 4);
        }
        return sum;
    }

    private Measure measured(JsonArray array) {
        var sum = Measure.CONTAINER;
        for (var element : array) {
            sum = sum.and(measure(element), 1);
        }
        return sum;
    }

    private void learn(JsonValue value) {
        switch (value) {
            case JsonObject object -> {
                object.members().forEach(member -> learn(member.getValue()));
                measures.put(object, measured(object));
            }
            case JsonArray array -> {
                array.forEach(this::learn);
                measures.put(array, measured(array));
            }
            default -> {}
        }
    }

    private static void collect(JsonValue value, Set<String> words) {
        switch (value) {
            case JsonObject object ->
                    object.members()
                            .forEach(
                                    member -> {
                                        words.add(member.getKey());
                                        collect(member.getValue(), words);
                                    });
            case JsonArray array -> array.forEach(element -> collect(element, words));
            case JsonString(var text) -> {
                if (!text.isEmpty() && text.length() <= 40) {
                    words.add(text);
                }
            }
            default -> {}
        }
    }
}
