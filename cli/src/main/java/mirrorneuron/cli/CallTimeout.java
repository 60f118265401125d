package mirrorneuron.cli;

import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How long a server may take; of every leaf that has no wait of its own by this name. */
final class CallTimeout {

    static final String NAME = "--timeout";

    /** As {@code MN_GRPC_TIMEOUT_SECONDS} has it. */
    @Option(
            names = NAME,
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description =
                    "How long the server may take to answer; 0 or none = no limit. Default:"
                            + " MN_GRPC_TIMEOUT_SECONDS, else 10.")
    Optional<String> seconds = Optional.empty();

    static final class Seconds implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.equals("none") || text.matches("[0-9]{1,7}(\\.[0-9]{1,3})?")) {
                return text;
            }
            throw new TypeConversionException(
                    "expected seconds such as 5 or 0.5, or none for no limit, but was '"
                            + text
                            + "'");
        }
    }
}
