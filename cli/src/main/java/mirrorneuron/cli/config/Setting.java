package mirrorneuron.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.output.OutputForm;

/** What the keys of the file are, and what they may say. */
enum Setting {
    CURRENT("current", "the name of a context"),
    TARGET("target", "host:port"),
    TOKEN_FILE("token_file", "the path of a file"),
    TIMEOUT_SECONDS("timeout_seconds", "seconds, 0 or \"none\" for no limit"),
    TLS("tls", "true, false, or the path of a file with certificates to trust"),
    FORMAT("format", words(OutputForm.values())),
    COLOR("color", "auto, always or never");

    static final String CONTEXTS = "contexts";
    static final String OUTPUT = "output";

    private final String key;
    private final String expected;

    Setting(String key, String expected) {
        this.key = key;
        this.expected = expected;
    }

    String expected() {
        return expected;
    }

    /** The setting at a path of the file; empty when there is none. */
    static Optional<Setting> at(List<String> path) {
        return Arrays.stream(values())
                .filter(setting -> !path.isEmpty() && setting.key.equals(path.getLast()))
                .filter(setting -> setting.isAt(path))
                .findFirst();
    }

    private boolean isAt(List<String> path) {
        return switch (this) {
            case CURRENT -> path.size() == 1;
            case TARGET, TOKEN_FILE, TIMEOUT_SECONDS, TLS ->
                    path.size() == 3 && path.getFirst().equals(CONTEXTS);
            case FORMAT, COLOR -> path.size() == 2 && path.getFirst().equals(OUTPUT);
        };
    }

    /** Every path that there is; those of contexts for this one. */
    static List<String> paths(String context) {
        return Arrays.stream(values())
                .map(
                        setting ->
                                switch (setting) {
                                    case CURRENT -> setting.key;
                                    case FORMAT, COLOR -> OUTPUT + "." + setting.key;
                                    case TARGET, TOKEN_FILE, TIMEOUT_SECONDS, TLS ->
                                            CONTEXTS + "." + context + "." + setting.key;
                                })
                .toList();
    }

    /** Whether a value of the file, a text, number or flag, is one that this setting may have. */
    boolean takes(Object value) {
        return switch (this) {
            case CURRENT, TOKEN_FILE -> value instanceof String text && !text.isBlank();
            case TARGET -> value instanceof String text && isTarget(text);
            case TIMEOUT_SECONDS ->
                    value instanceof Long seconds && seconds >= 0
                            || value instanceof Double part && part >= 0 && !part.isInfinite()
                            || value.equals("none");
            case TLS -> value instanceof Boolean || value instanceof String text && !text.isBlank();
            case FORMAT -> form(value).isPresent();
            case COLOR -> List.of("auto", "always", "never").contains(value);
        };
    }

    private static boolean isTarget(String text) {
        if (!text.matches("\\S+:[0-9]{1,5}")) {
            return false;
        }
        int port = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
        return port >= 1 && port <= 65_535;
    }

    static Optional<OutputForm> form(Object value) {
        return Arrays.stream(OutputForm.values())
                .filter(form -> form.toString().equals(value))
                .findFirst();
    }

    /** What a person typed as a value of the file. */
    Object typed(String text) {
        if (this == TLS && (text.equals("true") || text.equals("false"))) {
            return Boolean.valueOf(text);
        }
        if (this == TIMEOUT_SECONDS) {
            if (text.matches("[0-9]{1,9}")) {
                return Long.valueOf(text);
            }
            if (text.matches("[0-9]{1,9}\\.[0-9]{1,3}")) {
                return Double.valueOf(text);
            }
        }
        return text;
    }

    /** A value as it stands in the file. */
    static String written(Object value) {
        return value instanceof String text ? new JsonString(text).toString() : value.toString();
    }

    private static String words(OutputForm[] forms) {
        return String.join(
                ", ",
                Arrays.stream(forms)
                        .map(form -> form.toString().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
