package mirrorneuron.cli.config;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.output.OutputForm;

/**
 * What the file of a home says.
 *
 * @param current the context that is used unless another one is named
 * @param contexts by name
 * @param color {@code auto}, {@code always} or {@code never}
 */
public record Config(
        Path file,
        Optional<String> current,
        Map<String, Context> contexts,
        Optional<OutputForm> format,
        Optional<String> color) {

    public static final String FILE = "config.toml";

    /** The name of the context that is used when the file names none. */
    static final String DEFAULT = "default";

    public Config {
        requireNonNull(file, "file");
        contexts = Map.copyOf(contexts);
    }

    /** What no file says. */
    public static Config none(Path home) {
        return new Config(
                home.resolve(FILE), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
    }

    /**
     * @throws CommandFailure that names the file, the line and what was found there
     */
    public static Config read(Path home) {
        var file = home.resolve(FILE);
        var text = text(file);
        return text.isPresent() ? of(file, text.get()) : none(home);
    }

    /** The content of the file; empty when there is none. */
    static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            throw CommandFailure.invalid(
                            "Expected to read " + file + ", but: " + unreadable,
                            "check that the file is text in UTF-8 and that you may read it")
                    .causedBy(unreadable);
        }
    }

    /** Checks every key. */
    static Config of(Path file, String text) {
        var toml = parsed(file, text);
        toml.entries().forEach(entry -> check(file, entry));
        toml.tables().forEach(table -> check(file, table));
        var names = new LinkedHashMap<String, Context>();
        toml.tables().stream()
                .map(TomlText.Table::path)
                .filter(path -> path.size() == 2 && path.getFirst().equals(Setting.CONTEXTS))
                .map(List::getLast)
                .forEach(name -> names.put(name, Context.of(name, toml)));
        return new Config(
                file,
                toml.at(List.of("current")).map(entry -> entry.value().toString()),
                names,
                toml.at(List.of(Setting.OUTPUT, "format"))
                        .flatMap(entry -> Setting.form(entry.value())),
                toml.at(List.of(Setting.OUTPUT, "color")).map(entry -> entry.value().toString()));
    }

    static TomlText parsed(Path file, String text) {
        try {
            return TomlText.parse(text);
        } catch (TomlText.Malformed malformed) {
            throw wrong(
                    file,
                    malformed.line(),
                    String.valueOf(malformed.getMessage()),
                    "mend that line; the file is in TOML, as in target = \"localhost:55051\"");
        }
    }

    private static void check(Path file, TomlText.Entry entry) {
        var setting =
                Setting.at(entry.path())
                        .orElseThrow(
                                () ->
                                        wrong(
                                                file,
                                                entry.line(),
                                                unknown(entry.path()),
                                                "mend the name, or take the line out"));
        if (!setting.takes(entry.value())) {
            throw wrong(
                    file,
                    entry.line(),
                    entry.name()
                            + ": "
                            + Setting.written(entry.value())
                            + " (expected: "
                            + setting.expected()
                            + ")",
                    "mend that line, or use mn config set " + entry.name() + " VALUE");
        }
    }

    private static void check(Path file, TomlText.Table table) {
        var path = table.path();
        boolean known =
                path.equals(List.of(Setting.OUTPUT))
                        || path.getFirst().equals(Setting.CONTEXTS) && path.size() <= 2;
        if (!known) {
            throw wrong(
                    file,
                    table.line(),
                    "there is no table ["
                            + String.join(".", path)
                            + "] (expected: [contexts.NAME] or [output])",
                    "mend the name, or take the table out");
        }
    }

    /** Says that no setting has this path, and which one may have been meant. */
    static String unknown(List<String> path) {
        var name = String.join(".", path);
        var context =
                path.size() > 1 && path.getFirst().equals(Setting.CONTEXTS) ? path.get(1) : DEFAULT;
        var known = Setting.paths(context);
        var near = DidYouMean.sentence(name, known);
        return "there is no setting "
                + name
                + (near.isEmpty()
                        ? " (expected: " + String.join(", ", Setting.paths("NAME")) + ")"
                        : near);
    }

    private static CommandFailure wrong(Path file, int line, String found, String hint) {
        return CommandFailure.invalid(file + ", line " + line + ": " + found, hint);
    }

    /**
     * The connection to use.
     *
     * @param named by the caller; without a name the current one counts, and may be missing when
     *     the file names none either
     * @throws CommandFailure when there is no context of that name
     */
    public Optional<Context> context(Optional<String> named) {
        var wanted = named.or(this::current);
        if (wanted.isEmpty()) {
            return Optional.ofNullable(contexts.get(DEFAULT));
        }
        var found = Optional.ofNullable(contexts.get(wanted.get()));
        if (found.isEmpty()) {
            throw CommandFailure.notFound(
                    "There is no context '"
                            + wanted.get()
                            + "' in "
                            + file
                            + DidYouMean.sentence(wanted.get(), contexts.keySet()),
                    contexts.isEmpty()
                            ? "mn config set contexts."
                                    + wanted.get()
                                    + ".target HOST:PORT makes one"
                            : "mn config list shows them");
        }
        return found;
    }
}
