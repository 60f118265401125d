package pingpong;

import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentFactory;

/** Makes {@link Ping}. */
public final class PingFactory implements AgentFactory {

    @Override
    public String module() {
        return "pingpong.Ping";
    }

    @Override
    public Agent create() {
        return new Ping();
    }
}
