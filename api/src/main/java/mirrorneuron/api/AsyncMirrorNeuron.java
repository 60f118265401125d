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

    public Async<Jobs> jobs() {
        return new Async<>(runtime.jobs());
    }

    public Async<Monitor> monitor() {
        return new Async<>(runtime.monitor());
    }

    public Async<Cluster> cluster() {
        return new Async<>(runtime.cluster());
    }

    public Async<Resources> resources() {
        return new Async<>(runtime.resources());
    }

    /**
     * @throws UnsupportedFeatureException as {@link MirrorNeuron#runFiles()} does
     */
    public Async<RunFiles> runFiles() {
        return new Async<>(runtime.runFiles());
    }

    /**
     * @throws UnsupportedFeatureException as {@link MirrorNeuron#operations()} does
     */
    public Async<Operations> operations() {
        return new Async<>(runtime.operations());
    }

    /**
     * @throws UnsupportedFeatureException as {@link MirrorNeuron#backups()} does
     */
    public Async<Backups> backups() {
        return new Async<>(runtime.backups());
    }
}
