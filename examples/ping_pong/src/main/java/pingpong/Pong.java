package pingpong;

import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentContext;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;

/** Returns every ball. */
public final class Pong implements Agent {

    @Override
    public AgentResult handle(Message message, JsonObject state, AgentContext context) {
        return AgentResult.with(state).emit("pong", message.body()).build();
    }
}
