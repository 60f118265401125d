package mirrorneuron.client;

import io.grpc.BindableService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.server.grpc.GrpcEdge;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import mirrorneuron.server.grpc.Refusals;
import mirrorneuron.server.grpc.console.ArchiveService;
import mirrorneuron.server.grpc.console.Carrier;
import mirrorneuron.server.grpc.console.ConsoleService;
import mirrorneuron.server.grpc.console.EdgeCarrier;
import mirrorneuron.server.grpc.operation.OperationCalls;
import mirrorneuron.server.meter.Meter;

/**
 * A runtime of this JVM behind a port, and a connection to it. It is used through the connection
 * and closed as a whole.
 */
record Served(MirrorNeuron runtime, AutoCloseable door, MirrorNeuron connection)
        implements MirrorNeuron {

    static Served of(MirrorNeuron runtime, Path scratch) {
        try {
            var desk = Desk.open(carrier -> services(runtime, carrier, scratch));
            return new Served(runtime, desk, MirrorNeuron.remote(desk.target()).connect());
        } catch (IOException failure) {
            runtime.close();
            throw new UncheckedIOException(failure);
        }
    }

    /** Behind the edge that servers have. */
    static Served overEdge(MirrorNeuron runtime, Path scratch, GrpcSettings settings) {
        try {
            var edge =
                    GrpcEdge.start(
                            settings,
                            new Refusals(InstantSource.system()),
                            new Meter<>(Comparator.naturalOrder()),
                            calls -> {
                                var services =
                                        new ArrayList<>(
                                                services(runtime, new EdgeCarrier(calls), scratch));
                                services.add(
                                        new OperationCalls(
                                                ((EmbeddedRuntime) runtime).operationDesk(),
                                                InstantSource.system(),
                                                calls));
                                return services;
                            },
                            () -> true);
            return new Served(
                    runtime, edge, MirrorNeuron.remote("localhost:" + edge.port()).connect());
        } catch (IOException failure) {
            runtime.close();
            throw new UncheckedIOException(failure);
        }
    }

    private static List<BindableService> services(
            MirrorNeuron runtime, Carrier carrier, Path scratch) {
        return List.of(
                new ConsoleService(runtime, carrier, scratch),
                new ArchiveService(runtime::backups, carrier, scratch));
    }

    static GrpcSettings settings(Access access, String token) {
        return new GrpcSettings(
                "localhost",
                0,
                OptionalInt.empty(),
                access,
                Optional.of(token),
                Optional.empty(),
                Optional.empty(),
                64 << 20,
                false,
                Duration.ofSeconds(5));
    }

    Desk desk() {
        return (Desk) door;
    }

    @Override
    public Jobs jobs() {
        return connection.jobs();
    }

    @Override
    public Monitor monitor() {
        return connection.monitor();
    }

    @Override
    public Cluster cluster() {
        return connection.cluster();
    }

    @Override
    public Resources resources() {
        return connection.resources();
    }

    @Override
    public RunFiles runFiles() {
        return connection.runFiles();
    }

    @Override
    public Backups backups() {
        return connection.backups();
    }

    @Override
    public Operations operations() {
        return connection.operations();
    }

    @Override
    public Capabilities capabilities() {
        return connection.capabilities();
    }

    @Override
    public MirrorNeuron with(CallOptions options) {
        return connection.with(options);
    }

    @Override
    public void ping() {
        connection.ping();
    }

    @Override
    public void close() {
        connection.close();
        try {
            door.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
        runtime.close();
    }
}
