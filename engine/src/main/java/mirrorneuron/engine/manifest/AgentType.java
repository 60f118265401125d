package mirrorneuron.engine.manifest;

import java.util.Locale;
import java.util.Optional;

/** What an agent does with a message. */
public enum AgentType {
    ROUTER,
    EXECUTOR,
    AGGREGATOR,
    SENSOR,
    MODULE,
    STEP_SOURCE,
    STEP_JOIN,
    STEP_SINK;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type of a name or alias in a manifest; empty when there is none. */
    public static Optional<AgentType> ofName(String name) {
        return switch (name) {
            case "router", "relay" -> Optional.of(ROUTER);
            case "executor", "sandbox_worker" -> Optional.of(EXECUTOR);
            case "aggregator", "collector" -> Optional.of(AGGREGATOR);
            case "sensor" -> Optional.of(SENSOR);
            case "module" -> Optional.of(MODULE);
            case "step_source" -> Optional.of(STEP_SOURCE);
            case "step_join" -> Optional.of(STEP_JOIN);
            case "step_sink" -> Optional.of(STEP_SINK);
            default -> Optional.empty();
        };
    }
}
