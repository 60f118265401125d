package mirrorneuron.runtime.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a program decides about its runs.
 *
 * @param root one folder per run lies in it
 * @param fileBytesMax a file of lines that would grow beyond this is put aside and begun anew
 * @param runBytesMax a run whose lines would be more than that gets no more of them
 * @param retention how long folders of ended runs are kept; empty = for ever
 * @param outputRoots folders outside of runs from which outputs may be served
 */
public record RunSettings(
        Path root,
        long fileBytesMax,
        long runBytesMax,
        Optional<Duration> retention,
        List<Path> outputRoots) {

    private static final long FILE_BYTES_MAX_DEFAULT = 10 << 20;

    public RunSettings {
        root = root.toAbsolutePath().normalize();
        outputRoots = outputRoots.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    }

    /**
     * The settings that an environment asks for: {@code MN_RUN_EVENT_LOG_MAX_BYTES}, {@code
     * MN_RUN_MAX_BYTES} (0 or absent = no limit), {@code MN_RUN_RETENTION_DAYS} and {@code
     * MN_OUTPUT_ROOTS} (separated by colons or commas).
     *
     * @throws IllegalArgumentException when a number is none, naming the variable
     */
    public static RunSettings of(Path root, Map<String, String> environment) {
        long runBytesMax = number(environment, "MN_RUN_MAX_BYTES", 0);
        long days = number(environment, "MN_RUN_RETENTION_DAYS", 0);
        return new RunSettings(
                root,
                Math.max(
                        1,
                        number(environment, "MN_RUN_EVENT_LOG_MAX_BYTES", FILE_BYTES_MAX_DEFAULT)),
                runBytesMax == 0 ? Long.MAX_VALUE : runBytesMax,
                days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days)),
                List.of(environment.getOrDefault("MN_OUTPUT_ROOTS", "").split("[:,]")).stream()
                        .map(String::strip)
                        .filter(path -> !path.isEmpty())
                        .map(Path::of)
                        .toList());
    }

    private static long number(Map<String, String> environment, String name, long absent) {
        var text = environment.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return absent;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException malformed) {
            // Refused below, with the same words as a number that is too small.
        }
        throw new IllegalArgumentException(name + ": " + text + " (expected: a number >= 0)");
    }
}
