package mirrorneuron.server;

import io.grpc.Status;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.spi.RunningServer;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.runtime.embedded.SteadyClock;
import mirrorneuron.runtime.embedded.Version;
import mirrorneuron.server.bundle.BundleRoutes;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.grpc.GrpcEdge;
import mirrorneuron.server.http.HttpEdge;
import mirrorneuron.server.http.HttpMeter;
import mirrorneuron.server.http.IdempotentRoutes;
import mirrorneuron.server.http.Route;
import mirrorneuron.server.http.Router;
import mirrorneuron.server.job.JobRoutes;
import mirrorneuron.server.meter.Meter;
import mirrorneuron.server.metrics.MetricsRoutes;
import mirrorneuron.server.openapi.ApiRoutes;
import mirrorneuron.server.resource.LimitUpdates;
import mirrorneuron.server.resource.ResourceRoutes;
import mirrorneuron.server.run.RunRoutes;
import mirrorneuron.server.stream.StreamRoutes;
import mirrorneuron.server.system.Endpoint;
import mirrorneuron.server.system.SystemRoutes;
import mirrorneuron.server.trace.SpanMeter;
import mirrorneuron.server.trace.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: the runtime of one home behind its edges. Safe from any thread. */
public final class MnServer implements RunningServer {

    private static final Logger LOG = LoggerFactory.getLogger(MnServer.class);

    private final EmbeddedRuntime runtime;
    private final Router router;
    private final HttpEdge http;
    private final GrpcEdge grpc;
    private final EndpointFile file;
    private final List<String> warnings;

    private MnServer(
            EmbeddedRuntime runtime,
            Router router,
            HttpEdge http,
            GrpcEdge grpc,
            EndpointFile file,
            List<String> warnings) {
        this.runtime = runtime;
        this.router = router;
        this.http = http;
        this.grpc = grpc;
        this.file = file;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Opens the home, takes up its unfinished jobs and serves.
     *
     * @throws mirrorneuron.api.MirrorNeuronException when the home cannot be opened
     * @throws java.net.BindException when the port cannot be bound; the home is closed again
     * @throws IOException when the endpoint cannot be written down; nothing stays open
     */
    public static MnServer start(ServerSettings settings) throws IOException {
        return start(settings, List.of());
    }

    /**
     * @param before what an operator has to be told already
     */
    static MnServer start(ServerSettings settings, List<String> before) throws IOException {
        var clock = SteadyClock.system();
        var spans = new SpanMeter();
        var traces =
                settings.traces()
                        .map(to -> Traces.over(to, Version.text(), spans, clock.instant()));
        var endpoint = new Endpoint(settings.http().host(), settings.http().port());
        var builder =
                EmbeddedRuntime.builder(settings.environment())
                        .home(settings.home())
                        .grpcTarget(endpoint::grpc)
                        .clock(clock)
                        .shutdownGrace(settings.http().stopGrace());
        traces.ifPresent(
                following -> builder.committed(following::committed).settled(following::close));
        var meter = new HttpMeter();
        var preparing =
                CompletableFuture.supplyAsync(
                        () -> new HttpEdge(settings.http(), meter),
                        task -> Thread.ofPlatform().name("mn-http-start").daemon().start(task));
        EmbeddedRuntime runtime;
        try {
            runtime = builder.start();
        } catch (RuntimeException refused) {
            traces.ifPresent(Traces::close);
            throw refused;
        }
        try {
            traces.ifPresent(following -> following.start(runtime.log()));
            var calls = new Meter<String, Status.Code>(Comparator.naturalOrder());
            var updates = new LimitUpdates(runtime.resources());
            var starting =
                    GrpcStart.begin(
                            settings.grpc(),
                            settings.home().resolve("cache/sent"),
                            runtime,
                            updates,
                            calls,
                            clock);
            Router router;
            var http = preparing.join();
            try {
                router =
                        new Router(
                                routes(
                                        runtime, settings, endpoint, updates, meter, calls, spans,
                                        clock));
                http.serve(router);
            } catch (IOException | RuntimeException refused) {
                starting.close();
                throw refused;
            }
            try {
                var grpc = starting.edge();
                endpoint.bound(http.port());
                endpoint.grpcBound(settings.grpc().host(), grpc.port());
                var file = EndpointFile.write(settings.home(), endpoint, runtime, clock.instant());
                var warnings = new ArrayList<>(before);
                warnings.addAll(OpenDoor.warnings(settings.http()));
                warnings.addAll(OpenDoor.warnings(settings.grpc()));
                warnings.addAll(grpc.warnings());
                LOG.info(
                        "version {} serves ports {} (HTTP) and {} (gRPC) from {}",
                        Version.text(),
                        http.port(),
                        grpc.port(),
                        settings.home());
                return new MnServer(runtime, router, http, grpc, file, warnings);
            } catch (IOException | RuntimeException refused) {
                http.close();
                starting.close();
                throw refused;
            }
        } catch (IOException | RuntimeException refused) {
            runtime.close();
            throw refused;
        }
    }

    private static List<Route> routes(
            EmbeddedRuntime runtime,
            ServerSettings settings,
            Endpoint endpoint,
            LimitUpdates updates,
            HttpMeter meter,
            Meter<String, Status.Code> calls,
            SpanMeter spans,
            InstantSource clock) {
        var routes = new ArrayList<Route>();
        routes.addAll(new SystemRoutes(runtime, settings, endpoint, clock).routes());
        routes.addAll(new MetricsRoutes(runtime, meter, calls, spans, clock).routes());
        var bundles = runtime.bundles();
        routes.addAll(
                new JobRoutes(
                                runtime,
                                runtime.runs(),
                                path -> bundles.folder(path).map(BundleSource::folder))
                        .routes());
        routes.addAll(new BundleRoutes(runtime, bundles).routes());
        routes.addAll(new StreamRoutes(runtime, clock).routes());
        routes.addAll(new RunRoutes(runtime.runs(), clock).routes());
        routes.addAll(new ResourceRoutes(runtime, updates).routes());
        routes.addAll(new ApiRoutes(runtime.capabilities().version()).routes());
        return new IdempotentRoutes(runtime.replies()).wrap(routes);
    }

    public MirrorNeuron runtime() {
        return runtime;
    }

    /** Everything that this server answers. */
    public List<Route> routes() {
        return router.routes();
    }

    /** How many requests and streams are open. */
    public int openCalls() {
        return http.openCalls();
    }

    public int port() {
        return http.port();
    }

    /** Where calls over gRPC are answered. */
    public GrpcEdge grpc() {
        return grpc;
    }

    @Override
    public ServerEndpoint endpoint() {
        return file.endpoint();
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public void close() {
        LOG.info("the server stops");
        // Side by side: each gives its callers time.
        var closing = Thread.ofVirtual().name("mn-grpc-stop").start(grpc::close);
        http.close();
        try {
            closing.join();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        // Before the home is given up: its next owner may write a file of its own at once.
        file.remove();
        runtime.close();
        LOG.info("the server has stopped");
    }
}
