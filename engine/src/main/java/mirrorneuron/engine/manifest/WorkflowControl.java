package mirrorneuron.engine.manifest;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * {@code runtime.workflow_control}: signs of life of all agents of steps, and a description of how
 * steps are controlled. The description has one value for each member, because there is one way in
 * which steps run; another value is warned about, and refused where everything is checked.
 *
 * @param beaconIntervalMs milliseconds between beacons of agents that do not say; absent = nothing
 *     is said here either
 * @param beaconTimeoutMs milliseconds without a beacon after which an attempt is given up, for
 *     steps and agents that do not say
 * @param livenessRequired whether beacons have to come from agents that send some, where neither
 *     the step nor the agent names a time
 * @see "manifest contract, section 5.5"
 */
record WorkflowControl(
        OptionalLong beaconIntervalMs, OptionalLong beaconTimeoutMs, boolean livenessRequired) {

    private static final String CODE = "workflow_control.field_type";
    private static final String UNSUPPORTED = "workflow_control.unsupported";
    private static final String AGAIN = "fail_attempt_then_retry";

    /** A member that can have one value only; its section is empty when it stands at the top. */
    private record Fixed(String section, String member, JsonValue value) {

        static Fixed text(String section, String member, String value) {
            return new Fixed(section, member, JsonString.of(value));
        }

        static Fixed yes(String section, String member) {
            return new Fixed(section, member, JsonBool.TRUE);
        }
    }

    private static final List<Fixed> FIXED =
            List.of(
                    Fixed.text("", "schema_version", "mn.workflow.runtime_control.v1"),
                    Fixed.yes("", "enabled"),
                    Fixed.text("", "source_of_truth", "workflow.steps"),
                    Fixed.yes("state_ledger", "enabled"),
                    Fixed.text("state_ledger", "persisted_field", "workflow_state"),
                    Fixed.yes("state_ledger", "message_ledger"),
                    Fixed.text(
                            "state_ledger", "delivery_semantics", "at_least_once_with_idempotency"),
                    Fixed.text("attempts", "stale_attempt_outputs", "ignore"),
                    Fixed.text("attempts", "retry_policy_source", "workflow.steps[].control.retry"),
                    Fixed.text(
                            "attempts",
                            "timeout_source",
                            "workflow.steps[].control.timeout_seconds"),
                    Fixed.text("liveness", "event", "agent_beacon"),
                    Fixed.text("liveness", "missed_action", "fail_attempt"),
                    Fixed.text("reconciliation", "on_timeout", AGAIN),
                    Fixed.text("reconciliation", "on_missed_beacon", AGAIN),
                    Fixed.text("reconciliation", "on_retry_exhausted", "apply_step_failure_policy"),
                    Fixed.text("pause_cancel", "pause_mode", "stop_active_attempts"),
                    Fixed.text("pause_cancel", "resume_mode", "reconcile_from_workflow_state"),
                    Fixed.text("pause_cancel", "cancel_mode", "terminate_active_attempts"));

    /** Lists that say what readers will see; nothing follows from them. */
    private static final List<List<String>> LISTS =
            List.of(
                    List.of("", "events"),
                    List.of("state_ledger", "step_statuses"),
                    List.of("attempts", "dispatch_metadata"));

    private static final List<String> SECTIONS =
            List.of("", "state_ledger", "attempts", "liveness", "reconciliation", "pause_cancel");

    /**
     * @param strict whether what has no effect is an error
     */
    static WorkflowControl read(Fields top, boolean strict) {
        // What runtime itself must be is checked with the other sections.
        var runtime = new Fields(top.json().object("runtime"), top.at("runtime"), top.findings());
        var control = runtime.fields(CODE, "workflow_control");
        for (var section : SECTIONS) {
            readSection(section, section.isEmpty() ? control : inside(control, section), strict);
        }
        inside(control, "reconciliation").whole(CODE, 1, Integer.MAX_VALUE, "interval_ms");
        var liveness = inside(control, "liveness");
        return new WorkflowControl(
                liveness.whole(CODE, 1, Integer.MAX_VALUE, "interval_ms"),
                liveness.whole(CODE, 1, Integer.MAX_VALUE, "timeout_ms"),
                liveness.flag(CODE, true, "required"));
    }

    /**
     * The beacons of an agent of steps.
     *
     * @param steps that it runs; where they differ in how long silence may last, the longest time
     *     holds for the agent, and the step's own ends its attempt
     */
    Behaviour.Beacon beacon(Behaviour.Beacon own, JsonObject config, List<StepDraft> steps) {
        var ofSteps =
                steps.stream()
                        .map(step -> step.fields().json().object("control"))
                        .map(it -> RetryReader.wholeIfSound(it, "beacon_timeout_ms", 1))
                        .flatMapToLong(OptionalLong::stream)
                        .max();
        return new Behaviour.Beacon(
                own.enabled(),
                own.required(),
                config.has("beacon_interval_ms")
                        ? own.intervalMs()
                        : beaconIntervalMs.orElse(own.intervalMs()),
                ofSteps.orElse(
                        config.has("beacon_timeout_ms")
                                ? own.timeoutMs()
                                : beaconTimeoutMs.orElse(own.timeoutMs())));
    }

    private static Fields inside(Fields control, String section) {
        return new Fields(control.json().object(section), control.at(section), control.findings());
    }

    private static void readSection(String section, Fields fields, boolean strict) {
        var known = new LinkedHashSet<String>();
        for (var fixed : FIXED) {
            if (fixed.section().equals(section)) {
                known.add(fixed.member());
                check(fields, fixed, strict);
            }
        }
        for (var list : LISTS) {
            if (list.getFirst().equals(section)) {
                known.add(list.getLast());
                fields.texts(CODE, list.getLast());
            }
        }
        if (section.isEmpty()) {
            SECTIONS.stream()
                    .filter(Predicate.not(String::isEmpty))
                    .forEach(
                            name -> {
                                known.add(name);
                                fields.object(CODE, name);
                            });
        }
        known.addAll(numbers(section));
        fields.warnUnknown("workflow_control.key_unknown", known, "It is kept, and has no effect.");
    }

    private static Set<String> numbers(String section) {
        return switch (section) {
            case "liveness" -> Set.of("interval_ms", "timeout_ms", "required");
            case "reconciliation" -> Set.of("interval_ms");
            default -> Set.of();
        };
    }

    private static void check(Fields fields, Fixed fixed, boolean strict) {
        var found = fields.value(fixed.member());
        if (found.isNull() || found.equals(fixed.value())) {
            return;
        }
        var expected =
                fixed.value() instanceof JsonString(var text) ? text : fixed.value().toString();
        if (strict) {
            fields.wrong(UNSUPPORTED, expected, fixed.member());
        } else {
            fields.findings()
                    .odd(
                            UNSUPPORTED,
                            fields.at(fixed.member()),
                            found,
                            expected,
                            "It is kept, and has no effect: steps always run like that.");
        }
    }
}
