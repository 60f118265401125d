package mirrorneuron.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentFactory;
import mirrorneuron.api.agent.AgentResult;

/** Agents in Java that do nothing by themselves, so that what is measured is the runtime. */
public final class Agents {

    public static final String PASS = "bench.Pass";
    public static final String FINISH = "bench.Finish";
    public static final String SLEEP = "bench.Sleep";

    private static final long LATER_MS = Duration.ofHours(1).toMillis();

    private static final Map<String, Agent> ALL =
            Map.of(
                    PASS,
                            (message, state, context) ->
                                    AgentResult.with(state)
                                            .emit(Workflows.GO, message.body())
                                            .build(),
                    FINISH,
                            (message, state, context) ->
                                    AgentResult.with(state).completeRun(message.body()).build(),
                    SLEEP,
                            (message, state, context) ->
                                    AgentResult.with(state)
                                            .emitTo(
                                                    context.agentId(),
                                                    Workflows.GO,
                                                    message.body(),
                                                    Action.Options.delayed(LATER_MS))
                                            .build());

    private Agents() {}

    /** By module name. */
    public static Map<String, AgentFactory> factories() {
        var factories = new HashMap<String, AgentFactory>();
        ALL.forEach((module, agent) -> factories.put(module, factory(module, agent)));
        return Map.copyOf(factories);
    }

    private static AgentFactory factory(String module, Agent agent) {
        return new AgentFactory() {
            @Override
            public String module() {
                return module;
            }

            @Override
            public Agent create() {
                return agent;
            }
        };
    }
}
