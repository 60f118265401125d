package mirrorneuron.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
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

    /** Settings have three; more is a slip, or malice. */
    private static final int LEVELS_MAX = 32;

    TomlText {
        entries = List.copyOf(entries);
        tables = List.copyOf(tables);
    }

    static TomlText parse(String text) throws Malformed {
        refuseDeepBrackets(text);
        var result = library(text);
        if (result.hasErrors()) {
            var first = result.errors().getFirst();
            throw new Malformed(first.position().line(), String.valueOf(first.getMessage()));
        }
        var entries = new ArrayList<Entry>();
        var tables = new ArrayList<Table>();
        collect(result, List.of(), entries, tables);
        entries.sort(Comparator.comparingInt(Entry::line));
        return new TomlText(entries, tables);
    }

    /** What the library makes of a text; only its own failures are the text's. */
    private static TomlParseResult library(String text) throws Malformed {
        try {
            return Toml.parse(text);
        } catch (StackOverflowError tooDeep) {
            // The library descends with the text.
            throw tooDeep(1);
        } catch (TomlParseError badKey) {
            // Errors are listed, but for those in a quoted key.
            throw new Malformed(badKey.position().line(), String.valueOf(badKey.getMessage()));
        } catch (RuntimeException broken) {
            // The library breaks at some dates, without a word of where.
            throw new Malformed(breakingLine(text), "a value that cannot be read");
        }
    }

    /** The first line with which the library breaks. */
    private static int breakingLine(String text) {
        var lines = text.lines().toList();
        int first = 1;
        int last = lines.size();
        while (first < last) {
            int middle = (first + last) / 2;
            if (breaks(String.join("\n", lines.subList(0, middle)))) {
                last = middle;
            } else {
                first = middle + 1;
            }
        }
        return first;
    }

    private static boolean breaks(String text) {
        try {
            Toml.parse(text);
            return false;
        } catch (TomlParseError told) {
            return false;
        } catch (RuntimeException broken) {
            return true;
        }
    }

    private static Malformed tooDeep(int line) {
        return new Malformed(line, "too many levels within each other");
    }

    /**
     * The library takes a third of a MiB for each bracket that opens within another, so they are
     * counted before it reads. Whether they are closed is for the library to say.
     */
    private static void refuseDeepBrackets(String text) throws Malformed {
        int depth = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                depth = Math.max(0, depth - 1);
            }
            if (depth > LEVELS_MAX) {
                throw tooDeep(
                        1 + (int) text.substring(0, at).chars().filter(it -> it == '\n').count());
            }
            at =
                    switch (c) {
                        case '"', '\'' -> stringEnd(text, at);
                        case '#' -> lineEnd(text, at);
                        default -> at + 1;
                    };
        }
    }

    /**
     * Behind the string that begins there; a string of one line ends with its line at the latest.
     */
    private static int stringEnd(String text, int from) {
        char quote = text.charAt(from);
        var three = String.valueOf(quote).repeat(3);
        boolean many = text.startsWith(three, from);
        var end = many ? three : String.valueOf(quote);
        int at = from + end.length();
        while (at < text.length() && !text.startsWith(end, at)) {
            if (!many && text.charAt(at) == '\n') {
                return at;
            }
            at +=
                    quote == '"' && text.startsWith("\\", at) && !text.startsWith("\n", at + 1)
                            ? 2
                            : 1;
        }
        // A quote or two before the last three belong to the string.
        while (many && text.startsWith(end, at + 1)) {
            at++;
        }
        return Math.min(text.length(), at + end.length());
    }

    private static int lineEnd(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private static void collect(
            TomlTable table, List<String> above, List<Entry> entries, List<Table> tables)
            throws Malformed {
        for (var key : table.keySet()) {
            var here = List.of(key);
            var path = Stream.concat(above.stream(), Stream.of(key)).toList();
            var position = table.inputPositionOf(here);
            if (path.size() > LEVELS_MAX) {
                throw tooDeep(line(position));
            }
            switch (table.get(here)) {
                case TomlTable inner -> {
                    tables.add(new Table(path, line(position)));
                    collect(inner, path, entries, tables);
                }
                case Object value -> {
                    int column = position == null ? 1 : position.column();
                    entries.add(new Entry(path, value, line(position), column));
                }
                case null -> {}
            }
        }
    }

    private static int line(@org.jspecify.annotations.Nullable TomlPosition position) {
        return position == null ? 1 : position.line();
    }

    Optional<Entry> at(List<String> path) {
        return entries.stream().filter(entry -> entry.path().equals(path)).findFirst();
    }
}
