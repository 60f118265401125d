package mirrorneuron.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentContext;
import mirrorneuron.api.agent.AgentFactory;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/** Agents in Java that do nothing by themselves, so that what is measured is the runtime. */
public final class Agents {

    public static final String PASS = "bench.Pass";
    public static final String FINISH = "bench.Finish";
    public static final String SLEEP = "bench.Sleep";

    /** Passes messages on as often as its {@code rounds} say, and is then one that sleeps. */
    public static final String TIRE = "bench.Tire";

    private static final String ROUNDS = "rounds";
    private static final long LATER_MS = Duration.ofHours(1).toMillis();

    private static final Map<String, Agent> ALL =
            Map.of(
                    PASS,
                    (message, state, context) ->
                            AgentResult.with(state).emit(Workflows.GO, message.body()).build(),
                    FINISH,
                    (message, state, context) ->
                            AgentResult.with(state).completeRun(message.body()).build(),
                    SLEEP,
                    Agents::sleep,
                    TIRE,
                    Agents::tire);

    private Agents() {}

    private static AgentResult sleep(Message message, JsonObject state, AgentContext context) {
        return AgentResult.with(state)
                .emitTo(
                        context.agentId(),
                        Workflows.GO,
                        message.body(),
                        Action.Options.delayed(LATER_MS))
                .build();
    }

    private static AgentResult tire(Message message, JsonObject state, AgentContext context) {
        long round = state.integer(ROUNDS).orElse(0L) + 1;
        var next = state.with(ROUNDS, JsonNumber.of(round));
        return round >= context.config().integer(ROUNDS).orElseThrow()
                ? sleep(message, next, context)
                : AgentResult.with(next).emit(Workflows.GO, message.body()).build();
    }

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
