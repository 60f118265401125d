package mirrorneuron.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {

    private static final Path USER = Path.of("/home/ada");

    @Test
    void without_a_variable_the_documented_defaults_hold() throws ConfigurationException {
        var settings = ServerSettings.of(Map.of(), USER);
        assertThat(settings.mode()).isEqualTo(ServerSettings.Mode.DEV);
        assertThat(settings.http().host()).isEqualTo("localhost");
        assertThat(settings.http().port()).isEqualTo(54_001);
        assertThat(settings.http().token()).isEmpty();
        assertThat(settings.http().bodyBytesMax()).isEqualTo(5_242_880);
        assertThat(settings.http().requestTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.http().corsOrigins()).isEmpty();
        assertThat(settings.home()).isEqualTo(USER.resolve(".mn"));
        assertThat(settings.runsRoot()).isEqualTo(USER.resolve(".mn/runs"));
        assertThat(settings.log())
                .isEqualTo(
                        new ServerSettings.LogFile(
                                USER.resolve(".mn/logs/api.log"), "info", 1_048_576, 5));
    }

    @Test
    void values_are_trimmed_and_empty_ones_count_as_unset() throws ConfigurationException {
        var settings =
                ServerSettings.of(
                        Map.of(
                                "MN_API_PORT", "",
                                "MIRROR_NEURON_API_PORT", " 4000 ",
                                "MN_API_TOKEN", "  ",
                                "MN_HOME", " /srv/mn ",
                                "MN_API_CORS_ALLOW_ORIGINS", "http://a:1, *, ",
                                "MN_LOG_LEVEL", "Warn",
                                "MN_ENV", "development"),
                        USER);
        assertThat(settings.http().port()).isEqualTo(4_000);
        assertThat(settings.http().token()).isEmpty();
        assertThat(settings.http().corsOrigins()).containsExactly("http://a:1", "*");
        assertThat(settings.home()).isEqualTo(Path.of("/srv/mn"));
        assertThat(settings.runsRoot()).isEqualTo(Path.of("/srv/mn/runs"));
        assertThat(settings.log().level()).isEqualTo("warn");
    }

    @Test
    void the_newer_name_of_the_port_wins() throws ConfigurationException {
        var settings =
                ServerSettings.of(
                        Map.of("MN_API_PORT", "5000", "MIRROR_NEURON_API_PORT", "4000"), USER);
        assertThat(settings.http().port()).isEqualTo(5_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MN_ENV                          | staging   | dev, development, test, prod",
                "MN_API_PORT                     | 0         | a port from 1 to 65535",
                "MN_API_PORT                     | 65536     | a port from 1 to 65535",
                "MIRROR_NEURON_API_PORT          | four      | a port from 1 to 65535",
                "MN_API_REQUEST_SIZE_LIMIT_BYTES | 0         | a number of bytes > 0",
                "MN_API_REQUEST_TIMEOUT_SECONDS  | 0         | a number of seconds from 1 to 86400",
                "MN_API_CORS_ALLOW_ORIGINS       | page.org  | origins such as http://",
                "MN_LOG_LEVEL                    | loud      | trace, debug, info, warn or error",
                "MN_LOG_MAX_BYTES                | -1        | a number of bytes > 0",
                "MN_LOG_BACKUP_COUNT             | many      | a number from 0 to 1000",
                "MN_GRPC_PORT                    | 65536     | a port from 0 to 65535",
                "MN_GRPC_AUTH_MODE               | maybe     | auto, operator, all or open",
                "MN_GRPC_REFLECTION              | perhaps   | true or false",
                "MN_GRPC_MAX_MESSAGE_BYTES       | 0         | a number of bytes from 1",
                "MN_GRPC_TIMEOUT_SECONDS         | soon      | a number of seconds, or none",
                "MN_BLUEPRINT_SOURCE             | nowhere   | github or local",
                "MN_REDIS_URL                    | localhost | a URL such as redis://",
                "MN_EVENT_MAX_COUNT              | 1.5       | a whole number > 0",
                "MN_BUNDLE_ARCHIVE_TTL_SECONDS   | 0         | a whole number > 0",
                "MN_SHUTDOWN_GRACE_SECONDS       | -1        | a number of seconds from 0"
            })
    void a_value_that_cannot_be_used_is_named_with_what_is_expected(
            String name, String value, String expected) {
        assertThatThrownBy(() -> ServerSettings.of(Map.of(name, value), USER))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(name + ": \"" + value + "\" (expected: ")
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({"prod", "production"})
    void production_does_not_start_without_a_token(String mode) throws ConfigurationException {
        assertThatThrownBy(() -> ServerSettings.of(Map.of("MN_ENV", mode), USER))
                .hasMessageContaining("MN_API_TOKEN");
        assertThat(
                        ServerSettings.of(
                                        Map.of(
                                                "MN_ENV", mode,
                                                "MN_API_TOKEN", "t0p",
                                                "MN_GRPC_AUTH_TOKEN", "other"),
                                        USER)
                                .http()
                                .token())
                .contains("t0p");
    }

    @Test
    void settings_do_not_show_their_token() throws ConfigurationException {
        var settings = ServerSettings.of(Map.of("MN_API_TOKEN", "t0p-secret"), USER);
        assertThat(settings.http().toString()).doesNotContain("t0p-secret");
    }

    @Test
    void grpc_listens_on_its_own_port_for_this_machine_and_is_open_there()
            throws ConfigurationException {
        var grpc = ServerSettings.of(Map.of(), USER).grpc();
        assertThat(grpc.host()).isEqualTo("localhost");
        assertThat(grpc.port()).isEqualTo(50_051);
        assertThat(grpc.secondPort()).isEmpty();
        assertThat(grpc.access()).isEqualTo(Access.OPEN);
        assertThat(grpc.operatorToken()).isEmpty();
        assertThat(grpc.adminToken()).isEmpty();
        assertThat(grpc.tls()).isEmpty();
        assertThat(grpc.messageBytesMax()).isEqualTo(64 << 20);
        assertThat(grpc.reflection()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // mode, token, host, env, expected
        "auto, '', localhost, dev, OPEN",
        "auto, '', 0.0.0.0, dev, OPERATOR",
        "auto, t, localhost, dev, OPERATOR",
        "auto, t, localhost, prod, ALL",
        "operator, '', localhost, dev, OPERATOR",
        "operator, t, localhost, prod, OPERATOR",
        "all, '', localhost, dev, ALL",
        "open, t, 0.0.0.0, dev, OPEN",
    })
    void the_mode_decides_which_calls_ask_for_a_token(
            String mode, String token, String host, String env, Access expected)
            throws ConfigurationException {
        var grpc =
                ServerSettings.of(
                                Map.of(
                                        "MN_GRPC_AUTH_MODE", mode,
                                        "MN_GRPC_AUTH_TOKEN", token,
                                        "MN_GRPC_BIND_HOST", host,
                                        "MN_ENV", env,
                                        "MN_API_TOKEN", "api"),
                                USER)
                        .grpc();
        assertThat(grpc.access()).isEqualTo(expected);
        assertThat(grpc.reflection()).isEqualTo(!env.equals("prod"));
    }

    @Test
    void production_asks_for_a_grpc_token_and_is_never_open() {
        var production = Map.of("MN_ENV", "prod", "MN_API_TOKEN", "api");
        assertThatThrownBy(() -> ServerSettings.of(production, USER))
                .hasMessageStartingWith("MN_GRPC_AUTH_TOKEN: not set");
        var open =
                Map.of(
                        "MN_ENV", "prod",
                        "MN_API_TOKEN", "api",
                        "MN_GRPC_AUTH_TOKEN", "t",
                        "MN_GRPC_AUTH_MODE", "open");
        assertThatThrownBy(() -> ServerSettings.of(open, USER))
                .hasMessageContaining("because MN_ENV is prod");
    }

    @Test
    void a_file_goes_before_a_token_and_blanks_around_it_do_not_count(@TempDir Path folder)
            throws Exception {
        var file = Files.writeString(folder.resolve("token"), "  t0p-s3cret\n");
        var variables =
                Map.of(
                        "MN_GRPC_AUTH_TOKEN_FILE", file.toString(),
                        "MN_GRPC_AUTH_TOKEN", "other",
                        "MN_MIRROR_NEURON_GRPC_ADMIN_TOKEN", "older");
        var grpc = ServerSettings.of(variables, USER).grpc();
        assertThat(grpc.operatorToken()).contains("t0p-s3cret");
        assertThat(grpc.adminToken()).contains("older");
        assertThat(grpc.toString()).doesNotContain("s3cret", "older");
        Files.writeString(file, " \n");
        assertThat(ServerSettings.of(variables, USER).grpc().operatorToken()).contains("other");
        Files.delete(file);
        assertThatThrownBy(() -> ServerSettings.of(variables, USER))
                .hasMessageStartingWith("MN_GRPC_AUTH_TOKEN_FILE: ");
    }

    @Test
    void a_certificate_needs_its_key() {
        assertThatThrownBy(() -> ServerSettings.of(Map.of("MN_GRPC_TLS_CERT", "/c"), USER))
                .hasMessageStartingWith("MN_GRPC_TLS_KEY: not set");
        assertThatThrownBy(
                        () ->
                                ServerSettings.of(
                                        Map.of(
                                                "MN_GRPC_TLS_CERT", "/no/c",
                                                "MN_GRPC_TLS_KEY", "/no/k"),
                                        USER))
                .hasMessageStartingWith("MN_GRPC_TLS_CERT: it cannot be read");
    }

    @Test
    void traces_are_sent_where_either_name_of_the_variable_says() throws ConfigurationException {
        assertThat(ServerSettings.of(Map.of(), USER).traces()).isEmpty();
        var general = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318/otlp/");
        assertThat(ServerSettings.of(general, USER).traces())
                .hasValue(
                        new TraceSettings("https://collector:4318/otlp", Map.of(), "mirrorneuron"));
        var own =
                Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://other:1",
                        "MN_OTLP_ENDPOINT", "http://localhost:4318",
                        "OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20a+b, x-k = 1,",
                        "OTEL_SERVICE_NAME", "mine");
        var traces = ServerSettings.of(own, USER).traces().orElseThrow();
        assertThat(traces)
                .isEqualTo(
                        new TraceSettings(
                                "http://localhost:4318",
                                Map.of("authorization", "Bearer a+b", "x-k", "1"),
                                "mine"));
        assertThat(traces.toString()).doesNotContain("Bearer");
    }

    @Test
    void settings_of_traces_that_cannot_be_used_are_named_without_their_secrets() {
        assertThatThrownBy(
                        () -> ServerSettings.of(Map.of("MN_OTLP_ENDPOINT", "localhost:4318"), USER))
                .hasMessageContaining("MN_OTLP_ENDPOINT")
                .hasMessageContaining("localhost:4318");
        var grpc =
                Map.of(
                        "MN_OTLP_ENDPOINT", "http://localhost:4317",
                        "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        assertThatThrownBy(() -> ServerSettings.of(grpc, USER))
                .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL")
                .hasMessageContaining("http/protobuf");
        var headers =
                Map.of(
                        "MN_OTLP_ENDPOINT", "http://localhost:4318",
                        "OTEL_EXPORTER_OTLP_HEADERS", "s3cret-without-a-name");
        assertThatThrownBy(() -> ServerSettings.of(headers, USER))
                .hasMessageContaining("OTEL_EXPORTER_OTLP_HEADERS")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void every_variable_stands_in_the_docs_with_its_default_and_meaning() throws Exception {
        var page = Files.readString(Path.of("../docs/configuration.md"));
        for (var variable : Variable.values()) {
            var absent = variable.absent().isEmpty() ? "" : "`" + variable.absent() + "`";
            assertThat(page)
                    .contains(
                            "| `%s` | %s | %s |"
                                    .formatted(variable, absent, variable.meaning())
                                    .replace("|  |", "| |"));
        }
    }
}
