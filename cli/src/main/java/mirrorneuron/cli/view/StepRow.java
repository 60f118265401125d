package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.WorkflowProgress.Step;

/**
 * A step as one line shows it, or the many instances of a scattered one.
 *
 * @param id of the step; that of the scattered one for its counted instances
 * @param attempt 0 = none to speak of
 * @param why a few words; may be empty
 */
record StepRow(String id, String name, String status, int attempt, String why) {

    /** Few instances are told one by one, many are counted. */
    private static final int INSTANCES_TOLD_MAX = 6;

    private static final Pattern INSTANCE = Pattern.compile("(.+)\\[\\d+]");

    /** What is stripped from the runtime's reasons, whose sentences begin with the step. */
    private static final List<String> OPENINGS =
            List.of(
                    "it was skipped: ",
                    "it failed and the workflow goes on: ",
                    "it was done in part: ",
                    "it failed: ",
                    "it completed at ",
                    "it ");

    /** The rows of all steps, in declared order; instances stand where their step stands. */
    static List<StepRow> of(WorkflowProgress progress, Instant now) {
        var instances = new LinkedHashMap<String, List<Step>>();
        var declared = new HashSet<String>();
        for (var step : progress.steps()) {
            instanceOf(step)
                    .ifPresentOrElse(
                            base ->
                                    instances
                                            .computeIfAbsent(base, _ -> new ArrayList<>())
                                            .add(step),
                            () -> declared.add(step.id()));
        }
        var rows = new ArrayList<StepRow>();
        for (var step : progress.steps()) {
            var base = instanceOf(step);
            if (base.isPresent() && declared.contains(base.get())) {
                continue;
            }
            var own = instances.getOrDefault(step.id(), List.of());
            if (own.size() > INSTANCES_TOLD_MAX) {
                rows.add(counted(step, own));
                continue;
            }
            rows.add(of(step, now));
            own.forEach(instance -> rows.add(of(instance, now)));
        }
        return rows;
    }

    /** The step that an instance was made from; empty for an ordinary step. */
    /** Whether it is one of many that were made from another step. */
    static boolean isInstance(Step step) {
        return instanceOf(step).isPresent();
    }

    static Optional<String> instanceOf(Step step) {
        return instanceOf(step.id());
    }

    static Optional<String> instanceOf(String id) {
        var named = INSTANCE.matcher(id);
        return named.matches() ? Optional.of(named.group(1)) : Optional.empty();
    }

    private static StepRow of(Step step, Instant now) {
        return new StepRow(
                step.id(),
                step.label(),
                step.status(),
                step.attempt(),
                switch (step.status()) {
                    case "completed" -> elapsed(step);
                    case "running" ->
                            step.reason().contains("waits for worker slots")
                                    ? "waits for a worker slot"
                                    : elapsed(step);
                    case "retry_wait" ->
                            time(step, "retry_at")
                                    .map(at -> "again in " + Elapsed.of(Duration.between(now, at)))
                                    .orElseGet(() -> brief(step.reason()));
                    case "waiting" -> "a person decides";
                    case "cancelled" -> "";
                    default -> brief(step.reason());
                });
    }

    private static String elapsed(Step step) {
        return step.raw().at("elapsed_seconds") instanceof mirrorneuron.api.json.JsonNumber seconds
                ? Elapsed.of(Duration.ofMillis(Math.round(seconds.asDouble() * 1_000)))
                : "";
    }

    private static Optional<Instant> time(Step step, String name) {
        return step.raw().string(name).map(Timestamps::parse);
    }

    /** The reason without the words that the row says already. */
    static String brief(String reason) {
        for (var opening : OPENINGS) {
            if (reason.startsWith(opening)) {
                return reason.substring(opening.length());
            }
        }
        return reason;
    }

    private static StepRow counted(Step step, List<Step> instances) {
        var counts = new LinkedHashMap<String, Integer>();
        instances.forEach(instance -> counts.merge(instance.status(), 1, Integer::sum));
        int completed = counts.getOrDefault("completed", 0);
        var why = new StringBuilder().append(completed).append(" of ").append(instances.size());
        for (var status : List.of("running", "retry_wait", "waiting", "failed", "partial")) {
            int count = counts.getOrDefault(status, 0);
            if (count > 0) {
                why.append(", ").append(count).append(' ').append(status);
            }
        }
        return new StepRow(
                step.id(),
                step.label() + " ×" + instances.size(),
                together(counts),
                0,
                why.toString());
    }

    /** What many instances do together: what most needs eyes, or how they ended. */
    private static String together(Map<String, Integer> counts) {
        for (var status :
                List.of("waiting", "running", "retry_wait", "queued", "ready", "pending")) {
            if (counts.containsKey(status)) {
                return status;
            }
        }
        for (var status : List.of("failed", "cancelled", "partial", "completed")) {
            if (counts.containsKey(status)) {
                return status;
            }
        }
        return counts.keySet().iterator().next();
    }

    String mark() {
        return mark(status);
    }

    /** Tells a step's status without colours. */
    static String mark(String status) {
        return switch (status) {
            case "failed", "cancelled" -> "×";
            case "waiting" -> "?";
            case "retry_wait" -> "↻";
            case "running" -> "●";
            case "queued", "ready" -> "…";
            case "blocked" -> "‖";
            case "completed" -> "✓";
            case "partial" -> "~";
            case "skipped" -> "-";
            default -> "·";
        };
    }
}
