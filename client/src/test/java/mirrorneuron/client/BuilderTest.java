package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RetryPolicy;
import mirrorneuron.api.TlsOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of a connection, from a program and from the environment. */
class BuilderTest {

    @TempDir Path folder;

    private static Settings of(Map<String, String> variables) {
        return Environment.builder(variables).settings();
    }

    @Test
    void without_settings_there_are_defaults() {
        var settings = of(Map.of());
        assertThat(settings.target()).isEqualTo("localhost:55051");
        assertThat(settings.token()).isEmpty();
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.retry()).isEqualTo(RetryPolicy.defaults());
        assertThat(settings.reconnect()).isZero();
        assertThat(settings.strict()).isTrue();
    }

    @Test
    void the_stronger_variable_names_the_server() {
        assertThat(of(Map.of("MN_CORE_HOST", "core")).target()).isEqualTo("core:55051");
        assertThat(of(Map.of("MN_CORE_HOST", "core", "MN_CORE_GRPC_TARGET", "b:2")).target())
                .isEqualTo("b:2");
        assertThat(of(Map.of("MN_GRPC_TARGET", " a:1 ", "MN_CORE_GRPC_TARGET", "b:2")).target())
                .isEqualTo("a:1");
        assertThat(of(Map.of("MN_GRPC_TARGET", " ", "MN_CORE_GRPC_TARGET", "b:2")).target())
                .isEqualTo("b:2");
    }

    @Test
    void a_file_is_stronger_than_a_token() throws Exception {
        var file = Files.writeString(folder.resolve("token"), "\n from-file \n");
        assertThat(of(Map.of("MN_GRPC_AUTH_TOKEN", " t ")).token()).contains("t");
        assertThat(of(Map.of("MN_GRPC_AUTH_TOKEN", " ")).token()).isEmpty();
        assertThat(
                        of(Map.of(
                                        "MN_GRPC_AUTH_TOKEN",
                                        "t",
                                        "MN_GRPC_AUTH_TOKEN_FILE",
                                        file.toString()))
                                .token())
                .contains("from-file");
    }

    @Test
    void a_timeout_is_in_seconds_and_may_be_none() {
        assertThat(of(Map.of("MN_GRPC_TIMEOUT_SECONDS", "2.5")).timeout())
                .isEqualTo(Duration.ofMillis(2_500));
        for (var none : new String[] {"0", "", " ", "none"}) {
            assertThat(of(Map.of("MN_GRPC_TIMEOUT_SECONDS", none)).timeout()).as(none).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "NaN", "1e99"})
    void a_timeout_that_is_none_of_these_is_refused_by_name(String text) {
        assertThatThrownBy(() -> of(Map.of("MN_GRPC_TIMEOUT_SECONDS", text)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("MN_GRPC_TIMEOUT_SECONDS: \"" + text + "\"");
    }

    @Test
    void what_cannot_be_is_refused_where_it_is_said() {
        assertThatThrownBy(() -> MirrorNeuron.remote(" "))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("target: \"\" (expected: host:port)");
        assertThatThrownBy(() -> MirrorNeuron.remote("a:1").timeout(Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> CallOptions.none().withDeadline(Duration.ZERO))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(
                        () ->
                                MirrorNeuron.remote("a:1")
                                        .tls(TlsOptions.trusting(folder.resolve("none.pem")))
                                        .connect())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("none.pem");
        assertThatThrownBy(() -> MirrorNeuron.remote("not a target").connect())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not a target");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "99999", "99999999999"})
    void a_number_that_is_no_port_is_refused_before_anything_is_asked(String port) {
        for (var host : new String[] {"localhost", "127.0.0.1", "[::1]"}) {
            assertThatThrownBy(() -> MirrorNeuron.remote(host + ":" + port))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "target: \"%s:%s\" (expected: host:port with a port from 1 to 65535)"
                                    .formatted(host, port));
        }
        assertThatThrownBy(() -> of(Map.of("MN_GRPC_TARGET", "localhost:" + port)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "[::1]:65535", "dns:///localhost:55051", "localhost"})
    void a_port_in_range_and_none_at_all_are_taken(String target) {
        MirrorNeuron.remote(target).connect().close();
    }

    @Test
    void no_text_shows_a_token() {
        var options = CallOptions.none().withBearerToken("hidden").withTraceId("t");
        assertThat(options.toString()).doesNotContain("hidden").contains("t");
        assertThat(new Builder("a:1").token("hidden").settings().toString())
                .doesNotContain("hidden");
    }

    @Test
    void options_of_a_call_win_where_they_are_given() {
        var settings = new Builder("a:1").token("t").settings();
        assertThat(settings.with(CallOptions.none())).isEqualTo(settings);
        var other =
                settings.with(
                        CallOptions.none().withBearerToken("u").withDeadline(Duration.ofMillis(5)));
        assertThat(other.token()).isEqualTo(Optional.of("u"));
        assertThat(other.timeout()).isEqualTo(Duration.ofMillis(5));
    }
}
