package mirrorneuron.api;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import mirrorneuron.api.agent.AgentFactory;

/**
 * Configures an embedded runtime. Every setting has a default; nothing happens before {@link
 * #start()}. Not thread-safe.
 */
public interface EmbeddedBuilder {

    /**
     * Where jobs, blobs and run folders live. Default: {@code MN_HOME}, else {@code .mn} in the
     * user's home.
     */
    EmbeddedBuilder home(Path home);

    /** Default: {@code local}. */
    EmbeddedBuilder nodeName(String name);

    /** Where state is kept. Default: {@link Store.File}, the embedded store below the home. */
    EmbeddedBuilder store(Store store);

    /** Worker slots by pool name; {@code default} is 4 unless given. */
    EmbeddedBuilder pools(Map<String, Integer> slotsByPool);

    /** The clock that records take their time from; for tests. */
    EmbeddedBuilder clock(InstantSource clock);

    /** Registers Java agents under a module name, beside those found in bundles. */
    EmbeddedBuilder agent(String module, AgentFactory factory);

    /**
     * Called for each recorded event, after it is durable, in order per job. It must not block for
     * long.
     */
    EmbeddedBuilder observer(RuntimeObserver observer);

    /** How long {@link MirrorNeuron#close()} waits for running workers. Default 30 s. */
    EmbeddedBuilder shutdownGrace(Duration grace);

    /**
     * Whether unfinished jobs of the home are taken up at start. Default true; false reads a home
     * without running it.
     */
    EmbeddedBuilder recoverUnfinished(boolean recover);

    /**
     * Allows single-file Java sources as module agents. Off by default, because it runs what a
     * bundle brings in this JVM.
     */
    EmbeddedBuilder allowModuleSource(boolean allow);

    /**
     * Whether each run leaves a folder with its events, logs, timeline and result, written in the
     * background. Default true; with false a run's folder is written when somebody reads the run.
     */
    EmbeddedBuilder recordRuns(boolean record);

    /**
     * Opens the home and starts the runtime.
     *
     * @throws ConflictException when another process has the home open; the message names it
     * @throws RuntimeUnavailableException when the home cannot be used; the message says what is
     *     wrong and nothing was changed
     */
    MirrorNeuron start();
}
