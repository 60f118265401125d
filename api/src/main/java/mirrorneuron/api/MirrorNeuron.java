package mirrorneuron.api;

import java.util.Set;
import mirrorneuron.api.spi.EmbeddedProvider;

/**
 * The runtime, seen from Java. Obtain it once, share it between threads, close it at the end.
 *
 * <pre>{@code
 * try (var mn = MirrorNeuron.embedded().home(home).start()) {
 *     var outcome = mn.jobs().run(BundleSource.folder(folder), SubmitOptions.defaults());
 *     System.out.println(outcome);
 * }
 * }</pre>
 */
public interface MirrorNeuron extends AutoCloseable {

    /**
     * Configures a runtime that lives in this JVM. It needs the runtime module on the class path.
     *
     * @throws UnsupportedFeatureException when there is no embedded runtime on the class path
     */
    static EmbeddedBuilder embedded() {
        return EmbeddedProvider.find().builder();
    }

    Jobs jobs();

    Monitor monitor();

    Cluster cluster();

    Resources resources();

    /**
     * The files that runs leave behind.
     *
     * @throws UnsupportedFeatureException when this runtime keeps none
     */
    default RunFiles runFiles() {
        throw new UnsupportedFeatureException("This runtime keeps no files of runs");
    }

    /**
     * Paused jobs as archives, and back.
     *
     * @throws UnsupportedFeatureException when this runtime makes none
     */
    default Backups backups() {
        throw new UnsupportedFeatureException("This runtime makes no backups");
    }

    Capabilities capabilities();

    /**
     * Stops accepting work, ends running workers within the grace time, writes checkpoints and
     * releases the home. Unfinished jobs continue at the next start. Closing twice is the same as
     * closing once.
     */
    @Override
    void close();

    /** How this runtime was obtained and what it can do. */
    record Capabilities(Mode mode, String version, Set<Feature> features) {

        public Capabilities {
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
}
