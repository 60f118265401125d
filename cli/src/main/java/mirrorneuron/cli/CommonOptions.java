package mirrorneuron.cli;

import java.nio.file.Path;
import java.util.Optional;
import mirrorneuron.cli.output.OutputForm;
import picocli.CommandLine.Option;

/**
 * What every leaf takes. How the form of the output is named differs: {@code --output} is a folder
 * where a command writes one.
 */
abstract class CommonOptions {

    /** The form that the caller named, other than by {@code --json}. */
    abstract Optional<OutputForm> form();

    enum Color {
        auto,
        always,
        never
    }

    @Option(
            names = "--json",
            description = "Print one JSON document (followed commands: one per line).")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print ids only, one a line.")
    boolean quiet;

    @Option(
            names = {"-y", "--yes"},
            description = "Answer yes where the command would ask.")
    boolean yes;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where jobs are kept. Default: MN_HOME, else ~/.mn.")
    Optional<Path> home = Optional.empty();

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            description =
                    "Ask the server at this gRPC address. Default: MN_GRPC_TARGET, else the server"
                            + " that holds the home, else no server.")
    Optional<String> target = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the server's token. Default: MN_GRPC_AUTH_TOKEN_FILE.")
    Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description =
                    "Use this connection of config.toml, whatever the environment says. Default: the"
                            + " one that the file names.")
    Optional<String> context = Optional.empty();

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "auto, always or never. Default: output.color of config.toml, else auto.")
    Optional<Color> color = Optional.empty();

    @Option(names = "--no-color", description = "The same as --color=never.")
    boolean noColor;

    @Option(
            names = {"--debug", "--verbose"},
            description = "Say more about errors.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    /** For most leaves. */
    static final class OfForm extends CommonOptions {

        @Option(
                names = {"-o", "--output", "--output-format"},
                paramLabel = "FORM",
                converter = FormConverter.class,
                description = FORMS)
        Optional<OutputForm> output = Optional.empty();

        @Override
        Optional<OutputForm> form() {
            return output;
        }
    }

    /** For leaves whose {@code --output} is a folder. */
    static final class OfFolder extends CommonOptions {

        @Option(
                names = "--output-format",
                paramLabel = "FORM",
                converter = FormConverter.class,
                description = FORMS)
        Optional<OutputForm> output = Optional.empty();

        @Override
        Optional<OutputForm> form() {
            return output;
        }
    }

    private static final String FORMS =
            "table, plain, json, ndjson or yaml. Default: output.format of config.toml, else table on"
                    + " a terminal, else plain.";

    /** Takes the forms in lower case, as they are written everywhere. */
    static final class FormConverter implements picocli.CommandLine.ITypeConverter<OutputForm> {
        @Override
        public OutputForm convert(String value) {
            for (var form : OutputForm.values()) {
                if (form.toString().equals(value)) {
                    return form;
                }
            }
            throw new picocli.CommandLine.TypeConversionException(
                    "expected table, plain, json, ndjson or yaml, but was '"
                            + value
                            + "'"
                            + DidYouMean.sentence(
                                    value,
                                    java.util.List.of("table", "plain", "json", "ndjson", "yaml")));
        }
    }
}
