package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.Approval.Decision;
import mirrorneuron.engine.workflow.Approval.Mode;

/**
 * Reads who has to agree to a step's output. What the step leaves out comes from the workflow's
 * {@code policy.human}, which opens no gate by itself.
 *
 * @see "manifest contract, section 4.3; runtime contract, section 7.9"
 */
final class ApprovalReader {

    private static final List<String> MODES =
            List.of("disabled", "notice_only", "approval_required");
    private static final List<String> DECISIONS = List.of("approve", "revise", "reject");
    private static final String CODE = "approval.field_type";

    private final Fields human;

    /**
     * @param human the workflow's {@code policy.human}
     */
    ApprovalReader(Fields human) {
        this.human = human;
    }

    /**
     * The gate of a step; empty when it has none.
     *
     * @param lowConfidence whether a doubtful output opens one, for which settings are needed: then
     *     a step without a gate of its own gets one in mode {@link Mode#DISABLED}
     */
    Optional<Approval> read(Fields control, String label, boolean lowConfidence) {
        if (control.value("approval") instanceof JsonObject json) {
            var own = new Fields(json, control.at("approval"), control.findings());
            return Optional.of(gate(own, mode(own), label));
        }
        if (!control.value("approval").isNull()) {
            control.wrong(CODE, "an object", "approval");
        }
        return lowConfidence
                ? Optional.of(
                        gate(
                                new Fields(
                                        JsonObject.empty(),
                                        control.at("approval"),
                                        control.findings()),
                                Mode.DISABLED,
                                label))
                : Optional.empty();
    }

    private Mode mode(Fields own) {
        if (!own.value("mode").isNull()) {
            return mode(own, "mode").orElse(Mode.APPROVAL_REQUIRED);
        }
        if (human.value("enabled") == JsonBool.FALSE) {
            return Mode.DISABLED;
        }
        return mode(human, "mode").orElse(Mode.APPROVAL_REQUIRED);
    }

    private static Optional<Mode> mode(Fields holder, String name) {
        return holder.word("approval.mode_unsupported", MODES, name).flatMap(Mode::of);
    }

    private Approval gate(Fields own, Mode mode, String label) {
        var decisions = decisions(own);
        return new Approval(
                mode,
                own.text(CODE, "title").or(() -> human.text(CODE, "title")).orElse(label),
                decisions,
                Durations.seconds(
                                holding(own, "timeout_seconds"),
                                "approval.timeout_invalid",
                                "timeout_seconds")
                        .orElse(0),
                fallback(own, decisions),
                holding(own, "blocked_actions").texts(CODE, "blocked_actions"));
    }

    private Fields holding(Fields own, String... names) {
        return own.value(names).isNull() ? human : own;
    }

    private List<Decision> decisions(Fields own) {
        var names = new String[] {"allowed_decisions", "decisions"};
        var holder = holding(own, names);
        var decisions = new ArrayList<Decision>();
        for (var word : holder.texts("approval.decision_unsupported", names)) {
            var decision = Decision.of(word.strip());
            if (decision.isEmpty()) {
                holder.wrong(
                        "approval.decision_unsupported",
                        "words of " + String.join(", ", DECISIONS),
                        names);
            } else if (!decisions.contains(decision.get())) {
                decisions.add(decision.get());
            }
        }
        return decisions.isEmpty() ? List.of(Decision.values()) : decisions;
    }

    private Decision fallback(Fields own, List<Decision> decisions) {
        var names = new String[] {"default_action", "default"};
        var holder = holding(own, names);
        var fallback =
                holder.word("approval.default_unsupported", DECISIONS, names)
                        .flatMap(Decision::of)
                        .orElse(Decision.REJECT);
        if (fallback != Decision.REJECT && !decisions.contains(fallback)) {
            holder.wrong("approval.default_unsupported", "one of the allowed decisions", names);
        }
        return fallback;
    }
}
