package pingpong;

import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentFactory;

/** Makes {@link Pong}. */
public final class PongFactory implements AgentFactory {

    @Override
    public String module() {
        return "pingpong.Pong";
    }

    @Override
    public Agent create() {
        return new Pong();
    }
}
