package mirrorneuron.server.metrics;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.server.http.HttpMeter;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;
import mirrorneuron.server.meter.Meter;
import mirrorneuron.server.trace.SpanMeter;

/** The numbers of the server: a summary as JSON, or all of them as text for those who ask so. */
public final class MetricsRoutes {

    private static final String JSON = "application/json";
    private static final String PLAIN = "text/plain";
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final EmbeddedRuntime runtime;
    private final HttpMeter requests;
    private final Meter<String, Status.Code> calls;
    private final SpanMeter spans;
    private final InstantSource clock;
    private final Instant startedAt;

    public MetricsRoutes(
            EmbeddedRuntime runtime,
            HttpMeter requests,
            Meter<String, Status.Code> calls,
            SpanMeter spans,
            InstantSource clock) {
        this.runtime = runtime;
        this.requests = requests;
        this.calls = calls;
        this.spans = spans;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    public List<Route> routes() {
        return List.of(new Route("GET", "/metrics", this::metrics));
    }

    private Response metrics(Request request) {
        var wanted =
                Accepted.best(
                        request.header("Accept").orElse(""), List.of(JSON, PLAIN, OPEN_METRICS));
        var response =
                switch (wanted) {
                    case PLAIN -> text(Exposition.Form.PROMETHEUS);
                    case OPEN_METRICS -> text(Exposition.Form.OPEN_METRICS);
                    default -> Response.ok(runtime.monitor().metrics().raw());
                };
        return response.withHeader("Vary", "Accept");
    }

    private Response text(Exposition.Form form) {
        var metrics = new Exposition(form);
        metrics.add(Metric.BUILD, 1, runtime.capabilities().version());
        metrics.add(Metric.UPTIME, Duration.between(startedAt, clock.instant()).toMillis() / 1e3);
        ofRuntime(metrics);
        ofRequests(metrics);
        ofCalls(metrics);
        metrics.add(Metric.SPANS, spans.sent(), "sent");
        metrics.add(Metric.SPANS, spans.lost(), "lost");
        ProcessReadings.addTo(metrics);
        return Response.text(form.contentType(), metrics.text());
    }

    private void ofRuntime(Exposition metrics) {
        var jobs = runtime.monitor().metrics().raw().object("jobs").object("by_status");
        jobs.forEach(
                (status, count) -> {
                    if (count instanceof JsonNumber number) {
                        metrics.add(Metric.JOBS, number.asLong().orElse(0), status);
                    }
                });
        var stats = runtime.stats();
        metrics.add(Metric.LIVE_JOBS, stats.liveJobs());
        metrics.add(Metric.JOBS_CREATED, stats.store().created());
        metrics.add(Metric.COMMITS, stats.store().commits());
        metrics.add(Metric.EVENTS, stats.store().events());
        metrics.add(Metric.SYNCS, stats.store().syncs());
        metrics.add(Metric.RECORDER, stats.runsWaiting());
        var pools = runtime.pools();
        pools.forEach(
                (name, pool) -> {
                    metrics.add(Metric.SLOTS, pool.available(), name, "available");
                    metrics.add(Metric.SLOTS, pool.inUse(), name, "in_use");
                });
        pools.forEach((name, pool) -> metrics.add(Metric.QUEUE, pool.queued(), name));
    }

    private void ofRequests(Exposition metrics) {
        for (var row : requests.counted().counts()) {
            metrics.add(
                    Metric.REQUESTS,
                    row.getValue(),
                    row.getKey().kind().route(),
                    row.getKey().kind().method(),
                    String.valueOf(row.getKey().status()));
        }
        for (var kind : requests.counted().durations()) {
            metrics.add(
                    Metric.REQUEST_DURATION,
                    kind.getValue(),
                    kind.getKey().route(),
                    kind.getKey().method());
        }
        metrics.add(Metric.STREAMS, requests.counted().openStreams());
    }

    private void ofCalls(Exposition metrics) {
        for (var row : calls.counts()) {
            metrics.add(
                    Metric.CALLS,
                    row.getValue(),
                    row.getKey().kind(),
                    row.getKey().status().name());
        }
        for (var method : calls.durations()) {
            metrics.add(Metric.CALL_DURATION, method.getValue(), method.getKey());
        }
        metrics.add(Metric.CALL_STREAMS, calls.openStreams());
    }
}
