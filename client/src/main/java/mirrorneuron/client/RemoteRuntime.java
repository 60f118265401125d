package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import mirrorneuron.api.Backups;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.Operations;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ConsoleGrpc;

/** A runtime in another process. Every part of it is made here, once. */
final class RemoteRuntime implements MirrorNeuron {

    private final Link link;
    private final Generation generation;
    private final boolean owner;
    private final Console console;
    private final ConsoleMonitor consoleMonitor;
    private final OlderMonitor olderMonitor;
    private final Jobs jobs;
    private final Monitor monitor;

    RemoteRuntime(Link link) {
        this(link, new Generation(), true);
    }

    private RemoteRuntime(Link link, Generation generation, boolean owner) {
        this.link = link;
        this.generation = generation;
        this.owner = owner;
        this.console = new Console(link);
        this.consoleMonitor = new ConsoleMonitor(console);
        this.olderMonitor = new OlderMonitor(link);
        this.jobs = new RemoteJobs(link, generation);
        this.monitor = new RemoteMonitor(link, generation, consoleMonitor, olderMonitor);
    }

    private boolean hasConsole() {
        return generation.hasConsole(link);
    }

    @Override
    public Jobs jobs() {
        return jobs;
    }

    @Override
    public Monitor monitor() {
        return monitor;
    }

    @Override
    public Cluster cluster() {
        return () -> hasConsole() ? consoleMonitor.nodes() : olderMonitor.nodes();
    }

    @Override
    public Resources resources() {
        return new Resources() {
            @Override
            public ResourceReport get() {
                return hasConsole()
                        ? ResourceReport.fromJson(
                                console.read(
                                        ConsoleGrpc.getGetResourcesMethod(),
                                        Console.about(JsonObject.empty())))
                        : olderMonitor.get();
            }

            @Override
            public ResourceReport set(ResourceLimits limits) {
                requireNonNull(limits, "limits");
                return hasConsole()
                        ? ResourceReport.fromJson(
                                console.read(
                                        ConsoleGrpc.getSetResourcesMethod(),
                                        Console.about(limits.toJson())))
                        : olderMonitor.set(limits);
            }
        };
    }

    @Override
    public RunFiles runFiles() {
        return new RemoteRunFiles(link, generation);
    }

    @Override
    public Backups backups() {
        return new RemoteBackups(link, generation);
    }

    @Override
    public Operations operations() {
        return new RemoteOperations(link, generation);
    }

    @Override
    public Capabilities capabilities() {
        return hasConsole()
                ? Generation.capabilities(link)
                : new Capabilities(
                        Capabilities.Mode.REMOTE,
                        "unknown",
                        EnumSet.of(Capabilities.Feature.FLAT_JOBS));
    }

    @Override
    public void ping() {
        if (hasConsole()) {
            var unused = Generation.capabilities(link);
        } else {
            var unused = olderMonitor.metrics();
        }
    }

    @Override
    public MirrorNeuron with(CallOptions options) {
        return new RemoteRuntime(link.with(options), generation, false);
    }

    /** A view's connection is somebody else's. */
    @Override
    public void close() {
        if (owner) {
            link.close();
        }
    }
}
