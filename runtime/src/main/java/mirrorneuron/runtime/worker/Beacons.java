package mirrorneuron.runtime.worker;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.InstantSource;
import java.util.Optional;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/**
 * The signs of life of one command, in the {@code mn.agent.beacon.v1} shape. For one thread.
 *
 * @see "runtime contract, section 6.6"
 */
final class Beacons {

    private final WorkerRequest request;
    private final InstantSource clock;
    private final long startNanos;
    private long agentNanos;
    private boolean heardAgent;
    private long sequence;

    Beacons(WorkerRequest request, InstantSource clock, long startNanos) {
        this.request = request;
        this.clock = clock;
        this.startNanos = startNanos;
        this.agentNanos = startNanos;
    }

    /** The workflow step that a command works for, or its agent outside of workflows. */
    static String step(WorkerRequest request) {
        return request.message()
                .headers()
                .string("mn.workflow.step_id")
                .orElse(request.agent().value());
    }

    JsonObject runtime(String status, long nowNanos) {
        return shape(JsonObject.empty(), "runtime", status, Optional.empty(), nowNanos);
    }

    /** What a command said of itself; members of its own stay, and may not change who it is. */
    JsonObject agent(String text, long nowNanos) {
        agentNanos = nowNanos;
        heardAgent = true;
        JsonValue said;
        try {
            said = Json.parse(text);
        } catch (JsonParseException plain) {
            said = JsonNull.NULL;
        }
        return said instanceof JsonObject object
                ? shape(
                        object,
                        "agent",
                        object.string("status").orElse("alive"),
                        object.string("message"),
                        nowNanos)
                : shape(
                        JsonObject.empty(),
                        "agent",
                        "alive",
                        text.isEmpty() ? Optional.empty() : Optional.of(text),
                        nowNanos);
    }

    /** Nanoseconds since the command last showed life, or since it started. */
    long silenceNanos(long nowNanos) {
        return nowNanos - agentNanos;
    }

    private JsonObject shape(
            JsonObject said,
            String source,
            String status,
            Optional<String> message,
            long nowNanos) {
        var beacon = request.executor().beacon();
        sequence++;
        return JsonObject.builder()
                .put("schema", "mn.agent.beacon.v1")
                .put("job_id", request.job().value())
                .put("agent_id", request.agent().value())
                .put("step", said.string("step").orElse(step(request)))
                .put("attempt", request.attempt())
                .put("source", source)
                .put("status", status)
                .put("sequence", said.integer("sequence").orElse(sequence))
                .putOrNull("message", message)
                .put("interval_ms", beacon.intervalMs())
                .put("timeout_ms", beacon.timeoutMs())
                .put("elapsed_ms", NANOSECONDS.toMillis(nowNanos - startNanos))
                .put("ms_since_last_agent_beacon", sinceAgent(nowNanos))
                .put("emitted_at", Timestamps.format(clock.instant()))
                .putAll(rest(said))
                .build();
    }

    private JsonValue sinceAgent(long nowNanos) {
        return heardAgent
                ? JsonNumber.of(NANOSECONDS.toMillis(nowNanos - agentNanos))
                : JsonNull.NULL;
    }

    private static JsonObject rest(JsonObject said) {
        var rest = JsonObject.builder();
        said.forEach(
                (name, value) -> {
                    switch (name) {
                        case "schema",
                                "job_id",
                                "agent_id",
                                "step",
                                "attempt",
                                "source",
                                "status",
                                "sequence",
                                "message",
                                "interval_ms",
                                "timeout_ms",
                                "elapsed_ms",
                                "ms_since_last_agent_beacon",
                                "emitted_at" -> {}
                        default -> rest.put(name, value);
                    }
                });
        return rest.build();
    }
}
