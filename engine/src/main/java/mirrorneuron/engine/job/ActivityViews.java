package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** The last activities of a job as documents: of the whole, of each step and of each agent. */
final class ActivityViews {

    static final int OF_JOB_MAX = 20;
    static final int OF_STEP_MAX = 8;

    private final Job job;
    private final Map<String, List<Activity>> byStep = new HashMap<>();
    private final Map<String, List<Activity>> byAgent = new HashMap<>();

    ActivityViews(Job job) {
        this.job = job;
        for (var one : job.activities.all()) {
            byStep.computeIfAbsent(one.step(), _ -> new ArrayList<>()).add(one);
            byAgent.computeIfAbsent(one.agent(), _ -> new ArrayList<>()).add(one);
        }
    }

    /** Oldest first, like the others. */
    JsonArray ofJob() {
        return documents(job.activities.all(), OF_JOB_MAX);
    }

    List<Activity> ofStep(String step) {
        return byStep.getOrDefault(step, List.of());
    }

    List<Activity> ofAgent(String agent) {
        return byAgent.getOrDefault(agent, List.of());
    }

    JsonArray documents(List<Activity> activities) {
        return documents(activities, OF_STEP_MAX);
    }

    /** JSON null when there is none. */
    JsonValue last(List<Activity> activities) {
        return activities.isEmpty() ? JsonNull.NULL : document(activities.getLast());
    }

    private JsonArray documents(List<Activity> activities, int max) {
        int from = Math.max(0, activities.size() - max);
        return JsonArray.of(
                activities.subList(from, activities.size()).stream().map(this::document).toList());
    }

    private JsonObject document(Activity one) {
        var document =
                JsonObject.builder()
                        .put("timestamp", Timestamps.format(Instant.ofEpochMilli(one.atMs())))
                        .put("type", one.type())
                        .put("category", category(one));
        known(document, "step_id", one.step());
        known(document, "agent_id", one.agent());
        known(document, "status", one.status());
        document.put("message", sentence(one));
        if (one.attempt() > 0) {
            document.put("payload", JsonObject.builder().put("attempt", one.attempt()).build());
        }
        failure(one).ifPresent(failure -> document.put("failure", failure.toJson()));
        return document.build();
    }

    private static void known(JsonObject.Builder to, String name, String text) {
        if (!text.isEmpty()) {
            to.put(name, text);
        }
    }

    private static String category(Activity one) {
        return switch (one.type()) {
            case "job_failed",
                    "sandbox_job_failed",
                    "dead_letter",
                    "workflow_step_failed",
                    "workflow_step_attempt_timed_out" ->
                    "error";
            default -> {
                if (one.type().startsWith("artifact")) {
                    yield "artifact";
                }
                if (one.type().contains("tool")) {
                    yield "tool";
                }
                yield one.agent().isEmpty() ? "system" : "agent";
            }
        };
    }

    private Optional<Failure> failure(Activity one) {
        return switch (one.type()) {
            case "job_failed" -> JobViews.failure(job);
            case "workflow_step_failed" ->
                    Optional.ofNullable(job.hasSteps() ? job.ledger().find(one.step()) : null)
                            .filter(step -> step.attempt == one.attempt())
                            .flatMap(step -> JobViews.failure(job, step));
            default -> Optional.empty();
        };
    }

    /** One line for people. */
    static String sentence(Activity one) {
        var words =
                switch (one.type()) {
                    case "executor_lease_acquired" -> "Attempt " + one.attempt() + " started";
                    case "sandbox_job_completed" -> "Attempt " + one.attempt() + " succeeded";
                    case "executor_retry_scheduled" ->
                            "Attempt " + one.attempt() + " failed and is tried again";
                    case "sandbox_job_failed" -> "Attempt " + one.attempt() + " failed for good";
                    case "workflow_step_attempt_retry_scheduled" ->
                            "Attempt " + one.attempt() + " ended and the step is tried again";
                    case "workflow_step_attempt_timed_out" ->
                            "Attempt " + one.attempt() + " took too long";
                    case "dead_letter" -> "A message could not be handled";
                    default -> words(one.type());
                };
        return one.detail().isEmpty() ? words : words + ": " + one.detail();
    }

    /** {@code workflow_step_started} reads {@code Workflow step started}. */
    private static String words(String type) {
        var text = type.replace('_', ' ').strip();
        return text.isEmpty() ? type : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
