package mirrorneuron.engine.worker;

import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * A message that a worker wishes to send. What is absent is inherited from the message being
 * handled.
 */
public record Emission(
        Optional<String> type,
        Optional<AgentId> to,
        Optional<JsonValue> body,
        Optional<String> messageClass,
        JsonObject headers,
        Optional<String> correlationId,
        Optional<String> causationId,
        Optional<String> contentType,
        Optional<String> contentEncoding,
        Optional<JsonArray> artifacts,
        Optional<StreamFrame> stream) {}
