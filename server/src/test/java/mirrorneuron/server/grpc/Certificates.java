package mirrorneuron.server.grpc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/** Certificates for tests. */
final class Certificates {

    private static final String PASSWORD = "changeit";

    private Certificates() {}

    /** A certificate for localhost and its key, as files in PEM form. */
    static GrpcSettings.Tls selfSigned(Path folder) throws Exception {
        var store = folder.resolve("keys.p12");
        var made =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "mn",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost",
                                "-keystore",
                                store.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD)
                        .inheritIO()
                        .start()
                        .waitFor();
        if (made != 0) {
            throw new AssertionError("keytool ended with " + made);
        }
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        return new GrpcSettings.Tls(
                pem(
                        folder.resolve("cert.pem"),
                        "CERTIFICATE",
                        keys.getCertificate("mn").getEncoded()),
                pem(
                        folder.resolve("key.pem"),
                        "PRIVATE KEY",
                        keys.getKey("mn", PASSWORD.toCharArray()).getEncoded()));
    }

    private static Path pem(Path file, String what, byte[] content) throws Exception {
        var text = Base64.getMimeEncoder(64, new byte[] {10}).encodeToString(content);
        return Files.writeString(
                file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }
}
