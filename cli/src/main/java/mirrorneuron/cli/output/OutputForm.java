package mirrorneuron.cli.output;

import java.util.Locale;

/** In which form a result is written. */
public enum OutputForm {
    /** Columns, marks and colours, for a person at a terminal. */
    TABLE,
    /** Stable {@code Label: value} lines and tab-separated rows, for pipes. */
    PLAIN,
    /** Exactly one document. */
    JSON,
    /** One document a line. */
    NDJSON,
    /** The data of the JSON form as YAML. */
    YAML;

    /** The text that the option takes. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True for the forms that programs read as documents. */
    public boolean isDocument() {
        return this == JSON || this == NDJSON || this == YAML;
    }
}
