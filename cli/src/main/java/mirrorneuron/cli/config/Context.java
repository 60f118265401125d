package mirrorneuron.cli.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.cli.home.Connection;

/**
 * A named connection, as variables that the client reads.
 *
 * @param variables only those that the context says something about
 */
public record Context(String name, Map<String, String> variables) {

    public Context {
        variables = Map.copyOf(variables);
    }

    static Context of(String name, TomlText toml) {
        var variables = new HashMap<String, String>();
        put(variables, Connection.TARGET, value(toml, name, "target"));
        put(variables, Connection.TOKEN_FILE, value(toml, name, "token_file"));
        put(variables, Connection.TIMEOUT, value(toml, name, "timeout_seconds"));
        put(variables, Connection.TLS, value(toml, name, "tls"));
        return new Context(name, variables);
    }

    private static Optional<String> value(TomlText toml, String name, String key) {
        return toml.at(List.of(Setting.CONTEXTS, name, key)).map(entry -> entry.value().toString());
    }

    private static void put(
            Map<String, String> variables, String variable, Optional<String> value) {
        value.ifPresent(text -> variables.put(variable, text));
    }

    /**
     * The environment, and this context where the environment says nothing. What opens a server
     * belongs to that server: when another one is asked, the context's token and certificates stay
     * here.
     *
     * @param folder against which the paths of files are resolved
     * @param elsewhere whether the caller names a server by an option
     */
    public Map<String, String> behind(
            Map<String, String> environment, Path folder, boolean elsewhere) {
        var merged = new HashMap<>(environment);
        resolved(folder, environment)
                .forEach(
                        (variable, value) -> {
                            boolean opens = !variable.equals(Connection.TIMEOUT);
                            boolean open =
                                    opens && (elsewhere || Connection.isNamedIn(environment));
                            boolean said =
                                    variable.equals(Connection.TOKEN_FILE)
                                            && environment.containsKey(Connection.TOKEN);
                            if (!open && !said) {
                                merged.putIfAbsent(variable, value);
                            }
                        });
        return merged;
    }

    /** This context in place of what the environment says of servers. */
    public Map<String, String> insteadOf(Map<String, String> environment, Path folder) {
        var merged = new HashMap<>(Connection.unnamed(environment));
        merged.putAll(resolved(folder, environment));
        return merged;
    }

    private Map<String, String> resolved(Path folder, Map<String, String> environment) {
        var resolved = new HashMap<>(variables);
        resolved.computeIfPresent(
                Connection.TOKEN_FILE, (_, text) -> path(text, folder, environment));
        resolved.computeIfPresent(
                Connection.TLS,
                (_, text) ->
                        text.equals("true") || text.equals("false")
                                ? text
                                : path(text, folder, environment));
        return resolved;
    }

    private static String path(String text, Path folder, Map<String, String> environment) {
        var home = environment.get("HOME");
        return text.startsWith("~/") && home != null
                ? Path.of(home).resolve(text.substring(2)).toString()
                : folder.resolve(text).toString();
    }
}
