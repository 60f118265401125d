package mirrorneuron.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A file in TOML as its values and the lines on which they stand. The only place that knows the
 * library, which is loaded when there is a file and not before.
 *
 * @param tables paths of tables, those without a value too
 */
record TomlText(List<Entry> entries, List<Table> tables) {

    /**
     * @param value a {@code String}, {@code Long}, {@code Double}, {@code Boolean}, or anything
     *     else that the language knows
     * @param line counts from 1
     * @param column of the key, counts from 1
     */
    record Entry(List<String> path, Object value, int line, int column) {

        String name() {
            return String.join(".", path);
        }
    }

    /**
     * @param line of its header, counts from 1
     */
    record Table(List<String> path, int line) {}

    /** What is wrong with a text, on which line. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;

        Malformed(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    TomlText {
        entries = List.copyOf(entries);
        tables = List.copyOf(tables);
    }

    /** The library descends with the text, and settings do not go deep. */
    static TomlText parse(String text) throws Malformed {
        try {
            return read(text);
        } catch (StackOverflowError tooDeep) {
            throw new Malformed(1, "too many levels within each other");
        }
    }

    private static TomlText read(String text) throws Malformed {
        var result = Toml.parse(text);
        if (result.hasErrors()) {
            var first = result.errors().getFirst();
            throw new Malformed(first.position().line(), String.valueOf(first.getMessage()));
        }
        var entries = new ArrayList<Entry>();
        var tables = new ArrayList<Table>();
        for (var path : result.keyPathSet(true)) {
            var value = result.get(path);
            var position = result.inputPositionOf(path);
            if (value instanceof TomlTable) {
                tables.add(new Table(path, line(position)));
            } else if (value != null) {
                int column = position == null ? 1 : position.column();
                entries.add(new Entry(path, value, line(position), column));
            }
        }
        entries.sort(Comparator.comparingInt(Entry::line));
        return new TomlText(entries, tables);
    }

    private static int line(@org.jspecify.annotations.Nullable TomlPosition position) {
        return position == null ? 1 : position.line();
    }

    Optional<Entry> at(List<String> path) {
        return entries.stream().filter(entry -> entry.path().equals(path)).findFirst();
    }
}
