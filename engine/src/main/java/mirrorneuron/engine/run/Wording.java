package mirrorneuron.engine.run;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/** Events in words for people: one short sentence without a full stop. */
final class Wording {

    private static final List<String> WHY = List.of("message", "error", "reason", "desc", "title");

    private Wording() {}

    static String of(JsonObject line) {
        var payload = line.object("payload");
        var agent = line.string("agent_id").orElse("");
        var step = line.string("step_id").orElse("");
        return switch (line.string("type").orElse("")) {
            case "job_pending" -> "Job submitted";
            case "job_validated" -> "Workflow " + text(payload, "graph_id") + " is valid";
            case "job_scheduled" -> "Job placed on node " + text(payload, "node");
            case "job_running" -> "Job started on node " + text(payload, "node");
            case "job_completed" -> "Job completed";
            case "job_failed" -> "Job failed" + why(payload);
            case "job_cancelled" -> "Job cancelled" + why(payload);
            case "job_pausing" -> "Job is being paused" + why(payload);
            case "job_paused" -> "Job paused" + why(payload);
            case "job_resumed" -> "Job resumed";
            case "job_recovered" -> "Job taken up again on node " + text(payload, "node");
            case "job_restored_from_backup" ->
                    "Job restored from a backup of job " + text(payload, "source_job_id");
            case "sandbox_job_completed" ->
                    "Agent "
                            + agent
                            + " ran its command: exit status "
                            + text(payload, "exit_code");
            case "sandbox_job_failed" -> "Agent " + agent + " failed" + why(payload);
            case "executor_retry_scheduled" ->
                    "Agent "
                            + agent
                            + " is tried again in "
                            + text(payload, "delay_ms")
                            + " ms after attempt "
                            + text(payload, "attempt")
                            + why(payload);
            case "workflow_step_started" -> "Step " + step + " started";
            case "workflow_step_attempt_started" ->
                    "Step " + step + " began attempt " + text(payload, "attempt");
            case "workflow_step_attempt_completed" ->
                    "Step " + step + " ended attempt " + text(payload, "attempt");
            case "workflow_step_attempt_timed_out" ->
                    "Step " + step + " ran out of time in attempt " + text(payload, "attempt");
            case "workflow_step_attempt_retry_scheduled" ->
                    "Step "
                            + step
                            + " is tried again in "
                            + text(payload, "delay_ms")
                            + " ms"
                            + why(payload);
            case "workflow_step_completed" -> "Step " + step + " completed";
            case "workflow_step_partial" -> "Step " + step + " completed in part" + why(payload);
            case "workflow_step_skipped" -> "Step " + step + " skipped" + why(payload);
            case "workflow_step_failed" -> "Step " + step + " failed" + why(payload);
            case "workflow_step_blocked" -> "Step " + step + " waits" + why(payload);
            case "dead_letter" -> "A message to agent " + agent + " was given up" + why(payload);
            case "human_input_requested" -> "A person is asked" + why(asked(payload));
            case "human_input_received" ->
                    "A person answered: " + text(payload, "decision") + notes(payload);
            case "human_input_timeout" ->
                    "Nobody answered in time; taken as " + text(payload, "decision");
            case "human_notice" -> "Notice" + why(payload);
            case "agent_beacon" -> "Agent " + agent + " says" + why(payload);
            default -> plain(line.string("type").orElse("event"), agent, payload);
        };
    }

    private static JsonObject asked(JsonObject payload) {
        return payload.at("request") instanceof JsonObject request && !request.isEmpty()
                ? prompt(request)
                : prompt(payload);
    }

    private static JsonObject prompt(JsonObject request) {
        return request.string("prompt")
                .map(text -> JsonObject.builder().put("message", text).build())
                .orElse(request);
    }

    private static String plain(String type, String agent, JsonObject payload) {
        var words = type.replace('_', ' ');
        var sentence =
                words.isEmpty()
                        ? "Event"
                        : Character.toUpperCase(words.charAt(0)) + words.substring(1);
        return sentence + (agent.isEmpty() ? "" : " (" + agent + ")") + why(payload);
    }

    private static String notes(JsonObject payload) {
        return payload.string("notes")
                .filter(text -> !text.isBlank())
                .map(t -> ": " + t)
                .orElse("");
    }

    private static String why(JsonObject payload) {
        return WHY.stream()
                .flatMap(name -> payload.string(name).stream())
                .filter(text -> !text.isBlank())
                .findFirst()
                .map(text -> ": " + text)
                .orElse("");
    }

    private static String text(JsonObject payload, String name) {
        return Optional.of(payload.at(name))
                .filter(JsonNumber.class::isInstance)
                .map(Object::toString)
                .or(() -> payload.string(name))
                .orElse("?");
    }
}
