package mirrorneuron.cli.view;

import java.time.Duration;
import java.util.Locale;

/** Writes a length of time for people. Stateless. */
public final class Elapsed {

    private Elapsed() {}

    /** {@code 3.2 s}, {@code 4 m 07 s}, {@code 2 h 05 m}, {@code 3 d 04 h}. */
    public static String of(Duration duration) {
        if (duration.isNegative()) {
            return "0.0 s";
        }
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(
                    Locale.ROOT, "%.1f s", Math.floor(duration.toMillis() / 100.0) / 10);
        }
        if (seconds < 3_600) {
            return String.format(Locale.ROOT, "%d m %02d s", seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return String.format(Locale.ROOT, "%d h %02d m", seconds / 3_600, seconds / 60 % 60);
        }
        return String.format(Locale.ROOT, "%d d %02d h", seconds / 86_400, seconds / 3_600 % 24);
    }
}
