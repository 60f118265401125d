package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import mirrorneuron.api.BundleSource;
import org.junit.jupiter.api.Test;

/** What makes two bundles the same. */
class FingerprintTest extends BundleSpec {

    private ReadBundle.Contents read() throws IOException {
        whenRead(BundleSource.folder(folder));
        return thenRead();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void version_1_feeds_names_and_contents() throws IOException, NoSuchAlgorithmException {
        file("manifest.json", MANIFEST);
        file("payloads/b/x", "2");
        file("payloads/a", "1");

        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes("manifest.json" + MANIFEST + "a1" + "x2"));
        assertThat(read().fingerprintV1()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
    }

    @Test
    void version_2_feeds_paths_lengths_and_hashes() throws IOException, NoSuchAlgorithmException {
        file("manifest.json", MANIFEST);
        file("payloads/b/x", "2");

        var digest = MessageDigest.getInstance("SHA-256");
        feed(digest, "manifest.json", MANIFEST);
        feed(digest, "payloads/b/x", "2");
        assertThat(read().bundle().fingerprint())
                .isEqualTo(HexFormat.of().formatHex(digest.digest()));
    }

    private static void feed(MessageDigest digest, String path, String content)
            throws NoSuchAlgorithmException {
        digest.update(ByteBuffer.allocate(8).putLong(bytes(path).length).array());
        digest.update(bytes(path));
        digest.update(ByteBuffer.allocate(8).putLong(bytes(content).length).array());
        digest.update(MessageDigest.getInstance("SHA-256").digest(bytes(content)));
    }

    @Test
    void only_version_2_sees_a_file_move() throws IOException {
        file("manifest.json", MANIFEST);
        file("payloads/one/x", "1");
        var before = read();

        Files.createDirectory(folder.resolve("payloads/two"));
        Files.move(folder.resolve("payloads/one/x"), folder.resolve("payloads/two/x"));
        var after = read();

        assertThat(after.fingerprintV1()).isEqualTo(before.fingerprintV1());
        assertThat(after.bundle().fingerprint()).isNotEqualTo(before.bundle().fingerprint());
    }

    @Test
    void the_same_bundle_has_one_fingerprint_wherever_it_comes_from() throws IOException {
        file("manifest.json", MANIFEST);
        file("payloads/b/x", "2");
        var fromFolder = read();

        whenRead(new BundleSource.Inline(MANIFEST, Map.of("b/x", bytes("2"))));

        assertThat(thenRead().bundle().fingerprint()).isEqualTo(fromFolder.bundle().fingerprint());
        assertThat(thenRead().fingerprintV1()).isEqualTo(fromFolder.fingerprintV1());
    }
}
