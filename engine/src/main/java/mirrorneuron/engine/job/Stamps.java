package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.Message;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * The headers by which a message belongs to an attempt of a step. A message with them counts only
 * as long as that attempt is open; one without them asks for an attempt.
 */
final class Stamps {

    private static final String PREFIX = "mn.workflow.";
    private static final String RUN_ID = PREFIX + "run_id";
    private static final String STEP_ID = PREFIX + "step_id";
    private static final String ATTEMPT_ID = PREFIX + "attempt_id";
    private static final String IDEMPOTENCY_KEY = PREFIX + "idempotency_key";
    private static final String SOURCE_STEP_ID = PREFIX + "source_step_id";
    private static final String NOTE = "mn.human.note";

    private Stamps() {}

    static Optional<String> attemptOf(Message message) {
        return message.headers().isEmpty()
                ? Optional.empty()
                : message.headers().string(ATTEMPT_ID);
    }

    /** True when the message belongs to the attempt that is open now. */
    static boolean belongs(StepState step, Message message) {
        return attemptOf(message).equals(Optional.of(step.attemptId()));
    }

    /** The message as part of the step's newest attempt. */
    static Message stamped(Job job, StepState step, Message message) {
        var headers = JsonObject.builder().putAll(unstamped(message.headers()));
        headers.put(RUN_ID, job.id().value())
                .put(STEP_ID, step.id)
                .put(ATTEMPT_ID, step.attemptId())
                .put(PREFIX + "attempt", step.attempt)
                .put(IDEMPOTENCY_KEY, idempotencyKey(job, step, message.messageId()));
        source(message.headers()).ifPresent(source -> headers.put(SOURCE_STEP_ID, source));
        if (step.spec.timeoutMs() > 0) {
            headers.put(
                    PREFIX + "timeout_seconds",
                    step.spec.timeoutMs() % 1_000 == 0
                            ? JsonNumber.of(step.spec.timeoutMs() / 1_000)
                            : JsonNumber.of(step.spec.timeoutMs() / 1_000.0));
        }
        if (step.spec.beaconTimeoutMs() > 0) {
            headers.put(PREFIX + "heartbeat_timeout_ms", step.spec.beaconTimeoutMs());
        }
        if (step.added != null) {
            headers.put(PREFIX + "graph_revision", step.added.revision())
                    .put(PREFIX + "template_id", step.added.template())
                    .put(PREFIX + "region_id", step.added.region());
        } else if (job.ledger().spec.dynamic().isPresent()) {
            headers.put(PREFIX + "graph_revision", job.ledger().revision);
        }
        if (!step.note.isEmpty()) {
            headers.put(NOTE, step.note);
        }
        return message.withHeaders(headers.build());
    }

    static String idempotencyKey(Job job, StepState step, String messageId) {
        return job.id() + ":" + step.id + ":" + step.attempt + ":" + messageId;
    }

    /** The message with the moments by which its attempt must end, known once it runs. */
    static Message clocked(StepState step, Message message, long nowMs) {
        var headers = JsonObject.builder().putAll(message.headers());
        if (step.spec.timeoutMs() > 0) {
            headers.put(PREFIX + "deadline_at", time(nowMs + step.spec.timeoutMs()));
        }
        if (step.spec.beaconTimeoutMs() > 0) {
            headers.put(
                    PREFIX + "heartbeat_deadline_at", time(nowMs + step.spec.beaconTimeoutMs()));
        }
        return message.withHeaders(headers.build());
    }

    /**
     * What a step's agent sends on: inside the step it stays part of the attempt, to another step
     * it only says where it comes from.
     */
    static Message sent(
            Job job, AgentState sender, AgentState target, Message cause, Message message) {
        var from = sender.step;
        if (from != null && from == target.step) {
            return message.withHeaders(
                    JsonObject.builder()
                            .putAll(stamps(cause.headers()))
                            .putAll(message.headers())
                            .build());
        }
        if (from == null && target.step == null && source(cause.headers()).isEmpty()) {
            return message;
        }
        var headers = JsonObject.builder().putAll(unstamped(message.headers()));
        headers.put(RUN_ID, job.id().value());
        if (target.step != null) {
            headers.put(STEP_ID, target.step.id);
        }
        if (from != null) {
            headers.put(SOURCE_STEP_ID, from.id);
        } else {
            source(cause.headers()).ifPresent(source -> headers.put(SOURCE_STEP_ID, source));
        }
        return message.withHeaders(headers.build());
    }

    static Optional<String> source(JsonObject headers) {
        return headers.string(SOURCE_STEP_ID);
    }

    private static JsonObject stamps(JsonObject headers) {
        var stamps = JsonObject.builder();
        headers.forEach(
                (name, value) -> {
                    if (isStamp(name)) {
                        stamps.put(name, value);
                    }
                });
        return stamps.build();
    }

    private static JsonObject unstamped(JsonObject headers) {
        if (headers.isEmpty()) {
            return headers;
        }
        var rest = JsonObject.builder();
        headers.forEach(
                (name, value) -> {
                    if (!isStamp(name)) {
                        rest.put(name, value);
                    }
                });
        return rest.build();
    }

    private static boolean isStamp(String name) {
        return name.startsWith(PREFIX) || name.equals(NOTE);
    }

    private static JsonString time(long atMs) {
        return new JsonString(Timestamps.format(Instant.ofEpochMilli(atMs)));
    }
}
