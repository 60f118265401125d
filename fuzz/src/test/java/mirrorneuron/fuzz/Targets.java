package mirrorneuron.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Everything that is fuzzed, and how many inputs of it the build reads. */
enum Targets {
    JSON("json", 5_000, _ -> new JsonTarget()),
    MANIFEST("manifest", 1_000, _ -> new ManifestTarget()),
    CRON("cron", 2_000, _ -> new CronTarget()),
    CONDITION("condition", 2_000, _ -> new ConditionTarget()),
    MESSAGE("message", 2_000, _ -> new MessageTarget()),
    BUNDLE("bundle", 1_000, BundleTarget::new),
    STORED("stored", 1_000, StoredTarget::new),
    SETTINGS("settings", 1_000, SettingsTarget::new),
    RUNS("runs", 500, RunsTarget::new),
    // Written out, so that their libraries are not looked for when others run.
    REST("rest", 400, folder -> new RestTarget(folder)),
    GRPC("grpc", 400, folder -> new GrpcTarget(folder));

    /** Makes a target ready to read. */
    private interface Opening {
        Target in(Path folder) throws IOException;
    }

    private final String id;
    private final int inputs;
    private final Opening opening;

    Targets(String id, int inputs, Opening opening) {
        this.id = id;
        this.inputs = inputs;
        this.opening = opening;
    }

    String id() {
        return id;
    }

    /** How many inputs are read when nobody asks for more. */
    int inputs() {
        return inputs;
    }

    /** True when it reads with libraries, not only with the project's own classes. */
    boolean needsLibraries() {
        return this == REST || this == GRPC;
    }

    /**
     * @param folder an empty one, for what the target writes
     */
    Target open(Path folder) throws IOException {
        return opening.in(folder);
    }

    static Targets named(String id) {
        return Arrays.stream(values())
                .filter(target -> target.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target " + id));
    }

    @Override
    public String toString() {
        return id;
    }
}
