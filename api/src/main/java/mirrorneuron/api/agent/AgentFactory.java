package mirrorneuron.api.agent;

/**
 * Makes the agents of one module. A bundle's jar names its factories in {@code META-INF/services};
 * the manifest names the module in {@code config.module}.
 */
public interface AgentFactory {

    /**
     * What {@code config.module} says: a name of the author's choice, usually the agent's class
     * name.
     */
    String module();

    Agent create();
}
