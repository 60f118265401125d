package mirrorneuron.api.agent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** What a handler made of a message. */
public sealed interface AgentResult {

    /** The message is handled: this is the new state, and these are the wishes, in order. */
    record Handled(JsonObject state, List<Action> actions) implements AgentResult {
        public Handled {
            requireNonNull(state, "state");
            actions = List.copyOf(actions);
        }
    }

    /** Deliver the same message again after a while; nothing else of this call is kept. */
    record Retry(Duration after, String why) implements AgentResult {
        public Retry {
            requireNonNull(after, "after");
            requireNonNull(why, "why");
        }
    }

    /** The message can never be handled; keep it where an operator sees it. */
    record Reject(String why) implements AgentResult {
        public Reject {
            requireNonNull(why, "why");
        }
    }

    /** The message is handled, nothing leaves, and the state is this. */
    static AgentResult keep(JsonObject state) {
        return new Handled(state, List.of());
    }

    /** Starts a list of wishes that go with the new state. */
    static Builder with(JsonObject state) {
        return new Builder(state);
    }

    /** Collects wishes in order. Not thread-safe. */
    final class Builder {

        private final JsonObject state;
        private final List<Action> actions = new ArrayList<>();

        private Builder(JsonObject state) {
            this.state = requireNonNull(state, "state");
        }

        public Builder emit(String type, JsonValue body) {
            return emit(type, body, Action.Options.none());
        }

        public Builder emit(String type, JsonValue body, Action.Options options) {
            actions.add(new Action.Emit(type, body, options));
            return this;
        }

        public Builder emitTo(AgentId agent, String type, JsonValue body) {
            return emitTo(agent, type, body, Action.Options.none());
        }

        public Builder emitTo(AgentId agent, String type, JsonValue body, Action.Options options) {
            actions.add(new Action.EmitTo(agent, type, body, options));
            return this;
        }

        public Builder event(String type, JsonObject payload) {
            actions.add(new Action.Event(type, payload));
            return this;
        }

        public Builder completeStep(JsonValue output) {
            actions.add(new Action.CompleteStep(output));
            return this;
        }

        public Builder completeRun(JsonValue output) {
            actions.add(new Action.CompleteRun(output));
            return this;
        }

        public AgentResult build() {
            return new Handled(state, actions);
        }
    }
}
