package mirrorneuron.engine.job;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.api.json.JsonWriter;

/**
 * What an agent of a step's flow knows of one attempt: who has delivered what. With the first
 * message of another attempt it begins anew.
 */
final class Gathering {

    /** Metadata of the flow that travels inside bodies. */
    static final String METADATA = "_mn_step";

    private static final Pattern NUMBERED = Pattern.compile("(.*:attempt:)([0-9]{1,9})");

    /** Empty when no message has named an attempt. */
    final String attemptId;

    /** First bodies by source, without metadata, in order of arrival; empty once it is done. */
    final Map<String, JsonValue> bodies = new LinkedHashMap<>();

    /** How many of those that the agent waits for have delivered. */
    int count;

    boolean done;

    Gathering(String attemptId) {
        this.attemptId = attemptId;
    }

    /** What the agent knows of this attempt: nothing, when it knows of another. */
    static Gathering of(AgentState agent, String attemptId) {
        var known = agent.gathering;
        return known != null && known.attemptId.equals(attemptId)
                ? known
                : new Gathering(attemptId);
    }

    /** The attempt that a message belongs to: the one it names, else the one at hand. */
    static String attemptOf(AgentState agent, Message message) {
        return Stamps.attemptOf(message)
                .or(() -> metadata(message).string("attempt_id"))
                .orElse(agent.gathering == null ? "" : agent.gathering.attemptId);
    }

    /**
     * True when the agent knows a later attempt of the same step: what is left of an earlier one
     * must not make it forget.
     */
    static boolean isPast(AgentState agent, String attemptId) {
        if (agent.gathering == null || agent.gathering.attemptId.equals(attemptId)) {
            return false;
        }
        var known = NUMBERED.matcher(agent.gathering.attemptId);
        var found = NUMBERED.matcher(attemptId);
        return known.matches()
                && found.matches()
                && known.group(1).equals(found.group(1))
                && Integer.parseInt(found.group(2)) < Integer.parseInt(known.group(2));
    }

    static JsonObject metadata(Message message) {
        return message.body() instanceof JsonObject body
                ? body.object(METADATA)
                : JsonObject.empty();
    }

    /** A body as others see it. */
    static JsonValue plain(JsonValue body) {
        return body instanceof JsonObject object && object.has(METADATA)
                ? object.without(METADATA)
                : body;
    }

    void write(JsonWriter to) {
        to.beginObject().field("attempt_id", attemptId);
        if (!bodies.isEmpty()) {
            to.name("bodies").beginObject();
            bodies.forEach(to::field);
            to.endObject();
        }
        to.field("count", count).field("done", done).endObject();
    }

    static Gathering read(JsonObject json) {
        var gathering = new Gathering(EventCodec.text(json, "attempt_id"));
        json.object("bodies").forEach(gathering.bodies::put);
        gathering.count = EventCodec.number(json, "count");
        gathering.done = json.bool("done").orElse(false);
        return gathering;
    }
}
