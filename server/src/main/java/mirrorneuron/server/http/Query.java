package mirrorneuron.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import mirrorneuron.api.ErrorCode;

/** The query of a request. A name that occurs twice counts once, with its last value. */
public final class Query {

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * @param raw as it was sent, without the question mark; may be empty
     */
    public static Query parse(String raw) {
        var values = new LinkedHashMap<String, List<String>>();
        for (var part : raw.split("&")) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                var name = equals < 0 ? part : part.substring(0, equals);
                var value = equals < 0 ? "" : part.substring(equals + 1);
                values.computeIfAbsent(decoded(name), _ -> new ArrayList<>()).add(decoded(value));
            }
        }
        return new Query(values);
    }

    private static String decoded(String encoded) {
        return PercentText.decode(encoded.replace('+', ' '))
                .orElseThrow(
                        () ->
                                HttpFailure.of(
                                        ErrorCode.INVALID_QUERY,
                                        "query: \""
                                                + Problem.shown(encoded)
                                                + "\" (expected: percent-encoded UTF-8)"));
    }

    /** The value; empty when the name is absent. */
    public Optional<String> text(String... names) {
        for (var name : names) {
            var found = values.get(name);
            if (found != null) {
                return Optional.of(found.getLast());
            }
        }
        return Optional.empty();
    }

    /** Every value of a repeated name. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** Values between commas; empty when absent. */
    public List<String> list(String name) {
        var items = new ArrayList<String>();
        for (var item : text(name).orElse("").split(",")) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        return items;
    }

    /** {@code true}, {@code false}, {@code 1}, {@code 0}, in any case; a bare name is true. */
    public boolean flag(boolean absent, String... names) {
        var value = text(names);
        return value.map(
                        text ->
                                switch (text.toLowerCase(Locale.ROOT)) {
                                    case "true", "1", "" -> true;
                                    case "false", "0" -> false;
                                    default -> throw invalid(names[0], text, "true, false, 1 or 0");
                                })
                .orElse(absent);
    }

    public OptionalInt integer(String name, int least, int most) {
        var value = number(name, least, most);
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }

    public OptionalLong number(String name, long least, long most) {
        var value = text(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        var expected =
                most == Integer.MAX_VALUE || most == Long.MAX_VALUE
                        ? "a whole number >= " + least
                        : "a whole number from " + least + " to " + most;
        long number;
        try {
            number = Long.parseLong(value.get().strip());
        } catch (NumberFormatException malformed) {
            throw invalid(name, value.get(), expected);
        }
        if (number < least || number > most) {
            throw invalid(name, value.get(), expected);
        }
        return OptionalLong.of(number);
    }

    /** Seconds, with a fraction if need be. */
    public double seconds(String name, double absent, double least, double most) {
        var value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        var expected = "a number from " + least + " to " + most;
        double number;
        try {
            number = Double.parseDouble(value.get().strip());
        } catch (NumberFormatException malformed) {
            throw invalid(name, value.get(), expected);
        }
        // Written so that NaN is refused too.
        if (!(number >= least && number <= most)) {
            throw invalid(name, value.get(), expected);
        }
        return number;
    }

    /** One of these words; {@code absent} when there is none. */
    public String word(String name, String absent, List<String> allowed) {
        var value = text(name).filter(text -> !text.isEmpty()).orElse(absent);
        if (!allowed.contains(value)) {
            throw invalid(name, value, String.join(", ", allowed));
        }
        return value;
    }

    private static HttpFailure invalid(String name, String value, String expected) {
        return HttpFailure.of(
                ErrorCode.INVALID_QUERY,
                name + ": \"" + Problem.shown(value) + "\" (expected: " + expected + ")");
    }

    @Override
    public String toString() {
        return values.toString();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
