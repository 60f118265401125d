package mirrorneuron.cli.run;

import java.time.Duration;
import java.util.Locale;

/** Words for what is measured of runs. Stateless. */
final class RunText {

    private RunText() {}

    /** {@code 950 ms}, {@code 12.3 s}, {@code 4 m 05 s}, {@code 2 h 07 m}. */
    static String duration(long ms) {
        var time = Duration.ofMillis(ms);
        if (ms < 1_000) {
            return ms + " ms";
        }
        if (ms < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1_000.0);
        }
        return time.toHours() == 0
                ? String.format(Locale.ROOT, "%d m %02d s", time.toMinutes(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d h %02d m", time.toHours(), time.toMinutesPart());
    }
}
