package mirrorneuron.server.stream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;
import mirrorneuron.server.job.JobEvents;
import mirrorneuron.server.job.JobRoutes;

/** Streams of jobs. */
public final class StreamRoutes {

    private static final double INTERVAL_MIN = 0.25;
    private static final double INTERVAL_MAX = 30;

    private final MirrorNeuron runtime;
    private final InstantSource clock;

    public StreamRoutes(MirrorNeuron runtime, InstantSource clock) {
        this.runtime = runtime;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/jobs/{job_id}/events", this::events),
                new Route("GET", "/jobs/{job_id}/workflow-progress/stream", this::progress));
    }

    /** A list, or a stream for whoever asks for one. */
    private Response events(Request request) {
        boolean stream = request.query().flag(wantsStream(request), "stream", "follow");
        if (!stream) {
            return Response.ok(JobEvents.page(runtime, request));
        }
        var record =
                runtime.jobs()
                        .inspect(JobRoutes.id(request))
                        .orElseThrow(() -> JobRoutes.unknown(request));
        var after = position(request.query().text("after"));
        var types = Set.copyOf(request.query().list("types"));
        return new Response.Live(
                new EventStreaming(
                        runtime,
                        record,
                        after.isPresent() ? after.getAsLong() : lastEventId(request).orElse(0),
                        types,
                        interval(request),
                        clock));
    }

    private Response progress(Request request) {
        var id = JobRoutes.id(request);
        var now =
                runtime.monitor()
                        .workflowProgress(id)
                        .orElseThrow(() -> JobRoutes.unknown(request));
        var seen = lastEventId(request);
        if (now.status().terminal() && seen.isPresent() && seen.getAsLong() >= now.sequence()) {
            // The answer that makes a browser stop asking again.
            return Response.noContent();
        }
        return new Response.Live(new ProgressStreaming(runtime, id, interval(request), clock));
    }

    private static Duration interval(Request request) {
        double seconds = request.query().seconds("interval", 1, INTERVAL_MIN, INTERVAL_MAX);
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** Whether the caller asks for a live stream by its {@code Accept} header. */
    private static boolean wantsStream(Request request) {
        return request.header("Accept")
                .map(types -> types.contains("text/event-stream"))
                .orElse(false);
    }

    private static OptionalLong lastEventId(Request request) {
        return position(request.header("Last-Event-ID"));
    }

    /** What a reader saw last; a value that is no number is as good as none. */
    private static OptionalLong position(Optional<String> text) {
        var number = text.map(String::strip).filter(said -> said.matches("\\d{1,18}"));
        return number.isPresent()
                ? OptionalLong.of(Long.parseLong(number.get()))
                : OptionalLong.empty();
    }
}
