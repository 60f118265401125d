package mirrorneuron.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import mirrorneuron.cli.output.Durations;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Of every leaf that is {@link Watched}. */
final class WatchOption {

    static final Duration SHORTEST = Duration.ofMillis(100);

    private static final String DEFAULT = "2";

    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "SECONDS",
            converter = Interval.class,
            preprocessor = Attached.class,
            description =
                    "Look again and again until q or Ctrl-C: redrawn on a terminal, one record a line"
                            + " with --json. Every "
                            + DEFAULT
                            + " s, or as --watch=0.5 says.")
    Optional<Duration> every = Optional.empty();

    /** {@code --watch job} is about a job and not about an interval. */
    static final class Attached implements IParameterPreprocessor {
        @Override
        @SuppressWarnings("JdkObsolete") // as the library has it
        public boolean preprocess(
                Stack<String> arguments,
                CommandSpec spec,
                ArgSpec option,
                Map<String, Object> how) {
            if (" ".equals(how.get("separator"))) {
                arguments.push(DEFAULT);
            }
            return false;
        }
    }

    static final class Interval implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            var every = new Durations.Converter().convert(text);
            if (every.compareTo(SHORTEST) < 0) {
                throw new TypeConversionException(
                        "expected at least 0.1 seconds, but was '" + text + "'");
            }
            return every;
        }
    }
}
