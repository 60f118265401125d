package mirrorneuron.engine.manifest;

import java.util.Optional;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonString;

/**
 * Which texts may name a graph, node, edge, step, template, region or schedule: they become parts
 * of storage keys, file names and URLs.
 *
 * @see "manifest contract, section 2.7"
 */
final class Identifiers {

    static final int CHARS_MAX = 128;
    static final String EXPECTED =
            "a letter or digit, then letters, digits, _ . : @ -, at most " + CHARS_MAX;

    private Identifiers() {}

    /** The id under a member, stripped; one that breaks the rule is reported. */
    static Optional<String> read(Fields holder, String code, String... names) {
        return switch (holder.value(names)) {
            case JsonNull _ -> Optional.empty();
            case JsonString(var text) when isValid(text.strip()) -> Optional.of(text.strip());
            default -> {
                holder.wrong(code, EXPECTED, names);
                yield Optional.empty();
            }
        };
    }

    static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > CHARS_MAX || !isAlphanumeric(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && "_.:@-".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
}
