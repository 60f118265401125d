package mirrorneuron.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Changes one value in the text of the file and leaves every other line, comments too, as it is.
 * Stateless.
 */
final class ConfigEdit {

    /** A key, what it is set to, and what stands behind it on the line. */
    private static final Pattern ASSIGNMENT =
            Pattern.compile(
                    "([^=]+=\\s*)(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|[^\\s#\"',\\[{]+)(\\s*(?:#.*)?)");

    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");

    private ConfigEdit() {}

    /**
     * The text with another value.
     *
     * @return empty when the value stands there in a way that this cannot change, such as over
     *     several lines
     */
    static Optional<String> with(String text, TomlText parsed, List<String> path, Object value) {
        var lines = lines(text);
        var entry = parsed.at(path);
        if (entry.isPresent()) {
            int at = entry.get().line() - 1;
            var assignment = assignment(lines.get(at), entry.get().column());
            if (assignment.isEmpty()) {
                return Optional.empty();
            }
            lines.set(
                    at,
                    assignment.get().before()
                            + Setting.written(value)
                            + assignment.get().comment());
        } else {
            insert(lines, parsed, path, value);
        }
        return Optional.of(joined(lines));
    }

    /** The text without a value that is there; empty as for {@link #with}. */
    static Optional<String> without(String text, TomlText.Entry entry) {
        var lines = lines(text);
        int at = entry.line() - 1;
        var line = lines.get(at);
        // Alone on its line, so that nothing else goes with it.
        if (!line.substring(0, entry.column() - 1).isBlank()
                || assignment(line, entry.column()).isEmpty()) {
            return Optional.empty();
        }
        lines.remove(at);
        return Optional.of(joined(lines));
    }

    private record Assignment(String before, String comment) {}

    private static Optional<Assignment> assignment(String line, int column) {
        var matcher = ASSIGNMENT.matcher(line);
        matcher.region(Math.min(column - 1, line.length()), line.length());
        return matcher.matches()
                ? Optional.of(
                        new Assignment(
                                line.substring(0, column - 1) + matcher.group(1), matcher.group(3)))
                : Optional.empty();
    }

    private static void insert(
            List<String> lines, TomlText parsed, List<String> path, Object value) {
        var line = path.getLast() + " = " + Setting.written(value);
        if (path.size() == 1) {
            // Before the first table, and behind what the file says about itself.
            int at = 0;
            while (at < lines.size() && lines.get(at).startsWith("#")) {
                at++;
            }
            lines.add(at, line);
            return;
        }
        var parent = path.subList(0, path.size() - 1);
        var header =
                parsed.tables().stream()
                        .filter(table -> table.path().equals(parent))
                        .filter(table -> lines.get(table.line() - 1).strip().startsWith("["))
                        .findFirst();
        if (header.isPresent()) {
            lines.add(header.get().line(), line);
            return;
        }
        if (!lines.isEmpty() && !lines.getLast().isBlank()) {
            lines.add("");
        }
        lines.add("[" + String.join(".", parent.stream().map(ConfigEdit::key).toList()) + "]");
        lines.add(line);
    }

    private static String key(String name) {
        return BARE.matcher(name).matches() ? name : Setting.written(name);
    }

    private static List<String> lines(String text) {
        return new ArrayList<>(text.lines().toList());
    }

    private static String joined(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
