package mirrorneuron.engine.manifest;

import java.util.OptionalLong;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/** Reads durations, which authors write in seconds or fractions of them. */
final class Durations {

    // A year: longer ones are mistakes, and the product of seconds and 1000 must fit a long.
    private static final double SECONDS_MAX = 366 * 86_400;

    private Durations() {}

    /** Milliseconds of a member in seconds; zero stays zero. */
    static OptionalLong seconds(Fields holder, String code, String... names) {
        var seconds = holder.number(code, 0, names);
        if (seconds.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!isSound(seconds.get())) {
            holder.wrong(code, "at most " + (long) SECONDS_MAX + " seconds", names);
            return OptionalLong.empty();
        }
        return OptionalLong.of(millis(seconds.get()));
    }

    private static boolean isSound(JsonNumber seconds) {
        return seconds.asDouble() >= 0 && seconds.asDouble() <= SECONDS_MAX;
    }

    private static long millis(JsonNumber seconds) {
        return (long) Math.ceil(seconds.asDouble() * 1_000);
    }

    /** Milliseconds of a member that is reported elsewhere when it is wrong, and then absent. */
    static OptionalLong secondsIfSound(JsonObject holder, String name) {
        return holder.at(name) instanceof JsonNumber seconds && isSound(seconds)
                ? OptionalLong.of(millis(seconds))
                : OptionalLong.empty();
    }
}
