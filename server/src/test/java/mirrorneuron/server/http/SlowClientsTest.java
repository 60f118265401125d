package mirrorneuron.server.http;

import static mirrorneuron.server.http.Raw.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are always in time for the next byte and never for the last. */
@Timeout(60)
class SlowClientsTest {

    private static final Duration LIMIT = Duration.ofMillis(400);

    /** Between two bytes; a client is not faster than this. */
    private static final long PAUSE_MS = 20;

    private final HttpMeter meter = new HttpMeter();
    private HttpEdge edge;

    @BeforeEach
    void serve() throws IOException {
        edge =
                new HttpEdge(
                        new HttpSettings(
                                "localhost",
                                0,
                                Optional.empty(),
                                1 << 20,
                                LIMIT,
                                List.of(),
                                Duration.ofSeconds(5)),
                        meter);
        edge.serve(
                new Router(
                        List.of(
                                new Route("GET", "/things", _ -> ok("all")),
                                new Route("POST", "/things", r -> ok("got " + r.bytes().length)),
                                new Route(
                                        "POST",
                                        "/unread",
                                        _ -> {
                                            throw HttpFailure.invalid("not wanted");
                                        }))));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private static Response ok(String text) {
        return Response.ok(JsonObject.of("text", new JsonString(text)));
    }

    /** Sends byte by byte until the server will have no more; true when it took everything. */
    private static boolean trickle(Socket socket, String text) throws InterruptedException {
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            try {
                socket.getOutputStream().write(b);
                socket.getOutputStream().flush();
            } catch (IOException closed) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        return true;
    }

    private static String post(String path, int length) {
        return "POST /api/v1"
                + path
                + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
                + length
                + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /api/v1/", "GET /api/v1/things HTTP/1.1\r\nHost: h\r\nX-"})
    void a_head_that_trickles_in_is_refused(String beginning) throws Exception {
        try (var socket = new Socket("127.0.0.1", edge.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            Future<Boolean> sent = threads.submit(() -> trickle(socket, "a".repeat(1_000)));
            var answer = Raw.read(socket, false);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.headers())
                    .containsEntry("content-type", "application/problem+json")
                    .containsEntry("connection", "close")
                    .containsKey("x-request-id");
            assertThat(answer.json().string("code")).hasValue("request_timeout");
            assertThat(answer.json().string("error"))
                    .hasValue("Expected the head of the request within 0.4 s, but it took longer");
            assertThat(sent.get()).isFalse();
        }
    }

    @Test
    void a_body_that_trickles_in_is_refused() throws Exception {
        try (var socket = new Socket("127.0.0.1", edge.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(post("/things", 10_000).getBytes(StandardCharsets.US_ASCII));
            Future<Boolean> sent = threads.submit(() -> trickle(socket, "a".repeat(1_000)));
            var answer = Raw.read(socket, false);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.json().string("code")).hasValue("request_timeout");
            assertThat(answer.json().string("title")).hasValue("Request took too long to arrive");
            assertThat(answer.json().string("error"))
                    .hasValue(
                            "Expected the body of the request within 0.4 s and a second for each"
                                    + " 4096 bytes of it, but it took longer");
            assertThat(sent.get()).isFalse();
        }
        assertThat(meter.counted().counts())
                .anyMatch(
                        row ->
                                row.getKey().status() == 408
                                        && row.getKey().kind().route().equals("/things"));
    }

    @Test
    void a_chunked_body_that_trickles_in_is_refused() throws Exception {
        try (var socket = new Socket("127.0.0.1", edge.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(
                            ("POST /api/v1/things HTTP/1.1\r\nHost: h\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            Future<Boolean> sent = threads.submit(() -> trickle(socket, "1\r\na\r\n".repeat(200)));
            assertThat(Raw.read(socket, false).status()).isEqualTo(408);
            assertThat(sent.get()).isFalse();
        }
    }

    @Test
    void a_body_that_nobody_wants_cannot_be_trickled_for_ever_either() throws Exception {
        try (var socket = new Socket("127.0.0.1", edge.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(post("/unread", 10_000).getBytes(StandardCharsets.US_ASCII));
            assertThat(Raw.read(socket, false).status()).isEqualTo(422);
            assertThat(trickle(socket, "a".repeat(1_000))).isFalse();
        }
    }

    @Test
    void a_slow_body_that_keeps_coming_is_taken() throws Exception {
        try (var socket = new Socket("127.0.0.1", edge.port())) {
            socket.setSoTimeout(20_000);
            var out = socket.getOutputStream();
            var part = "a".repeat(1_024).getBytes(StandardCharsets.US_ASCII);
            int parts = 30;
            out.write(post("/things", parts * part.length).getBytes(StandardCharsets.US_ASCII));
            long began = System.nanoTime();
            for (int i = 0; i < parts; i++) {
                TimeUnit.MILLISECONDS.sleep(2 * PAUSE_MS);
                out.write(part);
                out.flush();
            }
            assertThat(System.nanoTime() - began).isGreaterThan(LIMIT.toNanos());
            var answer = Raw.read(socket, false);
            assertThat(answer.json().string("text")).hasValue("got 30720");
        }
    }

    @Test
    void a_connection_may_rest_between_requests() throws Exception {
        try (var socket = new Socket("127.0.0.1", edge.port())) {
            socket.setSoTimeout(20_000);
            for (int i = 0; i < 3; i++) {
                var request = get("/api/v1/things").getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(request);
                assertThat(Raw.read(socket, false).status()).isEqualTo(200);
                TimeUnit.MILLISECONDS.sleep(LIMIT.toMillis() + PAUSE_MS);
            }
        }
    }
}
