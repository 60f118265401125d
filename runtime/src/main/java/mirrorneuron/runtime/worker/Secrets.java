package mirrorneuron.runtime.worker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.json.JsonString;

/**
 * Takes the values that must not be shown out of texts. A value is looked for as it is, and in the
 * form that it has inside JSON text.
 *
 * @see "runtime contract, section 6.4"
 */
final class Secrets {

    /** Shorter values would tear holes into ordinary text. */
    static final int LENGTH_MIN = 4;

    private static final Pattern NAMES =
            Pattern.compile("TOKEN|SECRET|KEY|COOKIE|PASSWORD", Pattern.CASE_INSENSITIVE);

    /** Values of switches; hiding them would make every JSON text unreadable. */
    private static final Set<String> HARMLESS = Set.of("true", "false", "null", "none");

    private final List<String> values;

    private Secrets(List<String> values) {
        this.values = values;
    }

    static Secrets none() {
        return new Secrets(List.of());
    }

    static Secrets of(Iterable<String> secrets) {
        var values = new LinkedHashSet<String>();
        for (var secret : secrets) {
            if (secret.length() >= LENGTH_MIN
                    && !HARMLESS.contains(secret.toLowerCase(Locale.ROOT))) {
                values.add(secret);
                var quoted = new JsonString(secret).toString();
                values.add(quoted.substring(1, quoted.length() - 1));
            }
        }
        var sorted = new ArrayList<>(values);
        // The longest first, so that a secret which contains another one leaves no rest.
        sorted.sort(Comparator.comparingInt(String::length).reversed());
        return new Secrets(List.copyOf(sorted));
    }

    /** True when a variable of this name holds a secret. */
    static boolean isSecretName(String name) {
        return NAMES.matcher(name).find();
    }

    String hide(String text) {
        var hidden = text;
        for (var value : values) {
            hidden = hidden.replace(value, Redaction.MARK);
        }
        return hidden;
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** Characters of the longest value; a text that was cut may end in that much of a secret. */
    int lengthMax() {
        return values.isEmpty() ? 0 : values.getFirst().length();
    }
}
