package mirrorneuron.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.runtime.embedded.Version;
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
import mirrorneuron.server.trace.SpanMeter;
import mirrorneuron.server.trace.Traces;

/** A running server: the runtime of one home behind its edges. Safe from any thread. */
public final class MnServer implements AutoCloseable {

    private final EmbeddedRuntime runtime;
    private final HttpEdge http;
    private final Optional<Traces> traces;

    private MnServer(EmbeddedRuntime runtime, HttpEdge http, Optional<Traces> traces) {
        this.runtime = runtime;
        this.http = http;
        this.traces = traces;
    }

    /**
     * Opens the home, takes up its unfinished jobs and serves.
     *
     * @throws mirrorneuron.api.MirrorNeuronException when the home cannot be opened
     * @throws IOException when the port cannot be bound; the home is closed again
     */
    public static MnServer start(ServerSettings settings) throws IOException {
        var clock = InstantSource.system();
        var spans = new SpanMeter();
        var traces =
                settings.traces()
                        .map(to -> Traces.over(to, Version.text(), spans, clock.instant()));
        var builder =
                EmbeddedRuntime.builder(settings.environment())
                        .home(settings.home())
                        .clock(clock)
                        .shutdownGrace(settings.http().stopGrace());
        traces.ifPresent(following -> builder.committed(following::committed));
        EmbeddedRuntime runtime;
        try {
            runtime = builder.start();
        } catch (RuntimeException refused) {
            traces.ifPresent(Traces::close);
            throw refused;
        }
        try {
            traces.ifPresent(following -> following.start(runtime.jobs()));
            var endpoint = new Endpoint(settings.http().host(), settings.http().port());
            var meter = new HttpMeter();
            var router = new Router(routes(runtime, settings, endpoint, meter, spans, clock));
            var http = HttpEdge.start(settings.http(), router, meter);
            endpoint.bound(http.port());
            return new MnServer(runtime, http, traces);
        } catch (IOException | RuntimeException refused) {
            traces.ifPresent(Traces::close);
            runtime.close();
            throw refused;
        }
    }

    private static List<Route> routes(
            EmbeddedRuntime runtime,
            ServerSettings settings,
            Endpoint endpoint,
            HttpMeter meter,
            SpanMeter spans,
            InstantSource clock) {
        var routes = new ArrayList<Route>();
        routes.addAll(new SystemRoutes(runtime, settings, endpoint, clock).routes());
        routes.addAll(new MetricsRoutes(runtime, meter, spans, clock).routes());
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
        traces.ifPresent(Traces::close);
        runtime.close();
    }
}
