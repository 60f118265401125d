package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Set;

/**
 * Checks how a new version of a running job replaces the old one.
 *
 * @see "manifest contract, section 6.5"
 */
final class DeploymentCheck {

    private static final Set<String> KNOWN =
            Set.of(
                    "strategy",
                    "health_check",
                    "max_parallel",
                    "canary",
                    "min_healthy_ms",
                    "progress_deadline_ms",
                    "healthy_deadline_ms",
                    "auto_promote",
                    "auto_revert");

    private DeploymentCheck() {}

    static void checkTop(Fields top) {
        top.fields("deployment.type", "deployment").text("deployment.key_invalid", "key");
    }

    static void checkUpdate(Fields policies) {
        var code = "policies.update";
        var update = policies.fields(code, "update");
        update.warnUnknown("policies.key_unknown", KNOWN, "It is kept, and has no effect.");
        var strategy =
                update.word(
                                code + ".strategy",
                                List.of("rolling", "canary", "blue-green", "blue_green"),
                                "strategy")
                        .orElse("rolling");
        update.word(code + ".health_check", List.of("checks", "agent_states"), "health_check");
        update.whole(code + ".max_parallel", 0, Integer.MAX_VALUE, "max_parallel");
        update.whole(code + ".min_healthy_ms", 0, Long.MAX_VALUE, "min_healthy_ms");
        update.whole(code + ".progress_deadline_ms", 0, Long.MAX_VALUE, "progress_deadline_ms");
        update.whole(code + ".healthy_deadline_ms", 1, Long.MAX_VALUE, "healthy_deadline_ms");
        update.flag(code + ".auto_revert", false, "auto_revert");
        var canary = update.whole(code + ".canary", 0, Integer.MAX_VALUE, "canary");
        boolean promotes = update.flag(code + ".auto_promote", false, "auto_promote");
        if (promotes && strategy.equals("canary") && canary.orElse(0) == 0) {
            update.findings()
                    .error(
                            code + ".canary",
                            update.at("canary"),
                            "Expected canary > 0 beside auto_promote, but found "
                                    + canary.orElse(0),
                            "Say how many agents are updated first.");
        }
    }
}
