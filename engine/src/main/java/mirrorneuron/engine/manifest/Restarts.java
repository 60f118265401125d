package mirrorneuron.engine.manifest;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.engine.manifest.RestartPolicy.DelayFunction;
import mirrorneuron.engine.manifest.RestartPolicy.Mode;

/**
 * Defaults and overrides of restart policies.
 *
 * @see "runtime contract, section 9.2"
 */
final class Restarts {

    private static final int ATTEMPTS_DEFAULT = 3;
    private static final Duration SERVICE_INTERVAL = Duration.ofMinutes(10);
    private static final Duration BATCH_INTERVAL = Duration.ofDays(1);
    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final Duration DELAY_MAX = Duration.ofSeconds(30);
    private static final List<String> DELAY_FUNCTIONS =
            List.of("constant", "exponential", "fibonacci");
    private static final Set<String> RESTART_KEYS =
            Set.of("attempts", "interval_ms", "delay_ms", "max_delay_ms", "mode", "delay_function");
    private static final Set<String> RESCHEDULE_KEYS =
            Set.of(
                    "attempts",
                    "interval_ms",
                    "delay_ms",
                    "max_delay_ms",
                    "unlimited",
                    "delay_function");

    private Restarts() {}

    static RestartPolicy defaults(String jobType, String recoveryMode) {
        boolean serving = jobType.equals("service") || jobType.equals("system");
        return new RestartPolicy(
                recoveryMode.equals("manual_recover") ? 0 : ATTEMPTS_DEFAULT,
                serving ? SERVICE_INTERVAL : BATCH_INTERVAL,
                DELAY,
                DELAY_MAX,
                DelayFunction.EXPONENTIAL,
                serving && !recoveryMode.equals("cluster_recover") ? Mode.DELAY : Mode.FAIL);
    }

    static RestartPolicy withAttempts(RestartPolicy policy, int attempts) {
        return new RestartPolicy(
                attempts,
                policy.interval(),
                policy.delay(),
                policy.maxDelay(),
                policy.delayFunction(),
                policy.mode());
    }

    /** Reads {@code restart} out of a policies object; what it leaves out comes from the base. */
    static RestartPolicy read(Fields policies, String prefix, RestartPolicy base) {
        var code = prefix + ".restart";
        var restart = policies.fields(code, "restart");
        restart.warnUnknown("policies.key_unknown", RESTART_KEYS, "It is kept, and has no effect.");
        var attempts = restart.whole(code + ".attempts", 0, Integer.MAX_VALUE, "attempts");
        var delay = millis(restart, code, "delay_ms").orElse(base.delay());
        var maxDelay = millis(restart, code, "max_delay_ms").orElse(base.maxDelay());
        return new RestartPolicy(
                attempts.isPresent() ? (int) attempts.getAsLong() : base.attempts(),
                millis(restart, code, "interval_ms").orElse(base.interval()),
                delay,
                maxDelay.compareTo(delay) < 0 ? delay : maxDelay,
                restart.word(code + ".delay_function", DELAY_FUNCTIONS, "delay_function")
                        .map(word -> DelayFunction.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(base.delayFunction()),
                restart.word(code + ".mode", List.of("fail", "delay"), "mode")
                        .map(word -> Mode.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(base.mode()));
    }

    /** Checks {@code reschedule}, which moves agents to other nodes of a cluster. */
    static void checkReschedule(Fields policies, String prefix) {
        var code = prefix + ".reschedule";
        var reschedule = policies.fields(code, "reschedule");
        reschedule.warnUnknown(
                "policies.key_unknown", RESCHEDULE_KEYS, "It is kept, and has no effect.");
        reschedule.whole(code + ".attempts", 0, Integer.MAX_VALUE, "attempts");
        for (var key : List.of("interval_ms", "delay_ms", "max_delay_ms")) {
            millis(reschedule, code, key);
        }
        reschedule.flag(code + ".unlimited", false, "unlimited");
        reschedule.word(code + ".delay_function", DELAY_FUNCTIONS, "delay_function");
    }

    private static Optional<Duration> millis(Fields fields, String code, String key) {
        OptionalLong value = fields.whole(code + "." + key, 0, Long.MAX_VALUE, key);
        return value.isPresent()
                ? Optional.of(Duration.ofMillis(value.getAsLong()))
                : Optional.empty();
    }
}
