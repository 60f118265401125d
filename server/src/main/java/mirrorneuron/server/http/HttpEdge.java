package mirrorneuron.server.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.log.LogContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where bytes of HTTP become requests and answers become bytes: request ids, who may
 * call, limits, refusals. Safe from any thread.
 */
public final class HttpEdge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);

    /** Below this path everything is the interface; beside it there is nothing. */
    public static final String BASE = "/api/v1";

    /**
     * Connections beyond that wait until one ends. Each costs a descriptor, and a process that has
     * none left can neither write its store nor start a worker. A thousand live streams fit twice.
     */
    static final int CONNECTIONS_MAX = 2_000;

    private static final int REQUEST_ID_CHARS_MAX = 128;
    private static final int HEADERS_BYTES_MAX = 64 << 10;

    /** Names of ids in routes and answers that a line of the log carries. */
    private static final List<String> IDS = List.of("job_id", "run_id");

    private static final int ID_CHARS_MAX = 220;

    /** Longer ones do not fit a {@code long}, and no body is as large. */
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    private static final Router NO_ROUTES = new Router(List.of());

    /** A client that sends nothing for so long in the middle of a request is let go. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    private final HttpSettings settings;
    private volatile Router router = NO_ROUTES;
    private final Authentication authentication;
    private final CrossOrigin crossOrigin;
    private final Answers answers;
    private final OpenCalls calls = new OpenCalls();
    private final HttpMeter meter;
    private final WebServer server;

    /**
     * Makes everything ready that needs no runtime, which takes the library tens of milliseconds.
     * Nothing is bound.
     *
     * @param meter counts what is answered
     */
    public HttpEdge(HttpSettings settings, HttpMeter meter) {
        this(settings, meter, CONNECTIONS_MAX);
    }

    HttpEdge(HttpSettings settings, HttpMeter meter, int connectionsMax) {
        this.settings = settings;
        this.meter = meter;
        this.authentication = new Authentication(settings.token());
        this.crossOrigin = new CrossOrigin(settings.corsOrigins(), settings.host());
        this.answers = new Answers(calls, meter);
        this.server =
                WebServer.builder()
                        .host(settings.host())
                        .port(settings.port())
                        .shutdownHook(false)
                        .maxTcpConnections(connectionsMax)
                        .connectionOptions(
                                SocketOptions.builder()
                                        .readTimeout(READ_TIMEOUT)
                                        .tcpNoDelay(true)
                                        .build())
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(
                                new Connections(
                                        http1(),
                                        settings.requestTimeout(),
                                        settings.bodyBytesMax(),
                                        this::done))
                        .directHandlers(unreadable())
                        .routing(HttpRouting.builder().any(this::handle))
                        .build();
    }

    private static Http1Config http1() {
        return Http1Config.builder()
                .maxHeadersSize(HEADERS_BYTES_MAX)
                // Paths are decoded here, segment by segment, and so are queries: a refusal then
                // says what is wrong.
                .validatePath(false)
                .validatePrologue(false)
                .continueImmediately(false)
                .build();
    }

    /**
     * Binds the port and serves. To be called once.
     *
     * @throws BindException when the port cannot be bound; the message names it
     */
    public void serve(Router routes) throws BindException {
        router = routes;
        // The library only logs that it could not bind, so the port is tried before, by a socket
        // that takes no connections.
        try (var probe = new Socket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(settings.host(), settings.port()));
        } catch (IOException refused) {
            var unbound = unbound("but: " + refused.getMessage());
            unbound.initCause(refused);
            throw unbound;
        }
        server.start();
        if (!server.isRunning()) {
            throw unbound("but the port was taken a moment ago");
        }
    }

    private BindException unbound(String why) {
        return new BindException(
                "Expected to listen on " + settings.host() + ":" + settings.port() + ", " + why);
    }

    public int port() {
        return server.port();
    }

    /** How many requests and streams are open. */
    public int openCalls() {
        return calls.open();
    }

    /** Whether callers must bring a token. */
    public boolean authenticated() {
        return authentication.enabled();
    }

    /**
     * Stops accepting, ends live streams with a reason, waits for requests that run, then closes.
     */
    @Override
    public void close() {
        calls.stop(settings.stopGrace());
        server.stop();
        // The library's watch over idle connections outlives it, and holds whatever answered them.
        router = NO_ROUTES;
    }

    // What the library cannot read never reaches a handler; it gets the same form of answer.
    private DirectHandlers unreadable() {
        var handlers = DirectHandlers.builder();
        for (var type : DirectHandler.EventType.values()) {
            handlers.addHandler(
                    type,
                    (request, event, status, headers, message) -> {
                        var requestId = freshRequestId();
                        var problem =
                                Problem.of(
                                        unreadable(request, event, status),
                                        request.path(),
                                        requestId);
                        var body = Json.bytes(problem.body());
                        done(
                                Exchange.unreadable(
                                        request.method(),
                                        request.path(),
                                        requestId,
                                        "",
                                        problem.status(),
                                        body.length));
                        return DirectHandler.TransportResponse.builder()
                                .status(Status.create(problem.status()))
                                .headers(headers)
                                .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
                                .header(HeaderNames.create("X-Request-ID"), requestId)
                                .header(HeaderNames.create("X-Content-Type-Options"), "nosniff")
                                .keepAlive(false)
                                .entity(body)
                                .build();
                    });
        }
        return handlers.build();
    }

    private HttpFailure unreadable(
            DirectHandler.TransportRequest request, DirectHandler.EventType event, Status status) {
        if (status.code() == Status.REQUEST_TIMEOUT_408.code()) {
            return Arrival.headIsLate(settings.requestTimeout());
        }
        return switch (event) {
            case BAD_REQUEST, OTHER, HTTP_VERSION_NOT_SUPPORTED ->
                    request.headers()
                            .first(HeaderNames.CONTENT_LENGTH)
                            .filter(length -> size(length).isEmpty())
                            .map(HttpEdge::noSize)
                            .orElseGet(
                                    () ->
                                            HttpFailure.of(
                                                    ErrorCode.REQUEST_INVALID,
                                                    "Expected an HTTP/1.1 request, but it cannot"
                                                            + " be read as one"));
            case PAYLOAD_TOO_LARGE ->
                    HttpFailure.of(ErrorCode.REQUEST_TOO_LARGE, "The request is too large");
            case FORBIDDEN -> HttpFailure.of(ErrorCode.PERMISSION_DENIED, "The request is refused");
            case INTERNAL_ERROR -> HttpFailure.of(ErrorCode.INTERNAL, "The server failed");
        };
    }

    private void handle(ServerRequest from, ServerResponse to) {
        long began = System.nanoTime();
        Arrival.CURRENT.get().headIsRead();
        var method = from.prologue().method().text();
        var target = Target.of(from);
        var told =
                new Told(
                        header(from, "X-Request-ID")
                                .filter(HttpEdge::isRequestId)
                                .orElseGet(HttpEdge::freshRequestId));
        header(from, TraceParent.HEADER)
                .flatMap(TraceParent::of)
                .ifPresent(parent -> told.ids.put("trace_id", parent.traceId()));
        LogContext.within(
                told.ids,
                () -> {
                    long bytes = 0;
                    try {
                        bytes = reply(from, to, method, target, told);
                    } finally {
                        done(
                                new Exchange(
                                        method,
                                        target.path(),
                                        told.route,
                                        told.ids,
                                        from.remotePeer().host(),
                                        to.status().code(),
                                        bytes,
                                        System.nanoTime() - began,
                                        told.live));
                    }
                });
        Arrival.CURRENT.get().answered();
        if (isLast(from, to)) {
            Leftovers.read(from);
            throw new CloseConnectionException("the last answer of the connection was sent");
        }
    }

    /**
     * The library says in its answer that it will close the connection, and then leaves it open.
     */
    private static boolean isLast(ServerRequest from, ServerResponse to) {
        return to.status().code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
                || to.status().code() == Status.REQUEST_TIMEOUT_408.code()
                || to.headers().contains(HeaderValues.CONNECTION_CLOSE)
                || header(from, "Connection")
                        .map(options -> options.toLowerCase(Locale.ROOT).contains("close"))
                        .orElse(false);
    }

    private void done(Exchange exchange) {
        meter.answered(exchange);
        AccessLog.write(exchange);
    }

    /** What is found out about a request while it is answered. */
    private static final class Told {

        final String requestId;
        final Map<String, String> ids = new LinkedHashMap<>();
        Optional<String> route = Optional.empty();
        boolean live;

        Told(String requestId) {
            this.requestId = requestId;
            ids.put("request_id", requestId);
        }

        void found(Router.Found.At at) {
            route = Optional.of(at.route().template());
            for (var name : IDS) {
                var value = at.parameters().get(name);
                if (value != null && value.length() <= ID_CHARS_MAX) {
                    ids.put(name, value);
                }
            }
        }

        void made(Response response) {
            live = response instanceof Response.Live;
            if (response instanceof Response.Json(int status, JsonObject body, var _)
                    && status == Status.CREATED_201.code()) {
                for (var name : IDS) {
                    body.string(name).ifPresent(id -> ids.putIfAbsent(name, id));
                }
            }
        }
    }

    private long reply(
            ServerRequest from, ServerResponse to, String method, Target target, Told told) {
        var path = target.path();
        var requestId = told.requestId;
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Request-ID", requestId);
        headers.putAll(crossOrigin.headers(header(from, "Origin")));
        var call = calls.begin();
        if (call.isEmpty()) {
            var stopping = HttpFailure.of(ErrorCode.SERVER_STOPPING, "The server is stopping");
            return answers.send(from, to, Problem.of(stopping, path, requestId), headers, _ -> {});
        }
        try (var open = call.get()) {
            Response response;
            try {
                response = answer(from, method, target, told, headers);
            } catch (HttpFailure refused) {
                response = Problem.of(refused, path, requestId);
            } catch (MirrorNeuronException refused) {
                if (refused.code() == ErrorCode.INTERNAL) {
                    LOG.error("request {}: {} {} failed", requestId, method, path, refused);
                }
                response = Problem.of(refused, path, requestId);
            } catch (RuntimeException | StackOverflowError broken) {
                LOG.error("request {}: {} {} broke", requestId, method, path, broken);
                response = Problem.internal(path, requestId);
            }
            told.made(response);
            return answers.send(from, to, response, headers, action -> calls.onStop(open, action));
        }
    }

    private Response answer(
            ServerRequest from,
            String method,
            Target target,
            Told told,
            Map<String, String> headers) {
        if (!target.isReadable()) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_INVALID,
                    "target: \""
                            + Problem.shown(target.server().orElse(""))
                            + "\" (expected: a name or an address and a port before the path, or"
                            + " only the path)");
        }
        var path = target.path();
        // Before anything else, as the library does with what it sees to be malformed.
        var declared = declaredSize(from);
        var origin = header(from, "Origin");
        if (method.equals("OPTIONS") && header(from, "Access-Control-Request-Method").isPresent()) {
            headers.putAll(
                    crossOrigin.preflight(origin, header(from, "Access-Control-Request-Headers")));
            return Response.noContent();
        }
        var segments = Paths.segments(path);
        boolean open = segments.equals(List.of("api", "v1", "health"));
        if (!open && !authentication.permits(header(from, "Authorization"))) {
            throw Authentication.required();
        }
        if (!open && !authentication.enabled()) {
            crossOrigin.admit(
                    method,
                    target.server().or(() -> header(from, "Host")),
                    name -> header(from, name));
        }
        if (declared.orElse(0) > settings.bodyBytesMax()) {
            throw BoundedBody.tooLarge(settings.bodyBytesMax());
        }
        if (segments.size() < 2 || !segments.subList(0, 2).equals(List.of("api", "v1"))) {
            throw unknownRoute(path);
        }
        return switch (router.find(method, segments.subList(2, segments.size()))) {
            case Router.Found.Nothing _ -> throw unknownRoute(path);
            case Router.Found.OtherMethods others -> {
                var allowed = String.join(", ", others.allowed());
                if (method.equals("OPTIONS")) {
                    yield Response.noContent().withHeader("Allow", allowed);
                }
                throw HttpFailure.of(
                                ErrorCode.METHOD_NOT_ALLOWED,
                                method + " is not possible here (expected: " + allowed + ")")
                        .withHeader("Allow", allowed);
            }
            case Router.Found.At at -> {
                told.found(at);
                yield at.route()
                        .handler()
                        .handle(
                                new Request(
                                        method,
                                        path,
                                        Query.parse(rawQuery(from)),
                                        name -> header(from, name),
                                        new BoundedBody(
                                                from.content().inputStream(),
                                                settings.bodyBytesMax()),
                                        told.requestId,
                                        at.parameters(),
                                        at.tail()));
            }
        };
    }

    private static String rawQuery(ServerRequest from) {
        @Nullable String raw = from.prologue().query().rawValue();
        return raw == null ? "" : raw;
    }

    private static HttpFailure unknownRoute(String path) {
        return HttpFailure.of(
                ErrorCode.ROUTE_NOT_FOUND, "There is nothing at " + Problem.shown(path));
    }

    private static OptionalLong declaredSize(ServerRequest from) {
        var length = header(from, "Content-Length");
        if (length.isEmpty()) {
            return OptionalLong.empty();
        }
        var size = size(length.get());
        if (size.isEmpty()) {
            throw noSize(length.get());
        }
        return size;
    }

    /** Digits and nothing else: a sign would pass for a number, and for a body without an end. */
    private static OptionalLong size(String length) {
        return LENGTH.matcher(length.strip()).matches()
                ? OptionalLong.of(Long.parseLong(length.strip()))
                : OptionalLong.empty();
    }

    private static HttpFailure noSize(String length) {
        return HttpFailure.of(
                        ErrorCode.CONTENT_LENGTH_INVALID,
                        "Content-Length: \""
                                + Problem.shown(length)
                                + "\" (expected: a whole number of bytes)")
                // Nobody knows where the next request begins.
                .withHeader("Connection", "close");
    }

    static Optional<String> header(ServerRequest from, String name) {
        return from.headers().first(HeaderNames.create(name));
    }

    private static boolean isRequestId(String text) {
        return !text.isEmpty()
                && text.length() <= REQUEST_ID_CHARS_MAX
                && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    }

    static String freshRequestId() {
        var random = ThreadLocalRandom.current();
        return "req_%016x%08x".formatted(random.nextLong(), random.nextInt());
    }
}
