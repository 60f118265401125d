package mirrorneuron.engine.manifest;

import java.util.Locale;
import java.util.Optional;

/** A declared way of keeping state; a label and a set of helpers, never a change of behaviour. */
public enum Template {
    GENERIC,
    STREAM,
    MAP,
    REDUCE,
    BATCH;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The template of a name or alias in a manifest; empty when there is none. */
    public static Optional<Template> ofName(String name) {
        return switch (name) {
            case "generic" -> Optional.of(GENERIC);
            case "stream" -> Optional.of(STREAM);
            case "map" -> Optional.of(MAP);
            case "reduce", "accumulator" -> Optional.of(REDUCE);
            case "batch" -> Optional.of(BATCH);
            default -> Optional.empty();
        };
    }

    public boolean allowedFor(AgentType type) {
        return switch (type) {
            case ROUTER, STEP_SOURCE -> this == GENERIC || this == MAP;
            case AGGREGATOR, STEP_JOIN, STEP_SINK -> this == GENERIC || this == REDUCE;
            case SENSOR -> this == GENERIC;
            case EXECUTOR, MODULE -> true;
        };
    }
}
