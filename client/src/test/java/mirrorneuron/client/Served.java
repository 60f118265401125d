package mirrorneuron.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.RemoteBuilder;
import mirrorneuron.api.Resources;
import mirrorneuron.api.RunFiles;
import mirrorneuron.server.grpc.console.ConsoleService;

/**
 * A runtime of this JVM behind a port, and a connection to it. It is used through the connection
 * and closed as a whole.
 */
record Served(MirrorNeuron runtime, Desk desk, MirrorNeuron connection) implements MirrorNeuron {

    static Served of(MirrorNeuron runtime, Path scratch) {
        return of(runtime, scratch, settings -> settings);
    }

    static Served of(MirrorNeuron runtime, Path scratch, UnaryOperator<RemoteBuilder> settings) {
        try {
            var desk = Desk.open(carrier -> List.of(new ConsoleService(runtime, carrier, scratch)));
            return new Served(
                    runtime, desk, settings.apply(MirrorNeuron.remote(desk.target())).connect());
        } catch (IOException failure) {
            runtime.close();
            throw new UncheckedIOException(failure);
        }
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
        desk.close();
        runtime.close();
    }
}
