package mirrorneuron.api.spi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.InvalidRequestException;

/**
 * Variables from {@code .env.<MN_ENV>} and {@code .env} of a folder. The real environment wins over
 * the first, the first over the second.
 *
 * <p>A line is {@code NAME=value}, with {@code export} before it if need be; a value may stand in
 * single or double quotes; {@code #} at the beginning of a line, or after a blank behind an
 * unquoted value, begins a comment.
 */
public final class EnvironmentFiles {

    private EnvironmentFiles() {}

    /**
     * @throws InvalidRequestException when a file cannot be read or a line is no assignment
     */
    public static Map<String, String> merged(Map<String, String> environment, Path folder) {
        var general = read(folder.resolve(".env"));
        var mode =
                environment.getOrDefault("MN_ENV", general.getOrDefault("MN_ENV", "dev")).strip();
        var merged = new HashMap<>(general);
        if (mode.matches("[a-z]+")) {
            merged.putAll(read(folder.resolve(".env." + mode)));
        }
        merged.putAll(environment);
        return Map.copyOf(merged);
    }

    private static Map<String, String> read(Path file) {
        var values = new HashMap<String, String>();
        if (!Files.isRegularFile(file)) {
            return values;
        }
        try {
            int number = 0;
            for (var line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                number++;
                var text = line.strip();
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                int equals = text.indexOf('=');
                var name = equals < 0 ? text : text.substring(0, equals).strip();
                if (name.startsWith("export ")) {
                    name = name.substring("export ".length()).strip();
                }
                if (equals < 0 || !name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    throw new InvalidRequestException(
                            file.getFileName()
                                    + " line "
                                    + number
                                    + ": no assignment (expected: NAME=value)");
                }
                values.put(name, value(text.substring(equals + 1).strip()));
            }
            return values;
        } catch (IOException unreadable) {
            throw new InvalidRequestException(
                    file.getFileName() + ": cannot be read: " + unreadable.getMessage());
        }
    }

    private static String value(String text) {
        for (char quote : new char[] {'"', '\''}) {
            int end = text.length() > 1 && text.charAt(0) == quote ? text.indexOf(quote, 1) : -1;
            if (end > 0) {
                return text.substring(1, end);
            }
        }
        int comment = text.indexOf(" #");
        return comment < 0 ? text : text.substring(0, comment).strip();
    }
}
