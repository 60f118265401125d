package mirrorneuron.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.RunningServer;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.api.spi.ServerProvider;
import mirrorneuron.server.http.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers as the command finds them: of variables, and known to their home by a file. */
final class ProviderTest {

    private static final String TOKEN = "open-sesame";

    @TempDir Path folder;

    private Path home() {
        return folder.resolve("home");
    }

    private Path file() {
        return home().resolve(ServerEndpoint.FILE);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Map<String, String> variables(int port) {
        var variables = new HashMap<String, String>();
        variables.put("PATH", System.getenv("PATH"));
        variables.put("MN_HOME", home().toString());
        variables.put("MN_API_HOST", "127.0.0.1");
        variables.put("MN_API_PORT", Integer.toString(port));
        variables.put("MN_API_TOKEN", TOKEN);
        variables.put("MN_GRPC_PORT", "0");
        return variables;
    }

    private RunningServer start(Map<String, String> variables) throws IOException {
        return ServerProvider.find().start(variables, folder);
    }

    @Test
    void a_server_is_written_down_for_its_owner_only_and_without_its_token() throws Exception {
        int port = freePort();
        var before = Instant.now().minusMillis(1);
        try (var server = start(variables(port))) {
            assertThat(Raw.send(port, Raw.get("/api/v1/health")).status()).isEqualTo(200);
            var text = Files.readString(file());
            assertThat(text).doesNotContain(TOKEN);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            var endpoint = ServerEndpoint.of((JsonObject) Json.parse(text)).orElseThrow();
            assertThat(endpoint.toJson()).isEqualTo(server.endpoint().toJson());
            assertThat(endpoint.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(endpoint.processStartedAt()).isPresent();
            assertThat(endpoint.url()).isEqualTo("http://127.0.0.1:" + port + "/api/v1");
            assertThat(endpoint.home()).isEqualTo(home());
            assertThat(Files.getPosixFilePermissions(home()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(endpoint.node().value()).isEqualTo("local");
            assertThat(endpoint.startedAt()).isAfter(before);
            assertThat(server.warnings()).isEmpty();
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void what_a_killed_server_left_is_replaced() throws Exception {
        Files.createDirectories(home());
        Files.writeString(file(), "{\"pid\":1}");
        Files.writeString(home().resolve(ServerEndpoint.FILE + ".next"), "torn");
        int port = freePort();
        try (var server = start(variables(port))) {
            assertThat(Json.parse(Files.readString(file()))).isEqualTo(server.endpoint().toJson());
        }
        assertThat(home().resolve(ServerEndpoint.FILE + ".next")).doesNotExist();
    }

    @Test
    void a_port_in_use_is_said_and_the_home_is_free_again() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> start(variables(taken.getLocalPort())))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith(
                            "Expected to listen on 127.0.0.1:" + taken.getLocalPort() + ", but: ");
        }
        assertThat(file()).doesNotExist();
        try (var runtime = MirrorNeuron.embedded().home(home()).start()) {
            assertThat(runtime.monitor().metrics()).isNotNull();
        }
    }

    @Test
    void a_home_in_use_is_refused_before_anything_is_bound() throws Exception {
        try (var runtime = MirrorNeuron.embedded().home(home()).start()) {
            assertThat(runtime).isNotNull();
            assertThatThrownBy(() -> start(variables(freePort())))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining(home().toString());
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void a_variable_that_cannot_be_used_is_named_and_its_secret_kept() throws Exception {
        var variables = variables(freePort());
        variables.put("MN_API_REQUEST_SIZE_LIMIT_BYTES", "many");
        assertThatThrownBy(() -> start(variables))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "Expected settings to start with, but MN_API_REQUEST_SIZE_LIMIT_BYTES:"
                                + " \"many\" (expected: a number of bytes > 0)");
        assertThat(home()).doesNotExist();
    }

    @Test
    void files_of_the_folder_stand_in_for_variables() throws Exception {
        Files.writeString(folder.resolve(".env"), "MN_ENV=prod\n");
        var variables = variables(freePort());
        variables.remove("MN_API_TOKEN");
        assertThatThrownBy(() -> start(variables)).hasMessageContaining("MN_API_TOKEN");
    }

    @Test
    void an_open_door_is_warned_of() throws Exception {
        var variables = variables(freePort());
        variables.put("MN_API_HOST", "0.0.0.0");
        try (var server = start(variables)) {
            assertThat(server.warnings())
                    .singleElement()
                    .asString()
                    .contains("without encryption")
                    .doesNotContain(TOKEN);
        }
        variables.remove("MN_API_TOKEN");
        try (var server = start(variables)) {
            assertThat(server.warnings())
                    .singleElement()
                    .asString()
                    .contains("nothing asks them who they are; set MN_API_TOKEN");
        }
    }
}
