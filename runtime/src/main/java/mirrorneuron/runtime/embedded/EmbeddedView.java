package mirrorneuron.runtime.embedded;

import mirrorneuron.api.Backups;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.Operations;
import mirrorneuron.api.Resources;
import mirrorneuron.api.RunFiles;

/**
 * A runtime for calls with a deadline or a trace. Nobody asks for a token here, and it is somebody
 * else's to close.
 */
final class EmbeddedView implements MirrorNeuron {

    private final EmbeddedRuntime runtime;
    private final CallOptions options;
    private final Gate gate;

    EmbeddedView(EmbeddedRuntime runtime, CallOptions options, Gate open) {
        this.runtime = runtime;
        this.options = options;
        this.gate = options.deadline().map(open::within).orElse(open);
    }

    @Override
    public Jobs jobs() {
        return new GatedJobs(runtime.jobs(), gate, options.traceId(), this::operations);
    }

    @Override
    public Monitor monitor() {
        return new GatedMonitor(runtime.monitor(), gate);
    }

    @Override
    public Cluster cluster() {
        return () -> gate.list(runtime.cluster()::nodes);
    }

    @Override
    public Resources resources() {
        return new GatedResources(runtime.resources(), gate);
    }

    @Override
    public RunFiles runFiles() {
        return new GatedRunFiles(runtime.runFiles(), gate);
    }

    @Override
    public Backups backups() {
        return new GatedBackups(runtime.backups(), gate);
    }

    @Override
    public Operations operations() {
        return new EmbeddedOperations(runtime.operationDesk(), gate);
    }

    @Override
    public Capabilities capabilities() {
        return gate.pass(runtime::capabilities);
    }

    @Override
    public MirrorNeuron with(CallOptions more) {
        return runtime.with(more.or(options));
    }

    @Override
    public void close() {}
}
