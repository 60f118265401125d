package mirrorneuron.api;

/** A runtime that is somebody else's to close. */
record View(MirrorNeuron runtime) implements MirrorNeuron {

    @Override
    public Jobs jobs() {
        return runtime.jobs();
    }

    @Override
    public Monitor monitor() {
        return runtime.monitor();
    }

    @Override
    public Cluster cluster() {
        return runtime.cluster();
    }

    @Override
    public Resources resources() {
        return runtime.resources();
    }

    @Override
    public RunFiles runFiles() {
        return runtime.runFiles();
    }

    @Override
    public Backups backups() {
        return runtime.backups();
    }

    @Override
    public Operations operations() {
        return runtime.operations();
    }

    @Override
    public Capabilities capabilities() {
        return runtime.capabilities();
    }

    @Override
    public void ping() {
        runtime.ping();
    }

    @Override
    public MirrorNeuron with(CallOptions options) {
        return runtime.with(options);
    }

    @Override
    public void close() {}
}
