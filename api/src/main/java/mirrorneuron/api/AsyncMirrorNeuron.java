package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/**
 * The runtime for programs that do not wait: every part of {@link MirrorNeuron}, whose calls give
 * futures. Streams of events need none of it; they have {@link EventStream#forEachAsync} and {@link
 * EventStream#publisher}. Safe from any thread.
 */
public final class AsyncMirrorNeuron {

    private final MirrorNeuron runtime;

    AsyncMirrorNeuron(MirrorNeuron runtime) {
        this.runtime = requireNonNull(runtime, "runtime");
    }

    public AsyncJobs jobs() {
        return new AsyncJobs(runtime.jobs());
    }

    public AsyncMonitor monitor() {
        return new AsyncMonitor(runtime.monitor());
    }

    public AsyncCluster cluster() {
        return new AsyncCluster(runtime.cluster());
    }

    public AsyncResources resources() {
        return new AsyncResources(runtime.resources());
    }

    /**
     * @throws UnsupportedFeatureException as {@link MirrorNeuron#runFiles()} does
     */
    public AsyncRunFiles runFiles() {
        return new AsyncRunFiles(runtime.runFiles());
    }

    /**
     * @throws UnsupportedFeatureException as {@link MirrorNeuron#operations()} does
     */
    public AsyncOperations operations() {
        return new AsyncOperations(runtime.operations());
    }

    /**
     * @throws UnsupportedFeatureException as {@link MirrorNeuron#backups()} does
     */
    public AsyncBackups backups() {
        return new AsyncBackups(runtime.backups());
    }
}
