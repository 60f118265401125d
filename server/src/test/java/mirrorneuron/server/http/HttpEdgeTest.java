package mirrorneuron.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static mirrorneuron.server.http.Raw.get;
import static mirrorneuron.server.http.Raw.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every request, whatever its route: over a real socket. */
class HttpEdgeTest {

    private static final int LIMIT = 1_000;

    @TempDir Path folder;

    private final HttpMeter meter = new HttpMeter();

    private @Nullable HttpEdge edge;

    @AfterEach
    void stop() {
        if (edge != null) {
            edge.close();
        }
    }

    private int serve(Optional<String> token, String... origins) throws IOException {
        return serve(HttpEdge.CONNECTIONS_MAX, token, origins);
    }

    private int serve(int connectionsMax, Optional<String> token, String... origins)
            throws IOException {
        var file = folder.resolve("letters.txt");
        Files.writeString(file, "abcdefghij");
        var router =
                new Router(
                        List.of(
                                new Route("GET", "/health", _ -> ok("well")),
                                new Route("GET", "/things", _ -> ok("all")),
                                new Route("POST", "/things", r -> Response.ok(r.object())),
                                new Route("POST", "/things/fixed", _ -> ok("the fixed path")),
                                new Route(
                                        "GET",
                                        "/things/{id}",
                                        r -> ok("thing " + r.parameter("id"))),
                                new Route(
                                        "GET",
                                        "/things/{id}/parts/{part...}",
                                        r -> ok(r.parameter("id") + " " + r.tail())),
                                new Route(
                                        "POST", "/optional", r -> Response.ok(r.optionalObject())),
                                new Route("GET", "/broken", _ -> fail()),
                                new Route("GET", "/large", _ -> ok("x".repeat(5_000))),
                                new Route(
                                        "GET",
                                        "/file",
                                        _ ->
                                                new Response.File(
                                                        () -> FileChannel.open(file),
                                                        10,
                                                        "text/plain",
                                                        "e1",
                                                        Map.of()))));
        var served =
                new HttpEdge(
                        new HttpSettings(
                                "localhost",
                                0,
                                token,
                                LIMIT,
                                Duration.ofMinutes(1),
                                List.of(origins),
                                Duration.ofSeconds(5)),
                        meter,
                        connectionsMax);
        served.serve(router);
        edge = served;
        return served.port();
    }

    private int serve() throws IOException {
        return serve(Optional.empty());
    }

    private static Response ok(String text) {
        return Response.ok(JsonObject.of("text", new JsonString(text)));
    }

    private static Response fail() {
        throw new IllegalStateException("secret detail of /etc/passwd");
    }

    @Test
    void an_answer_is_json_with_a_request_id_and_protective_headers() throws IOException {
        var answer = Raw.send(serve(), get("/api/v1/things"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().string("text")).contains("all");
        assertThat(answer.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("x-frame-options", "DENY")
                .containsEntry("cache-control", "no-store")
                .containsKey("content-security-policy")
                .doesNotContainKey("access-control-allow-origin");
        assertThat(answer.headers().get("x-request-id")).startsWith("req_");
    }

    @Test
    void a_request_id_is_echoed_when_it_is_visible_ascii() throws IOException {
        int port = serve();
        var answer = Raw.send(port, get("/api/v1/things", "X-Request-ID: abc-1"));
        assertThat(answer.headers()).containsEntry("x-request-id", "abc-1");
        var long_ = Raw.send(port, get("/api/v1/things", "X-Request-ID: " + "a".repeat(129)));
        assertThat(long_.headers().get("x-request-id")).startsWith("req_");
    }

    @Test
    void a_slash_at_the_end_is_tolerated_and_a_fixed_path_wins_over_a_parameter()
            throws IOException {
        int port = serve();
        assertThat(Raw.send(port, get("/api/v1/things/")).json().string("text")).contains("all");
        assertThat(
                        Raw.send(port, request("POST", "/api/v1/things/fixed", ""))
                                .json()
                                .string("text"))
                .contains("the fixed path");
    }

    @Test
    void segments_are_decoded_one_at_a_time() throws IOException {
        int port = serve();
        assertThat(Raw.send(port, get("/api/v1/things/a%2Fb%20c")).json().string("text"))
                .contains("thing a/b c");
        assertThat(Raw.send(port, get("/api/v1/things/m:1/parts/x%2E%2E/y")).json().string("text"))
                .contains("m:1 [x.., y]");
        assertThat(Raw.send(port, get("/api/v1/things/%C3%A4")).json().string("text"))
                .contains("thing ä");
        var malformed = Raw.send(port, get("/api/v1/things/%zz"));
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.json().string("code")).contains("invalid_id");
    }

    @Test
    void dots_in_a_path_are_segments_and_never_steps() throws IOException {
        int port = serve();
        assertThat(Raw.send(port, get("/api/v1/things/../things")).status()).isEqualTo(404);
        assertThat(Raw.send(port, get("/api/v1/things/%2e%2e")).json().string("text"))
                .contains("thing ..");
    }

    @Test
    void an_unknown_path_is_a_problem_document() throws IOException {
        var answer = Raw.send(serve(), get("/api/v1/nothing", "X-Request-ID: r1"));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        var body = answer.json();
        assertThat(body.string("code")).contains("route_not_found");
        assertThat(body.integer("status")).hasValue(404);
        assertThat(body.string("instance")).contains("/api/v1/nothing");
        assertThat(body.string("request_id")).contains("r1");
        assertThat(body.string("type"))
                .contains("https://mirrorneuron.io/problems/route_not_found");
        assertThat(body.string("error")).isEqualTo(body.string("detail")).isPresent();
        assertThat(body.string("title")).contains("Resource not found");
    }

    @Test
    void beside_the_base_path_there_is_nothing() throws IOException {
        int port = serve();
        for (var path : List.of("/", "/things", "/api", "/api/v1", "/api/v2/things")) {
            var answer = Raw.send(port, get(path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.json().string("code")).as(path).contains("route_not_found");
        }
    }

    @Test
    void a_wrong_method_names_the_right_ones() throws IOException {
        int port = serve();
        var answer = Raw.send(port, request("DELETE", "/api/v1/things", ""));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "GET, POST, HEAD, OPTIONS");
        assertThat(answer.json().string("code")).contains("method_not_allowed");
        var options = Raw.send(port, request("OPTIONS", "/api/v1/things", ""));
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.headers()).containsEntry("allow", "GET, POST, HEAD, OPTIONS");
    }

    @Test
    void head_is_get_without_a_body() throws IOException {
        var answer = Raw.send(serve(), request("HEAD", "/api/v1/things", ""));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-length", "14");
    }

    @Test
    void a_body_is_json_whatever_its_content_type() throws IOException {
        int port = serve();
        for (var type : List.of("application/json", "text/plain", "")) {
            var answer =
                    Raw.send(
                            port,
                            request(
                                    "POST",
                                    "/api/v1/things",
                                    "{\"a\":1}",
                                    "Content-Type: " + type));
            assertThat(answer.json().integer("a")).as(type).hasValue(1);
        }
    }

    @Test
    void an_optional_body_may_be_absent_in_every_way() throws IOException {
        int port = serve();
        var path = "/api/v1/optional";
        for (var sent :
                List.of(
                        request("POST", path, ""),
                        request("POST", path, "", "Content-Length: 0"),
                        request(
                                "POST",
                                path,
                                "",
                                "Content-Length: 0",
                                "Content-Type: application/x-www-form-urlencoded"),
                        request("POST", path, "{}"))) {
            var answer = Raw.send(port, sent);
            assertThat(answer.status()).as(sent).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{}");
        }
    }

    @Test
    void what_is_no_object_is_refused_with_its_reason() throws IOException {
        int port = serve();
        assertThat(code(port, request("POST", "/api/v1/things", "")))
                .isEqualTo("400 empty_payload");
        assertThat(code(port, request("POST", "/api/v1/things", "{")))
                .isEqualTo("400 invalid_json");
        assertThat(code(port, request("POST", "/api/v1/things", "[1]")))
                .isEqualTo("400 invalid_json");
        assertThat(code(port, request("POST", "/api/v1/things", "[".repeat(900))))
                .isEqualTo("400 invalid_json");
        var notUtf8 = request("POST", "/api/v1/things", "", "Content-Length: 9");
        var bytes = notUtf8.getBytes(StandardCharsets.ISO_8859_1);
        var all = java.util.Arrays.copyOf(bytes, bytes.length + 9);
        System.arraycopy(
                new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xFF, '"', '}'},
                0,
                all,
                bytes.length,
                9);
        var answer = Raw.send(port, all, false);
        assertThat(answer.status() + " " + answer.json().string("code").orElse(""))
                .isEqualTo("400 invalid_json");
    }

    private static String code(int port, String sent) throws IOException {
        var answer = Raw.send(port, sent);
        return answer.status() + " " + answer.json().string("code").orElse("");
    }

    @Test
    void a_body_above_the_limit_is_refused_before_it_is_read() throws IOException {
        int port = serve();
        var declared =
                Raw.send(
                        port,
                        "POST /api/v1/things HTTP/1.1\r\nHost: l\r\nContent-Length: 1001\r\n\r\n{");
        assertThat(declared.status()).isEqualTo(413);
        assertThat(declared.json().string("code")).contains("request_too_large");
        assertThat(declared.json().integer("limit_bytes")).hasValue(LIMIT);
    }

    @Test
    void a_body_without_a_length_is_counted_while_it_is_read() throws IOException {
        int port = serve();
        var chunk = "200\r\n" + " ".repeat(512) + "\r\n";
        var answer =
                Raw.send(
                        port,
                        "POST /api/v1/things HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + chunk.repeat(2)
                                + "0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().integer("limit_bytes")).hasValue(LIMIT);
        var small =
                Raw.send(
                        port,
                        "POST /api/v1/things HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "7\r\n{\"a\":1}\r\n0\r\n\r\n");
        assertThat(small.json().integer("a")).hasValue(1);
    }

    @Test
    void a_large_body_that_is_sent_whole_still_gets_its_answer() throws IOException {
        int port = serve();
        var answer = Raw.send(port, request("POST", "/api/v1/things", "x".repeat(6 << 20)));
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void a_chunk_that_says_it_is_huge_is_never_collected() throws IOException {
        try (var socket = new Socket("127.0.0.1", serve())) {
            var out = socket.getOutputStream();
            out.write(
                    ("POST /api/v1/things HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "7ffffff0\r\n")
                            .getBytes(US_ASCII));
            var piece = new byte[1 << 20];
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 256; i++) {
                                    out.write(piece);
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_body_that_ends_before_what_was_announced_is_the_clients_mistake() throws IOException {
        try (var socket = new Socket("127.0.0.1", serve())) {
            socket.getOutputStream()
                    .write(
                            "POST /api/v1/things HTTP/1.1\r\nHost: l\r\nContent-Length: 9\r\n\r\n{"
                                    .getBytes(US_ASCII));
            socket.shutdownOutput();
            var answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("the connection ended before");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ten", "-1", "1.5", "+2", "99999999999999999999"})
    void a_length_that_is_no_number_is_refused(String length) throws IOException {
        var answer =
                Raw.send(
                        serve(),
                        "POST /api/v1/things HTTP/1.1\r\nHost: l\r\nContent-Length: "
                                + length
                                + "\r\n\r\n{}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().string("code")).contains("invalid_content_length");
        assertThat(answer.text()).contains(length);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    }

    @Test
    void what_breaks_inside_says_nothing_outside() throws IOException {
        var answer = Raw.send(serve(), get("/api/v1/broken", "X-Request-ID: r7"));
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().string("code")).contains(ErrorCode.INTERNAL.problem());
        assertThat(answer.text()).doesNotContain("secret").contains("r7");
    }

    @Test
    void no_noise_gets_through_without_an_answer_in_the_usual_form() throws IOException {
        int port = serve();
        for (var noise :
                List.of(
                        "GET\r\n\r\n",
                        "GET /api/v1/things HTTP/9.9\r\nHost: l\r\n\r\n",
                        "GET /api/v1/things\r\n\r\n",
                        "BREW /api/v1/things HTTP/1.1\r\nHost: l\r\n\r\n",
                        "GET /api/v1/th\u0001ings HTTP/1.1\r\nHost: l\r\n\r\n",
                        "GET /api/v1/things HTTP/1.1\r\nbad header\r\n\r\n")) {
            var answer = Raw.send(port, noise);
            assertThat(answer.status()).as(noise).isBetween(400, 499);
            assertThat(answer.json().string("error")).as(noise).isPresent();
            assertThat(answer.headers().get("x-request-id"))
                    .as(noise)
                    .isEqualTo(answer.json().string("request_id").orElseThrow());
        }
        assertThat(Raw.send(port, get("/api/v1/health")).status()).isEqualTo(200);
    }

    @Test
    void with_a_token_only_health_and_preflight_are_open() throws IOException {
        int port = serve(Optional.of("t0p"), "http://page");
        assertThat(Raw.send(port, get("/api/v1/health")).status()).isEqualTo(200);
        for (var path : List.of("/api/v1/things", "/api/v1/nothing", "/")) {
            var refused = Raw.send(port, get(path));
            assertThat(refused.status()).as(path).isEqualTo(401);
            assertThat(refused.headers()).containsEntry("www-authenticate", "Bearer");
            assertThat(refused.json().string("code")).contains("authentication_required");
            assertThat(refused.json().string("error")).contains("missing or invalid bearer token");
        }
        for (var wrong : List.of("Bearer wrong", "Bearer t0p2", "Basic t0p", "Bearer", "t0p")) {
            assertThat(Raw.send(port, get("/api/v1/things", "Authorization: " + wrong)).status())
                    .as(wrong)
                    .isEqualTo(401);
        }
        for (var right : List.of("Bearer t0p", "bearer t0p", "BEARER  t0p")) {
            assertThat(Raw.send(port, get("/api/v1/things", "Authorization: " + right)).status())
                    .as(right)
                    .isEqualTo(200);
        }
        assertThat(Raw.send(port, get("/api/v1/things?token=t0p")).status()).isEqualTo(401);
        var preflight =
                Raw.send(
                        port,
                        request(
                                "OPTIONS",
                                "/api/v1/things",
                                "",
                                "Origin: http://page",
                                "Access-Control-Request-Method: POST",
                                "Access-Control-Request-Headers: authorization, x-a"));
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.headers())
                .containsEntry("access-control-allow-origin", "http://page")
                .containsEntry(
                        "access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS")
                .containsEntry("access-control-allow-headers", "authorization, x-a");
    }

    @Test
    void listed_origins_are_told_so_even_in_refusals_and_others_are_not() throws IOException {
        int port = serve(Optional.empty(), "http://page");
        var listed = Raw.send(port, get("/api/v1/nothing", "Origin: http://page"));
        assertThat(listed.headers())
                .containsEntry("access-control-allow-origin", "http://page")
                .containsEntry("access-control-allow-credentials", "true")
                .containsEntry("vary", "Origin");
        var unlisted = Raw.send(port, get("/api/v1/things", "Origin: http://evil"));
        assertThat(unlisted.headers().keySet())
                .noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void a_star_allows_any_origin_without_credentials() throws IOException {
        var answer =
                Raw.send(serve(Optional.empty(), "*"), get("/api/v1/things", "Origin: http://any"));
        assertThat(answer.headers())
                .containsEntry("access-control-allow-origin", "*")
                .doesNotContainKey("access-control-allow-credentials");
    }

    @Test
    void a_foreign_page_cannot_change_anything() throws IOException {
        int port = serve(Optional.empty(), "http://page");
        var foreign =
                request(
                        "POST",
                        "/api/v1/things",
                        "{}",
                        "Origin: http://evil",
                        "Sec-Fetch-Site: cross-site",
                        "Content-Type: text/plain");
        assertThat(code(port, foreign)).isEqualTo("403 permission_denied");
        assertThat(Raw.send(port, foreign.replace("http://evil", "http://page")).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "http://evil          | -           | 403",
                "null                 | -           | 403",
                "http://l:9999        | -           | 403",
                "http://evil          | same-site   | 403",
                "-                    | cross-site  | 403",
                "https://proxied.site | same-origin | 200",
                "http://l:8080        | -           | 200",
                "HTTP://L:8080        | -           | 200",
                "-                    | none        | 200",
                "-                    | -           | 200",
                "http://page          | cross-site  | 200",
                "http://page          | -           | 200",
            },
            delimiter = '|')
    void a_page_changes_something_only_when_it_is_ours_or_listed(
            @Nullable String origin, @Nullable String fetchSite, int status) throws IOException {
        var request =
                new StringBuilder("POST /api/v1/things HTTP/1.1\r\nHost: l:8080\r\n")
                        .append("Content-Type: text/plain\r\nContent-Length: 2\r\n");
        if (origin != null) {
            request.append("Origin: ").append(origin).append("\r\n");
        }
        if (fetchSite != null) {
            request.append("Sec-Fetch-Site: ").append(fetchSite).append("\r\n");
        }
        var answer = Raw.send(serve(Optional.empty(), "http://page"), request + "\r\n{}");
        assertThat(answer.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "evil.example            | 403",
                "evil.example:54001      | 403",
                "EVIL.example.:54001     | 403",
                "127.0.0.1.evil.example  | 403",
                "localhost.evil.example  | 403",
                "localhost               | 200",
                "localhost:54001         | 200",
                "mn.localhost:54001      | 200",
                "127.0.0.1:54001         | 200",
                "192.168.7.4             | 200",
                "[::1]:54001             | 200",
                "container:54001         | 200",
                "mn.page.example         | 200",
                "MN.page.example.:54001  | 200",
            },
            delimiter = '|')
    void a_name_that_may_be_a_strangers_is_answered_nothing(String host, int status)
            throws IOException {
        var request = "GET /api/v1/things HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        var health = request.replace("things", "health");
        int open = serve(Optional.empty(), "https://mn.page.example");
        assertThat(Raw.send(open, request).status()).isEqualTo(status);
        assertThat(Raw.send(open, health).status()).isEqualTo(200);
        stop();
        int guarded = serve(Optional.of("t0p"));
        var known = request.replace("\r\n\r\n", "\r\nAuthorization: Bearer t0p\r\n\r\n");
        assertThat(Raw.send(guarded, known).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:54001", "HTTP://[::1]", "https://l"})
    void a_target_may_name_the_server_before_the_path(String server) throws IOException {
        int port = serve();
        assertThat(Raw.send(port, get(server + "/api/v1/things/a%20b?x=1")).json().string("text"))
                .contains("thing a b");
        var unknown = Raw.send(port, get(server + "/api/v1/nothing"));
        assertThat(unknown.json().string("instance")).contains("/api/v1/nothing");
        assertThat(code(port, get(server + "?x=1"))).isEqualTo("404 route_not_found");
        assertThat(Raw.send(port, request("HEAD", server + "/api/v1/file", "")).headers())
                .containsEntry("content-length", "10");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "http://evil.example:54001 | localhost    | 403",
                "http://localhost:54001    | evil.example | 200",
                "http://me@localhost       | localhost    | 400",
                "http://localhost:@evil.ex | localhost    | 400",
                "http://:54001             | localhost    | 400",
                "http://                   | localhost    | 400",
                "ftp://localhost           | localhost    | 404",
            },
            delimiter = '|')
    void a_server_that_the_target_names_counts_and_the_host_beside_it_does_not(
            String server, String host, int status) throws IOException {
        var request = "GET " + server + "/api/v1/things HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        assertThat(Raw.send(serve(), request).status()).isEqualTo(status);
    }

    @Test
    void a_page_is_ours_when_it_is_of_the_server_that_the_target_names() throws IOException {
        int port = serve();
        var change =
                "POST http://l:8080/api/v1/things HTTP/1.1\r\nHost: evil\r\n"
                        + "Content-Length: 2\r\nOrigin: ";
        assertThat(Raw.send(port, change + "http://l:8080\r\n\r\n{}").status()).isEqualTo(200);
        assertThat(Raw.send(port, change + "http://evil\r\n\r\n{}").status()).isEqualTo(403);
    }

    @Test
    void more_connections_than_there_is_room_for_wait_for_their_turn() throws IOException {
        int port = serve(2, Optional.empty());
        try (var one = new Socket("127.0.0.1", port);
                var other = new Socket("127.0.0.1", port)) {
            for (var held : List.of(one, other)) {
                held.getOutputStream().write(get("/api/v1/things").getBytes(US_ASCII));
                assertThat(Raw.read(held, false).status()).isEqualTo(200);
            }
            try (var third = new Socket("127.0.0.1", port)) {
                third.getOutputStream().write(get("/api/v1/things").getBytes(US_ASCII));
                third.setSoTimeout(300);
                assertThatThrownBy(() -> third.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class);
                one.close();
                third.setSoTimeout(10_000);
                assertThat(Raw.read(third, false).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_compressed_answer_still_says_that_it_depends_on_the_page() throws IOException {
        var answer =
                Raw.send(
                        serve(Optional.empty(), "http://page"),
                        get("/api/v1/large", "Origin: http://page", "Accept-Encoding: gzip"));
        assertThat(answer.headers()).containsEntry("content-encoding", "gzip");
        assertThat(String.valueOf(answer.headers().get("vary")).split(",\\s*"))
                .containsExactlyInAnyOrder("Origin", "Accept-Encoding");
    }

    @Test
    void large_answers_are_compressed_where_asked() throws IOException {
        int port = serve();
        var plain = Raw.send(port, get("/api/v1/large"));
        assertThat(plain.headers()).doesNotContainKey("content-encoding");
        var zipped = Raw.send(port, get("/api/v1/large", "Accept-Encoding: br, gzip;q=0.8"));
        assertThat(zipped.headers()).containsEntry("content-encoding", "gzip");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(in.readAllBytes()).isEqualTo(plain.body());
        }
        var modern = Raw.send(port, get("/api/v1/large", "Accept-Encoding: gzip, br, zstd"));
        assertThat(modern.headers())
                .containsEntry("content-encoding", "zstd")
                .containsEntry("vary", "Accept-Encoding");
        assertThat(modern.body()).hasSizeLessThan(plain.body().length / 2);
        assertThat(Zstd.decompress(modern.body(), plain.body().length)).isEqualTo(plain.body());
        var head = Raw.send(port, request("HEAD", "/api/v1/large", "", "Accept-Encoding: zstd"));
        assertThat(head.headers())
                .containsEntry("content-encoding", "zstd")
                .containsEntry("content-length", String.valueOf(modern.body().length));
        var small = Raw.send(port, get("/api/v1/things", "Accept-Encoding: zstd, gzip"));
        assertThat(small.headers()).doesNotContainKey("content-encoding");
        var refused = Raw.send(port, get("/api/v1/large", "Accept-Encoding: gzip;q=0"));
        assertThat(refused.headers()).doesNotContainKey("content-encoding");
        var strange = Raw.send(port, get("/api/v1/large", "Accept-Encoding: ;,;;"));
        assertThat(strange.body()).isEqualTo(plain.body());
    }

    @Test
    void a_file_is_served_whole_in_part_or_not_again() throws IOException {
        int port = serve();
        var whole = Raw.send(port, get("/api/v1/file"));
        assertThat(whole.text()).isEqualTo("abcdefghij");
        assertThat(whole.headers())
                .containsEntry("etag", "\"e1\"")
                .containsEntry("accept-ranges", "bytes")
                // A worker's file may be a page; no script of it runs.
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry(
                        "content-security-policy", "default-src 'none'; frame-ancestors 'none'")
                .containsEntry("content-length", "10");
        for (var range :
                Map.of(
                                "bytes=2-4", "cde 2-4/10",
                                "bytes=7-", "hij 7-9/10",
                                "bytes=-2", "ij 8-9/10",
                                "bytes=5-99", "fghij 5-9/10")
                        .entrySet()) {
            var part = Raw.send(port, get("/api/v1/file", "Range: " + range.getKey()));
            assertThat(part.status()).isEqualTo(206);
            assertThat(
                            part.text()
                                    + part.headers()
                                            .getOrDefault("content-range", "")
                                            .replace("bytes", ""))
                    .isEqualTo(range.getValue());
        }
        var behind = Raw.send(port, get("/api/v1/file", "Range: bytes=10-"));
        assertThat(behind.status()).isEqualTo(416);
        assertThat(behind.headers()).containsEntry("content-range", "bytes */10");
        assertThat(Raw.send(port, get("/api/v1/file", "Range: bytes=1-2,4-5")).status())
                .isEqualTo(200);
        assertThat(Raw.send(port, get("/api/v1/file", "If-None-Match: \"e1\"")).status())
                .isEqualTo(304);
        var head = Raw.send(port, request("HEAD", "/api/v1/file", ""));
        assertThat(head.headers()).containsEntry("content-length", "10");
    }

    @Test
    void a_connection_serves_several_requests() throws IOException {
        int port = serve();
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream()
                        .write(get("/api/v1/things").getBytes(StandardCharsets.UTF_8));
                assertThat(Raw.read(socket, false).status()).isEqualTo(200);
                socket.getOutputStream()
                        .write(get("/api/v1/nothing").getBytes(StandardCharsets.UTF_8));
                assertThat(Raw.read(socket, false).status()).isEqualTo(404);
            }
        }
    }

    @Test
    void a_connection_is_closed_when_the_client_asks_for_it() throws IOException {
        int port = serve();
        for (var option : List.of("close", "Close")) {
            try (var socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write(
                                get("/api/v1/things", "Connection: " + option)
                                        .getBytes(StandardCharsets.UTF_8));
                var all =
                        new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(all).startsWith("HTTP/1.1 200").endsWith("}");
            }
        }
    }

    @Test
    void a_body_that_is_too_large_ends_its_connection_after_the_answer() throws IOException {
        int port = serve();
        var large = request("POST", "/api/v1/things", "x".repeat(6 << 20));
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(large.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(get("/api/v1/things").getBytes(StandardCharsets.UTF_8));
            var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).startsWith("HTTP/1.1 413").containsOnlyOnce("HTTP/1.1");
        }
    }

    @Test
    void a_stop_ends_streams_with_a_reason_and_finishes_requests() throws Exception {
        var begun = new CountDownLatch(1);
        var woken = new CountDownLatch(1);
        var router =
                new Router(
                        List.of(
                                new Route(
                                        "GET",
                                        "/stream",
                                        _ ->
                                                new Response.Live(
                                                        to -> {
                                                            to.frame(
                                                                    "1",
                                                                    "event",
                                                                    JsonArray.empty());
                                                            to.whenStopping(woken::countDown);
                                                            begun.countDown();
                                                            woken.await();
                                                            to.frame(
                                                                    null,
                                                                    "error",
                                                                    JsonObject.empty());
                                                        }))));
        var served =
                new HttpEdge(
                        new HttpSettings(
                                "localhost",
                                0,
                                Optional.empty(),
                                LIMIT,
                                Duration.ofMinutes(1),
                                List.of(),
                                Duration.ofSeconds(20)),
                        meter);
        served.serve(router);
        try (var socket = new Socket("127.0.0.1", served.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(get("/api/v1/stream").getBytes(StandardCharsets.UTF_8));
            begun.await();
            served.close();
            var answer = Raw.read(socket, false);
            assertThat(answer.headers())
                    .containsEntry("content-type", "text/event-stream; charset=utf-8")
                    .containsEntry("x-accel-buffering", "no")
                    .doesNotContainKey("content-length");
            assertThat(answer.text())
                    .isEqualTo("id: 1\nevent: event\ndata: []\n\nevent: error\ndata: {}\n\n");
        }
    }

    @Test
    void a_port_in_use_is_named() throws IOException {
        int port = serve();
        var taken =
                new HttpSettings(
                        "localhost",
                        port,
                        Optional.empty(),
                        LIMIT,
                        Duration.ofMinutes(1),
                        List.of(),
                        Duration.ofSeconds(1));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> new HttpEdge(taken, meter).serve(new Router(List.of())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("localhost:" + port);
    }
}
