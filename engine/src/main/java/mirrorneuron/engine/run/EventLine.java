package mirrorneuron.engine.run;

import java.util.Optional;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;

/**
 * An event as every edge and file shows it. Clients drop a whole list for one member of the wrong
 * type, so what is unknown is left out: no member is ever null, {@code payload} is always an
 * object, and {@code error} and {@code failure} are {@code mn.error.v1} objects or not there.
 *
 * @see "REST contract, sections 5.7 and 15"
 */
public final class EventLine {

    private EventLine() {}

    /**
     * Members: {@code event_id, seq, timestamp, ts, type, class, job_id, run_id, trace_id, span_id,
     * payload}; {@code agent_id} and {@code step_id} when the event concerns one; {@code error} and
     * {@code failure}, the same object twice, when it tells of a failure. Secrets are taken out of
     * the payload by name.
     *
     * @param traceId the run's trace, as in the job's record
     */
    public static JsonObject of(RuntimeEvent event, JobId job, String runId, String traceId) {
        long sequence = event.sequence().orElse(0);
        var payload = Redaction.byKey(event.payload());
        var step = step(payload);
        var id = event.raw().string("event_id").orElse(RuntimeEvent.idOf(job, sequence));
        var span = RunIds.span(job, scope(event, payload, step));
        var at = Timestamps.format(event.timestamp());
        var line =
                JsonObject.builder()
                        .put("event_id", id)
                        .put("seq", sequence)
                        .put("timestamp", at)
                        .put("ts", at)
                        .put("type", event.type())
                        .put("class", event.raw().string("class").orElse("trace"))
                        .put("job_id", job.value())
                        .put("run_id", runId);
        event.agentId().ifPresent(agent -> line.put("agent_id", agent.value()));
        line.putIfPresent("step_id", step).put("trace_id", traceId).put("span_id", span);
        var error =
                failure(event, payload, step)
                        .map(found -> found.within(id, Optional.of(traceId), Optional.of(span)))
                        .map(Failure::toJson);
        line.put(
                "payload",
                error.filter(_ -> payload.has("failure"))
                        .map(found -> payload.with("failure", found))
                        .orElse(payload));
        error.ifPresent(found -> line.put("error", found).put("failure", found));
        return line.build();
    }

    private static Optional<String> step(JsonObject payload) {
        return text(payload, "step_id")
                .or(() -> text(payload, "workflow_step_id"))
                .or(() -> text(payload, "step"));
    }

    private static String scope(RuntimeEvent event, JsonObject payload, Optional<String> step) {
        return text(payload, "attempt_id")
                .map(attempt -> "attempt:" + attempt)
                .or(() -> step.map(id -> "step:" + id))
                .or(() -> event.agentId().map(agent -> "agent:" + agent.value()))
                .orElse("");
    }

    private static Optional<Failure> failure(
            RuntimeEvent event, JsonObject payload, Optional<String> step) {
        if (event.error().isPresent()) {
            return event.error();
        }
        return switch (event.type()) {
            case "sandbox_job_failed" -> Optional.of(commandFailed(event, payload, step));
            case "dead_letter" -> Optional.of(undelivered(event, payload));
            default -> Optional.empty();
        };
    }

    private static Failure commandFailed(
            RuntimeEvent event, JsonObject payload, Optional<String> step) {
        var cause = text(payload, "cause").orElse("failed");
        var message = text(payload, "error").orElse("the command failed");
        var details = details(event, message).putIfPresent("step_id", step);
        details.put("category", Cause.category(cause))
                .put("component", "executor")
                .put("reason_type", cause)
                .put("retryable", false);
        if (payload.at("attempts") instanceof JsonNumber attempts) {
            details.put("attempt", attempts);
        }
        if (payload.at("exit_code") instanceof JsonNumber code) {
            details.put("exit_code", code);
        }
        return Failure.of(
                cause.equals("exit_status") ? "executor.exit_nonzero" : "executor." + cause,
                message,
                details.build(),
                event.timestamp(),
                "Read the logs of the agent; its last words are in the event's payload.");
    }

    private static Failure undelivered(RuntimeEvent event, JsonObject payload) {
        var message =
                text(payload, "error")
                        .or(() -> text(payload, "reason"))
                        .orElse("a message could not be handled");
        return Failure.of(
                "runtime.dead_letter",
                message,
                details(event, message)
                        .put("category", "runtime")
                        .put("component", "delivery")
                        .put("reason_type", text(payload, "reason").orElse("unknown"))
                        .put("retryable", true)
                        .build(),
                event.timestamp(),
                "See the dead letters of the job; one can be replayed while the job runs.");
    }

    private static JsonObject.Builder details(RuntimeEvent event, String message) {
        var details = JsonObject.builder().put("message", new JsonString(message));
        event.agentId().ifPresent(agent -> details.put("agent_id", agent.value()));
        return details;
    }

    private static Optional<String> text(JsonObject object, String name) {
        return object.string(name).filter(text -> !text.isBlank());
    }
}
