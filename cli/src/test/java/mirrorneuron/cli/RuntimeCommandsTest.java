package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mn runtime …}: against a pretended server that is this very process. */
final class RuntimeCommandsTest {

    private static final String STATUS =
            """
            {"overall":"passing","checked_at":"2026-03-01T12:00:00.000Z",
             "runtime":{"mode":"single_node","version":"0.1.0","uptime_seconds":192,"node":"local"},
             "endpoints":{"api":"-"},
             "components":[{"name":"api","status":"passing"},
                           {"name":"home","status":"warning","detail":"the clock went back"}],
             "nodes":{"total":1},"jobs":{"total":14,"by_status":{"running":2,"completed":12,"failed":0}},
             "shared_storage":{}}
            """;

    private static final String HEALTH =
            """
            {"status":"ok","auth":"enabled","version":"0.1.0","dependencies":{
              "store":{"status":"ok"},"redis":{"status":"ok","detail":"not used"}}}
            """;

    @TempDir Path home;

    private final CommandRun mn = new CommandRun();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private volatile String authorization = "";
    private volatile int status = 200;
    private HttpServer http;

    RuntimeCommandsTest() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void a_home() {
        mn.environment.put("MN_HOME", home.toString());
        answers.put("/api/v1/health", HEALTH);
        answers.put("/api/v1/runtime/status", STATUS);
        http.createContext(
                "/",
                exchange -> {
                    var header = exchange.getRequestHeaders().getFirst("Authorization");
                    authorization = header == null ? "" : header;
                    var body =
                            answers.getOrDefault(exchange.getRequestURI().getPath(), "{}")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        http.start();
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    private int port() {
        return http.getAddress().getPort();
    }

    private ServerEndpoint endpoint(long pid, Optional<Instant> began) {
        return new ServerEndpoint(
                pid,
                began,
                "localhost",
                port(),
                "http://localhost:" + port() + "/api/v1",
                Optional.empty(),
                NodeName.of("local"),
                home,
                "0.1.0",
                Instant.parse("2026-03-01T12:00:00Z"));
    }

    private ServerEndpoint endpoint(ProcessHandle process) {
        return endpoint(process.pid(), process.info().startInstant());
    }

    private ServerEndpoint endpoint() {
        return endpoint(ProcessHandle.current());
    }

    private void serving(ServerEndpoint server) {
        try {
            Files.writeString(home.resolve(ServerEndpoint.FILE), server.toJson().toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void serving() {
        serving(endpoint());
    }

    private String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private String shown(String text) {
        return text.replace("PORT", Integer.toString(port()))
                .replaceAll("(?<!_)HOME(?!_)", home.toString())
                .replace("PID", pid());
    }

    private JsonObject data() {
        return ((JsonObject) Json.parse(mn.out())).object("data");
    }

    // start

    @Test
    void start_begins_a_process_waits_for_its_health_and_says_where_it_answers() {
        mn.servers.begun = this::serving;

        assertThat(mn.run("runtime", "start", "--port", "54001", "--host", "127.0.0.1")).isZero();

        assertThat(mn.out())
                .isEqualTo(
                        shown(
                                """
                                Service\tHost\tPort\tURL
                                REST API\tlocalhost\tPORT\thttp://localhost:PORT/api/v1

                                ✓ Runtime start successful.
                                Status: running
                                Node: local
                                Home: HOME
                                Process: PID
                                Next: curl -s http://localhost:PORT/api/v1/health
                                """));
        assertThat(mn.err()).isEmpty();
        assertThat(mn.servers.launched)
                .containsExactly(
                        List.of(
                                "runtime",
                                "start",
                                "--foreground",
                                "--output=ndjson",
                                "--home=" + home,
                                "--host=127.0.0.1",
                                "--port=54001"));
        assertThat(mn.servers.ended).isZero();
        assertThat(mn.servers.left).isEqualTo(1);
    }

    @Test
    void start_shows_a_table_on_a_terminal() {
        serving(
                new ServerEndpoint(
                        ProcessHandle.current().pid(),
                        Optional.empty(),
                        "localhost",
                        54001,
                        "http://localhost:54001/api/v1",
                        Optional.of("localhost:50051"),
                        NodeName.of("local"),
                        Path.of("/home/ada/.mn"),
                        "0.1.0",
                        Instant.parse("2026-03-01T12:00:00Z")));
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.put("NO_COLOR", "1");
        for (int columns : List.of(80, 120)) {
            mn.environment.put("COLUMNS", Integer.toString(columns));
            mn.run("runtime", "start");
            assertThat(mn.out())
                    .isEqualTo(
                            """
                            Service   Host       Port   URL
                            ────────  ─────────  ─────  ─────────────────────────────
                            REST API  localhost  54001  http://localhost:54001/api/v1
                            gRPC      localhost  50051  localhost:50051

                            ✓ Runtime start confirmed.
                            Status:  already running
                            Node:    local
                            Home:    /home/ada/.mn
                            Process: PID
                            Next:    curl -s http://localhost:54001/api/v1/health
                            """
                                    .replace("PID", pid()));
        }
        mn.environment.put("COLUMNS", "40");
        mn.run("runtime", "start");
        // What is to be pasted is never broken.
        assertThat(mn.out().lines().filter(line -> !line.startsWith("Next:")))
                .allMatch(line -> line.length() <= 40);
        assertThat(mn.out()).endsWith("curl -s http://localhost:54001/api/v1/health\n");
    }

    @Test
    void start_where_one_runs_confirms_it_and_says_that_it_does_not_move() {
        serving();

        assertThat(mn.run("runtime", "start")).isZero();
        assertThat(mn.out()).contains("✓ Runtime start confirmed.\nStatus: already running\n");
        assertThat(mn.err()).isEmpty();

        assertThat(mn.run("runtime", "start", "--port", "1")).isZero();
        assertThat(mn.err())
                .isEqualTo(
                        "! Warning: it listens where it was started; mn runtime stop first, to"
                                + " start it elsewhere\n");
        assertThat(mn.servers.launched).isEmpty();

        assertThat(mn.run("runtime", "start", "--json")).isZero();
        assertThat(data().bool("changed")).contains(false);
        assertThat(data().object("endpoint")).isEqualTo(endpoint().toJson());
    }

    @Test
    void what_a_process_refused_is_told_in_its_words() {
        mn.servers.lastWords =
                Optional.of(
                        """
                        some library: hello
                        {"schema":"mn.cli/v1","ok":false,"error":{"code":"MN_VALIDATION_FAILED","message":"MN_API_PORT: \\"x\\" (expected: a port)","hint":"look there"}}
                        some library: bye
                        """);
        mn.servers.exit = 2;

        assertThat(mn.run("runtime", "start")).isEqualTo(2);

        assertThat(mn.out()).isEmpty();
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_VALIDATION_FAILED) MN_API_PORT: "x" (expected: a port)
                        ! Hint: look there
                        """);
        assertThat(mn.servers.ended).isEqualTo(1);
        assertThat(mn.servers.left).isZero();
    }

    @Test
    void a_process_that_ends_without_a_reason_is_quoted_and_its_output_kept_once() {
        mn.servers.lastWords = Optional.of("first\nError: Could not create the Java VM.\n\n");
        mn.servers.exit = 134;

        assertThat(mn.run("runtime", "start")).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        shown(
                                """
                                × Error: (MN_COMMAND_FAILED) The server ended with exit code 134 before it answered: Error: Could not create the Java VM.
                                ! Hint: what it printed is in HOME/logs/server.out
                                """));
        mn.servers.lastWords = Optional.of("again\n");
        mn.run("runtime", "start");
        assertThat(home.resolve("logs/server.out")).content().isEqualTo("again\n");
        assertThat(home.resolve("logs/server.out.1")).content().startsWith("first\n");
    }

    @Test
    void a_start_that_another_overtook_confirms_the_other() {
        mn.servers.lastWords =
                Optional.of("{\"ok\":false,\"error\":{\"code\":\"MN_HOME_IN_USE\"}}\n");
        mn.servers.exit = 1;
        mn.servers.begun = this::serving;

        assertThat(mn.run("runtime", "start")).isZero();

        assertThat(mn.out()).contains("Runtime start confirmed.");
    }

    @Test
    void ctrl_c_while_it_starts_ends_the_process() {
        mn.presses = List.of(1);

        assertThat(mn.run("runtime", "start")).isEqualTo(130);

        assertThat(mn.err()).contains("MN_INTERRUPTED");
        assertThat(mn.servers.ended).isEqualTo(1);
        assertThat(mn.servers.left).isZero();
    }

    @Test
    void a_home_that_cannot_be_written_is_one_clear_error() throws Exception {
        var file = Files.createFile(home.resolve("file"));
        assertThat(mn.run("runtime", "start", "--home", file.toString())).isEqualTo(1);
        assertThat(mn.err())
                .startsWith(
                        "× Error: (MN_RUNTIME_UNAVAILABLE) Expected to start a server that prints"
                                + " to "
                                + file);
    }

    @Test
    void a_port_that_is_none_is_a_usage_error() {
        for (var port : List.of("0", "70000", "-1")) {
            assertThat(mn.run("runtime", "start", "--port=" + port)).isEqualTo(2);
            assertThat(mn.err())
                    .isEqualTo(
                            "× Error: (MN_USAGE_ERROR) --port: "
                                    + port
                                    + " (expected: a port from 1 to 65535)\n"
                                    + "! Hint: see mn runtime start --help\n");
        }
        assertThat(mn.servers.launched).isEmpty();
    }

    // start --foreground

    @Test
    void in_the_foreground_it_serves_until_it_is_told_to_end() {
        mn.servers.endpoint = Optional.of(endpoint());
        mn.servers.warnings = List.of("other machines can reach this server");
        mn.environment.put("MN_API_PORT", "1");

        assertThat(mn.run("runtime", "start", "--foreground", "--port", "54009", "--host", "::1"))
                .isZero();

        assertThat(mn.servers.environments.getFirst())
                .containsEntry("MN_HOME", home.toString())
                .containsEntry("MN_API_HOST", "::1")
                .containsEntry("MN_API_PORT", "54009")
                .containsEntry("MN_GRPC_SECOND_PORT", "55051");
        assertThat(mn.servers.closed).isEqualTo(1);
        assertThat(mn.servers.launched).isEmpty();
        assertThat(mn.out()).contains("✓ Runtime start successful.\nStatus: running\n");
        assertThat(mn.err())
                .isEqualTo(
                        """
                        ! Warning: other machines can reach this server
                        → stopping: running requests and commands are finished first
                        """);
    }

    @Test
    void a_port_for_grpc_that_was_chosen_is_the_only_one() {
        mn.servers.endpoint = Optional.of(endpoint());

        assertThat(mn.run("runtime", "start", "--foreground", "--grpc-port", "50099")).isZero();

        assertThat(mn.servers.environments.getFirst())
                .containsEntry("MN_GRPC_PORT", "50099")
                .doesNotContainKey("MN_GRPC_SECOND_PORT");
        assertThat(mn.run("runtime", "start", "--grpc-port", "0")).isEqualTo(2);
    }

    @Test
    void each_way_to_be_refused_has_its_code_and_hint() {
        refused(
                new InvalidRequestException("MN_ENV: \"x\" (expected: dev)"),
                2,
                """
                × Error: (MN_VALIDATION_FAILED) MN_ENV: "x" (expected: dev)
                ! Hint: docs/configuration.md lists the variables
                """);
        refused(
                new BindException("Expected to listen on localhost:80, but: Permission denied"),
                1,
                """
                × Error: (MN_ADDRESS_UNAVAILABLE) Expected to listen on localhost:80, but: Permission denied
                ! Hint: choose another with --host, --port or --grpc-port
                """);
        refused(
                new IOException("No space left on device"),
                1,
                shown(
                        """
                        × Error: (MN_RUNTIME_UNAVAILABLE) Expected to serve HOME, but its endpoint cannot be written down: No space left on device
                        ! Hint: check that the home folder exists, is writable and has free space
                        """));
        refused(
                new ConflictException(ErrorCode.HOME_IN_USE, "process 4711 has it open", null),
                1,
                """
                × Error: (MN_HOME_IN_USE) process 4711 has it open
                ! Hint: wait for that process or end it, or choose another home with --home or MN_HOME
                """);
    }

    private void refused(Exception why, int exit, String error) {
        mn.servers.refusal = Optional.of(why);
        assertThat(mn.run("runtime", "start", "--foreground")).isEqualTo(exit);
        assertThat(mn.out()).isEmpty();
        assertThat(mn.err()).isEqualTo(error);
    }

    // stop

    private Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "60").start();
    }

    @Test
    void stop_ends_the_process_and_says_so() throws Exception {
        var server = sleeper();
        serving(endpoint(server.toHandle()));

        assertThat(mn.run("runtime", "stop")).isZero();

        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(mn.out())
                .matches(
                        "✓ Runtime stop successful\\.\nStatus: stopped\nURL: http\\S+\nProcess: "
                                + server.pid()
                                + "\nTook: \\S+ s\nNext: mn runtime start\n");
    }

    @Test
    void stop_where_nothing_runs_confirms_that() {
        assertThat(mn.run("runtime", "stop")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        shown(
                                """
                                ✓ Runtime stop confirmed.
                                Status: stopped
                                Detail: No server runs on HOME
                                Next: mn runtime start
                                """));
        mn.run("runtime", "stop", "--json");
        assertThat(data().toString()).isEqualTo("{\"status\":\"stopped\",\"changed\":false}");
    }

    @Test
    void a_file_of_a_killed_server_is_told_by_its_process_and_taken_away() throws Exception {
        var server = sleeper();
        var file = endpoint(server.toHandle());
        server.destroyForcibly().waitFor();
        serving(file);

        assertThat(mn.run("runtime", "stop")).isZero();

        assertThat(mn.out())
                .contains(
                        "No server runs on "
                                + home
                                + ": process "
                                + server.pid()
                                + ", which did, was killed");
        assertThat(home.resolve(ServerEndpoint.FILE)).doesNotExist();
    }

    @Test
    void another_process_with_the_id_of_the_server_is_left_alone() throws Exception {
        var other = sleeper();
        try {
            serving(
                    endpoint(
                            other.pid(),
                            other.toHandle().info().startInstant().map(it -> it.minusSeconds(60))));
            assertThat(mn.run("runtime", "stop", "--force")).isZero();
            assertThat(mn.out()).contains("Runtime stop confirmed.");
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void a_server_that_does_not_stop_is_named_and_killed_when_forced() throws Exception {
        var server =
                new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; sleep 60")
                        .redirectErrorStream(true)
                        .start();
        assertThat(server.inputReader().readLine()).isEqualTo("ready");
        serving(endpoint(server.toHandle()));

        assertThat(mn.run("runtime", "stop", "--timeout", "0.2")).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        shown("× Error: (MN_RUNTIME_TIMEOUT) The server http://localhost:PORT")
                                + "/api/v1 (process "
                                + server.pid()
                                + ") is still stopping after 0.2 s\n"
                                + "! Hint: wait, or mn runtime stop --force kills it\n");
        assertThat(server.isAlive()).isTrue();

        assertThat(mn.run("runtime", "stop", "--timeout", "0.2", "--force")).isZero();
        assertThat(mn.out()).contains("✓ Runtime stop successful.\nStatus: killed\n");
        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(home.resolve(ServerEndpoint.FILE)).doesNotExist();
    }

    @Test
    void a_timeout_that_is_none_is_a_usage_error() {
        for (var verb : List.of("stop", "status", "health")) {
            assertThat(mn.run("runtime", verb, "--timeout", "0")).isEqualTo(2);
            assertThat(mn.err())
                    .startsWith("× Error: (MN_USAGE_ERROR) --timeout: 0.0 (expected: seconds, > 0");
        }
    }

    // status

    @Test
    void status_shows_what_the_server_says_and_brings_the_token() {
        serving();
        mn.environment.put("MN_API_TOKEN", "sesame");

        assertThat(mn.run("runtime", "status")).isZero();

        assertThat(authorization).isEqualTo("Bearer sesame");
        assertThat(mn.out())
                .isEqualTo(
                        shown(
                                """
                                Status: passing
                                URL: http://localhost:PORT/api/v1
                                Home: HOME
                                Process: PID
                                Node: local
                                Version: 0.1.0
                                Uptime: 3 m 12 s
                                Jobs: 2 running, 12 completed
                                Nodes: 1

                                Component\tStatus\tDetail
                                api\tpassing\t
                                home\twarning\tthe clock went back
                                """));
        mn.run("runtime", "status", "--json");
        assertThat(data().without("endpoint")).isEqualTo(Json.parse(STATUS));
        assertThat(data().object("endpoint")).isEqualTo(endpoint().toJson());
        assertThat(mn.out()).doesNotContain("sesame");
        mn.run("runtime", "status", "-q");
        assertThat(mn.out()).isEqualTo(shown("http://localhost:PORT/api/v1\n"));
    }

    @Test
    void status_without_a_server_is_exit_code_1_and_what_to_do() {
        assertThat(mn.run("runtime", "status")).isEqualTo(1);
        assertThat(mn.out()).isEmpty();
        assertThat(mn.err())
                .isEqualTo(
                        shown(
                                """
                                × Error: (MN_RUNTIME_UNAVAILABLE) No server runs on HOME
                                ! Hint: mn runtime start starts one; --home or MN_HOME names another home
                                """));
        mn.run("runtime", "status", "--json");
        assertThat(mn.out()).contains("\"ok\": false", "MN_RUNTIME_UNAVAILABLE");
    }

    @Test
    void a_missing_token_is_exit_code_13() {
        serving();
        status = 401;
        answers.put("/api/v1/runtime/status", "{\"error\":\"missing or invalid bearer token\"}");

        assertThat(mn.run("runtime", "status")).isEqualTo(13);

        assertThat(mn.err())
                .isEqualTo(
                        shown(
                                """
                                × Error: (MN_PERMISSION_DENIED) The server http://localhost:PORT/api/v1 asks for a token
                                ! Hint: set MN_API_TOKEN to the token of the server
                                """));
        mn.environment.put("MN_API_TOKEN", "wrong");
        assertThat(mn.run("runtime", "status")).isEqualTo(13);
        assertThat(mn.err()).contains("does not take the token of MN_API_TOKEN");
    }

    @Test
    void a_server_that_does_not_answer_is_named() throws Exception {
        var silent = endpoint();
        serving();
        http.stop(0);
        assertThat(mn.run("runtime", "status")).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        shown(
                                """
                                × Error: (MN_RUNTIME_UNAVAILABLE) The server http://localhost:PORT/api/v1 (process PID) does not answer: connection refused
                                ! Hint: mn runtime logs shows what it says; mn runtime stop --force ends it
                                """));
        try (var mute = new ServerSocket(silent.port(), 5, InetAddress.getLoopbackAddress())) {
            assertThat(mute.isBound()).isTrue();
            assertThat(mn.run("runtime", "status", "--timeout", "0.1")).isEqualTo(1);
            assertThat(mn.err()).contains("(MN_RUNTIME_TIMEOUT)", "it took too long");
        }
    }

    @Test
    void an_answer_that_is_no_document_is_told_by_its_status() {
        serving();
        status = 502;
        answers.put("/api/v1/runtime/status", "<html>");
        assertThat(mn.run("runtime", "status")).isEqualTo(1);
        assertThat(mn.err()).contains("runtime/status, but: HTTP status 502");
    }

    // health

    @Test
    void health_is_a_row_for_each_component() {
        serving();
        assertThat(mn.run("runtime", "health")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        shown(
                                """
                                Component\tStatus\tTarget\tDetail
                                REST API\tpassing\thttp://localhost:PORT/api/v1\tversion 0.1.0, authentication enabled
                                store\tpassing\tHOME\t
                                """));
        mn.run("runtime", "health", "--json");
        assertThat(data().string("status")).contains("passing");
    }

    @Test
    void what_is_not_well_is_exit_code_1_with_the_whole_table() {
        serving();
        answers.put(
                "/api/v1/health",
                "{\"status\":\"degraded\",\"dependencies\":{\"store\":"
                        + "{\"status\":\"down\",\"detail\":\"the disk is full\"}}}");

        assertThat(mn.run("runtime", "health", "-o", "plain")).isEqualTo(1);

        assertThat(mn.out()).isEmpty();
        assertThat(mn.err())
                .contains("REST API", "passing", "critical")
                .endsWith(
                        """
                        × Error: (MN_DIAGNOSTIC_FAILED) store is not well: the disk is full
                        ! Hint: mn runtime logs shows what the server says
                        """);
        mn.run("runtime", "health", "--json");
        var error = ((JsonObject) Json.parse(mn.out())).object("error");
        assertThat(error.object("details").string("status")).contains("critical");
    }

    @Test
    void health_without_a_server_is_unhealthy() {
        assertThat(mn.run("runtime", "health")).isEqualTo(1);
        assertThat(mn.err())
                .endsWith(
                        shown(
                                """
                                × Error: (MN_DIAGNOSTIC_FAILED) REST API is not well: No server runs on HOME
                                ! Hint: mn runtime start starts one; --home or MN_HOME names another home
                                """));
        serving();
        http.stop(0);
        assertThat(mn.run("runtime", "health")).isEqualTo(1);
        assertThat(mn.err()).contains("REST API is not well: connection refused");
    }

    // a server that was named

    @Test
    void a_named_server_is_looked_at_instead_of_that_of_the_home() {
        serving();
        mn.runtime.openingFails = Optional.of(new RuntimeUnavailableException("refused"));

        assertThat(mn.run("runtime", "health", "--target", "localhost:1")).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        Component\tStatus\tTarget\tDetail
                        gRPC\tcritical\tlocalhost:1\trefused
                        × Error: (MN_DIAGNOSTIC_FAILED) gRPC is not well: refused
                        ! Hint: --target names another server; without it that of the home is looked at
                        """);
        assertThat(mn.run("runtime", "status", "--target", "localhost:1")).isEqualTo(1);
        assertThat(mn.err()).contains("(MN_RUNTIME_UNAVAILABLE)", "localhost:1");
        assertThat(mn.run("resource", "ports", "--target", "localhost:1")).isEqualTo(1);
        assertThat(mn.out()).isEmpty();
    }

    @Test
    void a_named_server_that_answers_tells_what_it_can_over_grpc() {
        serving();
        assertThat(mn.run("runtime", "health", "--target", "far:55051")).isZero();
        assertThat(mn.out())
                .isEqualTo("Component\tStatus\tTarget\tDetail\ngRPC\tpassing\tfar:55051\t\n");
        assertThat(mn.run("runtime", "status", "--target", "far:55051")).isZero();
        assertThat(mn.out()).startsWith("Status: passing\ngRPC: far:55051\nVersion: ");
        mn.run("runtime", "status", "--target", "far:55051", "--json");
        assertThat(data().string("overall")).contains("passing");
        assertThat(mn.run("resource", "ports", "--target", "far:55051")).isZero();
        assertThat(mn.out()).isEqualTo("Service\tHost\tPort\tURL\ngRPC\tfar\t55051\tfar:55051\n");
        assertThat(mn.runtime.connection).containsEntry("MN_GRPC_TARGET", "far:55051");
    }

    // logs

    private void logged(String text) throws IOException {
        Files.createDirectories(home.resolve("logs"));
        Files.writeString(home.resolve("logs/api.log"), text);
    }

    @Test
    void logs_shows_the_last_whole_lines_without_secrets() throws Exception {
        logged("one\ntwo \u001b[31m\nTOKEN=abcdefgh\nbegun");
        assertThat(mn.run("runtime", "logs", "-n", "2")).isZero();
        assertThat(mn.out()).doesNotContain("one", "\u001b", "abcdefgh", "begun");
        assertThat(mn.out().lines()).hasSize(2).last().isEqualTo("TOKEN=[redacted]");
        mn.run("runtime", "logs", "--json");
        assertThat(data().string("file")).contains(home.resolve("logs/api.log").toString());
        assertThat(data().array("lines").size()).isEqualTo(3);
        assertThat(mn.out()).doesNotContain("abcdefgh");
    }

    @Test
    void logs_reads_where_the_server_was_told_to_log_and_what_it_printed() throws Exception {
        var elsewhere = home.resolve("elsewhere.log");
        Files.writeString(elsewhere, "there\n");
        mn.environment.put("MN_API_LOG_PATH", elsewhere.toString());
        mn.run("runtime", "logs");
        assertThat(mn.out()).isEqualTo("there\n");

        logged("");
        Files.writeString(home.resolve("logs/server.out"), "printed\n");
        mn.run("runtime", "logs", "--component", "console");
        assertThat(mn.out()).isEqualTo("printed\n");
    }

    @Test
    void logs_that_are_not_there_yet_are_not_found() {
        assertThat(mn.run("runtime", "logs")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        shown(
                                """
                                × Error: (MN_NOT_FOUND) There is no log yet: HOME/logs/api.log
                                ! Hint: mn runtime start starts a server
                                """));
        assertThat(mn.run("runtime", "logs", "-n", "-1")).isEqualTo(2);
        assertThat(mn.err()).contains("--lines: -1 (expected: >= 0)");
    }

    @Test
    void follow_ends_with_ctrl_c_and_numbers_its_records() throws Exception {
        logged("one\ntwo\n");
        mn.presses = List.of(0, 0, 1);
        assertThat(mn.run("runtime", "logs", "--follow", "-n", "1")).isZero();
        assertThat(mn.out()).isEqualTo("two\n");

        assertThat(mn.run("runtime", "logs", "--follow", "--json")).isZero();
        var records = mn.out().lines().map(line -> (JsonObject) Json.parse(line)).toList();
        assertThat(records.stream().map(it -> it.string("type").orElse("")))
                .containsExactly("event", "event", "complete");
        assertThat(records.getFirst().object("data").string("line")).contains("one");
    }

    // Other commands

    @Test
    void a_home_that_a_server_holds_names_the_server_and_what_to_do() {
        serving();
        mn.runtime.openingFails =
                Optional.of(
                        new ConflictException(
                                ErrorCode.HOME_IN_USE, "process 4711 has it open", null));

        assertThat(mn.run("job", "list")).isEqualTo(1);

        assertThat(mn.err())
                .isEqualTo(
                        shown(
                                """
                                × Error: (MN_HOME_IN_USE) Expected to open the home HOME, but the server http://localhost:PORT/api/v1 (process PID) has it open
                                ! Hint: ask the server, as in curl -s http://localhost:PORT/api/v1/jobs, or end it first with mn runtime stop
                                """));
        mn.run("job", "list", "--json");
        assertThat(((JsonObject) Json.parse(mn.out())).object("error").object("details"))
                .isEqualTo(JsonObject.of("endpoint", endpoint().toJson()));
    }

    @Test
    void a_file_that_is_no_endpoint_says_nothing() throws Exception {
        for (var content :
                List.of(
                        "",
                        "{",
                        "[]",
                        "{}",
                        endpoint().toJson().with("port", Json.parse("0")).toString(),
                        endpoint().toJson().with("pid", Json.parse("\"x\"")).toString(),
                        endpoint().toJson().with("started_at", Json.parse("\"x\"")).toString())) {
            Files.writeString(home.resolve(ServerEndpoint.FILE), content);
            assertThat(mn.run("runtime", "status")).as(content).isEqualTo(1);
            assertThat(mn.err()).contains("No server runs on " + home + "\n");
        }
    }

    @Test
    void start_times_may_differ_by_what_a_clock_is_set() {
        var began = ProcessHandle.current().info().startInstant().orElseThrow();
        serving(
                endpoint(
                        ProcessHandle.current().pid(),
                        Optional.of(began.plus(Duration.ofMillis(1_500)))));
        assertThat(mn.run("runtime", "status")).isZero();
    }

    // ---- ports, sidecars, updates

    @Test
    void the_ports_are_where_the_server_answers() throws Exception {
        assertThat(mn.run("resource", "ports")).isEqualTo(1);
        assertThat(mn.err()).contains("MN_RUNTIME_UNAVAILABLE", "mn runtime start starts one");
        serving(endpoint());
        assertThat(mn.run("resource", "ports")).isZero();
        assertThat(mn.out()).startsWith("Service\tHost\tPort\tURL\nREST API\t");
        mn.run("resource", "ports", "--json");
        assertThat(mn.out()).contains("\"pid\": " + ProcessHandle.current().pid());
    }

    @Test
    void nothing_stands_beside_the_server_that_could_be_restarted() throws Exception {
        assertThat(mn.run("runtime", "restart-sidecars")).isEqualTo(1);
        serving(endpoint());
        assertThat(mn.run("runtime", "restart-sidecars")).isZero();
        assertThat(mn.out())
                .contains(
                        "REST API\t",
                        "✓ Runtime restart-sidecars confirmed.\nStatus: nothing to restart\n",
                        "which runs\nNext: mn runtime health\n");
        assertThat(mn.run("runtime", "restart-sidecars", "--api")).isZero();
        assertThat(mn.run("runtime", "restart-sidecars", "--web-ui")).isEqualTo(1);
        assertThat(mn.err()).contains("this release has none");
    }

    @Test
    void an_update_asks_nobody_and_says_how() {
        assertThat(mn.run("runtime", "update", "--check-only")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Version: 0.0.0-dev
                        Newer: unknown: this release asks nobody
                        To update: unpack the newer archive beside this one, mn runtime stop, and start its mn
                        """);
        mn.environment.put("MN_OFFLINE", "1");
        mn.run("runtime", "update", "--check-only", "--json");
        assertThat(mn.out()).contains("\"checked\": false", "MN_OFFLINE is set", "\"newer\": null");
        assertThat(mn.run("runtime", "update")).isEqualTo(1);
        assertThat(mn.err())
                .contains("Expected to update release 0.0.0-dev", "unpack the newer archive");
    }
}
