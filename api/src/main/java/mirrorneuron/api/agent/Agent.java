package mirrorneuron.api.agent;

import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;

/**
 * An agent written in Java. The runtime gives it one message at a time together with its state, and
 * commits the state it returns together with everything it emits: all of it or nothing.
 *
 * <p>An implementation holds no state of its own between calls. After a crash {@link #handle} may
 * be called again with the same message; nothing of the first call was kept then, and {@link
 * AgentContext#idempotencyKey()} is the same.
 */
public interface Agent {

    /**
     * The state before the first message.
     *
     * @throws Exception when the configuration cannot be used; the job then fails before any
     *     message is handled
     */
    default JsonObject init(AgentContext context) throws Exception {
        return JsonObject.empty();
    }

    /**
     * Handles one message. Called on a virtual thread; blocking is fine.
     *
     * @throws Exception to have the message delivered again later, up to ten times; then it is a
     *     dead letter
     */
    AgentResult handle(Message message, JsonObject state, AgentContext context) throws Exception;

    /** The state as operators may see it; by default all of it. */
    default JsonObject inspect(JsonObject state) {
        return state;
    }
}
