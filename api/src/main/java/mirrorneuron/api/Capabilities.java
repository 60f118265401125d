package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/** How a runtime was obtained and what it can do. */
public record Capabilities(Mode mode, String version, Set<Feature> features) {

    public Capabilities {
        requireNonNull(mode, "mode");
        requireNonNull(version, "version");
        features = Set.copyOf(features);
    }

    public enum Mode {
        EMBEDDED,
        REMOTE
    }

    /** What may be missing in one mode or release. */
    public enum Feature {
        FLAT_JOBS,
        HOST_WORKERS,
        SANDBOX_WORKERS,
        MODULE_AGENTS,
        DEAD_LETTER_REPLAY,
        EXPLAIN,
        BACKUPS
    }
}
