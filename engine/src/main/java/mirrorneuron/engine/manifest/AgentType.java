package mirrorneuron.engine.manifest;

import java.util.Locale;
import java.util.Optional;

/** What an agent does with a message. */
public enum AgentType {
    ROUTER,
    EXECUTOR,
    AGGREGATOR,
    SENSOR,
    MODULE;

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
            default -> Optional.empty();
        };
    }
}
