package mirrorneuron.server;

import io.grpc.BindableService;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.runtime.backup.Scratch;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.server.grpc.AdminGate;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.GrpcEdge;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.grpc.Refusals;
import mirrorneuron.server.grpc.cluster.ClusterCalls;
import mirrorneuron.server.grpc.console.ArchiveService;
import mirrorneuron.server.grpc.console.ConsoleService;
import mirrorneuron.server.grpc.console.EdgeCarrier;
import mirrorneuron.server.grpc.event.EventCalls;
import mirrorneuron.server.grpc.extension.ExtensionCalls;
import mirrorneuron.server.grpc.job.JobCalls;
import mirrorneuron.server.grpc.job.ManyJobs;
import mirrorneuron.server.grpc.operation.OperationCalls;
import mirrorneuron.server.meter.Meter;
import mirrorneuron.server.resource.LimitUpdates;

/** The gRPC edge while it comes up, beside whatever else does. */
final class GrpcStart {

    private final CompletableFuture<GrpcEdge> started = new CompletableFuture<>();

    private GrpcStart() {}

    /**
     * @param scratch where bundles and archives lie while they travel; what a dead process left
     *     there is removed
     */
    static GrpcStart begin(
            GrpcSettings settings,
            Path scratch,
            EmbeddedRuntime runtime,
            LimitUpdates updates,
            Meter<String, Status.Code> meter,
            InstantSource clock) {
        var start = new GrpcStart();
        // It loads hundreds of classes, which takes a processor of its own if there is one.
        Thread.ofPlatform()
                .name("mn-grpc-start")
                .daemon()
                .start(
                        () -> {
                            try {
                                start.started.complete(
                                        open(settings, scratch, runtime, updates, meter, clock));
                            } catch (IOException | RuntimeException refused) {
                                start.started.completeExceptionally(refused);
                            }
                        });
        return start;
    }

    private static GrpcEdge open(
            GrpcSettings settings,
            Path scratch,
            EmbeddedRuntime runtime,
            LimitUpdates updates,
            Meter<String, Status.Code> meter,
            InstantSource clock)
            throws IOException {
        new Scratch(scratch).sweep();
        return GrpcEdge.start(
                settings,
                new Refusals(clock),
                meter,
                calls -> services(settings, scratch, runtime, updates, clock, calls),
                () -> answers(runtime));
    }

    private static List<BindableService> services(
            GrpcSettings settings,
            Path scratch,
            EmbeddedRuntime runtime,
            LimitUpdates updates,
            InstantSource clock,
            Calls calls) {
        var operations = runtime.operationDesk();
        return List.of(
                new JobCalls(
                        runtime, new ManyJobs(operations, calls), new AdminGate(settings), calls),
                new ClusterCalls(runtime, updates, clock, calls),
                new EventCalls(runtime.jobs(), clock, calls),
                new OperationCalls(operations, clock, calls),
                new ExtensionCalls(runtime.jobs(), runtime.bundles(), clock, calls),
                new ConsoleService(runtime, new EdgeCarrier(calls), scratch),
                new ArchiveService(runtime::backups, new EdgeCarrier(calls), scratch));
    }

    /** Asks the store for the cheapest thing it keeps. */
    private static boolean answers(EmbeddedRuntime runtime) {
        try {
            return runtime.monitor().metrics().nodes() > 0;
        } catch (MirrorNeuronException down) {
            return false;
        }
    }

    /**
     * Waits until it is up.
     *
     * @throws IOException as {@link GrpcEdge#start} does
     */
    GrpcEdge edge() throws IOException {
        try {
            return started.join();
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof IOException unbound) {
                throw unbound;
            }
            throw refused.getCause() instanceof RuntimeException known ? known : refused;
        }
    }

    /** Closes it, whether it came up or not. */
    void close() {
        try {
            edge().close();
        } catch (IOException | RuntimeException neverUp) {
            // There is nothing to close, and whoever waited for it was told.
        }
    }
}
