package mirrorneuron.server.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.run.OpenedFile;
import mirrorneuron.runtime.run.Runs;
import mirrorneuron.server.http.HttpFailure;
import mirrorneuron.server.http.Problem;
import mirrorneuron.server.http.Query;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;

/** What one may ask of runs. */
public final class RunRoutes {

    private static final int EVENTS_DEFAULT = 200;
    private static final int TIMELINE_DEFAULT = 500;
    private static final int UI_EVENTS_MAX = 1_000;
    private static final double INTERVAL_MIN = 0.25;
    private static final double INTERVAL_MAX = 60;

    private final Runs runs;
    private final InstantSource clock;

    public RunRoutes(Runs runs, InstantSource clock) {
        this.runs = runs;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/runs/{run_id}/result", r -> Response.ok(runs.result(id(r)))),
                new Route(
                        "GET",
                        "/runs/{run_id}/final-artifact",
                        r -> Response.ok(runs.finalArtifact(id(r)))),
                new Route(
                        "GET", "/runs/{run_id}/artifacts", r -> Response.ok(runs.artifacts(id(r)))),
                new Route("GET", "/runs/{run_id}/artifacts/{path...}", this::artifact),
                new Route("POST", "/runs/{run_id}/artifacts/{path...}", this::reveal),
                new Route("GET", "/runs/{run_id}/outputs", r -> Response.ok(runs.outputs(id(r)))),
                new Route("GET", "/runs/{run_id}/outputs/{index}", this::output),
                new Route("POST", "/runs/{run_id}/outputs/{index}/reveal", this::reveal),
                new Route("GET", "/runs/{run_id}/events", this::events),
                new Route("GET", "/runs/{run_id}/logs", this::logs),
                new Route("GET", "/runs/{run_id}/timeline", this::timeline),
                new Route(
                        "GET",
                        "/runs/{run_id}/observability-summary",
                        r -> Response.ok(runs.summary(id(r)))),
                new Route("GET", "/runs/{run_id}/resources", this::resources),
                new Route("GET", "/runs/{run_id}/resources/stream", this::resourceStream),
                new Route("GET", "/runs/{run_id}/human", this::human),
                new Route("POST", "/runs/{run_id}/human/{request_id}/response", this::respond),
                new Route("POST", "/runs/{run_id}/human/{notice_id}/ack", this::acknowledge),
                new Route("GET", "/runs/{run_id}/ui", this::ui),
                new Route("GET", "/runs/{run_id}/ui/video", r -> file(runs.video(id(r)), Map.of())),
                new Route("GET", "/runs/{run_id}/stream", this::stream));
    }

    private static String id(Request request) {
        var id = request.parameter("run_id");
        if (!RunIds.isRunId(id)) {
            throw HttpFailure.of(
                    ErrorCode.INVALID_ID,
                    "run id: \""
                            + Problem.shown(id)
                            + "\" (expected: letters, digits, _ . -, at most 220)");
        }
        return id;
    }

    // Files

    private Response artifact(Request request) {
        var path = String.join("/", request.tail());
        for (var part : request.tail()) {
            if (part.contains("/")
                    || part.contains("\\")
                    || part.indexOf('\0') >= 0
                    || part.equals("..")
                    || part.equals(".")
                    || part.isEmpty()) {
                throw HttpFailure.of(
                        ErrorCode.PATH_UNSAFE,
                        "path: \"" + Problem.shown(path) + "\" (expected: a path inside the run)");
            }
        }
        return file(runs.artifact(id(request), path), Map.of());
    }

    private Response output(Request request) {
        var text = request.parameter("index");
        if (!text.matches("\\d{1,9}")) {
            throw HttpFailure.of(
                    ErrorCode.INVALID_ID,
                    "index: \"" + Problem.shown(text) + "\" (expected: a whole number >= 0)");
        }
        return file(runs.output(id(request), Integer.parseInt(text)), Map.of());
    }

    private static Response file(OpenedFile file, Map<String, String> headers) {
        return new Response.File(
                file.file()::open, file.size(), file.contentType(), file.sha256(), headers);
    }

    /** Opening windows on the machine of a server is nothing that a caller may do. */
    private Response reveal(Request request) {
        boolean asked = request.path().endsWith("/reveal") || request.path().endsWith("/reveal/");
        if (!asked) {
            throw HttpFailure.of(
                            ErrorCode.METHOD_NOT_ALLOWED,
                            "POST is not possible here (expected: GET, HEAD, OPTIONS)")
                    .withHeader("Allow", "GET, HEAD, OPTIONS");
        }
        runs.run(id(request));
        throw HttpFailure.of(
                ErrorCode.PERMISSION_DENIED,
                "This server opens no file manager; read the file at its url");
    }

    // Records

    private Response events(Request request) {
        var query = request.query();
        return Response.ok(
                runs.events(
                        id(request),
                        limit(query, EVENTS_DEFAULT),
                        since(query),
                        query.text("channel").filter(text -> !text.isEmpty())));
    }

    private Response logs(Request request) {
        var query = request.query();
        return Response.ok(
                runs.logs(id(request), limit(query, EVENTS_DEFAULT), since(query), level(query)));
    }

    private Response timeline(Request request) {
        var query = request.query();
        return Response.ok(
                runs.timeline(id(request), limit(query, TIMELINE_DEFAULT), since(query)));
    }

    private Response resources(Request request) {
        var query = request.query();
        return Response.ok(
                runs.resources(
                        id(request),
                        query.text("window").orElse("24h"),
                        query.text("bucket").orElse("1h")));
    }

    private static int limit(Query query, int absent) {
        return query.integer("limit", 0, Runs.LIMIT_MAX).orElse(absent);
    }

    private static Optional<String> level(Query query) {
        return query.text("level").filter(text -> !text.isEmpty());
    }

    private static Optional<Instant> since(Query query) {
        return query.text("since")
                .filter(text -> !text.isEmpty())
                .map(
                        text -> {
                            try {
                                return Timestamps.parse(text);
                            } catch (DateTimeParseException malformed) {
                                throw HttpFailure.of(
                                        ErrorCode.INVALID_QUERY,
                                        "since: \""
                                                + Problem.shown(text)
                                                + "\" (expected: a time such as"
                                                + " 2026-03-28T11:00:00.000Z)");
                            }
                        });
    }

    // People

    private Response human(Request request) {
        return Response.ok(
                runs.human(
                        id(request),
                        request.query().text("status").filter(text -> !text.isEmpty())));
    }

    private Response respond(Request request) {
        return Response.ok(
                runs.respond(id(request), request.parameter("request_id"), request.object()));
    }

    private Response acknowledge(Request request) {
        return Response.ok(
                runs.acknowledge(
                        id(request), request.parameter("notice_id"), request.optionalObject()));
    }

    private Response ui(Request request) {
        int limit = request.query().integer("limit", 0, UI_EVENTS_MAX).orElse(EVENTS_DEFAULT);
        return Response.ok(runs.ui(id(request), limit));
    }

    // Streams

    private Response stream(Request request) {
        return stream(request, channels(request.query()));
    }

    private Response resourceStream(Request request) {
        return stream(request, Set.of("resources"));
    }

    private Response stream(Request request, Set<String> channels) {
        var id = id(request);
        var query = request.query();
        double seconds = query.seconds("interval", 1, INTERVAL_MIN, INTERVAL_MAX);
        var source = new RunStreaming.Source(runs, id, channels, level(query), since(query));
        var cursor = request.header("Last-Event-ID").map(String::strip).orElse("");
        // Asked before the first byte, so that what is wrong is an ordinary refusal.
        var first = source.after(cursor);
        if (wantsList(request)) {
            return Response.ok(list(source, channels));
        }
        return new Response.Live(
                new RunStreaming(
                        source,
                        cursor,
                        query.flag(false, "follow"),
                        Duration.ofNanos((long) (seconds * 1e9)),
                        clock,
                        first));
    }

    private static boolean wantsList(Request request) {
        var format = request.query().word("format", "", List.of("", "json", "sse"));
        return format.equals("json") || (format.isEmpty() && takesOnlyJson(request));
    }

    /** Libraries name JSON among everything that they would take; that is no wish for a list. */
    private static boolean takesOnlyJson(Request request) {
        return request.header("Accept")
                .map(
                        accept ->
                                Stream.of(accept.split(",", -1))
                                        .map(range -> range.split(";", 2)[0].strip())
                                        .allMatch("application/json"::equalsIgnoreCase))
                .orElse(false);
    }

    private static JsonObject list(RunStreaming.Source source, Set<String> channels) {
        var records = new ArrayList<JsonValue>();
        var page = source.after("");
        while (!page.records().isEmpty()) {
            records.addAll(page.records());
            page = source.after(page.cursor());
        }
        return JsonObject.builder()
                .put("run_id", source.runId())
                .put("channels", JsonArray.ofStrings(channels.stream().sorted().toList()))
                .put("data", JsonArray.of(records))
                .build();
    }

    private static Set<String> channels(Query query) {
        var named = new LinkedHashSet<>(query.list("channels"));
        return named.isEmpty() ? Runs.CHANNELS_DEFAULT : named;
    }
}
