package mirrorneuron.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.server.bundle.BundleRoutes;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.http.HttpEdge;
import mirrorneuron.server.http.HttpMeter;
import mirrorneuron.server.http.Route;
import mirrorneuron.server.http.Router;
import mirrorneuron.server.job.JobRoutes;
import mirrorneuron.server.metrics.MetricsRoutes;
import mirrorneuron.server.resource.ResourceRoutes;
import mirrorneuron.server.run.RunRoutes;
import mirrorneuron.server.stream.StreamRoutes;
import mirrorneuron.server.system.Endpoint;
import mirrorneuron.server.system.SystemRoutes;

/** A running server: the runtime of one home behind its edges. Safe from any thread. */
public final class MnServer implements AutoCloseable {

    private final EmbeddedRuntime runtime;
    private final HttpEdge http;

    private MnServer(EmbeddedRuntime runtime, HttpEdge http) {
        this.runtime = runtime;
        this.http = http;
    }

    /**
     * Opens the home, takes up its unfinished jobs and serves.
     *
     * @throws mirrorneuron.api.MirrorNeuronException when the home cannot be opened
     * @throws IOException when the port cannot be bound; the home is closed again
     */
    public static MnServer start(ServerSettings settings) throws IOException {
        var clock = InstantSource.system();
        var runtime =
                EmbeddedRuntime.builder(settings.environment())
                        .home(settings.home())
                        .clock(clock)
                        .shutdownGrace(settings.http().stopGrace())
                        .start();
        try {
            var endpoint = new Endpoint(settings.http().host(), settings.http().port());
            var meter = new HttpMeter();
            var router = new Router(routes(runtime, settings, endpoint, meter, clock));
            var http = HttpEdge.start(settings.http(), router, meter);
            endpoint.bound(http.port());
            return new MnServer(runtime, http);
        } catch (IOException | RuntimeException refused) {
            runtime.close();
            throw refused;
        }
    }

    private static List<Route> routes(
            EmbeddedRuntime runtime,
            ServerSettings settings,
            Endpoint endpoint,
            HttpMeter meter,
            InstantSource clock) {
        var routes = new ArrayList<Route>();
        routes.addAll(new SystemRoutes(runtime, settings, endpoint, clock).routes());
        routes.addAll(new MetricsRoutes(runtime, meter, clock).routes());
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
        routes.addAll(new ResourceRoutes(runtime).routes());
        return routes;
    }

    public MirrorNeuron runtime() {
        return runtime;
    }

    public int port() {
        return http.port();
    }

    /** Finishes requests, ends streams, stops workers within the grace time, closes the home. */
    @Override
    public void close() {
        http.close();
        runtime.close();
    }
}
