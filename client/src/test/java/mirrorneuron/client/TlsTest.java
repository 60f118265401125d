package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.TlsServerCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Store;
import mirrorneuron.api.TlsOptions;
import mirrorneuron.api.spi.RemoteProvider;
import mirrorneuron.server.grpc.console.ConsoleService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted connection, and both sides showing who they are. */
@Timeout(60)
class TlsTest {

    @TempDir Path folder;

    /** A certificate and its key as files, signed by itself. */
    private record Pem(Path certificate, Path key) {}

    private Pem made(String name) throws Exception {
        var store = folder.resolve(name + ".p12");
        var password = "changeit";
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=dns:localhost",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                password)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        assertThat(keytool.waitFor()).isZero();
        var keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
        return new Pem(
                pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded()),
                pem(
                        name + ".key",
                        "PRIVATE KEY",
                        keys.getKey(name, password.toCharArray()).getEncoded()));
    }

    private Path pem(String file, String kind, byte[] bytes) throws Exception {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    @Test
    void only_those_who_trust_each_other_talk() throws Exception {
        var server = made("server");
        var client = made("client");
        var credentials =
                TlsServerCredentials.newBuilder()
                        .keyManager(server.certificate().toFile(), server.key().toFile())
                        .trustManager(client.certificate().toFile())
                        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                        .build();
        var trusting =
                TlsOptions.trusting(server.certificate())
                        .withIdentity(client.certificate(), client.key());
        try (var runtime =
                        MirrorNeuron.embedded()
                                .home(folder.resolve("home"))
                                .store(new Store.Memory())
                                .start();
                var desk =
                        Desk.open(
                                credentials,
                                carrier ->
                                        List.of(
                                                new ConsoleService(
                                                        runtime,
                                                        carrier,
                                                        folder.resolve("sent"))));
                var friend = MirrorNeuron.remote(desk.target()).tls(trusting).connect();
                var nameless =
                        MirrorNeuron.remote(desk.target())
                                .tls(TlsOptions.trusting(server.certificate()))
                                .connect();
                var doubtful =
                        MirrorNeuron.remote(desk.target()).tls(TlsOptions.platform()).connect();
                var open = MirrorNeuron.remote(desk.target()).connect()) {
            friend.ping();
            assertThat(friend.monitor().metrics().total()).isZero();
            for (var stranger : List.of(nameless, doubtful, open)) {
                assertThatThrownBy(stranger::ping).isInstanceOf(RuntimeUnavailableException.class);
            }
        }
    }

    @Test
    void a_variable_says_whom_to_trust() throws Exception {
        var server = made("server");
        var credentials =
                TlsServerCredentials.newBuilder()
                        .keyManager(server.certificate().toFile(), server.key().toFile())
                        .build();
        try (var runtime =
                        MirrorNeuron.embedded()
                                .home(folder.resolve("home"))
                                .store(new Store.Memory())
                                .start();
                var desk =
                        Desk.open(
                                credentials,
                                carrier ->
                                        List.of(
                                                new ConsoleService(
                                                        runtime,
                                                        carrier,
                                                        folder.resolve("sent"))));
                var trusting = named(desk, server.certificate().toString());
                var platform = named(desk, "true");
                var open = named(desk, "false")) {
            trusting.ping();
            for (var stranger : List.of(platform, open)) {
                assertThatThrownBy(stranger::ping).isInstanceOf(RuntimeUnavailableException.class);
            }
        }
    }

    private static MirrorNeuron named(Desk desk, String tls) {
        return RemoteProvider.find()
                .builder(Map.of("MN_GRPC_TARGET", desk.target(), "MN_GRPC_TLS", tls))
                .connect();
    }
}
