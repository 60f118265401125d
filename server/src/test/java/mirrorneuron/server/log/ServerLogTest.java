package mirrorneuron.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.config.ServerSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.event.Level;

class ServerLogTest {

    @TempDir Path folder;

    private ServerLog log(String level, String... secrets) {
        return new ServerLog(
                new ServerSettings.LogFile(folder.resolve("api.log"), level, 1 << 20, 1),
                List.of(secrets),
                InstantSource.fixed(Instant.parse("2026-03-28T12:00:00.125Z")));
    }

    private Logger logger(ServerLog log) {
        return new ServerLoggers(log).getLogger("mirrorneuron.Some");
    }

    private List<JsonObject> lines() throws IOException {
        return Files.readAllLines(folder.resolve("api.log")).stream()
                .map(line -> (JsonObject) Json.parse(line))
                .toList();
    }

    @Test
    void a_line_is_one_object_with_the_job_that_its_message_names() throws IOException {
        logger(log("info")).warn("job {}: {} messages wait", JobId.of("simple-1"), 3);
        assertThat(Files.readString(folder.resolve("api.log")))
                .isEqualTo(
                        """
                        {"timestamp":"2026-03-28T12:00:00.125Z","level":"WARN",\
                        "logger":"mirrorneuron.Some",\
                        "message":"job simple-1: 3 messages wait","job_id":"simple-1"}
                        """);
    }

    @Test
    void members_keep_their_numbers_and_ids_come_first() throws IOException {
        logger(log("info"))
                .atInfo()
                .addKeyValue("status", 201)
                .addKeyValue("run_id", "r1")
                .addKeyValue("job_id", "j1")
                .log("request");
        assertThat(lines().getFirst().names())
                .containsExactly(
                        "timestamp", "level", "logger", "message", "job_id", "run_id", "status");
        assertThat(lines().getFirst().integer("status")).hasValue(201);
    }

    @Test
    void a_failure_is_text_with_its_causes() throws IOException {
        logger(log("info"))
                .error("it broke", new IllegalStateException("outer", new IOException("inner")));
        assertThat(lines().getFirst().string("exception").orElseThrow())
                .startsWith("java.lang.IllegalStateException: outer\n\tat ")
                .contains("Caused by: java.io.IOException: inner");
    }

    @Test
    void a_request_stands_in_the_lines_of_its_own_thread_only() throws Exception {
        var logger = logger(log("info"));
        LogContext.within(
                Map.of("request_id", "req_1", "trace_id", "t1"),
                () -> {
                    logger.info("inside");
                    try {
                        Thread.startVirtualThread(() -> logger.info("beside")).join();
                    } catch (InterruptedException interrupt) {
                        Thread.currentThread().interrupt();
                    }
                });
        logger.info("after");
        assertThat(lines().get(0).string("request_id")).hasValue("req_1");
        assertThat(lines().get(0).string("trace_id")).hasValue("t1");
        assertThat(lines().get(1).has("request_id")).isFalse();
        assertThat(lines().get(2).has("request_id")).isFalse();
    }

    @Test
    void lines_below_the_level_are_left_out() throws IOException {
        var logger = logger(log("warn"));
        logger.info("quiet");
        logger.atInfo().addKeyValue("a", 1).log("quiet");
        logger.warn("loud");
        assertThat(logger.isInfoEnabled()).isFalse();
        assertThat(logger.isErrorEnabled()).isTrue();
        assertThat(lines()).hasSize(1);
    }

    @Test
    void no_text_can_make_a_line_or_reach_a_terminal() throws IOException {
        var evil = "a\n{\"level\":\"ERROR\"}\r\u001b[2J\u009b31m\u2028\u202e\u0000\u007f";
        logger(log("info")).atInfo().addKeyValue("path", evil).log("got {}", evil);
        var bytes = Files.readAllBytes(folder.resolve("api.log"));
        var text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text.chars().filter(c -> c == '\n')).hasSize(1);
        assertThat(text.strip().chars())
                .allMatch(c -> c >= 0x20 && c < 0x7F, "printable and plain");
        assertThat(lines().getFirst().string("path")).hasValue(evil);
    }

    @Test
    void secrets_are_hidden_by_name_by_form_and_by_value() throws IOException {
        var logger = logger(log("info", "s3cret", "s3cret-longer"));
        logger.info("Authorization: Bearer abcdefgh, MN_API_TOKEN=abcdefgh, http://u:pwpw@h/");
        logger.atInfo().addKeyValue("api_token", "abcdefgh").log("keys s3cret-longer and s3cret");
        logger.error("broke", new IOException("with s3cret inside"));
        assertThat(Files.readString(folder.resolve("api.log")))
                .doesNotContain("abcdefgh", "s3cret", "pwpw", "-longer");
        assertThat(lines().get(1).string("message")).hasValue("keys [REDACTED] and [REDACTED]");
    }

    @Test
    void overlong_texts_are_cut() throws IOException {
        logger(log("info")).info("x".repeat(100_000));
        assertThat(lines().getFirst().string("message").orElseThrow()).hasSize(8_193).endsWith("…");
    }

    @Test
    void what_libraries_log_through_the_platform_comes_along() throws IOException {
        var handler = new PlatformHandler(log("info"));
        var entry = new LogRecord(java.util.logging.Level.WARNING, "port {0} is odd");
        entry.setLoggerName("io.helidon.Some");
        entry.setParameters(new Object[] {"54001"});
        entry.setThrown(new IOException("why"));
        handler.publish(entry);
        handler.publish(new LogRecord(java.util.logging.Level.FINE, "below the level"));
        assertThat(lines()).hasSize(1);
        var line = lines().getFirst();
        assertThat(line.string("level")).hasValue("WARN");
        assertThat(line.string("logger")).hasValue("io.helidon.Some");
        assertThat(line.string("message")).hasValue("port 54001 is odd");
        assertThat(line.string("exception").orElseThrow()).contains("why");
    }

    @Test
    void every_level_of_the_platform_has_a_place() {
        assertThat(PlatformHandler.platform(Level.TRACE)).isEqualTo(java.util.logging.Level.ALL);
        assertThat(PlatformHandler.platform(Level.DEBUG)).isEqualTo(java.util.logging.Level.FINE);
        assertThat(PlatformHandler.platform(Level.ERROR)).isEqualTo(java.util.logging.Level.SEVERE);
    }

    @Test
    void a_log_that_cannot_be_written_hurts_nobody() throws IOException {
        Files.createDirectory(folder.resolve("api.log"));
        logger(log("info")).error("lost", new IOException("why"));
        assertThat(folder.resolve("api.log")).isDirectory();
    }
}
