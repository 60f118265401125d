package mirrorneuron.server.grpc;

import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import mirrorneuron.server.meter.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for calls on one port or two. Safe from any thread. */
public final class GrpcEdge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GrpcEdge.class);

    /** Clients ping every 10 s and not always to the millisecond. */
    private static final int PING_SECONDS_MIN = 5;

    /** A caller whose machine is gone is noticed, and its streams end. */
    private static final int PING_SECONDS = 60;

    private static final int PING_ANSWER_SECONDS = 20;

    /** For each port; a client has one connection for all of its calls. */
    private static final int CONNECTIONS_MAX = 2_000;

    private final GrpcSettings settings;
    private final Stopping stopping;
    private final ExecutorService threads;
    private final Server first;
    private final List<Server> servers;
    private final List<String> warnings;

    private GrpcEdge(
            GrpcSettings settings,
            Stopping stopping,
            ExecutorService threads,
            List<Server> servers,
            List<String> warnings) {
        this.settings = settings;
        this.stopping = stopping;
        this.threads = threads;
        this.first = servers.getFirst();
        this.servers = List.copyOf(servers);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Binds and serves.
     *
     * @param services made with what carries out their calls
     * @param meter counts every call
     * @param well whether the store can be reached
     * @throws BindException when the first port cannot be bound; a second one that cannot be is a
     *     warning
     * @throws IOException when certificate or key cannot be used
     */
    public static GrpcEdge start(
            GrpcSettings settings,
            Refusals refusals,
            Meter<String, Status.Code> meter,
            Function<Calls, List<BindableService>> services,
            BooleanSupplier well)
            throws IOException {
        var stopping = new Stopping();
        var calls = new Calls(refusals, stopping);
        var definitions = new ArrayList<ServerServiceDefinition>();
        services.apply(calls).forEach(service -> definitions.add(service.bindService()));
        var names =
                definitions.stream()
                        .map(service -> service.getServiceDescriptor().getName())
                        .collect(Collectors.toSet());
        definitions.add(new Health(names, well, stopping, calls).bindService());
        if (settings.reflection()) {
            definitions.add(ProtoReflectionServiceV1.newInstance().bindService());
            definitions.add(ProtoReflectionService.newInstance().bindService());
        }
        var gate = new Gate(settings, refusals);
        definitions.replaceAll(
                service -> guarded(service, gate, refusals, meter, settings.messageBytesMax()));
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var servers = new ArrayList<Server>();
        var warnings = new ArrayList<String>();
        try {
            servers.add(listen(settings, settings.port(), definitions, threads));
            if (settings.secondPort().isPresent()) {
                listenToo(settings, definitions, threads, servers, warnings);
            }
        } catch (IOException | RuntimeException refused) {
            servers.forEach(Server::shutdownNow);
            threads.close();
            throw refused;
        }
        if (settings.access() == GrpcSettings.Access.OPEN) {
            LOG.warn("gRPC asks nobody for a token; set MN_GRPC_AUTH_TOKEN to change that");
        }
        return new GrpcEdge(settings, stopping, threads, servers, warnings);
    }

    /** What stands before a service; of each group the last one is the first to see a call. */
    private static ServerServiceDefinition guarded(
            ServerServiceDefinition service,
            Gate gate,
            Refusals refusals,
            Meter<String, Status.Code> meter,
            int messageBytesMax) {
        var reading =
                ServerInterceptors.intercept(
                        service, new Versions(), new Compression(), new LeftOut(refusals), gate);
        return ServerInterceptors.intercept(
                ServerInterceptors.useInputStreamMessages(reading),
                new Unreadable(refusals, messageBytesMax),
                new CallEnds(meter));
    }

    private static void listenToo(
            GrpcSettings settings,
            List<ServerServiceDefinition> definitions,
            ExecutorService threads,
            List<Server> servers,
            List<String> warnings)
            throws IOException {
        int port = settings.secondPort().getAsInt();
        if (port == settings.port()) {
            return;
        }
        try {
            servers.add(listen(settings, port, definitions, threads));
        } catch (BindException taken) {
            var warning =
                    "gRPC does not answer on port "
                            + port
                            + ", where some clients look for it: "
                            + taken.getMessage();
            LOG.warn(warning);
            warnings.add(warning);
        }
    }

    private static Server listen(
            GrpcSettings settings,
            int port,
            List<ServerServiceDefinition> definitions,
            ExecutorService threads)
            throws IOException {
        var address = new InetSocketAddress(InetAddress.getByName(settings.host()), port);
        var builder =
                OkHttpServerBuilder.forPort(address, credentials(settings))
                        .socketFactory(new BoundedSockets(CONNECTIONS_MAX))
                        .maxInboundMessageSize(transportBytesMax(settings))
                        .transportExecutor(threads)
                        .permitKeepAliveTime(PING_SECONDS_MIN, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(PING_ANSWER_SECONDS, TimeUnit.SECONDS)
                        .executor(threads);
        definitions.forEach(builder::addService);
        try {
            return builder.build().start();
        } catch (IOException taken) {
            var refused =
                    new BindException(
                            "Expected to listen on "
                                    + settings.host()
                                    + ":"
                                    + port
                                    + " for gRPC, but: "
                                    + reason(taken)
                                    + "; MN_GRPC_PORT chooses another port");
            refused.initCause(taken);
            throw refused;
        }
    }

    /**
     * The transport can only reset a call whose message it does not take, which tells the caller
     * nothing. So it takes more than is allowed, and what is allowed is checked behind it.
     */
    private static int transportBytesMax(GrpcSettings settings) {
        return (int) Math.min(2L * settings.messageBytesMax(), Integer.MAX_VALUE);
    }

    private static String reason(IOException taken) {
        var cause = taken.getCause();
        return String.valueOf(cause == null ? taken.getMessage() : cause.getMessage());
    }

    private static ServerCredentials credentials(GrpcSettings settings) throws IOException {
        if (settings.tls().isEmpty()) {
            return InsecureServerCredentials.create();
        }
        var files = settings.tls().get();
        return TlsServerCredentials.create(files.certificate().toFile(), files.key().toFile());
    }

    /** The port that was bound first. */
    public int port() {
        return first.getPort();
    }

    /** The second port, when it was bound. */
    public OptionalInt secondPort() {
        return servers.size() > 1
                ? OptionalInt.of(servers.getLast().getPort())
                : OptionalInt.empty();
    }

    /** What to tell an operator. */
    public List<String> warnings() {
        return warnings;
    }

    /** How many calls wait for something: streams, and callers who wait for a job's end. */
    public int waitingCalls() {
        return stopping.waiting();
    }

    /** Accepts nothing new, ends what waits with a reason, gives the rest its time. */
    @Override
    public void close() {
        servers.forEach(Server::shutdown);
        stopping.stop();
        long end = System.nanoTime() + settings.stopGrace().toNanos();
        for (var server : servers) {
            try {
                if (!server.awaitTermination(
                        Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    server.shutdownNow();
                }
            } catch (InterruptedException interrupt) {
                server.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
        threads.shutdown();
    }
}
