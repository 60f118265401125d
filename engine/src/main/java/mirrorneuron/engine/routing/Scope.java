package mirrorneuron.engine.routing;

import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonValue;

/**
 * What a condition can see. Each root is asked for only when a condition names it, so a scope may
 * look things up late; it is asked on the thread that evaluates.
 */
public interface Scope {

    /** The message on its way; its {@code to} is empty while edges are still being chosen. */
    Message message();

    /** The body being sent. */
    JsonValue payload();

    /** The state a module keeps, else the agent's state; JSON null when there is none. */
    JsonValue state();

    /** The agent's own state; JSON null when there is none. */
    JsonValue agentState();

    /** A scope over values that are at hand. */
    static Scope of(Message message, JsonValue state, JsonValue agentState) {
        return new Scope() {
            @Override
            public Message message() {
                return message;
            }

            @Override
            public JsonValue payload() {
                return message.body();
            }

            @Override
            public JsonValue state() {
                return state;
            }

            @Override
            public JsonValue agentState() {
                return agentState;
            }
        };
    }
}
