package mirrorneuron.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.http.Raw;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program, with another provider of SLF4J on its class path, and what it writes where. */
@Tag("slow")
class ProgramLogTest {

    private static final String TOKEN = "t0ken-of-the-program";

    @TempDir Path folder;

    private List<JsonObject> log() throws IOException {
        return Files.readAllLines(folder.resolve("home/logs/api.log")).stream()
                .map(line -> (JsonObject) Json.parse(line))
                .toList();
    }

    private Optional<JsonObject> request(String path) throws IOException {
        return log().stream()
                .filter(line -> line.string("path").filter(path::equals).isPresent())
                .findFirst();
    }

    @Test
    void everything_that_is_logged_is_in_the_log_and_nothing_else_on_the_terminal()
            throws Exception {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xlog:class+load:file=" + folder.resolve("classes"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName());
        builder.directory(folder.toFile());
        builder.environment().put("MN_HOME", folder.resolve("home").toString());
        builder.environment().put("MN_API_TOKEN", TOKEN);
        builder.environment().put("MN_API_PORT", String.valueOf(freePort()));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        var out = folder.resolve("out").toFile();
        var err = folder.resolve("err").toFile();
        builder.redirectOutput(out).redirectError(err);
        var process = builder.start();
        try {
            int port = port(out, process);
            var answer =
                    Raw.send(
                            port,
                            Raw.request(
                                    "GET",
                                    "/api/v1/jobs/no-such-job?token=query-secret",
                                    "",
                                    "Authorization: Bearer " + TOKEN,
                                    "X-Request-ID: req-from-caller",
                                    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-"
                                            + "00f067aa0ba902b7-01"));
            assertThat(answer.status()).isEqualTo(404);
            Raw.send(port, Raw.get("/api/v1/jobs/a%0Ab"));
            Raw.send(port, "nonsense\r\n\r\n");
        } finally {
            process.destroy(); // as a service manager does
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(Files.readAllLines(out.toPath()))
                .singleElement()
                .asString()
                .startsWith("MirrorNeuron serves http://localhost:");
        assertThat(err).isEmpty();
        // Nobody asked for traces, so nothing of them is there.
        assertThat(folder.resolve("classes"))
                .content()
                .contains("mirrorneuron.server.MnServer")
                .doesNotContain("opentelemetry", "okhttp3", "mirrorneuron.server.trace.OtlpExport");

        var request = request("/api/v1/jobs/no-such-job").orElseThrow();
        assertThat(request.string("level")).hasValue("INFO");
        assertThat(request.string("logger")).hasValue("mirrorneuron.server.access");
        assertThat(request.string("method")).hasValue("GET");
        assertThat(request.string("route")).hasValue("/jobs/{job_id}");
        assertThat(request.string("job_id")).hasValue("no-such-job");
        assertThat(request.integer("status")).hasValue(404);
        assertThat(request.integer("bytes").orElse(0)).isPositive();
        assertThat(request.integer("duration_ms")).isPresent();
        assertThat(request.string("request_id")).hasValue("req-from-caller");
        assertThat(request.string("trace_id")).hasValue("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(request.string("remote")).hasValue("127.0.0.1");
        assertThat(request("/api/v1/jobs/a%0Ab").orElseThrow().integer("status")).hasValue(401);
        assertThat(log())
                .anyMatch(line -> line.integer("status").orElse(0) == 400 && !line.has("route"))
                .anyMatch(line -> line.string("logger").orElse("").startsWith("io.helidon."))
                .anyMatch(line -> line.string("message").orElse("").equals("the server stops"));
        assertThat(log().getLast().string("message")).hasValue("the server has stopped");
        assertThat(Files.readString(folder.resolve("home/logs/api.log")))
                .doesNotContain(TOKEN, "query-secret");
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static int port(File out, Process process) {
        var url = Pattern.compile("http://localhost:(\\d+)");
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () ->
                                !process.isAlive()
                                        || url.matcher(Files.readString(out.toPath())).find());
        try {
            var found = url.matcher(Files.readString(out.toPath()));
            assertThat(found.find()).as("where it serves").isTrue();
            return Integer.parseInt(found.group(1));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
