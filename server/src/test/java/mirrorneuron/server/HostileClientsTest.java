package mirrorneuron.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.http.PercentText;
import mirrorneuron.server.http.Raw;
import mirrorneuron.server.http.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that send what nobody should: every route, with bodies, paths, queries and headers made
 * by chance from a fixed seed. Whatever they send, the answer is no 5xx and has the usual form,
 * nothing stays open, and the server goes on.
 */
class HostileClientsTest {

    private static final long SEED = 20_261_122;
    private static final int REQUESTS_PER_ROUTE = 60;

    private static final List<String> WORDS =
            List.of(
                    "",
                    "0",
                    "-1",
                    "1e999",
                    "9".repeat(400),
                    "NaN",
                    "true",
                    "null",
                    "..",
                    "../../etc/passwd",
                    "a/b",
                    "a\\b",
                    "\u0000",
                    "\u001b[31m",
                    "é\uD83D\uDE00",
                    "%",
                    "x".repeat(3_000),
                    "' OR 1=1",
                    "${jndi:ldap://x}",
                    "\r\nSet-Cookie: a=b");

    private static final List<String> NAMES =
            List.of(
                    "limit",
                    "offset",
                    "include_terminal",
                    "status",
                    "include",
                    "event_limit",
                    "stream",
                    "after",
                    "type",
                    "types",
                    "interval",
                    "dry_run",
                    "all",
                    "since",
                    "level",
                    "channel",
                    "channels",
                    "format",
                    "window",
                    "bucket",
                    "timeout",
                    "submit",
                    "purge_runs",
                    "x");

    private static final List<String> BODIES =
            List.of(
                    "{}",
                    "[]",
                    "null",
                    "7",
                    "\"text\"",
                    "{",
                    "{\"a\":}",
                    "{\"a\":1e99999}",
                    "{\"a\":" + "9".repeat(1_500) + "}",
                    "{\"a\":\"\\ud800\"}",
                    "{\"a\":1,\"a\":2}",
                    "[".repeat(5_000),
                    "{\"a\":".repeat(600) + "1" + "}".repeat(600),
                    "{\"manifest\":{\"graph_id\":\"g\",\"nodes\":{}}}",
                    "{\"manifest\":{\"graph_id\":\"g\",\"nodes\":[{\"node_id\":[]}]}}",
                    "{\"manifest_json\":\"{\\\"graph_id\\\":{}}\"}",
                    "{\"graph_id\":\"g\",\"nodes\":[{\"node_id\":\"a\",\"agent_type\":\"router\"}],\"edges\":7}",
                    "{\"workflow\":{\"workflow_id\":\"w\",\"steps\":[{\"id\":1}]}}",
                    "{\"workflow\":[]}",
                    "{\"bundle_path\":\"uploads/../../etc\"}",
                    "{\"payloads\":{\"../x\":\"y\"},\"manifest\":{}}",
                    "{\"cpu\":-25,\"limits\":[]}",
                    "{\"decision\":{},\"response\":7}",
                    "{\"reason\":{\"a\":1}}");

    @TempDir Path home;

    private Served mn;
    private final Random random = new Random(SEED);
    private String job = "";

    @BeforeEach
    void serve() throws IOException {
        mn = Served.at(home);
        job = mn.submit(Served.smallest(), Map.of("work.sh", "echo hello\n"));
        mn.awaitStatus(job, "completed");
    }

    @AfterEach
    void stop() {
        mn.close();
    }

    @Test
    void no_request_breaks_the_server() throws IOException {
        long filesBefore = openFiles();
        for (var route : mn.server().routes()) {
            for (int i = 0; i < REQUESTS_PER_ROUTE; i++) {
                var sent = request(route);
                Raw.Answer answer;
                try {
                    answer = mn.send(sent);
                } catch (IOException dropped) {
                    throw new AssertionError("no answer to " + shown(sent), dropped);
                }
                assertThat(answer.status()).as(shown(sent)).isLessThan(500);
                if (answer.status() >= 400) {
                    assertThat(answer.headers())
                            .as(shown(sent))
                            .containsEntry("content-type", "application/problem+json");
                    if (answer.content().length > 0) {
                        assertThat(answer.json().string("error")).as(shown(sent)).isPresent();
                        assertThat(answer.text()).doesNotContain(home.toString());
                    }
                }
            }
            assertThat(mn.get("/health").status()).as(route.template()).isEqualTo(200);
        }
        settled(filesBefore);
    }

    private void settled(long filesBefore) {
        await().atMost(Duration.ofSeconds(20)).until(() -> mn.server().openCalls() == 0);
        // What is open besides: the connections that the last answers came on.
        await().atMost(Duration.ofSeconds(20)).until(() -> openFiles() < filesBefore + 40);
    }

    private static long openFiles() {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException unknown) {
            return 0;
        }
    }

    private byte[] request(Route route) {
        var bytes = new ByteArrayOutputStream();
        var body =
                route.method().equals("GET") && random.nextInt(4) > 0
                        ? new byte[0]
                        : mutated(pick(BODIES));
        var head = new StringBuilder();
        head.append(route.method())
                .append(' ')
                .append(Served.API)
                .append(path(route.template()))
                .append(query())
                .append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (var header : headers()) {
            head.append(header).append("\r\n");
        }
        if (random.nextInt(5) == 0 && body.length > 0) {
            head.append("Transfer-Encoding: chunked\r\n\r\n");
            bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(
                    (Integer.toHexString(body.length) + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(body);
            bytes.writeBytes("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } else {
            head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
            bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    private String path(String template) {
        var path = new StringBuilder();
        for (var part : template.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            path.append('/');
            if (!part.startsWith("{")) {
                path.append(part);
            } else if (random.nextInt(3) == 0) {
                path.append(PercentText.encode(pick(WORDS)));
            } else {
                path.append(part.contains("index") ? "0" : job);
            }
        }
        return path.toString();
    }

    private String query() {
        var parts = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            parts.add(
                    pick(NAMES)
                            + "="
                            + (random.nextInt(10) == 0 ? "%zz" : PercentText.encode(pick(WORDS))));
        }
        // Nothing asks a stream to stay open after the end of its run: it would do so.
        return parts.stream().collect(Collectors.joining("&", parts.isEmpty() ? "" : "?", ""));
    }

    private List<String> headers() {
        var all =
                List.of(
                        "Content-Type: application/json",
                        "Content-Type: multipart/form-data; boundary=",
                        "Content-Type: multipart/form-data; boundary=" + "b".repeat(200),
                        "Content-Type: text/html; charset=utf-7",
                        "Content-Encoding: gzip",
                        "Accept: text/event-stream",
                        "Accept: */*;q=x",
                        "Accept-Encoding: gzip;q=1, *;q=0",
                        "Range: bytes=5-1",
                        "Range: lines=1-2",
                        "Last-Event-ID: -5",
                        "Last-Event-ID: " + "9".repeat(60),
                        "Idempotency-Key: " + "k".repeat(500),
                        "If-None-Match: *",
                        "Origin: null",
                        "Authorization: Bearer ",
                        "X-Request-ID: " + "r".repeat(2_000));
        var some = new ArrayList<String>();
        for (int i = random.nextInt(3); i > 0; i--) {
            some.add(pick(all));
        }
        return some;
    }

    private byte[] mutated(String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(3) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(6) == 0
                ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))
                : bytes;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String shown(byte[] request) {
        var text = new String(request, StandardCharsets.ISO_8859_1);
        return "seed " + SEED + ": " + text.substring(0, Math.min(text.length(), 600));
    }

    @Test
    void a_client_that_leaves_or_stops_in_the_middle_holds_nothing() throws IOException {
        long filesBefore = openFiles();
        var whole =
                Raw.request(
                        "POST",
                        Served.API + "/jobs",
                        JsonObject.of("manifest", Served.idle()).toString());
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < 40; i++) {
            var socket = new Socket("127.0.0.1", mn.port());
            sockets.add(socket);
            var part = whole.substring(0, random.nextInt(whole.length()));
            socket.getOutputStream().write(part.getBytes(StandardCharsets.UTF_8));
            if (i % 3 == 0) {
                socket.shutdownOutput();
            } else if (i % 3 == 1) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
        assertThat(mn.get("/health").status()).isEqualTo(200);
        for (var socket : sockets) {
            socket.close();
        }
        settled(filesBefore);
        assertThat(mn.get("/jobs?include_terminal=false").json().integer("total")).hasValue(0);
    }

    @Test
    void readers_that_leave_streams_are_noticed() throws IOException {
        var going = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(going, "running");
        for (int i = 0; i < 30; i++) {
            for (var path :
                    List.of(
                            "/jobs/" + going + "/events?stream=true&interval=0.25",
                            "/jobs/" + going + "/workflow-progress/stream?interval=0.25",
                            "/runs/" + going + "/stream?interval=0.25")) {
                try (var stream = mn.stream(path)) {
                    assertThat(stream.next()).isPresent();
                }
            }
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> mn.server().openCalls() == 0);
        mn.post("/jobs/" + going + "/cancel", "");
    }
}
