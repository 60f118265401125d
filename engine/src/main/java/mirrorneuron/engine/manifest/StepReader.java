package mirrorneuron.engine.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.workflow.StepSpec;

/**
 * Reads one step.
 *
 * @see "manifest contract, section 4.3"
 */
final class StepReader {

    private static final Set<String> KNOWN =
            Set.of(
                    "id",
                    "label",
                    "goal",
                    "action",
                    "kind",
                    "alias",
                    "name",
                    "title",
                    "description",
                    "metadata",
                    "run",
                    "agent_id",
                    "implementation",
                    "needs",
                    "requires",
                    "provides",
                    "emits",
                    "on",
                    "in",
                    "out",
                    "control",
                    "trigger_rule",
                    "join",
                    "quorum");
    private static final Set<String> KNOWN_CONTROL =
            Set.of(
                    "required",
                    "failure_policy",
                    "timeout_seconds",
                    "retry",
                    "max_attempts",
                    "retry_backoff_ms",
                    "beacon_timeout_ms",
                    "uncertainty",
                    "trigger_rule",
                    "quorum",
                    "approval");

    private static final String CODE = "step.field_type";
    private static final String IGNORED = "It is kept, and has no effect.";
    private static final long TIMEOUT_MS_DEFAULT = 300_000;
    private static final long BEACON_TIMEOUT_MS_DEFAULT = 45_000;

    private final StepSettings settings;
    private final ApprovalReader approvals;
    private final NodeDrafts nodes;
    private final boolean service;

    /**
     * @param service whether the job runs until somebody ends it
     */
    StepReader(StepSettings settings, NodeDrafts nodes, boolean service) {
        this.settings = settings;
        this.approvals = new ApprovalReader(settings.human());
        this.nodes = nodes;
        this.service = service;
    }

    /**
     * @param agents that run the step, the first at the front; not empty
     * @param incoming edges that lead to it
     */
    StepSpec read(StepDraft step, List<AgentId> agents, int incoming) {
        return read(step, agents, incoming, step.index() == settings.entrypoint());
    }

    /** Reads the settings that every step of a kind has; which edges lead to one is not known. */
    StepSpec readTemplate(StepDraft template, AgentId agent) {
        return read(template, List.of(agent), 0, false);
    }

    private StepSpec read(StepDraft step, List<AgentId> agents, int incoming, boolean first) {
        var fields = step.fields();
        fields.warnUnknown("step.field_unknown", KNOWN, IGNORED);
        fields.text(CODE, "agent_id");
        var control = fields.fields(CODE, "control");
        control.warnUnknown("step.control_unknown", KNOWN_CONTROL, IGNORED);
        var trigger = new TriggerReader(fields, control, settings.joinHolder()).read(incoming);
        var label = fields.text(CODE, "label").orElse(step.id());
        var confidence = minConfidence(control);
        var config = config(agents.getFirst());
        return new StepSpec(
                step.index(),
                step.id(),
                label,
                fields.text(CODE, "goal").orElse(""),
                words(fields, "requires"),
                words(fields, "provides"),
                run(step),
                agents,
                control.flag(CODE, true, "required"),
                StepSettings.failure(control, "failure_policy", settings.failure()),
                trigger.rule(),
                trigger.quorum(),
                RetryReader.read(control, config),
                timeoutMs(first, control, config),
                beaconTimeoutMs(control, config),
                approvals.read(control, label, confidence.isPresent()),
                confidence,
                paths(fields, "in", List.of("$state", "$inputs")),
                paths(fields, "out", List.of("$state")));
    }

    /** Edges are derived from these elsewhere, and what is no text is refused there. */
    private static List<String> words(Fields step, String name) {
        return step.json().array(name).stream()
                .filter(JsonString.class::isInstance)
                .map(word -> ((JsonString) word).value())
                .toList();
    }

    private static String run(StepDraft step) {
        return switch (step.run()) {
            case StepRun.Named(var name) -> name;
            case StepRun.Agent agent -> agent.node();
            case StepRun.Handler _, StepRun.Definition _ -> step.id();
        };
    }

    private JsonObject config(AgentId agent) {
        return nodes.find(agent.value())
                .map(node -> node.json().object("config"))
                .orElse(JsonObject.empty());
    }

    /** The first step of a service listens for as long as the job lives. */
    private long timeoutMs(boolean first, Fields control, JsonObject config) {
        var own = Durations.seconds(control, "step.timeout_invalid", "timeout_seconds");
        if (service && first) {
            if (own.isPresent() && own.getAsLong() > 0) {
                control.findings()
                        .warning(
                                "step.timeout_ignored",
                                control.at("timeout_seconds"),
                                "Expected no time limit on the first step of a service, but found"
                                        + " one: it has no effect",
                                "Make the manifest a batch, or give the limit to later steps.");
            }
            return 0;
        }
        return own.isPresent()
                ? own.getAsLong()
                : Durations.secondsIfSound(config, "timeout_seconds").orElse(TIMEOUT_MS_DEFAULT);
    }

    /** Commands in containers cannot be heard; their time limit has to do. */
    private long beaconTimeoutMs(Fields control, JsonObject config) {
        var own =
                control.whole(
                        "step.beacon_timeout_invalid", 1, Integer.MAX_VALUE, "beacon_timeout_ms");
        boolean beacons =
                config.bool("beacon_enabled").orElse(false)
                        || config.bool("agent_beacon_required").orElse(false);
        if (!beacons || ExecutorReader.isDocker(config)) {
            return 0;
        }
        if (own.isPresent()) {
            return own.getAsLong();
        }
        var agents = RetryReader.wholeIfSound(config, "beacon_timeout_ms", 1);
        if (agents.isPresent()) {
            return agents.getAsLong();
        }
        var liveness = settings.control();
        return liveness.livenessRequired()
                ? liveness.beaconTimeoutMs().orElse(BEACON_TIMEOUT_MS_DEFAULT)
                : 0;
    }

    private static OptionalDouble minConfidence(Fields control) {
        var uncertainty = control.fields(CODE, "uncertainty");
        var limit = uncertainty.number(CODE, 0, "min_confidence").map(JsonNumber::asDouble);
        if (limit.filter(value -> value > 1).isPresent()) {
            uncertainty.wrong(CODE, "a number 0..1", "min_confidence");
        }
        var reaction = uncertainty.text(CODE, "on_low_confidence").orElse("");
        return limit.isPresent() && limit.get() > 0 && reaction.equals("human_review")
                ? OptionalDouble.of(limit.get())
                : OptionalDouble.empty();
    }

    /** Paths by name; one that begins with another root leads nowhere and is left out. */
    private static Map<String, String> paths(Fields step, String member, List<String> roots) {
        var paths = new LinkedHashMap<String, String>();
        var fields = step.fields(CODE, member);
        fields.json()
                .forEach(
                        (name, value) -> {
                            if (value instanceof JsonString(var path) && isBelow(path, roots)) {
                                paths.put(name, path.strip());
                            } else {
                                step.findings()
                                        .odd(
                                                "step.path_unknown",
                                                fields.place().member(name),
                                                value,
                                                "a path that begins with "
                                                        + String.join(" or ", roots),
                                                "It is ignored.");
                            }
                        });
        return paths;
    }

    private static boolean isBelow(String path, List<String> roots) {
        return roots.stream()
                .anyMatch(root -> path.strip().equals(root) || path.strip().startsWith(root + "."));
    }
}
