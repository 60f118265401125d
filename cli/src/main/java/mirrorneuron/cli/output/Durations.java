package mirrorneuron.cli.output;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as people write them: {@code 500ms}, {@code 10s}, {@code 1h30m}; bare = seconds. */
public final class Durations {

    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)");
    private static final Pattern WHOLE =
            Pattern.compile("(?:\\d{1,9}(?:\\.\\d{1,3})?(?:ms|s|m|h|d))+");
    private static final Pattern BARE = Pattern.compile("\\d{1,9}(?:\\.\\d{1,3})?");

    private Durations() {}

    /**
     * @throws IllegalArgumentException when the text is none
     */
    public static Duration parse(String text) {
        if (BARE.matcher(text).matches()) {
            return Duration.ofMillis((long) (Double.parseDouble(text) * 1_000));
        }
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "expected a time such as 500ms, 10s, 30m, 1h30m or 2d, but was '" + text + "'");
        }
        long ms = 0;
        var part = PART.matcher(text);
        while (part.find()) {
            ms += (long) (Double.parseDouble(part.group(1)) * unit(part.group(2)));
        }
        return Duration.ofMillis(ms);
    }

    /**
     * How often something is done again, in seconds.
     *
     * @return empty when that is oftener than the least, or no number
     */
    public static Optional<Duration> interval(double seconds, double secondsMin) {
        // Written so that it is false for what is no number.
        return seconds >= secondsMin
                ? Optional.of(Duration.ofMillis((long) (seconds * 1_000)))
                : Optional.empty();
    }

    private static long unit(String name) {
        return switch (name) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }

    /** For options. */
    public static final class Converter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException malformed) {
                throw new TypeConversionException(String.valueOf(malformed.getMessage()));
            }
        }
    }
}
