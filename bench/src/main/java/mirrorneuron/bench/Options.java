package mirrorneuron.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * How the driver was called.
 *
 * @param home where trials get their homes; it has to be on the disk that is to be measured
 * @param rows by name; empty = all
 * @param pictures the folder for them, absent = none are drawn
 */
public record Options(
        boolean list,
        List<String> rows,
        int rounds,
        Duration warmUp,
        Duration measured,
        int sizePercent,
        Path home,
        Optional<Path> output,
        Optional<Path> pictures) {

    /** What was asked for is not there; said to whoever asked, without a stack. */
    public static final class Usage extends RuntimeException {

        public Usage(String problem) {
            super(problem);
        }
    }

    static Options parse(List<String> arguments) {
        boolean list = false;
        var rows = List.<String>of();
        int rounds = 5;
        var warmUp = Duration.ofSeconds(6);
        var measured = Duration.ofSeconds(6);
        int sizePercent = 100;
        var home = Path.of("bench/target");
        Optional<Path> output = Optional.empty();
        Optional<Path> pictures = Optional.empty();
        for (var words = arguments.iterator(); words.hasNext(); ) {
            var word = words.next();
            switch (word) {
                case "--list" -> list = true;
                case "--quick" -> {
                    rounds = 1;
                    warmUp = Duration.ofMillis(500);
                    measured = Duration.ofMillis(500);
                    sizePercent = 10;
                }
                case "--rows" -> rows = List.of(value(word, words).split(","));
                case "--rounds" -> rounds = (int) number(word, words);
                case "--seconds" -> measured = Duration.ofSeconds(number(word, words));
                case "--warm-up" -> warmUp = Duration.ofSeconds(number(word, words));
                case "--home" -> home = Path.of(value(word, words));
                case "--pictures" -> pictures = Optional.of(Path.of(value(word, words)));
                case "--output" -> output = Optional.of(Path.of(value(word, words)));
                default -> throw new Usage("unknown option " + word);
            }
        }
        return new Options(
                list, rows, rounds, warmUp, measured, sizePercent, home, output, pictures);
    }

    private static long number(String option, Iterator<String> words) {
        return number(option, value(option, words));
    }

    static long number(String name, String value) {
        if (!value.matches("[0-9]{1,9}")) {
            throw new Usage(name + ": \"" + value + "\" (expected: a whole number)");
        }
        return Long.parseLong(value);
    }

    private static String value(String option, Iterator<String> words) {
        try {
            return words.next();
        } catch (NoSuchElementException absent) {
            throw new Usage(option + ": a value is missing");
        }
    }
}
