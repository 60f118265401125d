package mirrorneuron.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Values of variables, with their defaults. */
final class Values {

    private final Map<String, String> environment;
    private final Path userHome;
    private Path home;

    Values(Map<String, String> environment, Path userHome) {
        this.environment = environment;
        this.userHome = userHome;
        this.home = userHome;
    }

    /** What {@code $MN_HOME} stands for from now on. */
    void home(Path folder) {
        home = folder;
    }

    Optional<String> set(Variable variable) {
        return Optional.ofNullable(environment.get(variable.name()))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    String text(Variable variable) {
        return set(variable).orElse(variable.absent());
    }

    long number(Variable variable, long least, long most, String expected)
            throws ConfigurationException {
        var text = text(variable);
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException malformed) {
            // Refused below, with the same words as a number out of range.
        }
        throw ConfigurationException.of(variable, text, expected);
    }

    Path path(Variable variable) throws ConfigurationException {
        var text = text(variable);
        try {
            if (text.startsWith("$MN_HOME/")) {
                return home.resolve(text.substring("$MN_HOME/".length()));
            }
            return text.equals("~") || text.startsWith("~/")
                    ? userHome.resolve(text.substring(Math.min(2, text.length())))
                    : Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException malformed) {
            throw ConfigurationException.of(variable, text, "a path");
        }
    }
}
