package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built product as a server: started, used with plain requests, stopped, killed. */
@Tag("slow")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerTest {

    private static final String TOKEN = "correct-horse-battery";

    /** As the documents of the interface show it: a router without work, which waits. */
    private static final String SIMPLE =
            """
            {
            "manifest_version": "1.0",
            "graph_id": "simple",
            "entrypoints": ["router"],
            "nodes": [
            {
            "node_id": "router",
            "agent_type": "router",
            "role": "root_coordinator"
            }
            ]
            }""";

    @TempDir Path folder;

    private int port;

    @BeforeEach
    void a_free_port() {
        port = Product.freePort();
    }

    private List<ProcessHandle> servers() {
        return Product.serversOf(home());
    }

    @AfterEach
    void no_server_stays() {
        servers().forEach(ProcessHandle::destroyForcibly);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> servers().stream().noneMatch(Product::runs));
    }

    private Path home() {
        return folder.resolve("home");
    }

    private Path file() {
        return home().resolve("runtime-endpoints.json");
    }

    private JsonObject endpoint() throws IOException {
        return (JsonObject) Json.parse(Files.readString(file()));
    }

    private long pid() throws IOException {
        return endpoint().integer("pid").orElseThrow();
    }

    private Product.Run mn(Map<String, String> variables, String... arguments) throws Exception {
        return Product.run(Product.mn(home(), variables, arguments));
    }

    private Product.Run mn(String... arguments) throws Exception {
        return mn(Map.of(), arguments);
    }

    private Product.Run start(Map<String, String> variables) throws Exception {
        return mn(variables, "runtime", "start", "--port", Integer.toString(port));
    }

    private Wire serve() throws Exception {
        var run = start(Map.of());
        assertThat(run.exit()).as(run.toString()).isZero();
        return Wire.to(port);
    }

    private static JsonObject read(Wire wire, String path) throws IOException {
        var answer = wire.get(path);
        assertThat(answer.status()).as(path + " " + answer).isEqualTo(200);
        return answer.json();
    }

    private static String status(Wire wire, String job) throws IOException {
        return read(wire, "/jobs/" + job).object("job").string("status").orElseThrow();
    }

    /** Router, command, collector; the command is the payload {@code work.sh}. */
    private static String manifest(String name) {
        return """
               {"manifest_version":"1.0","graph_id":"NAME","entrypoints":["dispatcher"],
                "initial_inputs":{"dispatcher":[{"n":1}]},
                "nodes":[
                 {"node_id":"dispatcher","agent_type":"router","type":"map",
                  "role":"root_coordinator","config":{"emit_type":"work"}},
                 {"node_id":"worker","agent_type":"executor","type":"map","config":{
                    "runner_module":"MirrorNeuron.Runner.HostLocal","safe_to_retry":true,
                    "uploads":[{"source":"work.sh","target":"work.sh"}],
                    "command":["sh","work.sh"],"output_message_type":"work_result"}},
                 {"node_id":"collector","agent_type":"aggregator","type":"reduce",
                    "config":{"complete_on_message":true,"terminal_sink":true,
                              "complete_run":true}}],
                "edges":[{"from_node":"dispatcher","to_node":"worker","message_type":"work"},
                 {"from_node":"worker","to_node":"collector","message_type":"work_result"}],
                "policies":{"recovery_mode":"local_restart"}}
               """
                .replace("NAME", name);
    }

    private static String submit(Wire wire, String name, String script) throws IOException {
        var answer =
                wire.post(
                        "/jobs",
                        JsonObject.builder()
                                .put("manifest", Json.parse(manifest(name)))
                                .put("payloads", JsonObject.of("work.sh", new JsonString(script)))
                                .build()
                                .toString());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json().string("job_id").orElseThrow();
    }

    private static void assertRefused(Product.Run run, int exit, String code, String... says) {
        assertThat(run.exit()).as(run.toString()).isEqualTo(exit);
        assertThat(run.err()).as(run.toString()).contains("(" + code + ")").contains(says);
        assertThat(run.err()).contains("! Hint: ").doesNotContain("\tat ", "Exception");
        assertThat(run.out()).isEmpty();
    }

    private void assertNothingRuns() {
        assertThat(file()).doesNotExist();
        assertThat(servers().stream().filter(Product::runs)).isEmpty();
    }

    @Test
    void from_an_empty_home_jobs_run_over_http_and_are_still_there_after_a_restart()
            throws Exception {
        var wire = serve();
        assertThat(read(wire, "/health").string("status")).contains("ok");
        assertThat(read(wire, "/jobs?limit=5&include_terminal=true").array("data").size()).isZero();

        var simple = wire.post("/jobs", SIMPLE);
        assertThat(simple.status()).as(simple.toString()).isEqualTo(201);
        var waiting = simple.json().string("id").orElseThrow();
        assertThat(waiting).startsWith("simple-");

        var job =
                submit(
                        wire,
                        "report",
                        "printf '# Report' > \"$MN_RUN_DIR/report.md\"; echo '{\"pages\":1}'");
        var stream = wire.get("/jobs/" + job + "/events?stream=true");
        assertThat(stream.headers().get("content-type")).startsWith("text/event-stream");
        assertThat(stream.text()).contains("id: 1\n", "\"job_completed\"", "event: end\n");

        var run = read(wire, "/jobs/" + job).object("job").string("run_id").orElseThrow();
        assertThat(read(wire, "/runs/" + run + "/observability-summary").string("status"))
                .contains("completed");
        assertThat(read(wire, "/runs/" + run + "/timeline").toString()).contains("run_started");
        var artifact =
                read(wire, "/runs/" + run + "/artifacts").array("artifacts").stream()
                        .map(JsonObject.class::cast)
                        .filter(it -> it.string("artifact_id").equals(Optional.of("report_md")))
                        .findFirst()
                        .orElseThrow();
        var url = artifact.string("url").orElseThrow().substring("/api/v1".length());
        assertThat(wire.get(url).text()).isEqualTo("# Report");

        var status = mn("runtime", "status");
        assertThat(status.exit()).as(status.toString()).isZero();
        assertThat(status.out()).contains("Status: passing\n", "Jobs: 1 running, 1 completed\n");
        var document = (JsonObject) Json.parse(mn("runtime", "status", "--json").out());
        assertThat(document.object("data").object("endpoint")).isEqualTo(endpoint());
        assertThat(mn("runtime", "health").exit()).isZero();
        // Commands on this home ask the server that holds it.
        assertThat(mn("job", "list").out()).contains(job, waiting);
        assertThat(mn("job", "explain", waiting).exit()).isZero();
        assertThat(mn("run", "status", run).out()).contains("Status: completed");
        assertThat(mn("run", "tail", run, "--lines", "1").out()).contains("run_completed");
        assertThat(mn("resource", "list").out()).contains("\"limits\"");
        var followed = mn("blueprint", "run", "--folder", "examples/word_count");
        assertThat(followed.exit()).as(followed.toString()).isZero();
        assertThat(mn("job", "cancel", "nobody", "--yes").exit()).isEqualTo(2);

        long first = pid();
        var stopped = mn("runtime", "stop");
        assertThat(stopped.out()).as(stopped.toString()).contains("Runtime stop successful.");
        assertNothingRuns();
        assertThat(mn("runtime", "status").exit()).isEqualTo(1);
        assertThat(mn("runtime", "stop").out()).contains("Runtime stop confirmed.");
        assertThat(mn("job", "list").out()).contains(job, waiting);

        wire = serve();
        assertThat(pid()).isNotEqualTo(first);
        assertThat(status(wire, job)).isEqualTo("completed");
        assertThat(status(wire, waiting)).isEqualTo("running");
        assertThat(wire.get(url).text()).isEqualTo("# Report");
        assertThat(wire.post("/jobs/" + waiting + "/cancel", "").json().string("status"))
                .contains("cancelled");
        assertThat(mn("runtime", "stop").exit()).isZero();
    }

    @Test
    void in_the_foreground_it_stops_when_told_and_ends_with_0() throws Exception {
        var errors = folder.resolve("errors");
        var server =
                Product.mn(
                                home(),
                                Map.of("MN_API_PORT", Integer.toString(port)),
                                "runtime",
                                "start",
                                "--foreground",
                                "--home=" + home())
                        .redirectError(errors.toFile())
                        .start();
        try (var out = server.inputReader(UTF_8)) {
            String line;
            do {
                line = out.readLine();
                assertThat(line).as(Files.readString(errors)).isNotNull();
            } while (!line.startsWith("Next: "));
            assertThat(pid()).isEqualTo(server.pid());
            assertThat(read(Wire.to(port), "/health").string("status")).contains("ok");
            var again = start(Map.of());
            assertThat(again.out()).as(again.toString()).contains("Runtime start confirmed.");

            server.toHandle().destroy();
            assertThat(server.waitFor(40, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).as(Files.readString(errors)).isZero();
        } finally {
            server.destroyForcibly().waitFor();
        }
        assertNothingRuns();
    }

    @Test
    void a_home_has_one_server_and_one_owner() throws Exception {
        serve();
        long first = pid();
        var url = "http://localhost:" + port + "/api/v1";

        var again = start(Map.of());
        assertThat(again.exit()).as(again.toString()).isZero();
        assertThat(again.out()).contains("Runtime start confirmed.", "already running", url);
        assertRefused(
                mn("runtime", "start", "--foreground", "--port", "1"), 1, "MN_HOME_IN_USE", url);
        assertThat(pid()).isEqualTo(first);
        assertThat(mn("runtime", "stop").exit()).isZero();

        var bundle = Files.createDirectories(folder.resolve("busy"));
        Files.createDirectories(bundle.resolve("payloads"));
        Files.writeString(bundle.resolve("manifest.json"), manifest("busy"));
        Files.writeString(bundle.resolve("payloads/work.sh"), "sleep 100");
        var owner =
                Product.mn(
                                home(),
                                Map.of(),
                                "blueprint",
                                "run",
                                "--job-id=busy-1",
                                "--folder",
                                bundle.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var lines = owner.inputReader(UTF_8)) {
            assertThat(lines.readLine()).contains("busy-1");
            assertRefused(start(Map.of()), 1, "MN_HOME_IN_USE", "process " + owner.pid(), "--home");
            assertNothingRuns();
            assertThat(owner.isAlive()).isTrue();
        } finally {
            owner.destroyForcibly().waitFor();
        }
        // Which also ends the command that outlived its owner.
        assertThat(mn("job", "cancel", "busy-1", "--yes").exit()).isZero();
    }

    @Test
    void what_cannot_start_says_why_and_leaves_nothing_running() throws Exception {
        assertRefused(
                mn(Map.of("MN_API_PORT", "many"), "runtime", "start"),
                2,
                "MN_VALIDATION_FAILED",
                "MN_API_PORT: \"many\" (expected: a port from 1 to 65535)");
        assertNothingRuns();
        assertRefused(start(Map.of("MN_ENV", "prod")), 2, "MN_VALIDATION_FAILED", "MN_API_TOKEN");
        assertNothingRuns();
        try (var taken = new ServerSocket(port, 1, InetAddress.getByName("localhost"))) {
            assertThat(taken.isBound()).isTrue();
            assertRefused(
                    start(Map.of()), 1, "MN_ADDRESS_UNAVAILABLE", "localhost:" + port, "--port");
        }
        assertNothingRuns();
        var file = Files.createFile(folder.resolve("file"));
        assertRefused(
                mn("runtime", "start", "--home", file.toString()),
                1,
                "MN_RUNTIME_UNAVAILABLE",
                file.toString());
        // And after all this it starts.
        assertThat(read(serve(), "/health").string("status")).contains("ok");
    }

    @Test
    void in_production_only_the_token_opens() throws Exception {
        var variables =
                Map.of("MN_ENV", "prod", "MN_API_TOKEN", TOKEN, "MN_GRPC_AUTH_TOKEN", TOKEN);
        var run = start(variables);
        assertThat(run.exit()).as(run.toString()).isZero();
        var stranger = Wire.to(port);
        assertThat(stranger.get("/health").status()).isEqualTo(200);
        var refused = stranger.get("/jobs");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers()).containsEntry("www-authenticate", "Bearer");
        var friend = Wire.to(port, "Authorization: Bearer " + TOKEN);
        assertThat(friend.get("/jobs").status()).isEqualTo(200);

        assertRefused(mn("runtime", "status"), 13, "MN_PERMISSION_DENIED", "MN_API_TOKEN");
        assertThat(mn("runtime", "health").exit()).isZero();
        assertThat(mn(variables, "runtime", "status").exit()).isZero();
        try (var files = Files.walk(home())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(TOKEN);
            }
        }
        assertThat(mn("runtime", "stop").exit()).isZero();
    }

    @Test
    void what_is_too_large_or_climbs_out_of_its_folder_is_refused() throws Exception {
        var wire = serve();
        var large = wire.post("/jobs", "{\"x\":\"" + "y".repeat(6 << 20) + "\"}");
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.json().string("code")).contains("request_too_large");
        assertThat(large.json().integer("limit_bytes")).hasValue(5_242_880);

        var zip = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(zip)) {
            for (var name : List.of("manifest.json", "payloads/a", "../evil")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(SIMPLE.getBytes(UTF_8));
            }
        }
        var form = new ByteArrayOutputStream();
        form.writeBytes(
                ("--b0\r\nContent-Disposition: form-data; name=\"bundle\"; filename=\"b.zip\"\r\n"
                                + "Content-Type: application/zip\r\n\r\n")
                        .getBytes(UTF_8));
        form.writeBytes(zip.toByteArray());
        form.writeBytes("\r\n--b0--\r\n".getBytes(UTF_8));
        var unsafe =
                wire.send(
                        "POST",
                        "/bundles/upload",
                        "multipart/form-data; boundary=b0",
                        form.toByteArray());
        assertThat(unsafe.status()).as(unsafe.toString()).isEqualTo(400);
        assertThat(unsafe.json().string("code")).contains("unsafe_path");
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().equals("evil")))
                    .isEmpty();
        }
        assertThat(read(wire, "/health").string("status")).contains("ok");
    }

    @Test
    void after_a_kill_the_next_start_goes_on_with_its_jobs() throws Exception {
        var wire = serve();
        var gate = folder.resolve("gate");
        var job =
                submit(
                        wire,
                        "long",
                        "until [ -e " + gate + " ]; do sleep 0.1; done; echo '{\"done\":true}'");
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> read(wire, "/jobs/" + job + "/events").toString(),
                        events -> events.contains("\"worker\""));
        long killed = pid();
        var process = ProcessHandle.of(killed).orElseThrow();
        process.destroyForcibly();
        await().atMost(Duration.ofSeconds(10)).until(() -> !Product.runs(process));

        assertThat(file()).exists();
        assertRefused(
                mn("runtime", "status"),
                1,
                "MN_RUNTIME_UNAVAILABLE",
                "process " + killed + ", which did, was killed");

        var again = serve();
        assertThat(pid()).isNotEqualTo(killed);
        assertThat(status(again, job)).isEqualTo("running");
        Files.createFile(gate);
        await().atMost(Duration.ofSeconds(60)).until(() -> status(again, job), "completed"::equals);
        assertThat(mn("runtime", "stop").exit()).isZero();
        assertNothingRuns();
    }
}
