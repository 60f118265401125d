package mirrorneuron.engine.canary;

import java.time.Clock;
import java.time.Instant;

/** Breaks: time comes in as an argument. */
final class ReadsTheClock {

    private ReadsTheClock() {}

    static Instant now() {
        return Instant.now();
    }

    static Clock clock() {
        return Clock.systemUTC();
    }
}
