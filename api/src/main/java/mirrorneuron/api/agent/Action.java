package mirrorneuron.api.agent;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * One wish of a handler, carried out in the order given and committed together with the handler's
 * state.
 */
public sealed interface Action {

    /** Sends along the outbound edges that match the type. */
    record Emit(String type, JsonValue body, Options options) implements Action {
        public Emit {
            requireNonNull(type, "type");
            requireNonNull(body, "body");
            requireNonNull(options, "options");
        }
    }

    /** Sends straight to an agent, whatever the edges say. */
    record EmitTo(AgentId agent, String type, JsonValue body, Options options) implements Action {
        public EmitTo {
            requireNonNull(agent, "agent");
            requireNonNull(type, "type");
            requireNonNull(body, "body");
            requireNonNull(options, "options");
        }
    }

    /** Appends an event to the job's record. */
    record Event(String type, JsonObject payload) implements Action {
        public Event {
            requireNonNull(type, "type");
            requireNonNull(payload, "payload");
        }
    }

    /**
     * Ends the workflow step that the agent works for, with this output. Outside a workflow it
     * changes nothing.
     */
    record CompleteStep(JsonValue output) implements Action {
        public CompleteStep {
            requireNonNull(output, "output");
        }
    }

    /** Ends the run with this output. In a workflow only its terminal sink may do that. */
    record CompleteRun(JsonValue output) implements Action {
        public CompleteRun {
            requireNonNull(output, "output");
        }
    }

    /**
     * What a sent message does not inherit from the one being handled. Headers are merged over the
     * incoming ones.
     *
     * @param delayMs milliseconds before the message may be handled; lets an agent wake itself up
     *     later
     */
    record Options(
            JsonObject headers,
            Optional<StreamFrame> stream,
            OptionalInt priority,
            OptionalLong ttlMs,
            OptionalLong delayMs) {

        private static final Options NONE =
                new Options(
                        JsonObject.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty());

        public static Options none() {
            return NONE;
        }

        public static Options delayed(long delayMs) {
            return new Options(
                    JsonObject.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    OptionalLong.of(delayMs));
        }

        public static Options frame(StreamFrame frame) {
            return new Options(
                    JsonObject.empty(),
                    Optional.of(frame),
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty());
        }
    }
}
