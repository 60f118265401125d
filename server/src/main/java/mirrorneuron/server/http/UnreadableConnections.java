package mirrorneuron.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import mirrorneuron.api.json.Json;

/**
 * Takes connections whose first line is no HTTP/1.1 request. The library would drop them without a
 * word; here they get the answer that everybody gets.
 */
final class UnreadableConnections implements ServerConnectionSelector {

    private static final byte LINE_FEED = 10;

    private final Consumer<Exchange> done;

    /**
     * @param done hears of each answer
     */
    UnreadableConnections(Consumer<Exchange> done) {
        this.done = done;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        int end = data.indexOf(LINE_FEED);
        if (end < 0) {
            return Support.UNSUPPORTED;
        }
        return data.readString(end, StandardCharsets.ISO_8859_1).endsWith(" HTTP/1.1\r")
                ? Support.UNSUPPORTED
                : Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new Refusal(context, done);
    }

    /** Answers once and ends. */
    private record Refusal(ConnectionContext context, Consumer<Exchange> done)
            implements ServerConnection {

        @Override
        public void handle(Limit limit) {
            var requestId = HttpEdge.freshRequestId();
            var problem =
                    Problem.of(
                            HttpFailure.badRequest(
                                    "bad_request",
                                    "Expected an HTTP/1.1 request, but the first line is none"),
                            "",
                            requestId);
            var body = Json.bytes(problem.body());
            var head =
                    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n"
                            + "X-Content-Type-Options: nosniff\r\nConnection: close\r\n"
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
        public Duration idleTime() {
            return Duration.ZERO;
        }

        @Override
        public void close(boolean interrupt) {
            // It has ended by then.
        }
    }
}
