package mirrorneuron.bench;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The circumstances of one run of a row.
 *
 * @param home an empty folder on the disk that is measured
 * @param warmUp time under load before anything counts
 * @param measured time that counts
 * @param sizePercent how much of a load of fixed size is run
 */
public record Trial(Path home, Duration warmUp, Duration measured, int sizePercent) {

    public Trial {
        if (sizePercent < 1 || sizePercent > 100) {
            throw new IllegalArgumentException(
                    "sizePercent: " + sizePercent + " (expected: 1..100)");
        }
    }

    /** A fixed number of things, scaled for short runs; at least one. */
    public int scaled(int count) {
        return Math.max(1, (int) ((long) count * sizePercent / 100));
    }
}
