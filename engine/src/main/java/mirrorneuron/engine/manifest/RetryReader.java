package mirrorneuron.engine.manifest;

import java.util.LinkedHashSet;
import java.util.OptionalLong;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.workflow.RetryPolicy;

/**
 * Reads how often a step is tried. What the step does not say, the config of its first agent does:
 * there the same words mean tries of a command, and a step's tries replace these.
 *
 * @see "manifest contract, section 4.3"
 */
final class RetryReader {

    private static final String CODE = "step.retry_invalid";

    private RetryReader() {}

    /**
     * @param config of the step's first agent, as written; checked where the agent is read
     */
    static RetryPolicy read(Fields control, JsonObject config) {
        var retry = control.fields(CODE, "retry");
        var once = RetryPolicy.once();
        var own = retry.whole(CODE, 1, Integer.MAX_VALUE, "max_attempts");
        var early = control.whole(CODE, 1, Integer.MAX_VALUE, "max_attempts");
        var agents = wholeIfSound(config, "max_attempts", 1);
        return new RetryPolicy(
                (int) first(own, early, agents).orElse(once.attemptsMax()),
                backoffMs(retry, control, config).orElse(once.backoffMs()),
                multiplier(retry, once),
                jitter(retry),
                new LinkedHashSet<>(retry.texts(CODE, "non_retryable")));
    }

    /** The seconds of {@code retry} lose to every number of milliseconds. */
    private static OptionalLong backoffMs(Fields retry, Fields control, JsonObject config) {
        var exact = control.whole(CODE, 0, Long.MAX_VALUE, "retry_backoff_ms");
        var seconds = Durations.seconds(retry, CODE, "backoff_seconds");
        return first(exact, wholeIfSound(config, "retry_backoff_ms", 0), seconds);
    }

    private static double multiplier(Fields retry, RetryPolicy once) {
        var written = retry.number(CODE, 0, "backoff_multiplier");
        if (written.isPresent() && written.get().asDouble() == 0) {
            retry.wrong(CODE, "a number > 0", "backoff_multiplier");
        }
        return written.map(JsonNumber::asDouble).filter(m -> m > 0).orElse(once.multiplier());
    }

    private static double jitter(Fields retry) {
        var written = retry.number(CODE, 0, "jitter");
        if (written.isPresent() && written.get().asDouble() > 1) {
            retry.wrong(CODE, "a number 0..1", "jitter");
        }
        return written.map(JsonNumber::asDouble).filter(j -> j <= 1).orElse(0.0);
    }

    private static OptionalLong first(OptionalLong... values) {
        for (var value : values) {
            if (value.isPresent()) {
                return value;
            }
        }
        return OptionalLong.empty();
    }

    /** A number of an agent's config; a wrong one is reported there, and absent here. */
    static OptionalLong wholeIfSound(JsonObject config, String name, long min) {
        var value = config.integer(name);
        return value.isPresent()
                        && value.getAsLong() >= min
                        && value.getAsLong() <= Integer.MAX_VALUE
                ? value
                : OptionalLong.empty();
    }
}
