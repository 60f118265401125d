package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import mirrorneuron.api.spi.EmbeddedProvider;
import mirrorneuron.api.spi.RemoteProvider;

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

    /**
     * Configures a connection to a server. It needs the client module on the class path.
     *
     * @param target {@code host:port} of the server's gRPC port
     * @throws InvalidRequestException when the target is blank or its port is none from 1 to 65535
     * @throws UnsupportedFeatureException when there is no client on the class path
     */
    static RemoteBuilder remote(String target) {
        return RemoteProvider.find().builder(target);
    }

    /**
     * A connection as the environment says: {@code MN_GRPC_TARGET}, else {@code
     * MN_CORE_GRPC_TARGET}, else port 55051 of {@code MN_CORE_HOST}, else of this machine; the
     * token of {@code MN_GRPC_AUTH_TOKEN_FILE}, else {@code MN_GRPC_AUTH_TOKEN}; {@code
     * MN_GRPC_TIMEOUT_SECONDS}; {@code MN_GRPC_TLS}, {@code true} or a file with certificates to
     * trust.
     *
     * @throws InvalidRequestException when a variable cannot be used; the message names it
     * @throws UnsupportedFeatureException when there is no client on the class path
     */
    static MirrorNeuron connect() {
        return RemoteProvider.find().builder(System.getenv()).connect();
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

    /** Actions on many jobs at once. */
    Operations operations();

    Capabilities capabilities();

    /**
     * Makes sure that the runtime answers; a remote one is asked.
     *
     * @throws RuntimeUnavailableException when it does not
     */
    default void ping() {
        monitor().metrics();
    }

    /** The same runtime for programs that do not wait: its calls give futures. */
    default AsyncMirrorNeuron async() {
        return new AsyncMirrorNeuron(this);
    }

    /**
     * The same runtime with other options for the calls that go through it: where they say nothing,
     * those of this one hold. Closing the view is not closing the runtime.
     *
     * <p>With a deadline every call ends by then. What waits, ends as when its time is up: {@link
     * Jobs#await} with {@link WaitOutcome.StillRunning}, {@link EventStream#next} without an event.
     * Every other call that has no answer by then throws a {@link CallTimeoutException}, and may
     * have been carried out.
     */
    default MirrorNeuron with(CallOptions options) {
        requireNonNull(options, "options");
        return new View(this);
    }

    /**
     * Stops accepting work, ends running workers within the grace time, writes checkpoints and
     * releases the home. Unfinished jobs continue at the next start. Closing twice is the same as
     * closing once.
     */
    @Override
    void close();
}
