package mirrorneuron.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Takes every connection: what comes over it is timed, and one whose first line is no HTTP/1.1
 * request gets the answer that everybody gets. The library would drop it without a word.
 */
final class Connections implements ServerConnectionSelector {

    private static final byte LINE_FEED = 10;

    /** Heads, and what comes with the last piece of a body. */
    private static final int HELD_SLACK_BYTES = 256 << 10;

    private final Http1ConnectionSelector http1;
    private final Duration requestTimeout;
    private final long bodyBytesMax;
    private final Consumer<Exchange> done;

    /**
     * @param requestTimeout see {@link Arrival}
     * @param bodyBytesMax the library holds a whole chunk of a body before it gives any of it out,
     *     however large that says it is; not more than about this is taken of one
     * @param done hears of each answer that no handler gives
     */
    Connections(
            Http1Config http1,
            Duration requestTimeout,
            long bodyBytesMax,
            Consumer<Exchange> done) {
        this.http1 = Http1ConnectionSelector.builder().config(http1).build();
        this.requestTimeout = requestTimeout;
        this.bodyBytesMax = bodyBytesMax;
        this.done = done;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        var arrival = new Arrival(requestTimeout, System::nanoTime);
        var timed = new Timed(context, timed(context.dataReader(), arrival, bodyBytesMax));
        return new Connection(timed, (Http1Connection) http1.connection(timed), arrival, done);
    }

    /** The same bytes, timed as they come. */
    private static DataReader timed(DataReader from, Arrival arrival, long bodyBytesMax) {
        var timed = new DataReader[1];
        timed[0] =
                new DataReader(
                        () -> {
                            int held = timed[0].available();
                            arrival.waiting(held > 0);
                            if (held > heldMax(arrival, bodyBytesMax)) {
                                throw refused(arrival, BoundedBody.tooLarge(bodyBytesMax));
                            }
                            var bytes = bytes(from);
                            if (bytes != null) {
                                came(arrival, bytes.length);
                            }
                            return bytes;
                        });
        return timed[0];
    }

    private static byte @Nullable [] bytes(DataReader from) {
        try {
            from.ensureAvailable();
            return from.readBytes(from.available());
        } catch (DataReader.InsufficientDataAvailableException end) {
            return null;
        }
    }

    /** After its answer a client is heard for a little longer, so that it reads that answer. */
    private static long heldMax(Arrival arrival, long bodyBytesMax) {
        return (arrival.inBody() ? bodyBytesMax : 2 * bodyBytesMax) + HELD_SLACK_BYTES;
    }

    private static void came(Arrival arrival, int bytes) {
        try {
            arrival.came(bytes);
        } catch (HttpFailure late) {
            throw refused(arrival, late);
        }
    }

    /** A handler that reads a body can be told by its own kind of refusal, the library cannot. */
    private static RuntimeException refused(Arrival arrival, HttpFailure why) {
        return arrival.inBody()
                ? why
                : RequestException.builder()
                        .type(DirectHandler.EventType.OTHER)
                        .status(Status.create(why.status()))
                        .message(why.message())
                        .cause(why)
                        .setKeepAlive(false)
                        .build();
    }

    /** One connection, from its first byte to its end. */
    private record Connection(
            ConnectionContext context,
            Http1Connection http1,
            Arrival arrival,
            Consumer<Exchange> done)
            implements ServerConnection, InterruptableTask<Void> {

        @Override
        public void handle(Limit limit) throws InterruptedException {
            ScopedValue.where(Arrival.CURRENT, arrival)
                    .<@Nullable Void, InterruptedException>call(
                            () -> {
                                if (isReadable(context.dataReader())) {
                                    http1.handle(limit);
                                } else {
                                    refuse();
                                }
                                return null;
                            });
        }

        /** A first line that is not complete yet is left to the library. */
        private static boolean isReadable(DataReader reader) {
            try {
                reader.ensureAvailable();
            } catch (DataReader.InsufficientDataAvailableException gone) {
                throw new CloseConnectionException("nothing was sent", gone);
            }
            var data = reader.getBuffer(reader.available());
            int end = data.indexOf(LINE_FEED);
            return end < 0
                    || data.readString(end, StandardCharsets.ISO_8859_1).endsWith(" HTTP/1.1\r");
        }

        private void refuse() {
            var requestId = HttpEdge.freshRequestId();
            var problem =
                    Problem.of(
                            HttpFailure.of(
                                    ErrorCode.REQUEST_INVALID,
                                    "Expected an HTTP/1.1 request, but the first line is none"),
                            "",
                            requestId);
            var body = Json.bytes(problem.body());
            var head =
                    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n"
                            + "X-Content-Type-Options: nosniff\r\nConnection: close\r\n"
                            + "X-Request-ID: "
                            + requestId
                            + "\r\n"
                            + "Content-Length: "
                            + body.length
                            + "\r\n\r\n";
            // What was sent is read first: a connection that is closed over unread bytes takes the
            // answer with it.
            context.dataReader().skip(context.dataReader().available());
            context.dataWriter()
                    .writeNow(
                            BufferData.create(
                                    BufferData.create(head.getBytes(StandardCharsets.US_ASCII)),
                                    BufferData.create(body)));
            done.accept(
                    Exchange.unreadable(
                            "",
                            "",
                            requestId,
                            context.remotePeer().host(),
                            problem.status(),
                            body.length));
        }

        @Override
        public boolean canInterrupt() {
            return http1.canInterrupt();
        }

        @Override
        public Duration idleTime() {
            return http1.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            http1.close(interrupt);
        }
    }

    /** The library's connection with another reader. */
    private record Timed(ConnectionContext context, DataReader dataReader)
            implements ConnectionContext {

        @Override
        public ListenerContext listenerContext() {
            return context.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return context.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return context.dataWriter();
        }

        @Override
        public Router router() {
            return context.router();
        }

        @Override
        public Optional<ProxyProtocolData> proxyProtocolData() {
            return context.proxyProtocolData();
        }

        @Override
        public HelidonSocket serverSocket() {
            return context.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return context.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return context.localPeer();
        }

        @Override
        public boolean isSecure() {
            return context.isSecure();
        }

        @Override
        public String socketId() {
            return context.socketId();
        }

        @Override
        public String childSocketId() {
            return context.childSocketId();
        }
    }
}
