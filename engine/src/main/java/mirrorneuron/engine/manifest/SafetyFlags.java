package mirrorneuron.engine.manifest;

import java.util.Locale;
import java.util.Set;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonString;

/**
 * Reads what a node says about handling a message a second time. Several flags may stand together;
 * the most careful one counts.
 *
 * @see "runtime contract, section 9.4"
 */
final class SafetyFlags {

    static final Set<String> KEYS =
            Set.of(
                    "manual_review_on_recovery",
                    "requires_approval",
                    "unsafe",
                    "safe_to_retry",
                    "idempotent",
                    "side_effects",
                    "idempotency_key",
                    "recovery_idempotency_key");

    private static final String CODE = "node.config_invalid";
    private static final Set<String> UNSAFE_EFFECTS =
            Set.of("unsafe", "external", "write", "writes");

    private SafetyFlags() {}

    static RecoverySafety read(Fields config) {
        boolean review = config.flag(CODE, false, "manual_review_on_recovery");
        boolean approval = config.flag(CODE, false, "requires_approval");
        boolean unsafe = config.flag(CODE, false, "unsafe");
        boolean retrySafe = config.flag(CODE, false, "safe_to_retry");
        boolean idempotent = config.flag(CODE, false, "idempotent");
        boolean key = config.text(CODE, "idempotency_key").isPresent();
        boolean recoveryKey = config.text(CODE, "recovery_idempotency_key").isPresent();
        boolean effects = hasUnsafeEffects(config);
        if (review) {
            return RecoverySafety.MANUAL_REVIEW;
        }
        if (approval
                || unsafe
                || effects
                || isFalse(config, "safe_to_retry")
                || isFalse(config, "idempotent")) {
            return RecoverySafety.UNSAFE;
        }
        return retrySafe || idempotent || key || recoveryKey
                ? RecoverySafety.SAFE
                : RecoverySafety.UNDECLARED;
    }

    private static boolean isFalse(Fields config, String name) {
        return config.value(name) == JsonBool.FALSE;
    }

    private static boolean hasUnsafeEffects(Fields config) {
        return switch (config.value("side_effects")) {
            case JsonNull _ -> false;
            case JsonBool bool -> bool.value();
            case JsonString(var text) ->
                    UNSAFE_EFFECTS.contains(text.strip().toLowerCase(Locale.ROOT));
            default -> {
                config.wrong(CODE, "true, false, or a word such as read or write", "side_effects");
                yield true;
            }
        };
    }
}
