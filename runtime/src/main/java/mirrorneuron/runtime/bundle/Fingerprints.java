package mirrorneuron.runtime.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import mirrorneuron.engine.manifest.RelativePath;

/**
 * What makes two bundles the same, in both versions, from one pass over the files.
 *
 * <p>Version 2 feeds for each file the length of its path, the path, the length of its content and
 * the SHA-256 of its content; lengths are eight bytes, the highest first, and paths are UTF-8 and
 * relative to the bundle. Version 1 feeds each file's last name and its content, so it cannot see a
 * file move between folders. Both begin with {@code manifest.json} and go on with the payload files
 * in the order of their paths.
 *
 * @see "manifest contract, section 7.4"
 */
final class Fingerprints {

    private static final int BUFFER_BYTES = 64 << 10;

    private final MessageDigest version1 = sha256();
    private final MessageDigest version2 = sha256();
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** The size and hash of one file. */
    record FileHash(long sizeBytes, String sha256) {}

    /** Adds a file; the stream is read to its end and left open. */
    FileHash add(String path, InputStream content) throws IOException {
        var hash = sha256();
        version1.update(RelativePath.baseName(path).getBytes(StandardCharsets.UTF_8));
        long size = 0;
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            version1.update(buffer, 0, read);
            hash.update(buffer, 0, read);
            size += read;
        }
        var sha256 = hash.digest();
        var name = path.getBytes(StandardCharsets.UTF_8);
        version2.update(length(name.length));
        version2.update(name);
        version2.update(length(size));
        version2.update(sha256);
        return new FileHash(size, HexFormat.of().formatHex(sha256));
    }

    /** Ends both; nothing can be added afterwards. */
    Result result() {
        return new Result(hex(version1), hex(version2));
    }

    /** Both fingerprints in hex. */
    record Result(String version1, String version2) {}

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] length(long length) {
        return ByteBuffer.allocate(Long.BYTES).putLong(length).array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
